import { type Expr, GATES, type Gate, type GateKind, type Mechanism } from '../model/index.ts';
import type { Example } from '../vectors/index.ts';

/** A route for reading: a condition, or the parts that a part is made of. */
export interface RouteNode {
  readonly text: string;
  readonly join: 'all' | 'any' | undefined;
  /** Gates only: who decides, and the function or specification that the gate models. */
  readonly mechanism?: Mechanism;
  readonly models?: string;
  readonly children: readonly RouteNode[];
}

/** Routes for reading. A part that several of them contain is spelt out the first time only. */
export function routeTrees(routes: readonly (readonly Expr[])[]): RouteNode[][] {
  const seen = new Set<string>();
  return routes.map((route) => route.map((expr) => routeTree(expr, seen)));
}

function routeTree(expr: Expr, seen: Set<string>): RouteNode {
  if ('gate' in expr) return gateNode(expr);
  const join = 'all' in expr ? 'all' : 'any';
  const parts = 'all' in expr ? expr.all : expr.any;
  const text = expr.title ?? `${join} of`;
  const key = JSON.stringify(expr);
  if (seen.has(key)) return { text: `${text} (as above)`, join, children: [] };
  if (expr.title !== undefined) seen.add(key);
  return { text, join, children: parts.map((part) => routeTree(part, seen)) };
}

function gateNode(gate: Gate): RouteNode {
  const { describe, mechanism, models } = behaviourOf(gate);
  return { text: describe(gate), join: undefined, mechanism: mechanism(gate), models, children: [] };
}

/** A gate's name selects the kind that takes its parameters; the compiler cannot follow that through the union. */
function behaviourOf(gate: Gate): GateKind<Gate> {
  return GATES[gate.gate] as GateKind<never> as GateKind<Gate>;
}

/** `holds CAP_SYS_ADMIN, by any of`: what the parts below amount to, and how they join. */
export function conditionOf(node: RouteNode): string {
  if (node.join === undefined || node.children.length < 2 || node.text === `${node.join} of`) return node.text;
  return `${node.text}: ${node.join} of`;
}

/** An example for reading: its artifact as text, what stands beside it, the verdict that it gets. */
export function exampleOf(example: Example): {
  language: string;
  artifact: string;
  beside: readonly string[];
  verdict: string;
} {
  const [language, artifact] = artifactOf(example);
  const beside = [
    example.engine === undefined ? undefined : `on ${example.engine}`,
    example.withDaemon === undefined ? undefined : `daemon.json ${example.withDaemon}`,
    example.host === undefined ? undefined : `host ${example.host.trim()}`,
    example.of === undefined ? undefined : `object ${example.of}`,
  ];
  const depth = example.depth === undefined ? '' : ` (depth ${example.depth})`;
  return {
    language,
    artifact,
    beside: beside.filter((part) => part !== undefined),
    verdict: example.verdict.replace('-', ' ') + depth,
  };
}

function artifactOf(example: Example): readonly [language: string, text: string] {
  if (example.docker !== undefined) return ['sh', `docker ${example.docker}`];
  if (example.podman !== undefined) return ['sh', `podman ${example.podman}`];
  if (example.compose !== undefined) return ['yaml', example.compose];
  if (example.kubernetes !== undefined) return ['yaml', example.kubernetes];
  if (example.dockerfile !== undefined) return ['dockerfile', example.dockerfile];
  if (example.hostProfile !== undefined) return ['yaml', example.hostProfile];
  return ['json', example.oci ?? example.inspect ?? example.daemon ?? ''];
}
