import { GIVEN, type Graph, GraphBuilder, NONE } from './graph.ts';
import { checkState, isRemoved, type Question } from './question.ts';
import { type Reached, reach } from './reach.ts';

export interface Slice {
  /** Ascending. */
  readonly states: Uint32Array;
  readonly steps: Uint32Array;
}

/**
 * What can matter for a target: the steps that can be taken and whose result is a target or a condition of another such step, and
 * the states between. An entry needs no step. It may hold steps that only run in circles: whether a step is part of some derivation
 * without a circle is as hard as a simple path through a given node, which is NP-complete.
 */
export function slice(graph: Graph, question: Question, targets: ArrayLike<number>, reached?: Reached): Slice {
  const { by } = reached ?? reach(graph, question);
  const wanted = new Uint8Array(graph.states);
  const kept = new Uint8Array(graph.steps);
  const stack: number[] = [];
  const want = (state: number): void => {
    if (wanted[state] === 1 || by[state] === NONE) return;
    wanted[state] = 1;
    stack.push(state);
  };
  for (let i = 0; i < targets.length; i++) {
    checkState(graph, targets[i] as number);
    want(targets[i] as number);
  }
  while (stack.length > 0) {
    const state = stack.pop() as number;
    if (by[state] === GIVEN) continue;
    for (let i = graph.waysFrom[state] as number; i < (graph.waysFrom[state + 1] as number); i++) {
      const step = graph.ways[i] as number;
      if (isRemoved(question.removed, step) || !holds(graph, step, by)) continue;
      kept[step] = 1;
      for (let c = graph.conditionsFrom[step] as number; c < (graph.conditionsFrom[step + 1] as number); c++) {
        want(graph.conditions[c] as number);
      }
    }
  }
  return { states: numbersOf(wanted), steps: numbersOf(kept) };
}

function holds(graph: Graph, step: number, by: Uint32Array): boolean {
  for (let c = graph.conditionsFrom[step] as number; c < (graph.conditionsFrom[step + 1] as number); c++) {
    if (by[graph.conditions[c] as number] === NONE) return false;
  }
  return true;
}

function numbersOf(marks: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < marks.length; i++) count += marks[i] as number;
  const numbers = new Uint32Array(count);
  for (let i = 0, at = 0; i < marks.length; i++) if (marks[i] === 1) numbers[at++] = i;
  return numbers;
}

/** A slice as a graph of its own, for questions that are asked of it many times. Its numbers keep the order of those of the whole. */
export interface Excerpt {
  readonly graph: Graph;
  /** By state and step of the excerpt: its number in the whole. */
  readonly states: Uint32Array;
  readonly steps: Uint32Array;
  /** The number in the excerpt of a state of the whole; `NONE` if it is not part of it. */
  inside(state: number): number;
}

/** `costOf` may give the steps (by their number in the whole) other costs. */
export function excerpt(
  graph: Graph,
  part: Slice,
  costOf = (step: number): number => graph.cost[step] as number,
): Excerpt {
  const insideOf = new Uint32Array(graph.states).fill(NONE);
  part.states.forEach((state, i) => {
    insideOf[state] = i;
  });
  const builder = new GraphBuilder();
  builder.states(part.states.length);
  for (const step of part.steps) {
    const from = graph.conditionsFrom[step] as number;
    const conditions = graph.conditions
      .subarray(from, graph.conditionsFrom[step + 1])
      .map((c) => insideOf[c] as number);
    builder.step(conditions, insideOf[graph.result[step] as number] as number, costOf(step), graph.tag[step]);
  }
  return { ...part, graph: builder.build(), inside: (state) => insideOf[state] as number };
}
