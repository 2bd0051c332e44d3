import { GateGraph, type GateNode } from '../model/index.ts';
import type { Vector } from '../vectors/index.ts';

/** A vector with its routes compiled into the shared graph. */
export interface CompiledVector {
  readonly vector: Vector;
  readonly routes: GateNode;
  readonly when: GateNode | undefined;
}

export interface Catalogue {
  readonly graph: GateGraph;
  readonly vectors: readonly CompiledVector[];
}

export function compileCatalogue(vectors: readonly Vector[]): Catalogue {
  const graph = new GateGraph();
  const compiled = vectors.map((vector) => ({
    vector,
    routes: graph.add({ any: vector.routes.map((route) => ({ all: route })) }),
    when: vector.when === undefined ? undefined : graph.add(vector.when),
  }));
  return { graph, vectors: compiled };
}
