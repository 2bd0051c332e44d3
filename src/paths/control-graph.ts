import { type Control, type ControlSet, cheapestControls, GraphBuilder, type Limits } from '../graph/index.ts';
import type { Changes } from './changes.ts';
import type { PathGraph } from './path-graph.ts';

/**
 * The cheapest changes that leave no way from the entries to the targets. A step that one of several sets of changes closes becomes a
 * step with one more condition for each set: not all of it is made. That condition holds as long as one change of the set is not made,
 * and making the change is the control that takes it out. So one change counts once, whatever fixes it is part of.
 */
export async function cheapestChanges(
  { graph }: PathGraph,
  { all, closing }: Changes,
  question: { readonly entries: readonly number[]; readonly removed: Uint8Array; readonly targets: readonly number[] },
  { byCount = false, ...limits }: Limits & { readonly byCount?: boolean } = {},
): Promise<ControlSet> {
  const builder = new GraphBuilder();
  builder.states(graph.states);
  const removedBy: number[][] = all.map(() => []);
  const holes = new Map<string, number>();
  const hole = (set: readonly number[]): number => {
    const key = set.join();
    const known = holes.get(key);
    if (known !== undefined) return known;
    const state = builder.state();
    holes.set(key, state);
    for (const change of set) removedBy[change]?.push(builder.step([], state, 0));
    return state;
  };
  for (let step = 0; step < graph.steps; step++) {
    if (question.removed[step] === 1) continue;
    const conditions = [...graph.conditions.subarray(graph.conditionsFrom[step], graph.conditionsFrom[step + 1])];
    for (const set of closing.get(step) ?? []) conditions.push(hole(set));
    builder.step(conditions, graph.result[step] as number, 0);
  }
  const controls: Control[] = all.map(({ cost }, i) => ({ cost: byCount ? 1 : cost, steps: removedBy[i] ?? [] }));
  return cheapestControls(builder.build(), { entries: question.entries }, question.targets, controls, limits);
}
