import { expect, test } from 'vitest';
import { cheapest } from './cheapest.ts';
import { excerpt, slice } from './slice.ts';
import { randomFrom, randomSample } from './testing/random.ts';
import { minimalDerivations, slowReach } from './testing/reference.ts';

test('a slice holds every step of every minimal derivation, and only steps that can be taken', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const { graph, entries, targets } = randomSample(randomFrom(seed), { states: 6, steps: 9, conditions: 2 });
    const part = slice(graph, { entries }, targets);
    const kept = new Set(part.steps);
    const needed = targets.flatMap((target) => minimalDerivations(graph, entries, target).flat());
    expect(
      needed.filter((step) => !kept.has(step)),
      `seed ${seed}`,
    ).toEqual([]);
    const reached = slowReach(graph, { entries });
    const conditions = [...kept].flatMap((step) => [
      ...graph.conditions.subarray(graph.conditionsFrom[step], graph.conditionsFrom[step + 1]),
    ]);
    expect(conditions.every((state) => reached.has(state) && part.states.includes(state))).toBe(true);
  }
});

test('an excerpt answers for its targets as the whole does', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const { graph, entries, targets } = randomSample(randomFrom(seed), { states: 20, steps: 50, conditions: 3 });
    const whole = cheapest(graph, { entries });
    const part = excerpt(graph, slice(graph, { entries }, targets));
    const inner = cheapest(part.graph, {
      entries: entries.map(part.inside).filter((state) => state < part.graph.states),
    });
    for (const target of targets) {
      expect(inner.cost[part.inside(target)] ?? Number.POSITIVE_INFINITY, `seed ${seed}`).toBe(whole.cost[target]);
    }
  }
});

test('an excerpt may price its steps anew', () => {
  const { graph, entries, targets } = randomSample(randomFrom(3), { states: 20, steps: 50, conditions: 3 });
  const part = excerpt(graph, slice(graph, { entries }, targets), (step) => step + 0.5);
  expect([...part.graph.cost]).toEqual([...part.steps].map((step) => step + 0.5));
});
