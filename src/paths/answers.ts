import {
  type Cheapest,
  cheapest,
  cheapestDerivations,
  chokePoints,
  type Derivation,
  derivation,
  NONE,
  reach as reachOf,
} from '../graph/index.ts';
import { type Changes, goneAfter } from './changes.ts';
import { cheapestChanges } from './control-graph.ts';
import type { ChokePoint, ControlChange, Controls, Named, Path, Reach, Told, WhatIf } from './document.ts';
import { type Certainty, certaintyOf, isConfigured, type PathGraph } from './path-graph.ts';
import { type NameOf, nameOfState } from './questions.ts';
import { type State, stateId } from './states.ts';

/** Entries that are followed one by one; of more, the first so many, and how many were left out is said. */
const MOST_ENTRIES = 500;

/** Order in which assets are told: who has an earlier one has the later ones of the same machine or cluster. */
const WEIGHT: Readonly<Partial<Record<State['kind'], number>>> = { 'host-root': 0, 'cluster-admin': 1 };

/** The questions that are put to one path graph, and their answers in words of the document. */
export class Answers {
  readonly #paths: PathGraph;
  readonly #nameOf: NameOf;
  /** Steps that need more than what is configured. */
  readonly #unsure: Uint8Array;
  readonly #known = new Map<number, Cheapest>();

  constructor(paths: PathGraph, nameOf: NameOf) {
    this.#paths = paths;
    this.#nameOf = nameOf;
    this.#unsure = Uint8Array.from(paths.steps, (step) => (isConfigured(step) ? 0 : 1));
  }

