import { addCosts, stepCost } from './cheapest.ts';
import { GIVEN, type Graph, NONE } from './graph.ts';
import { checkState } from './question.ts';

/** One way to a state: a step for each state that it needs, none of them twice, and no circle. */
export interface Derivation {
  readonly target: number;
  /** In an order in which they can be taken. Empty when the target is an entry. */
  readonly steps: readonly number[];
  /** The cost that answers are ordered by: what several conditions share is paid for by each. */
  readonly cost: number;
  /** The cost of the steps, each paid for once. Equal to `cost` unless two conditions share a step. */
  readonly once: number;
}

/** What leads to a state in this derivation: a step, `GIVEN` or `NONE`. */
export type Choice = (state: number) => number;

/**
 * The states that the target needs under these choices, each after what it needs itself; undefined where they run in a circle or one
 * has no step. Depth first on a stack of its own: a path of a million steps is no deeper for the machine than one of two.
 */
function needed(graph: Graph, choice: Choice, target: number): number[] | undefined {
  const { conditionsFrom, conditions } = graph;
  const order: number[] = [];
  const finished = new Map<number, boolean>();
  const stack = [target];
  while (stack.length > 0) {
    const state = stack.at(-1) as number;
    const known = finished.get(state);
    if (known === undefined) {
      const step = choice(state);
      if (step === NONE) return undefined;
      finished.set(state, false);
      if (step === GIVEN) continue;
      // Last condition first onto the stack, so that the first is derived first.
      for (let i = (conditionsFrom[step + 1] as number) - 1; i >= (conditionsFrom[step] as number); i--) {
        const condition = conditions[i] as number;
        const begun = finished.get(condition);
        if (begun === false) return undefined;
        if (begun === undefined) stack.push(condition);
      }
      continue;
    }
    stack.pop();
    if (known) continue;
    finished.set(state, true);
    order.push(state);
  }
  return order;
}

export function derivationFrom(graph: Graph, choice: Choice, target: number): Derivation | undefined {
  const order = needed(graph, choice, target);
  if (order === undefined) return undefined;
  const cost = new Map<number, number>();
  const costOf = (state: number): number => cost.get(state) as number;
  const steps: number[] = [];
  let once = 0;
  for (const state of order) {
    const step = choice(state);
    if (step === GIVEN) cost.set(state, 0);
    else {
      cost.set(state, stepCost(graph, step, costOf));
      once = addCosts(once, graph.cost[step] as number);
      steps.push(step);
    }
  }
  return { target, steps, cost: costOf(target), once };
}

/** The derivation of a state in the answer of `reach` or `cheapest`; undefined when there is none. */
export function derivation(graph: Graph, { by }: { readonly by: Uint32Array }, target: number): Derivation | undefined {
  checkState(graph, target);
  return derivationFrom(graph, (state) => by[state] as number, target);
}
