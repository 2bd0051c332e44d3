import { expect, test } from 'vitest';
import { cheapestDerivations } from './alternatives.ts';
import { randomFrom, randomSample } from './testing/random.ts';
import { minimalDerivations, treeCost } from './testing/reference.ts';

const GRAPHS = 10_000;

/** All sets of steps are tried, so their number doubles the time with each: most graphs are small, one in seven is larger. */
const sizeOf = (seed: number) =>
  seed % 7 === 0 ? { states: 5, steps: 11, conditions: 2 } : { states: 5, steps: 7, conditions: 2 };

test(`the k cheapest of ${GRAPHS} random graphs are the k cheapest of all minimal derivations`, () => {
  let several = 0;
  for (let seed = 1; seed <= GRAPHS; seed++) {
    const { graph, entries, targets } = randomSample(randomFrom(seed), sizeOf(seed));
    const target = targets[0] as number;
    const expected = minimalDerivations(graph, entries, target);
    const costs = expected.map((set) => treeCost(graph, set, entries, target)).sort((a, b) => a - b);
    const all = cheapestDerivations(graph, { entries }, target, 10_000);
    expect(all.ended).toBe('all');
    const found = all.derivations.map(({ steps }) => [...steps].sort((a, b) => a - b).join());
    expect(new Set(found), `seed ${seed}`).toEqual(new Set(expected.map((set) => set.join())));
    expect(found, `seed ${seed}: none twice`).toHaveLength(expected.length);
    expect(
      all.derivations.map(({ cost }) => cost),
      `seed ${seed}`,
    ).toEqual(costs);
    const two = cheapestDerivations(graph, { entries }, target, 2);
    expect(two.derivations).toEqual(all.derivations.slice(0, 2));
    if (expected.length > 2) several++;
  }
  expect(several).toBeGreaterThan(GRAPHS / 200);
});

test('removed steps are in none of them, and used-up searches are told', () => {
  let limited = 0;
  for (let seed = 1; seed <= 2000; seed++) {
    const { graph, entries, targets } = randomSample(randomFrom(seed), { states: 6, steps: 14, conditions: 2 });
    const target = targets[0] as number;
    const removed = Uint8Array.from({ length: graph.steps }, (_, step) => (step % 5 === 0 ? 1 : 0));
    const all = cheapestDerivations(graph, { entries, removed }, target, 1000);
    expect(all.derivations.flatMap(({ steps }) => steps).filter((step) => step % 5 === 0)).toEqual([]);
    const some = cheapestDerivations(graph, { entries, removed }, target, 1000, { searches: 0 });
    expect(some.derivations).toEqual(all.derivations.slice(0, some.derivations.length));
    if (some.ended === 'limit') limited++;
    else expect(some).toEqual(all);
  }
  expect(limited).toBeGreaterThan(10);
});
