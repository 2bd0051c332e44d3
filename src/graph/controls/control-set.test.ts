import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph.ts';
import { randomFrom, randomSample, type Sample } from '../testing/random.ts';
import { slowReach } from '../testing/reference.ts';
import { cheapestControls } from './control-set.ts';
import type { Control } from './field.ts';

interface Instance extends Sample {
  readonly controls: readonly Control[];
}

function instance(seed: number): Instance {
  const random = randomFrom(seed);
  const sample = randomSample(random, { states: 7, steps: 26, conditions: 2 });
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const controls = Array.from({ length: 2 + upTo(6) }, () => ({
    cost: seed % 2 === 0 ? 1 : upTo(5),
    steps: [] as number[],
  }));
  // Most steps have a control, some two: few targets are lost, and one control rarely stops all.
  for (let step = 0; step < sample.graph.steps; step++) {
    for (let i = upTo(10) === 0 ? 2 : 0; i < 2; i++)
      if (i === 0 || upTo(2) === 0) controls[upTo(controls.length)]?.steps.push(step);
  }
  return { ...sample, controls };
}

/** The targets that these controls leave. */
function left({ graph, entries, targets, controls }: Instance, chosen: readonly number[]): number[] {
  const removed = new Uint8Array(graph.steps);
  for (const control of chosen) for (const step of controls[control]?.steps ?? []) removed[step] = 1;
  const reached = slowReach(graph, { entries, removed });
  return [...new Set(targets)].filter((target) => reached.has(target));
}

const costOf = (controls: readonly Control[], chosen: readonly number[]): number =>
  chosen.reduce((sum, control) => sum + (controls[control]?.cost ?? 0), 0);

/** All cheapest sets without a control that is not needed, by trying all sets. */
function slowAnswers(given: Instance): { readonly uncut: number[]; readonly cost: number; readonly sets: string[] } {
  const every = given.controls.map((_, control) => control);
  const uncut = left(given, every);
  const cuts = (chosen: readonly number[]): boolean => left(given, chosen).every((target) => uncut.includes(target));
  const sets: { readonly cost: number; readonly chosen: readonly number[] }[] = [];
  for (let bits = 0; bits < 2 ** every.length; bits++) {
    const chosen = every.filter((control) => (bits >> control) % 2 === 1);
    if (!cuts(chosen) || chosen.some((control) => cuts(chosen.filter((other) => other !== control)))) continue;
    sets.push({ cost: costOf(given.controls, chosen), chosen });
  }
  const cost = Math.min(...sets.map((set) => set.cost));
  return { uncut, cost, sets: sets.filter((set) => set.cost === cost).map(({ chosen }) => chosen.join()) };
}

test.for([
  { by: 'the search', nodes: undefined, instances: 700 },
  { by: 'the solver', nodes: 0, instances: 40 },
])('the cheapest controls of $instances random graphs, by $by, are those of trying all sets', async (row) => {
  let interesting = 0;
  for (let seed = 1; seed <= row.instances; seed++) {
    const given = instance(seed);
    const expected = slowAnswers(given);
    const limits = { answers: 1000, ...(row.nodes === undefined ? {} : { nodes: row.nodes }) };
    const answer = await cheapestControls(given.graph, given, given.targets, given.controls, limits);
    expect(answer, `seed ${seed}`).toMatchObject({
      proven: true,
      cost: expected.cost,
      bound: expected.cost,
      othersComplete: true,
    });
    expect(
      answer.uncut.map(({ target }) => target),
      `seed ${seed}`,
    ).toEqual(expected.uncut);
    const sets = [answer.controls, ...answer.others].map((set) => set.join());
    expect(sets.sort(), `seed ${seed}`).toEqual(expected.sets.sort());
    if (answer.controls.length > 1) interesting++;
  }
  expect(interesting).toBeGreaterThan(row.instances / 12);
});

/** Layers of two states with two ways each, so that as many controls as layers tie. */
function ladder(layers: number): Instance {
  const builder = new GraphBuilder();
  builder.states(layers + 1);
  const controls: Control[] = [];
  for (let layer = 0; layer < layers; layer++) controls.push({ cost: 1, steps: [builder.step([layer], layer + 1, 1)] });
  return { graph: builder.build(), entries: [0], targets: [layers], controls };
}

test('of more answers than asked for, it says so', async () => {
  const given = ladder(6);
  const all = await cheapestControls(given.graph, given, given.targets, given.controls);
  expect(all).toMatchObject({ controls: [0], others: [[1], [2], [3], [4], [5]], othersComplete: true });
  const some = await cheapestControls(given.graph, given, given.targets, given.controls, { answers: 3 });
  expect(some.others).toHaveLength(2);
  expect(some.othersComplete).toBe(false);
});

test('without time the greedy answer still cuts, and its gap is told', async () => {
  const given = ladder(6);
  const answer = await cheapestControls(given.graph, given, given.targets, given.controls, { milliseconds: 0 });
  expect(answer).toMatchObject({ cost: 1, bound: 0, proven: false, others: [], othersComplete: false });
  expect(left(given, answer.controls)).toEqual([]);
});

test('a target that is an entry, and one with a way without control, are named; the others are cut', async () => {
  const builder = new GraphBuilder();
  const [entry, open, closable] = [builder.state(), builder.state(), builder.state()];
  const free = builder.step([entry], open, 2);
  const step = builder.step([open], closable, 1);
  const graph = builder.build();
  const controls = [{ cost: 1, steps: [step] }];
  const answer = await cheapestControls(graph, { entries: [entry] }, [entry, open, closable], controls);
  expect(answer).toMatchObject({
    controls: [0],
    proven: true,
    uncut: [
      { target: entry, steps: [] },
      { target: open, steps: [free] },
    ],
  });
});

test('what cannot be reached needs no control', async () => {
  const { graph, controls } = ladder(3);
  const answer = await cheapestControls(graph, { entries: [2] }, [0], controls);
  expect(answer).toMatchObject({ controls: [], cost: 0, proven: true, others: [], othersComplete: true, uncut: [] });
});
