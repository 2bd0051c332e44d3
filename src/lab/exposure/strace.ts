import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TraceOptions {
  /** Processes that are forked are traced as well, and all threads; otherwise these threads alone. */
  readonly follow: boolean;
}

/** What strace(1) writes of some processes while `during` runs: a line a call, with the process id first. Undefined where it cannot attach. */
export async function traced<T>(
  pids: readonly number[],
  { follow }: TraceOptions,
  during: () => Promise<T>,
): Promise<{ readonly value: T; readonly lines: readonly string[] } | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-trace-'));
  try {
    const file = join(folder, 'calls');
    const args = ['-f', '-yy', '-s', '0', '-o', file, ...pids.map((pid) => `--attach=${pid}`)];
    // Without -f a line has no process id, which nobody asks for there.
    const tracer = spawn('strace', follow ? args : args.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
    const exited = new Promise<void>((resolve) => {
      tracer.once('exit', () => resolve());
      tracer.once('error', () => resolve());
    });
    try {
      if (!(await attached(tracer, exited))) return undefined;
      const value = await during();
      await letGo(tracer, exited);
      return { value, lines: readFileSync(file, 'utf8').split('\n') };
    } finally {
      await letGo(tracer, exited);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** It says so on its standard error, once for each. */
function attached(tracer: ChildProcess, exited: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    const told = (value: boolean): void => {
      clearTimeout(timer);
      resolve(value);
    };
    let said = '';
    tracer.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (/ attached/.test(said)) setTimeout(() => told(true), SETTLE_MS);
    });
    exited.then(() => told(false)).catch(() => told(false));
  });
}

const PATIENCE_MS = 3000;
/** The others follow at once. */
const SETTLE_MS = 30;

/** It detaches from all of them at SIGINT. */
async function letGo(tracer: ChildProcess, exited: Promise<void>): Promise<void> {
  if (tracer.exitCode === null && tracer.signalCode === null) tracer.kill('SIGINT');
  await exited;
}
