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

/**
 * Every set of steps that reaches the target and no longer does without any of its own: by trying all sets, the small ones first; what
 * contains one that was found is none. States and steps are bits, so there may be 30 of each.
 */
export function minimalDerivations(graph: Graph, entries: readonly number[], target: number): number[][] {
  const steps = stepsOf(graph).map(({ conditions, result }) => ({ needs: bitsOf(conditions), gives: 1 << result }));
  const start = bitsOf(entries);
  const found: number[] = [];
  for (const set of setsOf(steps.length)) {
    if (found.some((smaller) => (set & smaller) === smaller)) continue;
    let held = start;
    for (let before = -1; before !== held; ) {
      before = held;
      for (const [step, { needs, gives }] of steps.entries())
        if ((set >> step) % 2 === 1 && (held & needs) === needs) held |= gives;
    }
    if ((held >> target) % 2 === 1) found.push(set);
  }
  return found.map((set) => [...steps.keys()].filter((step) => (set >> step) % 2 === 1));
}

function bitsOf(numbers: readonly number[]): number {
  return numbers.reduce((bits, number) => bits | (1 << number), 0);
}

const setsBySize = new Map<number, readonly number[]>();

/** All sets of so many steps, the small ones first. */
function setsOf(steps: number): readonly number[] {
  let sets = setsBySize.get(steps);
  if (sets === undefined) {
    const all = Array.from({ length: 2 ** steps }, (_, set) => ({
      set,
      size: set.toString(2).replaceAll('0', '').length,
    }));
    sets = all.sort((a, b) => a.size - b.size || a.set - b.set).map(({ set }) => set);
    setsBySize.set(steps, sets);
  }
  return sets;
}

/** The cost of a minimal derivation as a tree: what is shared is paid for by each. */
export function treeCost(graph: Graph, set: readonly number[], entries: readonly number[], target: number): number {
  if (entries.includes(target)) return 0;
  const step = stepsOf(graph)[set.find((own) => graph.result[own] === target) as number] as Step;
  return step.conditions.reduce((sum, state) => sum + treeCost(graph, set, entries, state), step.cost);
}
