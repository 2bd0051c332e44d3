import { GIVEN, type Graph, JOINT, NONE, RESULT } from './graph.ts';
import { checkQuestion, isRemoved, type Question } from './question.ts';
import { CostQueue } from './queue.ts';

export interface Cheapest {
  /**
   * By state: the cost of its cheapest derivation, `Infinity` where there is none. A step costs its own plus the cost of each of its
   * conditions, so what two conditions share is paid for twice; `Derivation.once` counts it once. (The least cost with sharing is
   * NP-hard already for acyclic graphs: it contains the directed Steiner tree.) Costs stop growing at `Number.MAX_VALUE`.
   */
  readonly cost: Float64Array;
  /** By state: the last step of that derivation, `GIVEN` or `NONE`; of equally cheap ones the least number known in time. */
  readonly by: Uint32Array;
}

/** Additions stop at `Number.MAX_VALUE`, so that a cost which is too large for a number is not taken for no derivation. */
export function addCosts(a: number, b: number): number {
  return b === Number.POSITIVE_INFINITY ? b : Math.min(a + b, Number.MAX_VALUE);
}

/** The cost of a step whose conditions have their costs; always added up in the same order, so that equal is equal. */
export function stepCost(graph: Graph, step: number, costOf: (state: number) => number): number {
  const { conditionsFrom, conditions } = graph;
  let total = graph.cost[step] as number;
  const to = conditionsFrom[step + 1] as number;
  for (let i = conditionsFrom[step] as number; i < to && total < Number.POSITIVE_INFINITY; i++) {
    total = addCosts(total, costOf(conditions[i] as number));
  }
  return total;
}

/**
 * The cheapest derivation of every state: Knuth's generalisation (1977) of Dijkstra's algorithm to superior functions. States are
 * settled in the order of cost; a step is looked at when its last condition is settled, so its conditions never depend on its result.
 */
export function cheapest(graph: Graph, question: Question): Cheapest {
  checkQuestion(graph, question);
  const { usesFrom, useWords, useCosts, joint, jointNeeds, free, result } = graph;
  const { removed, until } = question;
  const cost = new Float64Array(graph.states).fill(Number.POSITIVE_INFINITY);
  const by = new Uint32Array(graph.states).fill(NONE);
  const settled = new Uint8Array(graph.states);
  const held = new Uint16Array(joint.length);
  const queue = new CostQueue();
  const costOf = (state: number): number => cost[state] as number;
  const offer = (state: number, total: number, step: number): void => {
    const known = cost[state] as number;
    if (total < known) queue.push(total, state);
    else if (total !== known || step >= (by[state] as number) || by[state] === GIVEN) return;
    cost[state] = total;
    by[state] = step;
  };
  for (const step of free)
    if (!isRemoved(removed, step)) offer(result[step] as number, graph.cost[step] as number, step);
  for (let i = 0; i < question.entries.length; i++) {
    const state = question.entries[i] as number;
    if (by[state] === GIVEN) continue;
    queue.push(0, state);
    cost[state] = 0;
    by[state] = GIVEN;
  }
  while (queue.size > 0) {
    const state = queue.pop();
    if (settled[state] === 1) continue;
    settled[state] = 1;
    if (state === until) break;
    const reached = queue.cost;
    const to = usesFrom[state + 1] as number;
    for (let i = usesFrom[state] as number; i < to; i++) {
      const coded = useWords[i * 4] as number;
      const next = coded & RESULT;
      if (settled[next] === 1) continue;
      let step = useWords[i * 4 + 1] as number;
      let total = addCosts(useCosts[i * 2 + 1] as number, reached);
      if (coded >= JOINT) {
        const now = (held[step] as number) + 1;
        held[step] = now;
        if (now < (jointNeeds[step] as number)) continue;
        step = joint[step] as number;
        total = stepCost(graph, step, costOf);
      }
      if (!isRemoved(removed, step)) offer(next, total, step);
    }
  }
  return { cost, by };
}
