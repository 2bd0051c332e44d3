import type { Fix, TargetResult } from '../check/index.ts';
import type { Place } from '../posture/index.ts';
import type { PathGraph } from './path-graph.ts';

/** One change of the configuration, as the fixes of `check` name it. */
interface Change {
  /** Its place in the list, from 0; shown from C1. */
  readonly number: number;
  readonly text: string;
  /** How much trouble it makes for whoever runs it, as of a fix. */
  readonly cost: number;
  /** Objects whose findings ask for it; a change of a shared line counts for each. */
  readonly targets: readonly string[];
  readonly place: Place | undefined;
}

/** What changes do to the steps: a step is gone when one of its sets of changes is made, all of the set. */
export interface Changes {
  readonly all: readonly Change[];
  /** By step of the path graph: sets of changes, by number. */
  readonly closing: ReadonlyMap<number, readonly (readonly number[])[]>;
}

/** What a change reaches beyond one object: the daemon, the kubelet and the machine have one configuration for all. */
const SHARED = /daemon\.json|kubelet configuration/;

interface Draft {
  readonly text: string;
  readonly targets: Set<string>;
  readonly place: Place | undefined;
  cost: number | undefined;
}

/** Gathers the changes of all fixes; the same change is one, whatever fixes it is part of. */
class Gathering {
  readonly drafts: Draft[] = [];
  readonly byVector = new Map<string, number[][]>();
  readonly byPlace = new Map<string, number>();
  readonly #numbers = new Map<string, number>();
  readonly #sums: { readonly set: readonly number[]; readonly cost: number }[] = [];

  add(target: string, vector: string, fix: Fix): void {
    const set = fix.changes.map((text, i) => this.#change(target, text, fix.places[i] ?? undefined));
    const [only] = set;
    if (only !== undefined && set.length === 1) (this.drafts[only] as Draft).cost = fix.cost;
    else this.#sums.push({ set, cost: fix.cost });
    for (const closed of [vector, ...fix.closes]) {
      const name = vectorKey(target, closed);
      const sets = this.byVector.get(name);
      if (sets === undefined) this.byVector.set(name, [set]);
      else if (!sets.some((known) => known.join() === set.join())) sets.push(set);
    }
  }

  #change(target: string, text: string, place: Place | undefined): number {
    const key = place !== undefined || SHARED.test(text) ? text : `${target} ${text}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.drafts.length;
      this.#numbers.set(key, number);
      this.drafts.push({ text, targets: new Set(), place, cost: undefined });
      if (place !== undefined) this.byPlace.set(placeKey(place), number);
    }
    this.drafts[number]?.targets.add(target);
    return number;
  }

  /** A fix of several changes costs their sum; what those cost that no fix makes alone is what the others leave of it. */
  price(): void {
    for (const { set, cost } of this.#sums) {
      const open = set.filter((number) => this.drafts[number]?.cost === undefined);
      const rest = set.reduce((left, number) => left - (this.drafts[number]?.cost ?? 0), cost);
      for (const number of open) (this.drafts[number] as Draft).cost = Math.max(1, Math.round(rest / open.length));
    }
  }
}

const vectorKey = (target: string, vector: string): string => `${target} ${vector}`;

/** Changes of every fix that closes an open vector with a step. */
export function changesOf({ steps }: PathGraph, results: readonly TargetResult[]): Changes {
  const gathering = new Gathering();
  for (const { id, findings } of results)
    for (const { vector, verdict, fixes } of findings)
      if (verdict === 'open') for (const fix of fixes) gathering.add(id, vector, fix);
  gathering.price();
  const closing = new Map<number, readonly (readonly number[])[]>();
  for (const [number, { cause, place }] of steps.entries()) {
    // The line that makes a relation is taken back: the relation goes with it.
    const taken = cause.kind === 'rule' && place !== undefined ? gathering.byPlace.get(placeKey(place)) : undefined;
    const sets = cause.kind === 'vector' ? gathering.byVector.get(vectorKey(cause.target, cause.vector)) : undefined;
    const own = taken === undefined ? sets : [[taken]];
    if (own !== undefined) closing.set(number, smallest(own));
  }
  const all = gathering.drafts.map(({ text, cost = 1, targets, place }, number) => ({
    number,
    text,
    cost,
    targets: [...targets],
    place,
  }));
  return { all, closing };
}

function placeKey({ path, line, column }: Place): string {
  return `${path}:${line}:${column}`;
}

/** Without sets that contain another. */
function smallest(sets: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return sets.filter(
    (set, i) =>
      !sets.some((other, j) => {
        const within = i !== j && other.every((number) => set.includes(number));
        return within && (other.length < set.length || j < i);
      }),
  );
}

/** Steps that are gone when these changes are made. */
export function goneAfter({ closing }: Changes, made: ReadonlySet<number>): number[] {
  const gone: number[] = [];
  for (const [step, sets] of closing) if (sets.some((set) => set.every((number) => made.has(number)))) gone.push(step);
  return gone;
}
