/**
 * Which gates decide: over one posture, those of which the opposite answer would turn the verdict of a vector that a kernel can be asked.
 * Where no gate ever decides, a wrong one is never noticed.
 */
import type { Catalogue, CompiledVector } from '../../check/index.ts';
import type { BranchNode, GateNode, LeafNode, Result } from '../../model/index.ts';
import type { Posture } from '../../posture/index.ts';
import type { FixedAnswers } from './fixed.ts';

/** What a gate answers where it decides. */
export type Answer = Exclude<Result, 'unknown'>;

export interface Deciding {
  readonly gate: LeafNode;
  readonly answer: Answer;
  /** Whose verdicts the gate turns. */
  readonly vectors: readonly string[];
}

/** A vector whose verdict hangs on the gate. */
export interface Turned {
  readonly of: CompiledVector;
  readonly before: Result;
  readonly now: Result;
}

const OPPOSITE: Readonly<Record<Answer, Answer>> = { passes: 'closed', closed: 'passes' };

/** What gates and their compositions come to, as `Judgement` has it, without a note of what is read: thousands of postures are looked at. */
export class Results {
  readonly #posture: Posture;
  readonly #known: (Result | undefined)[];

  /** `fixed`: answers that are the same for every posture of the machine. */
  constructor(posture: Posture, fixed: FixedAnswers) {
    this.#posture = posture;
    this.#known = [];
    for (const [gate, answer] of fixed) this.#known[gate.id] = answer;
  }

  result(node: GateNode): Result {
    const known = this.#known[node.id];
    if (known !== undefined) return known;
    const result =
      node.kind === 'gate'
        ? node.behaviour.evaluate(node.gate, this.#posture).result
        : branchResult(node, (child) => this.result(child));
    this.#known[node.id] = result;
    return result;
  }
}

/** The vectors that a container can have and a kernel can be asked, with what stands above each of their gates. */
export class Deciders {
  /** Gates of the vectors' routes. */
  readonly gates: readonly LeafNode[];
  readonly #nodes: readonly GateNode[];
  readonly #above = new Map<GateNode, BranchNode[]>();
  readonly #asked = new Map<GateNode, CompiledVector[]>();

  constructor({ graph, vectors }: Catalogue) {
    this.#nodes = graph.nodes;
    const seen = new Set<GateNode>();
    const visit = (node: GateNode): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (node.kind === 'gate') return;
      for (const child of node.children) {
        this.#above.set(child, [...(this.#above.get(child) ?? []), node]);
        visit(child);
      }
    };
    for (const one of vectors) {
      if (one.vector.probe === undefined || !one.vector.appliesTo.includes('workload')) continue;
      this.#asked.set(one.routes, [...(this.#asked.get(one.routes) ?? []), one]);
      visit(one.routes);
    }
    this.gates = [...seen].filter((node) => node.kind === 'gate').sort((a, b) => a.id - b.id);
  }

  above(node: GateNode): readonly BranchNode[] {
    return this.#above.get(node) ?? [];
  }

  /** The vectors whose routes, all of them, the node is. */
  asking(node: GateNode): readonly CompiledVector[] {
    return this.#asked.get(node) ?? [];
  }

  /** Those that have the gate on a route. */
  vectorsOf(gate: LeafNode): readonly string[] {
    const seen = new Set<GateNode>([gate]);
    for (const node of seen) for (const parent of this.above(node)) seen.add(parent);
    return [...seen].flatMap((node) => this.asking(node)).map(({ vector }) => vector.id);
  }

  of(results: Results): readonly Deciding[] {
    return this.gates.flatMap((gate) => this.at(gate, results) ?? []);
  }

  /** Whether one gate decides. */
  at(gate: LeafNode, results: Results): Deciding | undefined {
    const answer = results.result(gate);
    if (answer === 'unknown') return undefined;
    const turned = this.turnedBy(gate, OPPOSITE[answer], results).filter(
      ({ of: { when }, before, now }) =>
        before !== 'unknown' && now !== 'unknown' && (when === undefined || results.result(when) !== 'closed'),
    );
    return turned.length === 0 ? undefined : { gate, answer, vectors: turned.map(({ of }) => of.vector.id) };
  }

  /** The vectors whose verdict is another one when the gate gives another answer. */
  turnedBy(gate: LeafNode, answer: Result, results: Results): readonly Turned[] {
    const resultOf = (child: GateNode): Result => (child === gate ? answer : results.result(child));
    const counts = this.above(gate).some((parent) => branchResult(parent, resultOf) !== results.result(parent));
    return counts || this.asking(gate).length > 0 ? this.#followed(gate, answer, results) : [];
  }

  /** Follows the other answer upwards for as long as it makes a difference. Numbers grow from children to parents. */
  #followed(gate: LeafNode, answer: Result, results: Results): readonly Turned[] {
    const other = new Map<GateNode, Result>();
    const resultOf = (child: GateNode): Result => other.get(child) ?? results.result(child);
    const turned: Turned[] = [];
    const waiting = new Uint8Array(this.#nodes.length);
    let last = gate.id;
    waiting[gate.id] = 1;
    for (let id = gate.id; id <= last; id++) {
      if (waiting[id] === 0) continue;
      const node = this.#nodes[id] as GateNode;
      const now = node.kind === 'gate' ? answer : branchResult(node, resultOf);
      const before = results.result(node);
      if (now === before) continue;
      other.set(node, now);
      for (const parent of this.above(node)) {
        waiting[parent.id] = 1;
        last = Math.max(last, parent.id);
      }
      for (const of of this.asking(node)) turned.push({ of, before, now });
    }
    return turned;
  }
}

function branchResult({ kind, children }: BranchNode, resultOf: (child: GateNode) => Result): Result {
  const [decisive, neutral]: readonly [Answer, Answer] = kind === 'all' ? ALL : ANY;
  let result: Result = neutral;
  for (const child of children) {
    const one = resultOf(child);
    if (one === decisive) return decisive;
    if (one === 'unknown') result = one;
  }
  return result;
}

const ALL = ['closed', 'passes'] as const;
const ANY = ['passes', 'closed'] as const;
