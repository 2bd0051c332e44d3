import { cheapest, derivation, reach, slice } from '../../graph/index.ts';
import { isConfigured, labelOf, type PathGraph, type PathsAnswer, stateId } from '../../paths/index.ts';
import type { System } from '../../threats/system.ts';
import { causeText, placeText } from './paths-words.ts';
import { GROUPINGS, groupsOf, Items, type Picture, type PictureEdge, type PictureNode } from './picture.ts';

export interface Drawn {
  readonly picture: Picture;
  /** Of the whole graph. */
  readonly states: number;
  readonly steps: number;
}

/**
 * What lies on configured ways from the entries to the assets, and the ways that are told even where they need a flaw. Steps with the
 * same conditions and the same result are one line; one with several conditions meets in a point.
 */
export function pathsPicture(answer: PathsAnswer, system: System): Drawn {
  const { document, paths } = answer;
  const numbers = (all: readonly { readonly id: string }[]) => all.flatMap(({ id }) => paths.numberOf(id) ?? []);
  const [entries, assets] = [numbers(document.entries), numbers(document.assets)];
  const removed = Uint8Array.from(paths.steps, (step) => (isConfigured(step) ? 0 : 1));
  const question = { entries, removed };
  const part = slice(paths.graph, question, assets, reach(paths.graph, question));
  const drawing = new Drawing(answer, system);
  for (const step of part.steps) drawing.step(step);
  for (const step of toldSteps(answer)) drawing.step(step);
  for (const state of [...part.states, ...entries, ...assets]) drawing.state(state);
  drawing.tellWays(entries, removed);
  const { states, steps } = drawing;
  return { picture: drawing.picture(), states: states.size, steps: steps.size };
}

/** Steps of told ways, found again by what they lead from and to and why. */
function toldSteps({ document, paths }: PathsAnswer): number[] {
  const told = new Set(
    document.paths.flatMap(({ steps }) =>
      steps.map(({ from, to, cause }) => JSON.stringify([from.map(({ id }) => id), to.id, cause])),
    ),
  );
  const results = new Set(document.paths.flatMap(({ steps }) => steps.map(({ to }) => paths.numberOf(to.id))));
  const { graph } = paths;
  const found: number[] = [];
  for (const result of results) {
    if (result === undefined) continue;
    for (let i = graph.waysFrom[result] as number; i < (graph.waysFrom[result + 1] as number); i++) {
      const step = graph.ways[i] as number;
      const ids = conditionsOf(paths, step).map((state) => stateId(paths.states[state] as PathGraph['states'][number]));
      const { cause } = paths.steps[graph.tag[step] as number] as PathGraph['steps'][number];
      const id = stateId(paths.states[result] as PathGraph['states'][number]);
      if (told.has(JSON.stringify([ids, id, cause]))) found.push(step);
    }
  }
  return found;
}

function conditionsOf({ graph }: PathGraph, step: number): number[] {
  return [...graph.conditions.subarray(graph.conditionsFrom[step] as number, graph.conditionsFrom[step + 1] as number)];
}

interface Line {
  readonly conditions: readonly number[];
  readonly result: number;
  readonly names: Set<string>;
  readonly items: Set<number>;
}

class Drawing {
  readonly states = new Set<number>();
  readonly steps = new Set<number>();
  readonly #lines = new Map<string, Line>();
  readonly #items = new Items();
  readonly #ways = new Map<number, number[]>();
  readonly #answer: PathsAnswer;
  readonly #system: System;

  constructor(answer: PathsAnswer, system: System) {
    this.#answer = answer;
    this.#system = system;
  }

  state(state: number): void {
    this.states.add(state);
  }

