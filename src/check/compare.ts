import type { Finding, ResultDocument, TargetResult } from './result.ts';

/** What one configuration changes against another: a pull request's effect on isolation. */
export interface Comparison {
  /** Objects that stand on both sides, in the order of `after`. */
  readonly targets: readonly TargetComparison[];
  readonly added: readonly TargetResult[];
  readonly removed: readonly TargetResult[];
}

export interface TargetComparison {
  readonly before: TargetResult;
  readonly after: TargetResult;
  /** Nothing where the verdicts and depths are the same. */
  readonly changes: readonly FindingChange[];
}

/**
 * `opens` and `closes` as the words say; `unknown`: was decided and no longer is; `settled`: was unknown, is blocked now;
 * `shallower`, `deeper`: blocked on both sides, by fewer or more mechanisms.
 */
export type ChangeKind = 'opens' | 'unknown' | 'shallower' | 'closes' | 'settled' | 'deeper';

export interface FindingChange {
  readonly kind: ChangeKind;
  readonly vector: string;
  /** Null where the vector did not apply. */
  readonly before: Finding | null;
  readonly after: Finding | null;
}

/** Worst news first. */
const CHANGE_KINDS: readonly ChangeKind[] = ['opens', 'unknown', 'shallower', 'closes', 'settled', 'deeper'];

export function compareResults(before: ResultDocument, after: ResultDocument): Comparison {
  const pairs = pairTargets(before.targets, after.targets);
  const matched = new Set(pairs.values());
  return {
    targets: after.targets.flatMap((target) => {
      const earlier = pairs.get(target);
      return earlier === undefined
        ? []
        : [{ before: earlier, after: target, changes: changesBetween(earlier, target) }];
    }),
    added: after.targets.filter((target) => !pairs.has(target)),
    removed: before.targets.filter((target) => !matched.has(target)),
  };
}

function changesBetween(before: TargetResult, after: TargetResult): FindingChange[] {
  const earlier = new Map(before.findings.map((finding) => [finding.vector, finding]));
  const later = new Map(after.findings.map((finding) => [finding.vector, finding]));
  const changes: FindingChange[] = [];
  for (const vector of new Set([...later.keys(), ...earlier.keys()])) {
    const [was, is] = [earlier.get(vector) ?? null, later.get(vector) ?? null];
    const kind = changeKind(was, is);
    if (kind !== undefined) changes.push({ kind, vector, before: was, after: is });
  }
  // Findings are in order of severity already; the sort is stable.
  return changes.sort((a, b) => CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind));
}

function changeKind(before: Finding | null, after: Finding | null): ChangeKind | undefined {
  const [was, is] = [before?.verdict, after?.verdict];
  if (is === 'open') return was === 'open' ? undefined : 'opens';
  if (is === 'unknown') return was === 'unknown' ? undefined : 'unknown';
  if (was === 'open') return 'closes';
  if (was === 'unknown') return 'settled';
  if (before === null || after === null || before.depth === after.depth) return undefined;
  return after.depth < before.depth ? 'shallower' : 'deeper';
}

/**
 * Which object of the one side is which of the other: by kind, name and id, then by kind and name, then by the end of the id
 * (the two sides may be two folders), at last a lone leftover of a kind of artifact. Only what is unambiguous is paired.
 */
function pairTargets(before: readonly TargetResult[], after: readonly TargetResult[]): Map<TargetResult, TargetResult> {
  const pairs = new Map<TargetResult, TargetResult>();
  const free = new Set(before);
  const pair = ([earlier, target]: Pair) => {
    if (!free.has(earlier) || pairs.has(target)) return;
    pairs.set(target, earlier);
    free.delete(earlier);
  };
  const left = () => after.filter((target) => !pairs.has(target));
  for (const key of [idKey, nameKey]) for (const group of groups([...free], left(), key)) onlyPair(group).forEach(pair);
  for (const group of groups([...free], left(), endKey)) byCommonEnd(group).forEach(pair);
  for (const group of groups([...free], left(), artifactKey)) onlyPair(group).forEach(pair);
  return pairs;
}

type Pair = readonly [before: TargetResult, after: TargetResult];
type Key = (target: TargetResult) => string;

const nameKey: Key = (target) => `${target.kind}\n${target.name}`;
const idKey: Key = (target) => `${nameKey(target)}\n${target.id}`;
const endKey: Key = (target) => `${target.kind}\n${segments(target.id).slice(0, 2).join('\n')}`;
const artifactKey: Key = (target) => `${target.kind}\n${target.artifact}`;

interface Group {
  readonly before: TargetResult[];
  readonly after: TargetResult[];
}

function groups(before: readonly TargetResult[], after: readonly TargetResult[], key: Key): Group[] {
  const found = new Map<string, Group>();
  for (const target of before) groupAt(found, key(target)).before.push(target);
  for (const target of after) groupAt(found, key(target)).after.push(target);
  return [...found.values()];
}

function groupAt(found: Map<string, Group>, key: string): Group {
  const group = found.get(key) ?? { before: [], after: [] };
  found.set(key, group);
  return group;
}

function onlyPair({ before: [earlier, ...others], after: [target, ...rivals] }: Group): Pair[] {
  if (earlier === undefined || target === undefined || others.length > 0 || rivals.length > 0) return [];
  return [[earlier, target]];
}

/** Longest common end first. */
function byCommonEnd({ before, after }: Group): Pair[] {
  const pairs = after.flatMap((target) =>
    before.map((earlier) => ({ pair: [earlier, target] as const, common: commonEnd(earlier.id, target.id) })),
  );
  return pairs.sort((a, b) => b.common - a.common).map(({ pair }) => pair);
}

/** Of an id, innermost first: `web`, `compose.yaml`, `shop`. */
function segments(id: string): string[] {
  return id.split(/[/#]/).reverse();
}

function commonEnd(a: string, b: string): number {
  const [left, right] = [segments(a), segments(b)];
  let common = 0;
  while (left[common] !== undefined && left[common] === right[common]) common++;
  return common;
}
