import fc from 'fast-check';
import type { Catalogue } from '../../check/index.ts';
import { GateGraph, type GateNode, type LeafNode, type Mechanism, type Result } from '../../model/index.ts';

/** Ways to break a gate: it stops nothing, or it answers the opposite. What is unknown is not made known by the opposite. */
const BREAKS = {
  deleted: () => 'passes',
  inverted: (whole) => (whole === 'unknown' ? whole : whole === 'passes' ? 'closed' : 'passes'),
} as const satisfies Readonly<Record<string, (whole: Result) => Result>>;

export type Break = keyof typeof BREAKS;

/** The model with one gate broken. The gate is one node of the compiled graph: every vector that shares it gets it broken. */
export interface Mutant {
  readonly gate: LeafNode;
  readonly how: Break;
}

export function broken({ how }: Mutant, whole: Result): Result {
  return BREAKS[how](whole);
}

/** `deleted: holds CAP_SYS_ADMIN`. */
export function titleOf({ gate: { gate, behaviour }, how }: Mutant): string {
  return `${how}: ${behaviour.describe(gate)}`;
}

export function mechanismOf({ gate: { gate, behaviour } }: Mutant): Mechanism {
  return behaviour.mechanism(gate);
}

/** Every gate on a route of a vector that a container can have and a kernel can be asked, broken in each way. */
export function allMutants({ vectors }: Catalogue): readonly Mutant[] {
  const gates = new Set<LeafNode>();
  const visit = (node: GateNode): void => {
    if (node.kind === 'gate') gates.add(node);
    else for (const child of node.children) visit(child);
  };
  for (const { vector, routes } of vectors) {
    if (vector.probe !== undefined && vector.appliesTo.includes('workload')) visit(routes);
  }
  const ways = Object.keys(BREAKS) as Break[];
  return [...gates].sort((a, b) => a.id - b.id).flatMap((gate) => ways.map((how) => ({ gate, how })));
}

/** Some of them, each as likely as any other. */
export function drawMutants(mutants: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  const size = Math.min(count, mutants.length);
  const some = fc.noBias(fc.shuffledSubarray([...mutants], { minLength: size, maxLength: size }));
  return fc.sample(some, { seed, numRuns: 1 })[0] ?? [];
}

/**
 * The catalogue with the gate's behaviour replaced. What stands above the gate is made anew, all else is shared, and every node keeps its
 * number: judging goes on as it does for the whole model.
 */
export function breakGate({ graph, vectors }: Catalogue, mutant: Mutant): Catalogue {
  const nodes: GateNode[] = [];
  for (const node of graph.nodes) nodes.push(replaced(node, nodes, mutant));
  const copy = new GateGraph();
  copy.nodes.push(...nodes);
  return {
    graph: copy,
    vectors: vectors.map((one) => ({ ...one, routes: nodes[one.routes.id] as GateNode })),
  };
}

/** Children come before parents, so they are there already. */
function replaced(node: GateNode, nodes: readonly GateNode[], mutant: Mutant): GateNode {
  if (node === mutant.gate) return brokenNode(mutant);
  if (node.kind === 'gate') return node;
  const children = node.children.map(({ id }) => nodes[id] as GateNode);
  return children.every((child, i) => child === node.children[i]) ? node : { ...node, children };
}

function brokenNode(mutant: Mutant): LeafNode {
  const { behaviour } = mutant.gate;
  return {
    ...mutant.gate,
    behaviour: {
      ...behaviour,
      evaluate(gate, posture) {
        const outcome = behaviour.evaluate(gate, posture);
        return { ...outcome, result: broken(mutant, outcome.result) };
      },
    },
  };
}
