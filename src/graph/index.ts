/**
 * The attack graph's engine: which states an attacker reaches, by which steps, at what cost, and what stops him. It knows states
 * (one way in is enough) and steps (all conditions must hold) as numbers in typed arrays and nothing of containers or vectors, so it
 * imports no other room. Every answer is made without recursion; reachability and costs take time linear in the graph
 * (and the heap's logarithm of the number of different costs).
 */
export { cheapestDerivations } from './alternatives.ts';
export { type Cheapest, cheapest } from './cheapest.ts';
export { chokePoints } from './choke-points.ts';
export { type ControlSet, cheapestControls, type Limits } from './controls/control-set.ts';
export type { Control } from './controls/field.ts';
export { edgesCsv, nodesCsv } from './csv.ts';
export { type Derivation, derivation } from './derivation.ts';
export { type Graph, GraphBuilder, NONE } from './graph.ts';
export { reach } from './reach.ts';
export { slice } from './slice.ts';
