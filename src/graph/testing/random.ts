import { type Graph, GraphBuilder } from '../graph.ts';

/** Numbers from 0 to below 1 from a seed (mulberry32): a failing case is named by its seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Sample {
  readonly graph: Graph;
  readonly entries: readonly number[];
  readonly targets: readonly number[];
}

export interface Size {
  readonly states: number;
  readonly steps: number;
  readonly conditions: number;
}

/** Any AND/OR graph up to a size: circles, steps onto themselves, steps without conditions and without cost, entries with ways. */
export function randomSample(random: () => number, most: Size): Sample {
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const builder = new GraphBuilder();
  const states = 1 + upTo(most.states);
  builder.states(states);
  const steps = upTo(most.steps + 1);
  for (let step = 0; step < steps; step++) {
    const count = random() < 0.05 ? 0 : 1 + upTo(most.conditions);
    const conditions = Array.from({ length: count }, () => upTo(states));
    builder.step(conditions, upTo(states), upTo(4), step);
  }
  const some = (): number[] => Array.from({ length: 1 + upTo(2) }, () => upTo(states));
  return { graph: builder.build(), entries: some(), targets: some() };
}
