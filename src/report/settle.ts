import type { Finding, TargetResult } from '../check/result.ts';
import { isVerdict } from './wording.ts';

/** What would turn unknown findings into verdicts. */
export interface Settling {
  readonly unknown: number;
  /** Groups of fact keys, most findings first: `host.kernel-config`, `process.uid`. */
  readonly keys: readonly string[];
  /** Flags that give those facts. */
  readonly flags: readonly string[];
}

const GIVEN_BY: readonly { readonly prefix: string; readonly flag: string }[] = [
  { prefix: 'host.', flag: '--host FILE' },
  { prefix: 'daemon.', flag: '--daemon FILE' },
  { prefix: 'engine.', flag: '--engine NAME@VERSION' },
];

export function settlingOf(targets: readonly TargetResult[], given: { readonly host: boolean }): Settling {
  const unknown = targets.flatMap((target) => target.findings.filter(isVerdict('unknown')));
  const keys = keysByUse(unknown);
  const flags = GIVEN_BY.filter(({ prefix }) => keys.some((key) => key.startsWith(prefix)))
    .map(({ flag }) => flag)
    .filter((flag) => !(given.host && flag.startsWith('--host')));
  return { unknown: unknown.length, keys, flags };
}

function keysByUse(findings: readonly Finding[]): string[] {
  const uses = new Map<string, number>();
  for (const finding of findings)
    for (const key of new Set(finding.settledBy.map(groupOf))) uses.set(key, (uses.get(key) ?? 0) + 1);
  return [...uses].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key);
}

/** `host.sysctl.kernel.modules_disabled` and its neighbours are one matter: `host.sysctl`. */
function groupOf(key: string): string {
  return key.split('.').slice(0, 2).join('.');
}
