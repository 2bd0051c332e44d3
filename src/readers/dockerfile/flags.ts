import { nearest } from '../nearest.ts';
import type { Problems } from '../problems.ts';
import type { Instruction } from './scan.ts';
import { INSTRUCTIONS } from './stages.ts';

/** Flags by instruction (BuildKit frontend/dockerfile/instructions/parse.go and commands_run*.go at 73ed682). */
const FLAGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ADD', ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum', 'unpack', 'exclude']],
  ['COPY', ['chown', 'chmod', 'link', 'from', 'exclude', 'parents']],
  ['FROM', ['platform']],
  ['HEALTHCHECK', ['interval', 'timeout', 'start-period', 'start-interval', 'retries']],
  ['RUN', ['mount', 'network', 'security', 'device']],
]);

/** Words that are no instruction, and flags that their instruction does not have. */
export function checkWords(instructions: readonly Instruction[], problems: Problems): void {
  for (const instruction of instructions) {
    if (problems.full) return;
    if (!INSTRUCTIONS.has(instruction.name)) reportInstruction(instruction, problems);
    else if (instruction.trigger) checkWords([instruction.trigger], problems);
    else checkFlags(instruction, problems);
  }
}

export const nearestInstruction = (name: string): string | undefined =>
  name.length > 20 ? undefined : nearest(name, [...INSTRUCTIONS]);

function reportInstruction(instruction: Instruction, problems: Problems): void {
  const near = nearestInstruction(instruction.name);
  const hint = near ? `did you mean ${near}?` : 'is this a Dockerfile? A line that goes on needs a \\ before its end';
  problems.report(
    'unknown-instruction',
    `\`${instruction.name.slice(0, 40)}\` is no instruction`,
    hint,
    instruction.place,
  );
}

function checkFlags(instruction: Instruction, problems: Problems): void {
  const known = FLAGS.get(instruction.name) ?? [];
  for (const { name } of instruction.flags) {
    if (known.includes(name)) continue;
    const near = nearest(name.slice(0, 40), known);
    const hint = near ? `did you mean \`--${near}\`?` : `${instruction.name} takes ${listed(known)}`;
    problems.report(
      'unknown-flag',
      `flag \`--${name.slice(0, 40)}\` of ${instruction.name} is not understood`,
      hint,
      instruction.place,
    );
  }
}

const listed = (known: readonly string[]): string =>
  known.length === 0 ? 'no flags' : known.map((flag) => `--${flag}`).join(', ');