  named(state: number): Named {
    return { id: stateId(this.#paths.states[state] as State), label: nameOfState(this.#paths, state, this.#nameOf) };
  }

  told(step: number): Told {
    const { graph, steps } = this.#paths;
    const { cause, price, place } = steps[graph.tag[step] as number] as PathGraph['steps'][number];
    const conditions = [...graph.conditions.subarray(graph.conditionsFrom[step], graph.conditionsFrom[step + 1])];
    return {
      from: conditions.map((state) => this.named(state)),
      to: this.named(graph.result[step] as number),
      cost: graph.cost[step] as number,
      price,
      cause,
      place: place ?? null,
    };
  }

  #certainty(steps: readonly number[]): Certainty {
    return certaintyOf(steps.flatMap((step) => this.#paths.steps[this.#paths.graph.tag[step] as number]?.price ?? []));
  }

  #from(entry: number): Cheapest {
    let answer = this.#known.get(entry);
    if (answer === undefined) {
      answer = cheapest(this.#paths.graph, { entries: [entry] });
      this.#known.set(entry, answer);
    }
    return answer;
  }

  reach(entries: readonly number[], assets: readonly number[]): { readonly rows: Reach[]; readonly leftOut: number } {
    const followed = entries.slice(0, MOST_ENTRIES);
    return { rows: followed.map((entry) => this.#reach(entry, assets)), leftOut: entries.length - followed.length };
  }

  #reach(entry: number, assets: readonly number[]): Reach {
    const { graph, states } = this.#paths;
    const answer = this.#from(entry);
    const { order } = reachOf(graph, { entries: [entry], removed: this.#unsure });
    const own = states[entry] as State;
    const ofKind = (kind: State['kind']): string[] =>
      [...order].flatMap((number) => {
        const state = states[number] as State;
        return state.kind === kind && state.about !== own.about && !this.#isOwn(number, entry) ? [state.about] : [];
      });
    return {
      entry: this.named(entry),
      assets: assets
        .filter((asset) => asset !== entry && (answer.cost[asset] as number) < Number.POSITIVE_INFINITY)
        .map((asset) => {
          const way = derivation(graph, answer, asset) as Derivation;
          return {
            asset: this.named(asset),
            cost: way.cost,
            steps: way.steps.length,
            certainty: this.#certainty(way.steps),
          };
        })
        .sort((a, b) => a.cost - b.cost || (a.asset.id < b.asset.id ? -1 : 1)),
      containers: ofKind('code').map(this.#nameOf).sort(),
      credentials: ofKind('credential').map(this.#nameOf).sort(),
    };
  }

  /** Handed to the entry by one step that costs nothing. */
  #isOwn(state: number, entry: number): boolean {
    const { graph } = this.#paths;
    for (let i = graph.waysFrom[state] as number; i < (graph.waysFrom[state + 1] as number); i++) {
      const step = graph.ways[i] as number;
      const at = graph.conditionsFrom[step] as number;
      if (graph.cost[step] === 0 && graph.conditionsFrom[step + 1] === at + 1 && graph.conditions[at] === entry)
        return true;
    }
    return false;
  }

  /** The k cheapest ways of each pair; `said` gets what was cut short. */
  paths(entries: readonly number[], assets: readonly number[], k: number, said: (note: string) => void): Path[] {
    const found: Path[] = [];
    for (const entry of entries) {
      for (const asset of assets) {
        if (asset === entry) continue;
        const question = { entries: [entry] };
        const answer = cheapestDerivations(this.#paths.graph, question, asset, k, { base: this.#from(entry) });
        if (answer.ended === 'limit')
          said(
            `the search for further ways from ${this.named(entry).label} to ${this.named(asset).label} ended at its limit: there may be more`,
          );
        for (const [i, way] of answer.derivations.entries()) found.push(this.#path(entry, asset, i + 1, way));
        const [first] = answer.derivations;
        if (first === undefined || answer.derivations.some(({ steps }) => this.#certainty(steps) === 'configured'))
          continue;
        // Something unsettled is cheaper; what is sure must not be hidden behind it.
        const sure = cheapest(this.#paths.graph, { ...question, removed: this.#unsure, until: asset });
        const way = derivation(this.#paths.graph, sure, asset);
        if (way !== undefined) found.push(this.#path(entry, asset, 'configured', way));
      }
    }
    return found;
  }

  #path(entry: number, asset: number, rank: Path['rank'], { steps, cost }: Derivation): Path {
    return {
      from: this.named(entry),
      to: this.named(asset),
      rank,
      cost,
      certainty: this.#certainty(steps),
      steps: steps.map((step) => this.told(step)),
    };
  }

  /** Assets that are reached by what is configured. */
  configured(entries: readonly number[], assets: readonly number[]): number[] {
    const { by } = reachOf(this.#paths.graph, { entries, removed: this.#unsure });
    return assets.filter((asset) => by[asset] !== NONE);
  }

  /** For each asset its cheapest way of all, unless another one that is told leads through it or to more for less. */
  stories(entries: readonly number[], assets: readonly number[]): { readonly entry: number; readonly asset: number }[] {
    const weight = (asset: number) => WEIGHT[(this.#paths.states[asset] as State).kind] ?? 2;
    const told: { entry: number; asset: number; cost: number }[] = [];
    for (const asset of [...assets].sort((a, b) => weight(a) - weight(b) || a - b)) {
      const best = this.#best(entries, asset);
      if (best === undefined) continue;
      const { about, kind } = this.#paths.states[asset] as State;
      const covered = told.some((one) => {
        const other = this.#paths.states[one.asset] as State;
        const sameThing = other.about === about && (kind === 'kernel' || kind === 'host-files');
        return (sameThing && one.cost <= best.cost) || (one.entry === best.entry && best.states.has(one.asset));
      });
      if (!covered) told.push({ entry: best.entry, asset, cost: best.cost });
    }
    return told;
  }

  #best(
    entries: readonly number[],
    asset: number,
  ): { readonly entry: number; readonly cost: number; readonly states: ReadonlySet<number> } | undefined {
    const { graph } = this.#paths;
    const answer = cheapest(graph, { entries: entries.filter((entry) => entry !== asset), until: asset });
    const way = derivation(graph, answer, asset);
    if (way === undefined) return undefined;
    const states = new Set(way.steps.map((step) => graph.result[step] as number));
    const first = way.steps[0];
    if (first === undefined) return undefined;
    const entry = graph.conditions[graph.conditionsFrom[first] as number] as number;
    states.delete(asset);
    return { entry, cost: way.cost, states };
  }

  chokePoints(entries: readonly number[], assets: readonly number[]): ChokePoint[] {
    return assets.flatMap((asset) => {
      const others = entries.filter((entry) => entry !== asset);
      const found = chokePoints(this.#paths.graph, { entries: others, removed: this.#unsure }, asset);
      if (found === undefined) return [];
      return [
        {
          from: others.map((entry) => this.named(entry)),
          asset: this.named(asset),
          states: found.states.filter((state) => !others.includes(state)).map((state) => this.named(state)),
          steps: found.steps.map((step) => this.told(step)),
        },
      ];
    });
  }

  async controls(
    entries: readonly number[],
    assets: readonly number[],
    changes: Changes,
    limits: { readonly milliseconds?: number; readonly answers?: number } = {},
  ): Promise<Controls> {
    const { graph } = this.#paths;
    const targets = assets.filter((asset) => !entries.includes(asset));
    const question = { entries, removed: this.#unsure, targets };
    const found = await cheapestChanges(this.#paths, changes, question, limits);
    const shown = (numbers: readonly number[]) => numbers.map((number) => controlOf(changes, number));
    const removed = new Uint8Array(graph.steps);
    for (const step of goneAfter(changes, new Set(found.controls))) removed[step] = 1;
    const after = cheapest(graph, { entries, removed });
    const uncut = found.uncut.map(({ target }) => target);
    return {
      changes: shown(found.controls),
      cost: found.cost,
      bound: found.bound,
      proven: found.proven,
      others: found.others.map(shown),
      othersComplete: found.othersComplete,
      uncut: uncut.map((asset) => this.#left(asset, changes, entries)),
      after: targets
        .filter((asset) => !uncut.includes(asset))
        .map((asset) => {
          const way = derivation(graph, after, asset);
          return {
            asset: this.named(asset),
            cost: way?.cost ?? null,
            certainty: way === undefined ? null : this.#certainty(way.steps),
            steps: way?.steps.map((step) => this.told(step)) ?? [],
          };
        }),
    };
  }

  /** The cheapest way to an asset when every change is made. */
  #left(asset: number, changes: Changes, entries: readonly number[]): Controls['uncut'][number] {
    const { graph } = this.#paths;
    const removed = this.#unsure.slice();
    const every = new Set(changes.all.map(({ number }) => number));
    for (const step of goneAfter(changes, every)) removed[step] = 1;
    const way = derivation(graph, cheapest(graph, { entries, removed }), asset);
    return { asset: this.named(asset), steps: way?.steps.map((step) => this.told(step)) ?? [] };
  }

  whatIf(entries: readonly number[], assets: readonly number[], changes: Changes, made: readonly number[]): WhatIf {
    const { graph } = this.#paths;
    const removed = new Uint8Array(graph.steps);
    const gone = goneAfter(changes, new Set(made));
    for (const step of gone) removed[step] = 1;
    const cost = ({ cost: costs }: Cheapest, asset: number) => {
      const value = costs[asset] as number;
      return value === Number.POSITIVE_INFINITY ? null : value;
    };
    const rows = entries.slice(0, MOST_ENTRIES).flatMap((entry) => {
      const after = cheapest(graph, { entries: [entry], removed });
      return assets
        .filter((asset) => asset !== entry)
        .map((asset) => ({
          entry: this.named(entry),
          asset: this.named(asset),
          before: cost(this.#from(entry), asset),
          after: cost(after, asset),
        }))
        .filter(({ before }) => before !== null);
    });
    return { changes: made.map((number) => controlOf(changes, number)), closes: gone.length, rows };
  }
}

export function controlOf({ all }: Changes, number: number): ControlChange {
  const { text, cost, targets } = all[number] as Changes['all'][number];
  return { id: `C${number + 1}`, text, cost, targets };
}
