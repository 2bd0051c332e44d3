import { expect, test } from 'vitest';
import { chokePoints } from './choke-points.ts';
import { GraphBuilder } from './graph.ts';
import { randomFrom, randomSample } from './testing/random.ts';
import { slowReach } from './testing/reference.ts';

const GRAPHS = 1500;

test(`the choke points of ${GRAPHS} random graphs are what cuts the target when it is taken out alone`, () => {
  let found = 0;
  for (let seed = 1; seed <= GRAPHS; seed++) {
    const { graph, entries, targets } = randomSample(randomFrom(seed), { states: 9, steps: 22, conditions: 2 });
    const target = targets[0] as number;
    const answer = chokePoints(graph, { entries }, target);
    if (!slowReach(graph, { entries }).has(target)) {
      expect(answer).toBeUndefined();
      continue;
    }
    const cuts = (out: (step: number) => boolean, from = entries): boolean => {
      const removed = Uint8Array.from({ length: graph.steps }, (_, step) => (out(step) ? 1 : 0));
      return !slowReach(graph, { entries: from, removed }).has(target);
    };
    const steps = Array.from({ length: graph.steps }, (_, step) => step).filter((step) =>
      cuts((other) => other === step),
    );
    const states = Array.from({ length: graph.states }, (_, state) => state).filter(
      (state) =>
        state !== target &&
        cuts(
          (step) => graph.result[step] === state,
          entries.filter((entry) => entry !== state),
        ),
    );
    expect(
      [...(answer?.steps ?? [])].sort((a, b) => a - b),
      `seed ${seed}`,
    ).toEqual(steps);
    expect(
      [...(answer?.states ?? [])].sort((a, b) => a - b),
      `seed ${seed}`,
    ).toEqual(states);
    found += states.length + steps.length;
  }
  expect(found).toBeGreaterThan(GRAPHS / 2);
});

test('they come in the order in which an attacker meets them, and what is removed already is no way around', () => {
  const builder = new GraphBuilder();
  builder.states(4);
  const steps = [builder.step([1], 2, 1), builder.step([0], 1, 1), builder.step([2], 3, 1)];
  const around = builder.step([0], 3, 1);
  const graph = builder.build();
  expect(chokePoints(graph, { entries: [0] }, 3)).toEqual({ states: [0], steps: [] });
  const removed = new Uint8Array(graph.steps);
  removed[around] = 1;
  expect(chokePoints(graph, { entries: [0], removed }, 3)).toEqual({
    states: [0, 1, 2],
    steps: [steps[1], steps[0], steps[2]],
  });
});
