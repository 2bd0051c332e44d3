import type { Touched } from '../posture/index.ts';
import type { GateNode, LeafNode } from './compile.ts';

/**
 * Which gates read which facts, gathered over judgements that led one to another. What a gate has read in any of them counts: one
 * too many is decided anew for nothing, one too few would be a wrong verdict.
 */
export class Readers {
  /** Grows with what is known. */
  version = 0;
  readonly #nodes: readonly GateNode[];
  readonly #byGate: (Set<string> | undefined)[];
  readonly #byKey = new Map<string, Set<number>>();
  /** Of families that were read as a whole, by the prefix. */
  readonly #byFamily = new Map<string, Set<number>>();
  readonly #byWildcard = new Map<string, { readonly version: number; readonly gates: ReadonlySet<number> }>();
  #parents: readonly (readonly number[])[] | undefined;

  constructor(nodes: readonly GateNode[]) {
    this.#nodes = nodes;
    this.#byGate = new Array(nodes.length);
  }

  add(gate: LeafNode, reads: readonly string[]): void {
    let seen = this.#byGate[gate.id];
    if (seen === undefined) {
      seen = new Set();
      this.#byGate[gate.id] = seen;
    }
    for (const key of reads) {
      if (seen.has(key)) continue;
      seen.add(key);
      this.version++;
      this.#note(this.#byKey, key, gate);
      if (key.endsWith('*')) this.#note(this.#byFamily, key.slice(0, -1), gate);
    }
  }

  /** By node, 1 where one of its gates may come out otherwise. `valuesOf` tells what a touched key is and was before. */
  reachedBy(touched: Touched, valuesOf: (key: string) => readonly unknown[]): Uint8Array {
    const gates = new Set<number>();
    const addAll = (readers: Iterable<number> = []): void => {
      for (const gate of readers) gates.add(gate);
    };
    for (const key of touched.keys) {
      addAll(this.#byKey.get(key));
      if (key.endsWith('.*')) addAll(this.#below(key));
      for (const [family, readers] of this.#byFamily) {
        if (!key.startsWith(family)) continue;
        if (key.endsWith('.*')) addAll(readers);
        else this.#addHeeding(readers, key, valuesOf(key), gates);
      }
    }
    return this.above(gates);
  }

  /** Most gates over mounts look for one kind, and few containers have it. */
  #addHeeding(readers: ReadonlySet<number>, key: string, values: readonly unknown[], gates: Set<number>): void {
    for (const id of readers) {
      const { behaviour, gate } = this.#nodes[id] as LeafNode;
      const { heeds } = behaviour;
      if (heeds === undefined || values.some((value) => heeds(gate, key, value))) gates.add(id);
    }
  }

  /** By node, 1 for the gates and for all that they are parts of. */
  above(gates: Iterable<number>): Uint8Array {
    const marked = new Uint8Array(this.#nodes.length);
    this.#parents ??= parentsOf(this.#nodes);
    const parents = this.#parents;
    const rise = (id: number): void => {
      if (marked[id] === 1) return;
      marked[id] = 1;
      for (const parent of parents[id] as readonly number[]) rise(parent);
    };
    for (const gate of gates) rise(gate);
    return marked;
  }

  /** Gates that read some member of the wildcard's family. */
  #below(wildcard: string): ReadonlySet<number> {
    const known = this.#byWildcard.get(wildcard);
    if (known?.version === this.version) return known.gates;
    const prefix = wildcard.slice(0, -1);
    const gates = new Set([...this.#byKey].flatMap(([key, readers]) => (key.startsWith(prefix) ? [...readers] : [])));
    this.#byWildcard.set(wildcard, { version: this.version, gates });
    return gates;
  }

  #note(table: Map<string, Set<number>>, name: string, gate: LeafNode): void {
    const gates = table.get(name);
    if (gates === undefined) table.set(name, new Set([gate.id]));
    else gates.add(gate.id);
  }
}

function parentsOf(nodes: readonly GateNode[]): number[][] {
  const parents: number[][] = nodes.map(() => []);
  for (const node of nodes) if (node.kind !== 'gate') for (const { id } of node.children) parents[id]?.push(node.id);
  return parents;
}
