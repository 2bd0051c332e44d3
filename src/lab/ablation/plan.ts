import type { Mechanism } from '../../model/index.ts';
import type { OciConfig } from '../../runtimes/index.ts';
import type { AblationStep } from '../study.ts';
import type { Predicted } from './bench.ts';
import type { Ends } from './ends.ts';
import type { Removable } from './mechanisms.data.ts';
import { SINGLE_PARTS, WHOLE } from './mechanisms.ts';
import type { Start } from './start.ts';

/** One configuration to be tried. */
export interface Planned {
  readonly kind: AblationStep['kind'];
  readonly start: Start;
  readonly mechanisms: readonly Removable[];
  readonly config: OciConfig;
}

type Pair = readonly [Removable, Removable];

/** What is to be tried, the weightiest first: a deadline cuts off the end. The first start is the one of the study. */
export function plan(ends: readonly Ends[]): readonly Planned[] {
  const [first, ...others] = ends;
  if (first === undefined) return [];
  const own = mechanismsOf(first.start);
  const further = others.flatMap(({ start }) => mechanismsOf(start).map((one) => withAlone(start, [one])));
  return [
    ...own.map((one) => without(first.start, [one])),
    ...own.map((one) => withAlone(first.start, [one])),
    ...others.flatMap(({ start }) => mechanismsOf(start).map((one) => without(start, [one]))),
    ...ends.flatMap(({ start, whole }) => holdingPairs(start, whole.predicted).map((pair) => without(start, pair))),
    ...further,
    ...SINGLE_PARTS.filter((one) => first.start.has(one)).map((one) => without(first.start, [one])),
    ...closingPairs(first.start, first.whole.predicted).map((pair) => withAlone(first.start, pair)),
  ];
}

function without(start: Start, mechanisms: readonly Removable[]): Planned {
  return { kind: 'without', start, mechanisms, config: start.without(mechanisms) };
}

function withAlone(start: Start, mechanisms: readonly Removable[]): Planned {
  return { kind: 'with', start, mechanisms, config: start.withAlone(mechanisms) };
}

function mechanismsOf(start: Start): readonly Removable[] {
  return WHOLE.filter((one) => start.has(one));
}

/** Pairs without which something opens that opens without neither alone: the smallest sets of two that hold a vector. */
function holdingPairs(start: Start, predicted: Predicted): readonly Pair[] {
  const sets = [...predicted.values()].flatMap(({ heldBy }) => heldBy).filter((set) => set.length === 2);
  return pairsOf(mechanismsOf(start)).filter(([one, other]) =>
    sets.some((set) => set.includes(one.mechanism) && set.includes(other.mechanism)),
  );
}

/**
 * Pairs that, added to nothing, close something that neither closes alone: the others show no more than their parts. A vector is closed as
 * soon as each of the sets that hold it has a member there; what no configuration leaves out is there anyway.
 */
function closingPairs(start: Start, predicted: Predicted): readonly Pair[] {
  const own = mechanismsOf(start);
  const removable = new Set<Mechanism>(own.map(({ mechanism }) => mechanism));
  const decisive = [...predicted.values()].map(({ heldBy }) =>
    heldBy.filter((set) => set.every((mechanism) => removable.has(mechanism))),
  );
  return pairsOf(own).filter(([{ mechanism: one }, { mechanism: other }]) =>
    decisive.some(
      (sets) =>
        sets.every((set) => set.includes(one) || set.includes(other)) &&
        sets.some((set) => !set.includes(one)) &&
        sets.some((set) => !set.includes(other)),
    ),
  );
}

function pairsOf(own: readonly Removable[]): readonly Pair[] {
  return own.flatMap((one, i) => own.slice(i + 1).map((other): Pair => [one, other]));
}
