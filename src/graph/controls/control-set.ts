import { cheapest } from '../cheapest.ts';
import { type Derivation, derivation } from '../derivation.ts';
import { type Graph, NONE } from '../graph.ts';
import type { Question } from '../question.ts';
import { reach } from '../reach.ts';
import { type Control, Field } from './field.ts';
import { type Hitting, HittingSets } from './hitting-set.ts';

export interface Limits {
  /** For all of it; 10,000 unless told. */
  readonly milliseconds?: number;
  /** How many answers of equal cost are looked for, the first among them; 10 unless told. */
  readonly answers?: number;
  /** Nodes of the search that precedes the solver: 0 takes every instance to HiGHS. */
  readonly nodes?: number;
}

export interface ControlSet {
  /** Numbers of controls, ascending; without any one of them a target can be reached again. */
  readonly controls: readonly number[];
  readonly cost: number;
  /** No set of controls that leaves no way costs less; equal to `cost` when it is proven, else the difference is the gap. */
  readonly bound: number;
  readonly proven: boolean;
  /** Other sets of the same cost, by number of controls and then by their numbers. */
  readonly others: readonly (readonly number[])[];
  /** Whether these are all. */
  readonly othersComplete: boolean;
  /** Targets that all controls together leave reachable, each with its cheapest derivation. The answer is for the other targets. */
  readonly uncut: readonly Derivation[];
}

/**
 * The cheapest set of controls that leaves no derivation of any target. By implicit hitting sets (Moreno-Centeno and Karp 2013): each
 * derivation is a core, of whose controls one is needed. A cheapest choice that hits all known cores either leaves no derivation,
 * and then nothing cheaper can; or it leaves one, which is a new core.
 */
export async function cheapestControls(
  graph: Graph,
  question: Question,
  targets: readonly number[],
  controls: readonly Control[],
  limits: Limits = {},
): Promise<ControlSet> {
  for (const { cost } of controls) {
    if (!(cost >= 0 && cost < Number.POSITIVE_INFINITY))
      throw new RangeError(`cost ${cost}: not a finite number from 0`);
  }
  const uncut = withoutControl(graph, question, targets, controls);
  const lost = new Set(uncut.map(({ target }) => target));
  const field = new Field(
    graph,
    question,
    targets.filter((target) => !lost.has(target)),
    controls,
  );
  const costs = controls.map(({ cost }) => cost);
  const work = new ControlSearch(field, costs, limits);
  try {
    return { ...(await work.run()), uncut };
  } finally {
    work.close();
  }
}

function withoutControl(
  graph: Graph,
  { entries, removed }: Question,
  targets: readonly number[],
  controls: readonly Control[],
): Derivation[] {
  const all = removed?.slice() ?? new Uint8Array(graph.steps);
  for (const { steps } of controls) for (const step of steps) all[step] = 1;
  const { by } = reach(graph, { entries, removed: all });
  const left = targets.filter((target) => by[target] !== NONE);
  if (left.length === 0) return [];
  const answer = cheapest(graph, { entries, removed: all });
  return [...new Set(left)].map((target) => derivation(graph, answer, target) as Derivation);
}

const DEFAULT = { milliseconds: 10_000, answers: 10 };

class ControlSearch {
  readonly #field: Field;
  readonly #costs: readonly number[];
  readonly #sets: HittingSets;
  readonly #answers: number;
  readonly #end: number;

  constructor(field: Field, costs: readonly number[], { milliseconds, answers, nodes }: Limits) {
    this.#field = field;
    this.#costs = costs;
    this.#sets = new HittingSets(costs, nodes);
    this.#answers = answers ?? DEFAULT.answers;
    this.#end = performance.now() + (milliseconds ?? DEFAULT.milliseconds);
  }

  close(): void {
    this.#sets.close();
  }

  async run(): Promise<Omit<ControlSet, 'uncut'>> {
    let bound = 0;
    let best = this.#pruned(this.#gather([]));
    while (this.#left() > 0) {
      const choice = (await this.#sets.cheapest(this.#left())) as Hitting;
      bound = Math.max(bound, choice.bound);
      if (!exceeds(this.#costOf(best), bound)) break;
      const cut = this.#pruned(this.#gather(choice.controls));
      if (this.#costOf(cut) < this.#costOf(best)) best = cut;
      if (!exceeds(this.#costOf(best), bound)) break;
    }
    const cost = this.#costOf(best);
    if (exceeds(cost, bound)) return { controls: best, cost, bound, proven: false, others: [], othersComplete: false };
    const { found, complete } = await this.#equals(best);
    const [controls = [], ...others] = found.sort(bySize);
    return { controls, cost, bound: cost, proven: true, others, othersComplete: complete };
  }

  /** What is left of the time, in milliseconds. */
  #left(): number {
    return this.#end - performance.now();
  }

  #costOf(controls: Iterable<number>): number {
    let total = 0;
    for (const control of controls) total += this.#costs[control] as number;
    return total;
  }

  /** Adds to a choice, one control a derivation that it leaves, until it leaves none; each of them is a new core. */
  #gather(choice: readonly number[]): Set<number> {
    const chosen = new Set(choice);
    for (;;) {
      const way = this.#field.open(chosen);
      if (way === undefined) return chosen;
      const core = this.#field.core(way);
      this.#sets.add(core);
      chosen.add(this.#mostFor(core));
    }
  }

  /** The control of a core that hits most of the known cores for its cost. */
  #mostFor(core: readonly number[]): number {
    const hits = (control: number): number => this.#sets.cores.filter((known) => known.includes(control)).length;
    const price = (control: number): number => (this.#costs[control] as number) / hits(control);
    return core.reduce((best, control) => (price(control) < price(best) ? control : best));
  }

  /** Leaves out what is not needed, the dearest first. */
  #pruned(choice: ReadonlySet<number>): number[] {
    const chosen = new Set(choice);
    const dearestFirst = [...chosen].sort((a, b) => (this.#costs[b] as number) - (this.#costs[a] as number) || a - b);
    for (const control of dearestFirst) {
      chosen.delete(control);
      if (!this.#field.cuts(chosen)) chosen.add(control);
    }
    return [...chosen].sort((a, b) => a - b);
  }

  /** The other answers of the same cost: each that is found is forbidden, until the next would cost more. */
  async #equals(
    first: readonly number[],
  ): Promise<{ readonly found: (readonly number[])[]; readonly complete: boolean }> {
    const cost = this.#costOf(first);
    const found = [first];
    this.#sets.forbid(first);
    while (this.#left() > 0) {
      const choice = await this.#sets.cheapest(this.#left());
      if (choice === undefined || exceeds(choice.bound, cost)) return { found, complete: true };
      if (exceeds(choice.cost, cost)) break;
      const chosen = new Set(choice.controls);
      if (!this.#field.cuts(chosen)) {
        this.#gather(choice.controls);
        continue;
      }
      if (found.length === this.#answers) break;
      const minimal = this.#pruned(chosen);
      found.push(minimal);
      this.#sets.forbid(minimal);
    }
    return { found, complete: false };
  }
}

/** By more than what sums of fractions in another order differ in. */
function exceeds(cost: number, other: number): boolean {
  return cost > other + 1e-12 * cost;
}

function bySize(a: readonly number[], b: readonly number[]): number {
  return a.length - b.length || compareNumbers(a, b);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((control, i) => control !== b[i]);
  return at === -1 ? 0 : (a[at] as number) - (b[at] as number);
}
