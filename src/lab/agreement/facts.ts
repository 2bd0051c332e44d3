import { type FactKey, type Posture, Unknown } from '../../posture/index.ts';
import type { Missing } from '../../runtimes/index.ts';

/** A fact that the configuration states and the running process shows otherwise. */
export interface FactDifference {
  readonly key: string;
  readonly predicted: string;
  readonly observed: string;
}

/** Facts that both a configuration and /proc tell in the same words. Mounts, devices and filters are compared by what vectors ask of them. */
const COMPARED: readonly string[] = [
  'process.uid',
  'process.gid',
  'process.groups',
  'process.no-new-privileges',
  'process.oom-score-adj',
  'user-namespace.uid-map',
  'user-namespace.gid-map',
  'rootfs.readonly',
  'lsm.apparmor',
];
/** The ambient set of a running process counts what it is permitted already (`live/identity.ts`), which a configuration leaves to execve(2). */
const COMPARED_FAMILIES: readonly string[] = [
  'capability.bounding.',
  'capability.inheritable.',
  'namespace.',
  'rlimit.',
  'limit.',
];

/** What differs between the posture that was predicted and the one read back, where both know. */
export function differingFacts(
  predicted: Posture,
  observed: Posture,
  missing: readonly Missing[],
): readonly FactDifference[] {
  const lacking = missing.flatMap(({ facts }) => facts);
  const isLacking = (key: string): boolean =>
    lacking.some((fact) => (fact.endsWith('.') ? key.startsWith(fact) : key === fact));
  return comparedKeys(predicted, observed)
    .filter((key) => !isLacking(key))
    .flatMap((key) => {
      const [ours, theirs] = [textOf(predicted, key), textOf(observed, key)];
      return ours === undefined || theirs === undefined || ours === theirs
        ? []
        : [{ key, predicted: ours, observed: theirs }];
    });
}

function comparedKeys(...postures: readonly Posture[]): readonly string[] {
  const members = postures.flatMap((posture) =>
    COMPARED_FAMILIES.flatMap((family) => [...posture.family(family).keys()].map((rest) => family + rest)),
  );
  return [...new Set([...COMPARED, ...members])].sort();
}

function textOf(posture: Posture, key: string): string | undefined {
  const fact = posture.get(key as FactKey);
  if (fact === undefined || fact.value instanceof Unknown) return undefined;
  const value: unknown = fact.value;
  return JSON.stringify(
    Array.isArray(value) && value.every((one) => typeof one === 'number') ? [...value].sort() : value,
  );
}
