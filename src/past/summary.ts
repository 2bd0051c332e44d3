import type { PastFamily, PastFinding } from '../check/index.ts';
import type { Mechanism } from '../model/index.ts';
import { FAMILIES } from './entry.ts';

/**
 * Minimal sets of mechanisms that suffice to stop, from the minimal sets whose failure opens: one out of each of them. Where
 * capability or seccomp failing opens, both together stop; where only both failing opens, each alone does.
 */
export function stoppingSets(failures: readonly (readonly Mechanism[])[]): readonly (readonly Mechanism[])[] {
  let sets: readonly (readonly Mechanism[])[] = failures.length === 0 ? [] : [[]];
  for (const failure of failures) {
    sets = smallest(
      sets.flatMap((set) =>
        set.some((mechanism) => failure.includes(mechanism)) ? [set] : failure.map((mechanism) => [...set, mechanism]),
      ),
    );
  }
  return sets.map((set) => [...set].sort()).sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
}

function smallest(sets: readonly (readonly Mechanism[])[]): (readonly Mechanism[])[] {
  const kept: (readonly Mechanism[])[] = [];
  for (const set of [...sets].sort((a, b) => a.length - b.length))
    if (!kept.some((smaller) => smaller.every((mechanism) => set.includes(mechanism)))) kept.push(set);
  return kept;
}

/** A finding, and of those that are not applicable which of the two reasons it has. */
export interface Counted {
  readonly finding: PastFinding;
  readonly notAffected: boolean;
}

/** Families in their order, those without entries left out. */
export function countFamilies(counted: readonly Counted[]): PastFamily[] {
  return FAMILIES.flatMap((family) => {
    const own = counted.filter(({ finding }) => finding.family === family);
    return own.length === 0 ? [] : [countFamily(family, own)];
  });
}

function countFamily(family: string, counted: readonly Counted[]): PastFamily {
  const having = (verdict: PastFinding['verdict']) =>
    counted.filter(({ finding }) => finding.verdict === verdict).map(({ finding }) => finding);
  const [open, blocked] = [having('open'), having('blocked')];
  const notAffected = counted.filter((one) => one.notAffected).length;
  return {
    family,
    entries: counted.length,
    open: open.length,
    openLowConfidence: open.filter((finding) => finding.confidence === 'low').length,
    unknown: having('unknown').length,
    blocked: blocked.length,
    notInUse: having('not-applicable').length - notAffected,
    notAffected,
    stoppedBy: tally(
      blocked.flatMap((finding) => finding.stoppedBy),
      (set) => set.join(' + '),
    ).map(([mechanisms, entries]) => ({ mechanisms, entries })),
    depths: tally(
      blocked.map((finding) => finding.depth),
      String,
    )
      .map(([depth, entries]) => ({ depth, entries }))
      .sort((a, b) => a.depth - b.depth),
  };
}

/** How often each occurs, the most frequent first; of equal ones the first by name. */
function tally<T>(items: readonly T[], nameOf: (item: T) => string): (readonly [item: T, count: number])[] {
  const counts = new Map<string, { item: T; count: number }>();
  for (const item of items) {
    const known = counts.get(nameOf(item));
    if (known === undefined) counts.set(nameOf(item), { item, count: 1 });
    else known.count++;
  }
  return [...counts]
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .map(([, { item, count }]) => [item, count]);
}
