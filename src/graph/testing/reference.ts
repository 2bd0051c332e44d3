/** Slow answers, made in other ways than the engine's, to compare with. */
import type { Graph } from '../graph.ts';
import type { Question } from '../question.ts';

interface Step {
  readonly conditions: readonly number[];
  readonly result: number;
  readonly cost: number;
}

function stepsOf(graph: Graph): Step[] {
  return Array.from({ length: graph.steps }, (_, step) => ({
    conditions: [...graph.conditions.subarray(graph.conditionsFrom[step], graph.conditionsFrom[step + 1])],
    result: graph.result[step] as number,
    cost: graph.cost[step] as number,
  }));
}

function remaining(graph: Graph, { removed }: Question): Step[] {
  return stepsOf(graph).filter((_, step) => (removed?.[step] ?? 0) === 0);
}

/** Every step again and again until nothing changes. */
export function slowReach(graph: Graph, question: Question): Set<number> {
  return fixpoint(remaining(graph, question), question.entries);
}

function fixpoint(steps: readonly Step[], entries: ArrayLike<number>): Set<number> {
  const reached = new Set(Array.from(entries));
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const { conditions, result } of steps)
      if (conditions.every((state) => reached.has(state))) reached.add(result);
  }
  return reached;
}

/** Value iteration from infinity downwards, as Bellman and Ford have it. */
export function slowCheapest(graph: Graph, question: Question): number[] {
  const steps = remaining(graph, question);
  const cost = Array.from({ length: graph.states }, () => Number.POSITIVE_INFINITY);
  for (const entry of Array.from(question.entries)) cost[entry] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (const step of steps) {
      const total = step.conditions.reduce((sum, state) => sum + (cost[state] as number), step.cost);
      if (total >= (cost[step.result] as number)) continue;
      cost[step.result] = total;
      changed = true;
    }
  }
  return cost;
}

/** Every set of steps that reaches the target and no longer does without any of its own: by trying all sets. */
export function minimalDerivations(graph: Graph, entries: readonly number[], target: number): number[][] {
  const steps = stepsOf(graph);
  const reaches = (set: readonly number[]): boolean =>
    fixpoint(
      set.map((step) => steps[step] as Step),
      entries,
    ).has(target);
  const found: number[][] = [];
  for (let bits = 0; bits < 2 ** steps.length; bits++) {
    const set = steps.map((_, step) => step).filter((step) => (bits >> step) % 2 === 1);
    if (reaches(set) && set.every((step) => !reaches(set.filter((other) => other !== step)))) found.push(set);
  }
  return found;
}

/** The cost of a minimal derivation as a tree: what is shared is paid for by each. */
export function treeCost(graph: Graph, set: readonly number[], entries: readonly number[], target: number): number {
  if (entries.includes(target)) return 0;
  const step = stepsOf(graph)[set.find((own) => graph.result[own] === target) as number] as Step;
  return step.conditions.reduce((sum, state) => sum + treeCost(graph, set, entries, state), step.cost);
}
