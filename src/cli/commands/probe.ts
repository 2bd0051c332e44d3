import { CofferdamError } from '../../posture/index.ts';
import { probeRuntime, RUNTIMES, runtimeNamed } from '../../prove/index.ts';
import type { Severity } from '../../vectors/index.ts';
import { EXIT } from '../exit.ts';
import { write } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { type CheckFlags, exitCode, render, sessionOptions, thresholdOf } from './check.ts';

export interface ProbeFlags {
  readonly format: CheckFlags['format'];
  readonly output?: string;
  readonly timeout: string;
  readonly failOn?: Severity;
  readonly config?: string;
  readonly verbose: boolean;
}

/** `probe RUNTIME`; without one, what there is on this machine. */
export async function probeCommand(name: string | undefined, flags: ProbeFlags, terminal: Terminal): Promise<number> {
  if (name === undefined) return listRuntimes(terminal);
  const timeoutMs = Number(flags.timeout) * 1000;
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) {
    throw new CofferdamError('usage', `--timeout \`${flags.timeout}\` is no time`, 'write --timeout 10');
  }
  const options = sessionOptions([], flags);
  const threshold = thresholdOf(flags, options);
  const result = await probeRuntime(runtimeNamed(name, options.config.runtimes), options, { timeoutMs });
  const shown = { engine: [], standard: [], profile: [], env: [], allowOutside: [], strict: false, ...flags };
  write(await render(result, shown, terminal, options), flags.output, terminal);
  const findings = result.targets.flatMap((target) => target.findings);
  return exitCode(result, { findings, missesStandard: false }, shown, threshold);
}

async function listRuntimes(terminal: Terminal): Promise<number> {
  for (const runtime of RUNTIMES) {
    const found = await runtime.available();
    const state = found.available ? (found.version ?? 'available') : `not available: ${found.why} → ${found.enable}`;
    terminal.result(`${runtime.name.padEnd(15)} ${runtime.title}\n${' '.repeat(16)}${state}\n`);
  }
  return EXIT.done;
}
