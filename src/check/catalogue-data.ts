import { GATES, type Gate, GateGraph, type GateKind, type GateNode } from '../model/index.ts';
import type { Vector } from '../vectors/index.ts';
import type { Catalogue } from './catalogue.ts';

/**
 * A compiled catalogue as plain data. Compiling the vectors that ship gives the same at every start, and takes longer than judging
 * a container; what judging does not read of them, which is the most, need not be loaded.
 */
export interface CatalogueData {
  /** In the order of the graph: children by number, before their parents. */
  readonly nodes: readonly NodeData[];
  readonly vectors: readonly VectorData[];
}

type NodeData =
  | { readonly gate: Gate }
  | { readonly all: readonly number[]; readonly title?: string }
  | { readonly any: readonly number[]; readonly title?: string };

interface VectorData {
  readonly head: VectorHead;
  readonly routes: number;
  readonly when?: number;
}

/** What judging and its results say of a vector. */
type VectorHead = Pick<Vector, (typeof HEAD)[number]>;

const HEAD = [
  'id',
  'title',
  'mechanism',
  'phase',
  'goal',
  'severity',
  'stride',
  'appliesTo',
  'platforms',
  'aliases',
] as const satisfies readonly (keyof Vector)[];

export function dataOf({ graph, vectors }: Catalogue): CatalogueData {
  return {
    nodes: graph.nodes.map((node) => {
      if (node.kind === 'gate') return { gate: node.gate };
      const title = node.title === undefined ? {} : { title: node.title };
      const children = node.children.map((child) => child.id);
      return node.kind === 'all' ? { all: children, ...title } : { any: children, ...title };
    }),
    vectors: vectors.map(({ vector, routes, when }) => ({
      head: headOf(vector),
      routes: routes.id,
      ...(when !== undefined && { when: when.id }),
    })),
  };
}

function headOf(vector: Vector): VectorHead {
  const stated = HEAD.filter((key) => vector[key] !== undefined);
  return Object.fromEntries(stated.map((key) => [key, vector[key]])) as unknown as VectorHead;
}

/** The catalogue again. `whole` gives vectors in full, asked for only when somebody reads more of one than its head. */
export function catalogueOf(data: CatalogueData, whole: () => readonly Vector[]): Catalogue {
  const graph = new GateGraph();
  for (const node of data.nodes) graph.nodes.push(nodeOf(node, graph.nodes));
  const nodeAt = (id: number): GateNode => graph.nodes[id] as GateNode;
  const vectors = data.vectors.map(({ head, routes, when }, i) => ({
    vector: new ShippedVector(head, () => whole()[i] as Vector) as unknown as Vector,
    routes: nodeAt(routes),
    when: when === undefined ? undefined : nodeAt(when),
  }));
  return { graph, vectors };
}

function nodeOf(node: NodeData, before: readonly GateNode[]): GateNode {
  const id = before.length;
  if ('gate' in node) {
    const { gate } = node;
    return { id, kind: 'gate', gate, behaviour: GATES[gate.gate] as unknown as GateKind<Gate> };
  }
  const [kind, parts] = 'all' in node ? (['all', node.all] as const) : (['any', node.any] as const);
  return { id, kind, title: node.title, children: parts.map((part) => before[part] as GateNode) };
}

/** The rest of a vector; a key that is in neither list does not compile. */
const BODY: Readonly<Record<Exclude<keyof Vector, keyof VectorHead>, true>> = {
  routes: true,
  when: true,
  probe: true,
  why: true,
  fix: true,
  refs: true,
  examples: true,
};

/** Reads as the vector in the catalogue does. */
class ShippedVector {
  static {
    for (const key of Object.keys(BODY) as (keyof typeof BODY)[]) {
      Object.defineProperty(ShippedVector.prototype, key, {
        get(this: ShippedVector) {
          return this.#whole()[key];
        },
      });
    }
  }

  readonly #whole: () => Vector;

  constructor(head: VectorHead, whole: () => Vector) {
    Object.assign(this, head);
    this.#whole = whole;
  }
}
