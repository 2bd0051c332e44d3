import type { Graph } from './graph.ts';

/** From where an attacker starts, and which steps are taken out (not zero at the step's number). */
export interface Question {
  readonly entries: ArrayLike<number>;
  readonly removed?: Uint8Array | undefined;
  /** Stop as soon as this state is settled; the answer is then right for it, and for what was settled before. */
  readonly until?: number | undefined;
}

export function isRemoved(removed: Uint8Array | undefined, step: number): boolean {
  return removed !== undefined && removed[step] !== 0;
}

export function checkQuestion(graph: Graph, { entries, removed, until }: Question): void {
  for (let i = 0; i < entries.length; i++) checkState(graph, entries[i] as number);
  if (until !== undefined) checkState(graph, until);
  if (removed !== undefined && removed.length !== graph.steps) {
    throw new RangeError(`removed has ${removed.length} places, the graph ${graph.steps} steps`);
  }
}

export function checkState(graph: Graph, state: number): void {
  if (!Number.isInteger(state) || state < 0 || state >= graph.states) {
    throw new RangeError(`state ${state}: the graph has ${graph.states}`);
  }
}
