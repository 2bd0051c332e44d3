import { type AssembledTargets, assembleTargets } from '../../check/index.ts';
import { assembledDocument } from '../../check/posture-document.ts';
import { writePosture } from '../../posture/document.ts';
import { CofferdamError } from '../../posture/index.ts';
import { ociText, toOciConfig } from '../../posture/oci.ts';
import { escapeForeign } from '../../report/escape.ts';
import { EXIT } from '../exit.ts';
import { write } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { type CheckFlags, sessionOptions } from './check.ts';

export interface ExportFlags extends Partial<Omit<CheckFlags, 'format'>> {
  readonly format: 'oci' | 'posture';
  readonly of?: string;
}

type Exported = AssembledTargets['objects'][number];

/** `export`: the postures that `check` would judge, or the configuration that an engine would hand to the runtime. */
export async function exportCommand(
  targets: readonly string[],
  flags: ExportFlags,
  terminal: Terminal,
): Promise<number> {
  const { format: _, ...common } = flags;
  const { objects, problems } = await assembleTargets(targets, sessionOptions(targets, common));
  for (const { at, message, hint } of problems) {
    note(terminal, `${at.path ?? ''}:${at.line ?? 1}: ${message}`);
    note(terminal, `  → ${hint}`);
  }
  const chosen = flags.of === undefined ? objects : objects.filter(({ subject }) => isNamed(subject, flags.of));
  if (flags.format === 'oci') write([oci(only(chosen, flags.of), terminal)], flags.output, terminal);
  else if (chosen.length === 0)
    throw new CofferdamError('nothing-found', 'the targets describe no such object', nameThem(objects));
  else {
    const lines = chosen.map((object) => `${writePosture(assembledDocument(object.subject, object))}\n`);
    write(lines, flags.output, terminal);
  }
  return EXIT.done;
}

function isNamed(subject: Exported['subject'], name: string | undefined): boolean {
  return subject.name === name || subject.id === name;
}

function only(objects: readonly Exported[], name: string | undefined): Exported {
  const workloads = objects.filter(({ subject }) => subject.kind === 'workload');
  const [first, ...others] = workloads;
  if (first === undefined) {
    const which = name === undefined ? '' : ` \`${name}\``;
    throw new CofferdamError(
      'nothing-found',
      `the targets describe no workload${which}`,
      'name a file that describes a container',
    );
  }
  if (others.length > 0)
    throw new CofferdamError(
      'several-workloads',
      `the targets describe ${workloads.length} workloads`,
      nameThem(workloads),
    );
  return first;
}

const MOST_NAMED = 8;

function nameThem(objects: readonly Exported[]): string {
  const names = objects.map(({ subject }) => subject.id);
  const more = names.length > MOST_NAMED ? `, … (${names.length})` : '';
  return names.length === 0 ? 'check the targets' : `choose with --of: ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
}

function oci({ subject, posture }: Exported, terminal: Terminal): string {
  const cpus = posture.known('host.fact.cpus');
  const { config, notes } = toOciConfig(posture, {
    ...(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/.test(subject.name) && { hostname: subject.name }),
    ...(typeof cpus === 'number' && { cpus }),
  });
  for (const { key, why } of notes) note(terminal, `not in the configuration: ${key}: ${why}`);
  return ociText(config);
}

function note(terminal: Terminal, text: string): void {
  terminal.note(`${escapeForeign(text)}\n`);
}
