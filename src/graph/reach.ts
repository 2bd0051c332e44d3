import { GIVEN, type Graph, JOINT, NONE, RESULT } from './graph.ts';
import { checkQuestion, isRemoved, type Question } from './question.ts';

export interface Reached {
  /** By state: the step that reached it first, `GIVEN` or `NONE`. The conditions of that step were reached before it. */
  readonly by: Uint32Array;
  /** The states reached, in the order in which they were. */
  readonly order: Uint32Array;
}

/**
 * All states that can be reached: the least fixpoint, by counting the conditions of each step that hold (Dowling and Gallier 1984).
 * Every state is looked at once and every condition once. With one entry, it is the blast radius of that state.
 */
export function reach(graph: Graph, question: Question): Reached {
  checkQuestion(graph, question);
  const { usesFrom, useWords, joint, jointNeeds, free, result } = graph;
  const { removed, until } = question;
  const by = new Uint32Array(graph.states).fill(NONE);
  // Beside `by`, because a quarter of its size stays in the processor's cache.
  const seen = new Uint8Array(graph.states);
  const order = new Uint32Array(graph.states);
  const held = new Uint16Array(joint.length);
  let reached = 0;
  const enter = (state: number, how: number): void => {
    if (seen[state] !== 0) return;
    seen[state] = 1;
    by[state] = how;
    order[reached++] = state;
  };
  for (let i = 0; i < question.entries.length; i++) enter(question.entries[i] as number, GIVEN);
  for (const step of free) if (!isRemoved(removed, step)) enter(result[step] as number, step);
  for (let at = 0; at < reached && (until === undefined || seen[until] === 0); at++) {
    const state = order[at] as number;
    const to = (usesFrom[state + 1] as number) * 4;
    for (let i = (usesFrom[state] as number) * 4; i < to; i += 4) {
      const coded = useWords[i] as number;
      const next = coded & RESULT;
      if (seen[next] !== 0) continue;
      let step = useWords[i + 1] as number;
      if (coded >= JOINT) {
        const now = (held[step] as number) + 1;
        held[step] = now;
        if (now < (jointNeeds[step] as number)) continue;
        step = joint[step] as number;
      }
      if (isRemoved(removed, step)) continue;
      seen[next] = 1;
      by[next] = step;
      order[reached++] = next;
    }
  }
  return { by, order: order.subarray(0, reached) };
}
