import { spawnSync } from 'node:child_process';

export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly target: string;
}

interface Timed {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** A whole process: wall time and peak memory, the latter through /usr/bin/time where it is there. */
export function timeProcess(command: string, args: readonly string[]): Timed {
  const started = process.hrtime.bigint();
  const run = spawnSync('/usr/bin/time', ['-f', '%M', command, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  const kilobytes = Number(run.stderr.trim().split('\n').at(-1));
  return { milliseconds, megabytes: Number.isFinite(kilobytes) ? kilobytes / 1024 : Number.NaN };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
