import type { Touched } from '../posture/index.ts';
import type { GateNode, LeafNode } from './compile.ts';

/**
 * Which gates read which facts, gathered over judgements that led one to another. What a gate has read in any of them counts: one
 * too many is decided anew for nothing, one too few would be a wrong verdict.
 */
export class Readers {
  readonly #nodes: readonly GateNode[];
  readonly #byGate: (Set<string> | undefined)[];
  readonly #byKey = new Map<string, Set<number>>();
  /** Of families that were read as a whole, by the prefix. */
  readonly #byFamily = new Map<string, FamilyReaders>();
  readonly #byWildcard = new Map<string, { reads: number; readonly gates: Set<number> }>();
  /** Every read in order: who asked what may be reached asks only about those that came since. */
  readonly #reads: Read[] = [];
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
      this.#reads.push({ gate: gate.id, key });
      const gates = this.#byKey.get(key);
      if (gates === undefined) this.#byKey.set(key, new Set([gate.id]));
      else gates.add(gate.id);
      if (key.endsWith('*')) this.#family(key.slice(0, -1)).add(gate);
    }
  }

  #family(prefix: string): FamilyReaders {
    let family = this.#byFamily.get(prefix);
    if (family === undefined) {
      family = new FamilyReaders(prefix);
      this.#byFamily.set(prefix, family);
    }
    return family;
  }

  /** By node, 1 where one of its gates may come out otherwise. `valuesOf` tells what a touched key is and was before. */
  reachedBy(touched: Touched, valuesOf: ValuesOf): Reached {
    const gates = new Set<number>();
    const addAll = (readers: Iterable<number> = []): void => {
      for (const gate of readers) gates.add(gate);
    };
    for (const key of touched.keys) {
      addAll(this.#byKey.get(key));
      if (key.endsWith('.*')) addAll(this.#below(key));
      for (const family of this.#byFamily.values()) {
        if (!key.startsWith(family.prefix)) continue;
        addAll(key.endsWith('.*') ? family.all : family.heeding(key, valuesOf(key)));
      }
    }
    return { nodes: this.above(gates), reads: this.#reads.length };
  }

  /** The same with all that was read since. */
  reachedSince(before: Reached, touched: Touched, valuesOf: ValuesOf): Reached {
    if (before.reads === this.#reads.length) return before;
    for (let i = before.reads; i < this.#reads.length; i++) {
      const { gate, key } = this.#reads[i] as Read;
      if (before.nodes[gate] === 0 && this.#isReached(this.#nodes[gate] as LeafNode, key, touched, valuesOf))
        this.#rise(gate, before.nodes);
    }
    return { nodes: before.nodes, reads: this.#reads.length };
  }

  #isReached(gate: LeafNode, read: string, touched: Touched, valuesOf: ValuesOf): boolean {
    if (touched.speaksOf(read)) return true;
    if (!read.endsWith('*')) return false;
    const prefix = read.slice(0, -1);
    for (const key of touched.keys) {
      if (!key.startsWith(prefix)) continue;
      if (key.endsWith('.*') || heedsOne(gate, prefix, key, valuesOf(key))) return true;
    }
    return false;
  }

  /** By node, 1 for the gates and for all that they are parts of. */
  above(gates: Iterable<number>): Uint8Array {
    const marked = new Uint8Array(this.#nodes.length);
    for (const gate of gates) this.#rise(gate, marked);
    return marked;
  }

  #rise(id: number, marked: Uint8Array): void {
    if (marked[id] === 1) return;
    marked[id] = 1;
    this.#parents ??= parentsOf(this.#nodes);
    for (const parent of this.#parents[id] as readonly number[]) this.#rise(parent, marked);
  }

  /** Gates that read some member of the wildcard's family: those that are known, and those of the reads since. */
  #below(wildcard: string): ReadonlySet<number> {
    const known = this.#byWildcard.get(wildcard) ?? { reads: 0, gates: new Set() };
    const prefix = wildcard.slice(0, -1);
    for (; known.reads < this.#reads.length; known.reads++) {
      const { gate, key } = this.#reads[known.reads] as Read;
      if (key.startsWith(prefix)) known.gates.add(gate);
    }
    this.#byWildcard.set(wildcard, known);
    return known.gates;
  }
}

interface Read {
  readonly gate: number;
  readonly key: string;
}

/** What a touched key is and was before. */
type ValuesOf = (key: string) => readonly unknown[];

/** By node, 1 where a gate of it may be reached, by as many reads as were known. */
export interface Reached {
  readonly nodes: Uint8Array;
  readonly reads: number;
}

const MOST_VALUES = 1000;

/**
 * Gates that read a family as a whole. Most gates over mounts look for one kind of them, or for one at some place, and few containers
 * have it: so those that heed a member are found by the parts of its path and by its value, and values repeat in a fleet.
 */
class FamilyReaders {
  readonly prefix: string;
  readonly all = new Set<number>();
  /** Those that do not say what they heed. */
  readonly #always: number[] = [];
  readonly #choosy: LeafNode[] = [];
  /** By each part of the paths that they ask about. */
  readonly #byPart = new Map<string, number[]>();
  readonly #byValue = new Map<string, readonly number[]>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  add(gate: LeafNode): void {
    this.all.add(gate.id);
    const heeds = heedsIn(gate, this.prefix);
    if (heeds === undefined) {
      this.#always.push(gate.id);
      return;
    }
    this.#choosy.push(gate);
    this.#byValue.clear();
    for (const part of new Set(heeds.paths(gate.gate).flatMap(partsOf))) {
      const gates = this.#byPart.get(part);
      if (gates === undefined) this.#byPart.set(part, [gate.id]);
      else gates.push(gate.id);
    }
  }

  *heeding(key: string, values: readonly unknown[]): Iterable<number> {
    yield* this.#always;
    if (this.#choosy.length === 0) return;
    yield* this.#byPart.get(nameOf(key)) ?? [];
    for (const value of values) yield* this.#heedingValue(value);
  }

  #heedingValue(value: unknown): readonly number[] {
    const text = `${value?.constructor.name} ${JSON.stringify(value)}`;
    let gates = this.#byValue.get(text);
    if (gates === undefined) {
      gates = this.#choosy.filter((gate) => heedsIn(gate, this.prefix)?.value(gate.gate, value)).map(({ id }) => id);
      if (this.#byValue.size >= MOST_VALUES) this.#byValue.clear();
      this.#byValue.set(text, gates);
    }
    return gates;
  }
}

function heedsIn({ behaviour }: LeafNode, prefix: string): LeafNode['behaviour']['heeds'] {
  return behaviour.heeds?.family === prefix ? behaviour.heeds : undefined;
}

function heedsOne(gate: LeafNode, prefix: string, key: string, values: readonly unknown[]): boolean {
  const heeds = heedsIn(gate, prefix);
  if (heeds === undefined) return true;
  const name = nameOf(key);
  return (
    heeds.paths(gate.gate).some((path) => partsOf(path).includes(name)) ||
    values.some((value) => heeds.value(gate.gate, value))
  );
}

/** Names of which a path consists; the root, which every path lies below, has the empty one. */
function partsOf(path: string): string[] {
  return path.split('/');
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function parentsOf(nodes: readonly GateNode[]): number[][] {
  const parents: number[][] = nodes.map(() => []);
  for (const node of nodes) if (node.kind !== 'gate') for (const { id } of node.children) parents[id]?.push(node.id);
  return parents;
}
