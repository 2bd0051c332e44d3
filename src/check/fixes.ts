import type { GateGraph, GateNode, Judgement } from '../model/index.ts';
import type { Change } from '../posture/index.ts';
import type { CompiledVector } from './catalogue.ts';

/** Changes that are made together. */
export type ChangeSet = readonly Change[];

/** A fix is no longer small beyond this; larger remedies are in the vector's general words. */
const MOST_CHANGES = 3;
/** Candidates kept at each step, smallest first, so that a cut loses only the larger ones. */
const MOST_CANDIDATES = 32;

/** A candidate while it is put together: numbers of its changes, ascending. */
type Candidate = readonly number[];

/**
 * The search for fixes on one posture. Candidates come from the gates that open routes pass through (close one gate of each
 * route); each is tried on the posture, so what is offered is known to work in the model. Many vectors propose the same
 * changes, so changes are numbered once, the proposals of a shared part are made once, and each set is judged once.
 */
export class Trials {
  readonly #judgement: Judgement;
  readonly #changes: Change[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #cuts: (readonly Candidate[] | undefined)[];
  readonly #judgements = new Map<string, Judgement>();

  constructor(graph: GateGraph, judgement: Judgement) {
    this.#judgement = judgement;
    this.#cuts = new Array(graph.nodes.length);
  }

  /** All smallest sets of changes that close an open vector, fewest changes first. */
  fixesFor(vector: CompiledVector): ChangeSet[] {
    return this.#tryCandidates(vector).map((candidate) => candidate.map((number) => this.#changes[number] as Change));
  }

  #tryCandidates(vector: CompiledVector): Candidate[] {
    const working: Candidate[] = [];
    for (const candidate of this.#cutsOf(vector.routes)) {
      if (working.some((smaller) => includes(candidate, smaller))) continue;
      if (this.#judged(candidate).result(vector.routes) === 'closed') working.push(candidate);
    }
    return working;
  }

  #judged(candidate: Candidate): Judgement {
    const key = candidate.join();
    let judgement = this.#judgements.get(key);
    if (judgement === undefined) {
      const changes = candidate.map((number) => this.#changes[number] as Change);
      judgement = this.#judgement.after(changes, 'a fix');
      this.#judgements.set(key, judgement);
    }
    return judgement;
  }

  /** Sets of changes of which each closes the node, as its gates propose them; smallest first. */
  #cutsOf(node: GateNode): readonly Candidate[] {
    let cuts = this.#cuts[node.id];
    if (cuts === undefined) {
      cuts = this.#propose(node);
      this.#cuts[node.id] = cuts;
    }
    return cuts;
  }

  #propose(node: GateNode): readonly Candidate[] {
    if (this.#judgement.result(node) === 'closed') return [[]];
    if (node.kind === 'gate') {
      const proposals = this.#judgement.waysToClose(node);
      return smallest(proposals.map((changes) => ascending(changes.map((change) => this.#number(change)))));
    }
    const children = node.children.map((child) => this.#cutsOf(child));
    return node.kind === 'all'
      ? smallest(children.flat())
      : children.reduce((left, right) => this.#together(left, right), [[]] as readonly Candidate[]);
  }

  /** One set of each side, joined. */
  #together(left: readonly Candidate[], right: readonly Candidate[]): readonly Candidate[] {
    const joined: Candidate[] = [];
    for (const a of left) {
      for (const b of right) {
        const union = b.every((number) => a.includes(number)) ? a : ascending([...new Set([...a, ...b])]);
        if (union.length <= MOST_CHANGES && this.#isConsistent(union)) joined.push(union);
      }
    }
    return smallest(joined);
  }

  /** No key is set to two values. */
  #isConsistent(candidate: Candidate): boolean {
    const keys = candidate.map((number) => this.#changes[number]).filter((change) => change?.kind === 'set');
    return (
      keys.length < 2 || new Set(keys.map((change) => (change?.kind === 'set' ? change.key : ''))).size === keys.length
    );
  }

  #number(change: Change): number {
    const key = changeKey(change);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#changes.length;
      this.#changes.push(change);
      this.#numbers.set(key, number);
    }
    return number;
  }
}

const keys = new WeakMap<Change, string>();

/** The identity of a change: two statements on one line are told apart by their column. */
export function changeKey(change: Change): string {
  let key = keys.get(change);
  if (key === undefined) {
    key =
      change.kind === 'withdraw'
        ? `- ${change.source.path}:${change.source.line}:${change.source.column} ${change.source.text}`
        : `${change.key} ${typeof change.value === 'object' ? JSON.stringify(change.value) : String(change.value)}`;
    keys.set(change, key);
  }
  return key;
}

function ascending(numbers: readonly number[]): Candidate {
  return numbers.length < 2 ? numbers : [...numbers].sort((a, b) => a - b);
}

function includes(candidate: Candidate, smaller: Candidate): boolean {
  return smaller.every((number) => candidate.includes(number));
}

/** Without sets that contain another. */
function smallest(candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  const kept: Candidate[] = [];
  for (let size = 0; size <= MOST_CHANGES && kept.length < MOST_CANDIDATES; size++) {
    for (const candidate of candidates) {
      if (candidate.length !== size || kept.length >= MOST_CANDIDATES) continue;
      if (!kept.some((smaller) => includes(candidate, smaller))) kept.push(candidate);
    }
  }
  return kept;
}
