import { type Cheapest, cheapest, stepCost } from './cheapest.ts';
import { type Derivation, derivation, derivationFrom } from './derivation.ts';
import { type Graph, NONE } from './graph.ts';
import { checkState, isRemoved, type Question } from './question.ts';
import { CostQueue } from './queue.ts';

export interface Alternatives {
  /** Ascending by cost. */
  readonly derivations: readonly Derivation[];
  /** `all`: there are no more; `more`: as many as were asked for; `limit`: the searches were used up, so the next ones are missing. */
  readonly ended: 'all' | 'more' | 'limit';
}

/** A part of all derivations: those that take the fixed steps, and at one state none of the banned. */
interface Part {
  /** Step by state. Made when it is asked for: most parts wait until the end. */
  readonly fixed: () => ReadonlyMap<number, number>;
  readonly at: number;
  readonly banned: ReadonlySet<number>;
  /** The cheapest of the part, once it has been searched for. */
  readonly best?: Derivation;
}

const DEFAULT_SEARCHES = 1000;

/**
 * The k cheapest derivations of a target, without circles and with one step a state. As sets of steps these are exactly the minimal
 * ones: those that no longer reach the target when any step is left out.
 *
 * The derivations behind the best are split by the first choice in which they differ from it (Lawler 1972; target first, so that a
 * state is known to be needed when its turn comes). A part waits under a lower bound: what it fixes, and for the rest the cheapest of
 * the whole graph. Mostly the derivation that the bound stands for exists and is the part's cheapest; where it runs in a circle or
 * through a state that it would derive twice, the part is searched (`searches` bounds how often).
 */
export function cheapestDerivations(
  graph: Graph,
  question: Question,
  target: number,
  k: number,
  { searches = DEFAULT_SEARCHES, base }: { readonly searches?: number; readonly base?: Cheapest } = {},
): Alternatives {
  checkState(graph, target);
  const entire = base ?? cheapest(graph, { entries: question.entries, removed: question.removed });
  const search = new Search(graph, question, target, entire, searches);
  const derivations: Derivation[] = [];
  while (derivations.length < k) {
    const next = search.next();
    if (typeof next === 'string') return { derivations, ended: next };
    derivations.push(next);
  }
  return { derivations, ended: search.exhausted ? 'all' : 'more' };
}

class Search {
  readonly #graph: Graph;
  readonly #question: Question;
  readonly #target: number;
  readonly #base: Cheapest;
  readonly #queue = new CostQueue();
  readonly #parts: (Part | undefined)[] = [];
  readonly #removed: Uint8Array;
  #searches: number;

  constructor(graph: Graph, question: Question, target: number, base: Cheapest, searches: number) {
    this.#graph = graph;
    this.#question = question;
    this.#target = target;
    this.#base = base;
    this.#searches = searches;
    this.#removed = question.removed?.slice() ?? new Uint8Array(graph.steps);
    const best = derivation(graph, base, target);
    if (best !== undefined) this.#wait(best.cost, { fixed: () => new Map(), at: target, banned: new Set(), best });
  }

  get exhausted(): boolean {
    return this.#queue.size === 0;
  }

  next(): Derivation | 'all' | 'limit' {
    while (this.#queue.size > 0) {
      const number = this.#queue.pop();
      const bound = this.#queue.cost;
      const part = this.#parts[number] as Part;
      this.#parts[number] = undefined;
      if (part.best !== undefined) {
        this.#split(part, part.best);
        return part.best;
      }
      const guess = this.#guess(part);
      if (guess?.cost === bound) {
        this.#wait(bound, { ...part, best: guess });
        continue;
      }
      if (this.#searches-- <= 0) return 'limit';
      const best = this.#searched(part);
      if (best !== undefined) this.#wait(best.cost, { ...part, best });
    }
    return 'all';
  }

  #wait(bound: number, part: Part): void {
    this.#queue.push(bound, this.#parts.length);
    this.#parts.push(part);
  }

  #split(part: Part, best: Derivation): void {
    const { result } = this.#graph;
    const inherited = part.fixed();
    const fixed = new Map(inherited);
    const pairs = best.steps.map((step): [number, number] => [result[step] as number, step]).reverse();
    const own = pairs.filter(([state]) => state === part.at);
    const order = own.concat(pairs.filter(([state]) => state !== part.at && !inherited.has(state)));
    for (const [i, [at, step]] of order.entries()) {
      const banned = new Set(at === part.at ? part.banned : []).add(step);
      const child = { fixed: () => new Map([...inherited, ...order.slice(0, i)]), at, banned };
      const bound = this.#bound(child, fixed, best);
      if (bound < Number.POSITIVE_INFINITY) this.#wait(bound, child);
      fixed.set(at, step);
    }
  }

  /** The cheapest step to the state at which a part deviates, its conditions at their least cost; `NONE` if there is no other. */
  #deviation({ at, banned }: Part): { readonly step: number; readonly cost: number } {
    const { ways, waysFrom } = this.#graph;
    const costOf = (state: number): number => this.#base.cost[state] as number;
    let least = { step: NONE, cost: Number.POSITIVE_INFINITY };
    for (let i = waysFrom[at] as number; i < (waysFrom[at + 1] as number); i++) {
      const step = ways[i] as number;
      if (banned.has(step) || isRemoved(this.#question.removed, step)) continue;
      const cost = stepCost(this.#graph, step, costOf);
      if (cost < least.cost) least = { step, cost };
    }
    return least;
  }

  /** What no derivation of the part falls below; the fixed states are those of the derivation that was split, in its order. */
  #bound(part: Part, fixed: ReadonlyMap<number, number>, split: Derivation): number {
    const { result } = this.#graph;
    const known = new Map([[part.at, this.#deviation(part).cost]]);
    const costOf = (state: number): number => known.get(state) ?? (this.#base.cost[state] as number);
    for (const step of split.steps) {
      const state = result[step] as number;
      if (fixed.get(state) === step) known.set(state, stepCost(this.#graph, step, costOf));
    }
    return costOf(this.#target);
  }

  /** The derivation that the bound stands for, if it is one. */
  #guess(part: Part): Derivation | undefined {
    const deviation = this.#deviation(part).step;
    const fixed = part.fixed();
    const choice = (state: number): number =>
      state === part.at ? deviation : (fixed.get(state) ?? (this.#base.by[state] as number));
    return derivationFrom(this.#graph, choice, this.#target);
  }

  #searched(part: Part): Derivation | undefined {
    const removed = this.#removed;
    const { ways, waysFrom } = this.#graph;
    const out: number[] = [];
    const remove = (step: number): void => {
      if (removed[step] !== 0) return;
      removed[step] = 1;
      out.push(step);
    };
    for (const [state, step] of part.fixed()) {
      for (const way of ways.subarray(waysFrom[state], waysFrom[state + 1])) if (way !== step) remove(way);
    }
    for (const step of part.banned) remove(step);
    const answer = cheapest(this.#graph, { entries: this.#question.entries, removed, until: this.#target });
    for (const step of out) removed[step] = 0;
    return derivation(this.#graph, answer, this.#target);
  }
}