  step(step: number): void {
    if (this.steps.has(step)) return;
    this.steps.add(step);
    const { paths } = this.#answer;
    const conditions = conditionsOf(paths, step);
    const result = paths.graph.result[step] as number;
    for (const state of [...conditions, result]) this.states.add(state);
    const key = `${conditions.join(' ')}>${result}`;
    const line = this.#lines.get(key) ?? { conditions, result, names: new Set(), items: new Set() };
    this.#lines.set(key, line);
    const { cause } = paths.steps[paths.graph.tag[step] as number] as PathGraph['steps'][number];
    line.names.add(cause.kind === 'vector' ? cause.vector : cause.kind === 'rule' ? cause.rule : cause.kind);
    line.items.add(this.#item(step));
  }

  #label(state: number): string {
    return labelOf(this.#answer.paths.states[state] as PathGraph['states'][number], this.#answer.nameOf);
  }

  #item(step: number): number {
    const { paths } = this.#answer;
    const { cause, place } = paths.steps[paths.graph.tag[step] as number] as PathGraph['steps'][number];
    const from = conditionsOf(paths, step).map((state) => this.#label(state));
    const start = from.length === 0 ? 'Anybody' : from.join(' and ');
    const to = this.#label(paths.graph.result[step] as number);
    const cost = paths.graph.cost[step] as number;
    return this.#items.of(`${start} → ${to} (${cost}): ${causeText(cause)}`, placeText(place ?? null, cause));
  }

  /** The cheapest configured way to each state that is drawn. */
  tellWays(entries: readonly number[], removed: Uint8Array): void {
    const { graph } = this.#answer.paths;
    const found = cheapest(graph, { entries, removed });
    for (const state of this.states) {
      const way = derivation(graph, found, state);
      if (way !== undefined)
        this.#ways.set(
          state,
          way.steps.map((step) => this.#item(step)),
        );
    }
  }

  picture(): Picture {
    const { paths, document } = this.#answer;
    const entries = new Set(document.entries.map(({ id }) => id));
    const assets = new Set(document.assets.map(({ id }) => id));
    const order = [...this.states].sort((a, b) => a - b);
    const places = new Map(order.map((state, i) => [state, i]));
    const nodes: PictureNode[] = order.map((state) => {
      const one = paths.states[state] as PathGraph['states'][number];
      const id = stateId(one);
      const shape = assets.has(id) ? 'asset' : entries.has(id) ? 'entry' : 'state';
      const way = this.#ways.get(state);
      return {
        label: this.#label(state),
        below: '',
        shape,
        level: '',
        groups: groupsOf(this.#system, one.about),
        sections: way === undefined ? [] : [{ title: 'The cheapest configured way here', items: way }],
      };
    });
    const edges: PictureEdge[] = [];
    const place = (state: number) => places.get(state) as number;
    for (const { conditions, result, names, items } of this.#lines.values()) {
      const [first = ''] = names;
      const edge = {
        label: names.size > 1 ? `${first} (+${names.size - 1})` : first,
        dashed: conditions.length > 1,
        both: false,
        items: [...items],
      };
      if (conditions.length < 2) {
        for (const from of conditions) edges.push({ ...edge, from: place(from), to: place(result) });
        continue;
      }
      const { groups } = nodes[place(result)] as PictureNode;
      const junction = nodes.push({ label: 'and', below: '', shape: 'junction', level: '', groups, sections: [] }) - 1;
      for (const from of conditions) edges.push({ ...edge, label: '', from: place(from), to: junction });
      edges.push({ ...edge, from: junction, to: place(result) });
    }
    const numberOf = new Map(order.map((state, i) => [stateId(paths.states[state] as PathGraph['states'][number]), i]));
    const ways = document.paths.map(({ from, to, steps }) => ({
      title: `${from.label} → ${to.label}`,
      nodes: [...new Set(steps.flatMap((step) => [...step.from, step.to]).flatMap(({ id }) => numberOf.get(id) ?? []))],
      items: steps.map((step) =>
        this.#items.of(
          `${step.from.length === 0 ? 'Anybody' : step.from.map(({ label }) => label).join(' and ')} → ${step.to.label} (${step.cost}): ${causeText(step.cause)}`,
          placeText(step.place, step.cause),
        ),
      ),
    }));
    return { nodes, edges, items: this.#items.all, ways, groupings: GROUPINGS, grouping: '' };
  }
}
