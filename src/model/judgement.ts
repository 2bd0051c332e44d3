import type { Change, Posture, Touched } from '../posture/index.ts';
import type { BranchNode, GateGraph, GateNode, LeafNode } from './compile.ts';
import type { Outcome, Result } from './gates/index.ts';
import { countBits, type Mechanism, mechanismBit } from './mechanism.ts';

const NOTHING_COMPARED = new Uint8Array(0);

function isSame(now: Outcome, before: Outcome): boolean {
  if (now === before) return true;
  if (now.result !== before.result || now.by !== before.by) return false;
  return now.result !== 'unknown' || now.settledBy?.join() === before.settledBy?.join();
}

interface Before {
  readonly judgement: Judgement;
  readonly touched: Touched;
}

/** What a gate said, and which facts it read to say it. */
interface Decided {
  readonly outcome: Outcome;
  readonly reads: Reads;
}

/** Keys by their number in the table that a judgement shares with those that it led to. */
export type Reads = readonly number[];

/** Keys that gates have read, numbered once, and for one judgement which of them its changes touch. */
class KeyTable {
  readonly #numbers: Map<string, number>;
  readonly #keys: string[];
  readonly #touched: Touched | undefined;
  /** By number; filled as keys are asked about. */
  readonly #isTouched: (boolean | undefined)[] = [];

  constructor(shared?: KeyTable, touched?: Touched) {
    this.#numbers = shared === undefined ? new Map() : shared.#numbers;
    this.#keys = shared === undefined ? [] : shared.#keys;
    this.#touched = touched;
  }

  touchedBy(touched: Touched): KeyTable {
    return new KeyTable(this, touched);
  }

  numbersOf(keys: readonly string[]): Reads {
    return keys.map((key) => {
      let number = this.#numbers.get(key);
      if (number === undefined) {
        number = this.#keys.length;
        this.#numbers.set(key, number);
        this.#keys.push(key);
      }
      return number;
    });
  }

  keysOf(reads: Reads): readonly string[] {
    return reads.map((number) => this.#keys[number] as string);
  }

  touchesAny(reads: Reads): boolean {
    for (const number of reads) if (this.#isTouched[number] ?? this.#ask(number)) return true;
    return false;
  }

  #ask(number: number): boolean {
    const answer = this.#touched?.includes(this.#keys[number] as string) ?? false;
    this.#isTouched[number] = answer;
    return answer;
  }
}

const RESULTS: readonly Result[] = ['passes', 'closed', 'unknown'];

/** A minimal set of mechanisms that must all fail, as bits. */
type FailureSet = number;

/**
 * All gates over one posture, each decided at most once and only when asked for.
 *
 * `all` and `any` follow Kleene's strong logic: a closed part closes an `all` whatever the unknown ones are, a passing
 * part opens an `any`.
 */
export class Judgement {
  readonly posture: Posture;
  readonly #graph: GateGraph;
  /** By node: 0 not decided yet, else the position in RESULTS + 1. Small, since fixes try hundreds of postures. */
  readonly #results: Uint8Array;
  /** By node: 0 not compared yet, 1 decides as before, 2 otherwise. */
  readonly #same: Uint8Array;
  readonly #outcomes = new Map<number, Decided>();
  readonly #failures = new Map<number, readonly FailureSet[]>();
  readonly #branchReads = new Map<number, Reads>();
  readonly #before: Before | undefined;
  readonly #keys: KeyTable;

  constructor(graph: GateGraph, posture: Posture, before?: Before) {
    this.posture = posture;
    this.#graph = graph;
    this.#results = new Uint8Array(graph.nodes.length);
    this.#same = before === undefined ? NOTHING_COMPARED : new Uint8Array(graph.nodes.length);
    this.#before = before;
    this.#keys = before === undefined ? new KeyTable() : before.judgement.#keys.touchedBy(before.touched);
  }

  /** The same over the posture after some changes; only gates that read what is touched are decided anew. */
  after(changes: readonly Change[], by: string): Judgement {
    return new Judgement(this.#graph, this.posture.with(changes, by), {
      judgement: this,
      touched: this.posture.touchedBy(changes),
    });
  }

  result(node: GateNode): Result {
    const decided = this.#results[node.id] as number;
    if (decided !== 0) return RESULTS[decided - 1] as Result;
    const result = node.kind === 'gate' ? this.outcome(node).result : this.#branch(node);
    this.#results[node.id] = RESULTS.indexOf(result) + 1;
    return result;
  }

  outcome(node: LeafNode): Outcome {
    return this.#decide(node).outcome;
  }

  /** Whether a node comes out as before the changes, with the same facts: none of its gates read what is touched. */
  isUnchanged(node: GateNode): boolean {
    return this.#before !== undefined && !this.#keys.touchesAny(this.#before.judgement.readsOf(node));
  }

