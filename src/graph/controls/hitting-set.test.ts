import { expect, test } from 'vitest';
import { randomFrom } from '../testing/random.ts';
import { HittingSets } from './hitting-set.ts';

const CONTROLS = 8;

/** The least cost of all choices, by trying them; undefined when there is none. */
function slowLeast(
  costs: readonly number[],
  cores: readonly number[][],
  forbidden: readonly number[][],
): number | undefined {
  let least: number | undefined;
  for (let bits = 0; bits < 2 ** costs.length; bits++) {
    const has = (control: number): boolean => (bits >> control) % 2 === 1;
    if (!cores.every((core) => core.some(has)) || forbidden.some((set) => set.every(has))) continue;
    const cost = costs.reduce((sum, own, control) => sum + (has(control) ? own : 0), 0);
    least = least === undefined ? cost : Math.min(least, cost);
  }
  return least;
}

test.for([
  { by: 'its own search', nodes: 1_000_000, instances: 300 },
  { by: 'the solver', nodes: 0, instances: 40 },
])('the cheapest choice by $by costs what trying all of them finds', async ({ nodes, instances }) => {
  for (let seed = 1; seed <= instances; seed++) {
    const random = randomFrom(seed);
    const upTo = (limit: number): number => Math.floor(random() * limit);
    const set = (): number[] => [...new Set(Array.from({ length: 1 + upTo(3) }, () => upTo(CONTROLS)))];
    const costs = Array.from({ length: CONTROLS }, () => (seed % 3 === 0 ? 1 : upTo(6)));
    const cores = Array.from({ length: upTo(9) }, set);
    const forbidden = Array.from({ length: upTo(3) }, set);
    const sets = new HittingSets(costs, nodes);
    for (const core of cores) sets.add(core);
    for (const controls of forbidden) sets.forbid(controls);
    const found = await sets.cheapest(5000);
    sets.close();
    const chosen = new Set(found?.controls);
    expect(found?.cost, `seed ${seed}`).toBe(slowLeast(costs, cores, forbidden));
    expect(found?.bound, `seed ${seed}`).toBe(found?.cost);
    expect(found === undefined || cores.every((core) => core.some((control) => chosen.has(control)))).toBe(true);
  }
});
