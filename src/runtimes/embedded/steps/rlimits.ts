import { call, struct, u64 } from '../../../kernel/index.ts';
import type { Files } from '../../../live/index.ts';
import { text } from '../host.ts';
import { RLIM_INFINITY, RLIMITS } from '../linux.ts';
import { must } from '../operation.ts';
import type { Step } from './step.ts';

interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

/** Names in /proc/PID/limits (fs/proc/base.c, lnames), by number. */
const TITLES = [
  'Max cpu time',
  'Max file size',
  'Max data size',
  'Max stack size',
  'Max core file size',
  'Max resident set',
  'Max processes',
  'Max open files',
  'Max locked memory',
  'Max address space',
  'Max file locks',
  'Max pending signals',
  'Max msgqueue size',
  'Max nice priority',
  'Max realtime priority',
  'Max realtime timeout',
];

/** The limits of this process, which the stub inherits. */
export function ownLimits(files: Files): ReadonlyMap<number, Limit> {
  const lines = text(files, '/proc/self/limits').split('\n');
  return new Map(
    TITLES.flatMap((title, resource): [number, Limit][] => {
      const line = lines.find((one) => one.startsWith(title));
      const [soft, hard] = line?.slice(title.length).trim().split(/\s+/) ?? [];
      return soft === undefined || hard === undefined ? [] : [[resource, { soft: value(soft), hard: value(hard) }]];
    }),
  );
}

function value(word: string): bigint {
  return word === 'unlimited' ? RLIM_INFINITY : BigInt(word);
}

/** Taken by the process itself, late: some would hinder the furnishing. runc has its parent do it at the same place (process_linux.go). */
export const RLIMITS_STEP: Step = {
  name: 'rlimits',
  does: 'soft and hard limits of the process',
  stage: 'inside',
  tasks: (plan) =>
    (plan.config.process?.rlimits ?? []).flatMap(({ type, soft, hard }) => {
      const resource = RLIMITS[type];
      const facts = [`rlimit.${type.replace('RLIMIT_', '').toLowerCase()}`];
      if (resource === undefined) {
        plan.lacks('rlimits', `${type} is not known here`, ...facts);
        return [];
      }
      const limit = struct([u64(clamped(soft)), u64(clamped(hard))]);
      return [{ what: `${type} ${soft} ${hard}`, facts, operations: [must(call('prlimit64', 0, resource, limit, 0))] }];
    }),
};

export function clamped(limit: number | bigint): bigint {
  const whole = BigInt(limit);
  return whole < 0n || whole > RLIM_INFINITY ? RLIM_INFINITY : whole;
}