  /**
   * Whether every gate of a node decides as before the changes, by the same mechanism: then the node's result and failures are
   * as before. The facts may be others (a capability that the engine does not give, and the container drops).
   */
  decidesAsBefore(node: GateNode): boolean {
    if (this.#before === undefined) return false;
    const known = this.#same[node.id];
    if (known !== 0) return known === 1;
    const same =
      node.kind === 'gate'
        ? this.#isSameGate(node, this.#before.judgement)
        : node.children.every((child) => this.decidesAsBefore(child));
    this.#same[node.id] = same ? 1 : 2;
    return same;
  }

  /** Numbers of the keys that the gates of a node read; all of them are decided for it. */
  readsOf(node: GateNode): Reads {
    if (node.kind === 'gate') return this.#decide(node).reads;
    let reads = this.#branchReads.get(node.id);
    if (reads === undefined) {
      reads = [...new Set(node.children.flatMap((child) => this.readsOf(child)))];
      this.#branchReads.set(node.id, reads);
    }
    return reads;
  }

  /** The keys themselves; a family that was read as a whole ends with a star. */
  keysReadBy(node: GateNode): readonly string[] {
    return this.#keys.keysOf(this.readsOf(node));
  }

  /** Whether one of the keys is touched by the changes that led to this judgement. */
  touchesAny(reads: Reads): boolean {
    return this.#keys.touchesAny(reads);
  }

  #isSameGate(node: LeafNode, before: Judgement): boolean {
    const earlier = before.#decide(node);
    return !this.#keys.touchesAny(earlier.reads) || isSame(this.#decide(node).outcome, earlier.outcome);
  }

  #decide(node: LeafNode): Decided {
    const known = this.#outcomes.get(node.id);
    if (known !== undefined) return known;
    if (this.#before !== undefined) {
      const earlier = this.#before.judgement.#decide(node);
      if (!this.#keys.touchesAny(earlier.reads)) return earlier;
    }
    const { value, reads } = this.posture.reading(() => node.behaviour.evaluate(node.gate, this.posture));
    const decided = { outcome: value, reads: this.#keys.numbersOf(reads) };
    this.#outcomes.set(node.id, decided);
    return decided;
  }

  /** The mechanism that a gate's outcome is credited to. */
  mechanism(node: LeafNode): Mechanism {
    return this.outcome(node).by ?? node.behaviour.mechanism(node.gate);
  }

  /**
   * The least number of distinct mechanisms that must fail before the node passes: 0 where it passes already. An unknown
   * gate is counted as passing, so the number is a promise, never a hope.
   */
  depth(node: GateNode): number {
    return Math.min(...this.failures(node).map(countBits));
  }

  /** The minimal sets of mechanisms whose failure lets the node pass. */
  failures(node: GateNode): readonly FailureSet[] {
    let sets = this.#failures.get(node.id);
    if (sets === undefined) {
      sets =
        this.#before !== undefined && this.decidesAsBefore(node)
          ? this.#before.judgement.failures(node)
          : this.#computeFailures(node);
      this.#failures.set(node.id, sets);
    }
    return sets;
  }

  #branch(node: BranchNode): Result {
    const decisive: Result = node.kind === 'all' ? 'closed' : 'passes';
    let undecided = false;
    for (const child of node.children) {
      const result = this.result(child);
      if (result === decisive) return decisive;
      if (result === 'unknown') undecided = true;
    }
    if (undecided) return 'unknown';
    return node.kind === 'all' ? 'passes' : 'closed';
  }

  #computeFailures(node: GateNode): readonly FailureSet[] {
    if (this.result(node) !== 'closed') return NOTHING_NEEDED;
    if (node.kind === 'gate') return [mechanismBit(this.mechanism(node))];
    let sets: readonly FailureSet[] | undefined;
    for (const child of node.children) {
      const own = this.failures(child);
      if (own === NOTHING_NEEDED) continue;
      sets = sets === undefined ? own : node.kind === 'any' ? minimal([...sets, ...own]) : product(sets, own);
    }
    return sets ?? NOTHING_NEEDED;
  }
}

/** What passes already, or may: no mechanism must fail. */
const NOTHING_NEEDED: readonly FailureSet[] = [0];

function product(left: readonly FailureSet[], right: readonly FailureSet[]): readonly FailureSet[] {
  const joined: FailureSet[] = [];
  for (const a of left) for (const b of right) joined.push(a | b);
  return minimal(joined);
}

/** Drops sets that contain another; keeps the smallest first. */
function minimal(sets: readonly FailureSet[]): readonly FailureSet[] {
  if (sets.length < 2) return sets;
  const sorted = [...sets].sort((a, b) => countBits(a) - countBits(b));
  const kept: FailureSet[] = [];
  for (const set of sorted) if (!kept.some((smaller) => (smaller & set) === smaller)) kept.push(set);
  return kept;
}
