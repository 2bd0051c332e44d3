import { expect, test } from 'vitest';
import { cheapest } from './cheapest.ts';
import { derivation } from './derivation.ts';
import { type Graph, GraphBuilder } from './graph.ts';
import type { Question } from './question.ts';
import { reach } from './reach.ts';
import { randomFrom, randomSample } from './testing/random.ts';
import { slowCheapest, slowReach } from './testing/reference.ts';

const GRAPHS = 12_000;

/** Carries the steps out one by one: each must be there and find its conditions fulfilled. */
function leadsTo(graph: Graph, question: Question, steps: readonly number[], target: number): boolean {
  const held = new Set(Array.from(question.entries));
  for (const step of steps) {
    const conditions = graph.conditions.subarray(graph.conditionsFrom[step], graph.conditionsFrom[step + 1]);
    if ((question.removed?.[step] ?? 0) !== 0 || !conditions.every((condition) => held.has(condition))) return false;
    held.add(graph.result[step] as number);
  }
  return held.has(target) && new Set(steps).size === steps.length;
}

/** What is wrong with the answers for one state. */
function faults(graph: Graph, question: Question, state: number): string[] {
  const least = cheapest(graph, question);
  const way = derivation(graph, least, state);
  const first = derivation(graph, reach(graph, question), state);
  const once = way?.steps.reduce((sum, step) => sum + (graph.cost[step] as number), 0);
  return [
    way?.cost === least.cost[state] ? '' : 'cost',
    way?.once === once && (once ?? 0) <= (way?.cost ?? 0) ? '' : 'cost of the steps',
    way !== undefined && leadsTo(graph, question, way.steps, state) ? '' : 'cheapest derivation',
    first !== undefined && leadsTo(graph, question, first.steps, state) ? '' : 'derivation',
  ].filter((fault) => fault !== '');
}

test(`reachability, costs and derivations of ${GRAPHS} random graphs are those of the slow reference`, () => {
  let reachable = 0;
  for (let seed = 1; seed <= GRAPHS; seed++) {
    const random = randomFrom(seed);
    const { graph, entries } = randomSample(random, { states: 12, steps: 30, conditions: 3 });
    const removed = Uint8Array.from({ length: graph.steps }, () => (random() < 0.1 ? 1 : 0));
    const question = seed % 2 === 0 ? { entries, removed } : { entries };
    const reached = [...reach(graph, question).order].sort((a, b) => a - b);
    const slow = [...slowReach(graph, question)].sort((a, b) => a - b);
    expect(reached.join(), `seed ${seed}`).toBe(slow.join());
    expect(cheapest(graph, question).cost.join(), `seed ${seed}`).toBe(slowCheapest(graph, question).join());
    const state = reached[Math.floor(random() * reached.length)] as number;
    expect(faults(graph, question, state), `seed ${seed}, state ${state}`).toEqual([]);
    reachable += reached.length;
  }
  expect(reachable).toBeGreaterThan(3 * GRAPHS);
});

test('the search that stops at a state is right for that state', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const { graph, entries, targets } = randomSample(randomFrom(seed), { states: 15, steps: 40, conditions: 2 });
    const until = targets[0] as number;
    expect(cheapest(graph, { entries, until }).cost[until]).toBe(cheapest(graph, { entries }).cost[until]);
    expect(reach(graph, { entries, until }).by[until]).toBe(reach(graph, { entries }).by[until]);
  }
});

test('what two conditions share is paid for twice in the cost, once in the cost of the steps, and told once', () => {
  const builder = new GraphBuilder();
  const [entry, shared, left, right, goal] = Array.from({ length: 5 }, () => builder.state()) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const steps = [
    builder.step([entry], shared, 10),
    builder.step([shared], left, 1),
    builder.step([shared], right, 2),
    builder.step([left, right], goal, 3),
  ];
  const graph = builder.build();
  expect(derivation(graph, cheapest(graph, { entries: [entry] }), goal)).toEqual({
    target: goal,
    steps,
    cost: 26,
    once: 16,
  });
});

test('a chain whose cost doubles at every link outgrows numbers and still has a derivation', () => {
  const builder = new GraphBuilder();
  let from = builder.state();
  const entry = from;
  for (let link = 0; link < 1100; link++) {
    const left = builder.state();
    const right = builder.state();
    const to = builder.state();
    builder.step([from], left, 1);
    builder.step([from], right, 1);
    builder.step([left, right], to, 0);
    from = to;
  }
  const graph = builder.build();
  const way = derivation(graph, cheapest(graph, { entries: [entry] }), from);
  expect(way).toMatchObject({ cost: Number.MAX_VALUE, once: 2200 });
  expect(way?.steps).toHaveLength(3300);
});

test('a path of 300,000 steps is no deeper than one of two', () => {
  const builder = new GraphBuilder();
  const last = builder.states(300_001) + 300_000;
  for (let state = 0; state < last; state++) builder.step([state], state + 1, 1);
  const graph = builder.build();
  expect(derivation(graph, cheapest(graph, { entries: [0] }), last)?.steps).toHaveLength(300_000);
});

test('of equally cheap steps the one with the least number is taken', () => {
  const builder = new GraphBuilder();
  builder.states(4);
  builder.step([1], 3, 1);
  builder.step([0], 2, 0);
  builder.step([2], 1, 0);
  builder.step([0], 3, 1);
  const graph = builder.build();
  expect(derivation(graph, cheapest(graph, { entries: [0] }), 3)?.steps).toEqual([1, 2, 0]);
});
