import type { Change, FactKey, Posture, Touched } from '../posture/index.ts';
import type { BranchNode, GateGraph, GateNode, LeafNode } from './compile.ts';
import type { Outcome, Result } from './gates/index.ts';
import { countBits, type Mechanism, mechanismBit } from './mechanism.ts';
import { type Reached, Readers } from './readers.ts';

const NOTHING_COMPARED = new Uint8Array(0);
const [YES, NO] = [1, 2];

function isSame(now: Outcome, before: Outcome): boolean {
  if (now === before) return true;
  if (now.result !== before.result || now.by !== before.by) return false;
  return now.result !== 'unknown' || now.settledBy?.join() === before.settledBy?.join();
}

interface Before {
  readonly judgement: Judgement;
  readonly touched: Touched;
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
  /** By node: 0 not looked at yet, else whether it decides as before. Made when first asked for: most fixes are tried for one verdict. */
  #same: Uint8Array | undefined;
  readonly #outcomes = new Map<number, Outcome>();
  readonly #failures = new Map<number, readonly FailureSet[]>();
  readonly #before: Before | undefined;
  readonly #readers: Readers;
  /** By node, 1 where a gate of it may come out otherwise than before. */
  #reached: Uint8Array = NOTHING_COMPARED;
  /** The same by all that gates have read so far. */
  #reachedNow: Reached | undefined;
  #allDecided = false;

  constructor(graph: GateGraph, posture: Posture, before?: Before) {
    this.posture = posture;
    this.#graph = graph;
    this.#results = new Uint8Array(graph.nodes.length);
    this.#before = before;
    this.#readers = before === undefined ? new Readers(graph.nodes) : before.judgement.#readers;
    if (before === undefined) return;
    before.judgement.#decideAll();
    this.#reached = this.#readers.reachedBy(before.touched, (key) => this.#valuesOf(key, before)).nodes;
  }

  #valuesOf(key: string, { judgement }: Before): readonly unknown[] {
    return [judgement.posture, this.posture]
      .map((posture) => posture.get(key as FactKey)?.value)
      .filter((value) => value !== undefined);
  }

  /**
   * Decides all that may come out otherwise, and from then on takes for changed only what did: most mounts, variables and images
   * that a container has of its own make no difference to a gate that reads them.
   */
  narrow(): void {
    if (this.#before === undefined) return;
    const before = this.#before.judgement;
    this.#decideAll();
    const changed = [...this.#outcomes.keys()].filter((id) => {
      const node = this.#graph.nodes[id] as LeafNode;
      return !this.#isEqual(this.#decide(node), before.outcome(node));
    });
    this.#reached = this.#readers.above(changed);
  }

  /** Whether nothing that can be told of an outcome differs but the places of what the base states. */
  #isEqual(now: Outcome, before: Outcome): boolean {
    if (!isSame(now, before) || now.why !== before.why) return false;
    if (now.fact === undefined || before.fact === undefined) return now.fact === before.fact;
    const fact = this.posture.placed(before.fact);
    return (
      now.fact.source === fact.source &&
      now.fact.key === fact.key &&
      now.fact.value === fact.value &&
      now.fact.phase === fact.phase
    );
  }

  /** Until each gate is decided once, it is not known what it reads. */
  #decideAll(): void {
    if (this.#allDecided) return;
    this.#allDecided = true;
    for (const node of this.#graph.nodes) if (node.kind === 'gate' && !this.isUnchanged(node)) this.#decide(node);
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
    const result = this.#decideResult(node);
    this.#results[node.id] = RESULTS.indexOf(result) + 1;
    return result;
  }

  #decideResult(node: GateNode): Result {
    if (this.#before !== undefined && this.isUnchanged(node)) return this.#before.judgement.result(node);
    return node.kind === 'gate' ? this.#decide(node).result : this.#branch(node);
  }

  /** What a gate says, with its fact as it stands in this posture. */
  outcome(node: LeafNode): Outcome {
    if (this.#before === undefined || !this.isUnchanged(node)) return this.#decide(node);
    const outcome = this.#before.judgement.outcome(node);
    const fact = outcome.fact && this.posture.placed(outcome.fact);
    return fact === outcome.fact || fact === undefined ? outcome : { ...outcome, fact };
  }

  /** Whether a node comes out as before the changes, for the same reasons. */
  isUnchanged(node: GateNode): boolean {
    return this.#before !== undefined && this.#reached[node.id] === 0;
  }

  /** Whether changes to the base do to a node what they do here: no gate of it has read what is touched, whatever was tried. */
  isOutOfReach(node: GateNode): boolean {
    const before = this.#before;
    if (before === undefined) return false;
    const valuesOf = (key: string): readonly unknown[] => this.#valuesOf(key, before);
    this.#reachedNow =
      this.#reachedNow === undefined
        ? this.#readers.reachedBy(before.touched, valuesOf)
        : this.#readers.reachedSince(this.#reachedNow, before.touched, valuesOf);
    return this.#reachedNow.nodes[node.id] === 0;
  }

  /** Ways to close a gate, as it proposes them itself. What it looks at for them counts as read. */
  waysToClose(node: LeafNode): ReturnType<LeafNode['behaviour']['close']> {
    const { value, reads } = this.posture.reading(() => node.behaviour.close(node.gate, this.posture));
    this.#readers.add(node, reads);
    return value;
  }

  /**
   * Whether every gate of a node decides as before the changes, by the same mechanism: then the node's result and failures are
   * as before. The facts may be others (a capability that the engine does not give, and the container drops).
   */
  decidesAsBefore(node: GateNode): boolean {
    if (this.#before === undefined) return false;
    this.#same ??= new Uint8Array(this.#graph.nodes.length);
    const known = this.#same[node.id];
    if (known !== 0) return known === YES;
    const same =
      this.isUnchanged(node) ||
      (node.kind === 'gate'
        ? isSame(this.#decide(node), this.#before.judgement.#decide(node))
        : node.children.every((child) => this.decidesAsBefore(child)));
    this.#same[node.id] = same ? YES : NO;
    return same;
  }

  #decide(node: LeafNode): Outcome {
    if (this.#before !== undefined && this.isUnchanged(node)) return this.#before.judgement.#decide(node);
    let outcome = this.#outcomes.get(node.id);
    if (outcome === undefined) {
      const { value, reads } = this.posture.reading(() => node.behaviour.evaluate(node.gate, this.posture));
      this.#readers.add(node, reads);
      outcome = value;
      this.#outcomes.set(node.id, outcome);
    }
    return outcome;
  }

  /** The mechanism that a gate's outcome is credited to. */
  mechanism(node: LeafNode): Mechanism {
    return this.#decide(node).by ?? node.behaviour.mechanism(node.gate);
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
