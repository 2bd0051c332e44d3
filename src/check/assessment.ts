import { type GateNode, Judgement, type LeafNode, type Mechanism, mechanismsOf } from '../model/index.ts';
import type { Change, Fact, Posture } from '../posture/index.ts';
import type { SubjectKindName, Vector, Verdict } from '../vectors/index.ts';
import type { Catalogue, CompiledVector } from './catalogue.ts';
import { explain, linesOf, placedTold, type Told, toldOf, withSource } from './explain.ts';
import { type ChangeSet, Trials } from './fixes.ts';
import type { Because } from './result.ts';

/** One vector over one posture, decided; explanation and fixes are made from it on demand. */
export interface Judged {
  readonly compiled: CompiledVector;
  readonly vector: Vector;
  readonly verdict: Verdict;
  readonly depth: number;
  /** Minimal sets of mechanisms whose failure opens it; empty unless blocked. */
  readonly heldBy: readonly (readonly Mechanism[])[];
  /** What has the credit: of an open vector the statement that opened it, of a blocked one the first mechanism that holds. */
  readonly decisive: { readonly mechanism: Mechanism; readonly fact: Fact<unknown> | undefined } | undefined;
  /** Keys of the facts that would settle an unknown. */
  readonly settledBy: readonly string[];
}

type Decision = Pick<Judged, 'verdict' | 'depth' | 'heldBy'>;

const VERDICT = { passes: 'open', closed: 'blocked', unknown: 'unknown' } as const;
const LINUX = ['linux'] as const;

/**
 * A posture under the whole catalogue. Containers of one engine share most of their posture, and those of a fleet their settings,
 * so an assessment stands on that of the base they share: a vector none of whose gates read anything that the container states
 * comes out as it does for the base, and only the places of what decided are its own.
 */
export class Assessment {
  readonly posture: Posture;
  readonly #judgement: Judgement;
  readonly #graph: Catalogue['graph'];
  readonly #base: Assessment | undefined;
  #tried: Trials | undefined;
  readonly #judged = new Map<CompiledVector, Judged>();
  readonly #fixes = new Map<CompiledVector, readonly ChangeSet[]>();
  readonly #told = new Map<CompiledVector, Told>();
  /** By node: the gate to show first; what is told of it; whether that names a place in an artifact. */
  readonly #decisive = new Map<number, LeafNode | undefined>();
  #because: (Because | undefined)[] | undefined;
  #states: (boolean | undefined)[] | undefined;

  constructor(catalogue: Catalogue, posture: Posture, base?: Assessment) {
    this.posture = posture;
    this.#base = base;
    const before = base && { judgement: base.#judgement, touched: posture.touchedHere() };
    this.#judgement = new Judgement(catalogue.graph, posture, before);
    this.#judgement.narrow();
    this.#graph = catalogue.graph;
  }

  /** Every vector of the list that has a meaning for an object of the kind. */
  judgeAll(vectors: readonly CompiledVector[], kind: SubjectKindName): Judged[] {
    const platform = this.posture.known('platform') ?? 'linux';
    const applying = vectors.filter(({ vector, when }) => {
      if (!vector.appliesTo.includes(kind)) return false;
      if (kind === 'workload' && !(vector.platforms ?? LINUX).includes(platform)) return false;
      return when === undefined || this.#judgement.result(when) !== 'closed';
    });
    return applying.map((compiled) => this.judge(compiled));
  }

  judge(compiled: CompiledVector): Judged {
    const base = this.#sameAs(compiled);
    if (base === undefined)
      return remember(
        this.#judged,
        compiled,
        () => new JudgedVector(compiled, this.#decide(compiled), this.#judgement, this.#decisive),
      );
    const judged = base.judge(compiled);
    return base.#statesIn(compiled.routes) ? new PlacedVerdict(judged, this.posture) : judged;
  }

  #decide(compiled: CompiledVector): Decision {
    if (this.#base !== undefined && this.#judgement.decidesAsBefore(compiled.routes)) return this.#base.judge(compiled);
    const verdict = VERDICT[this.#judgement.result(compiled.routes)];
    const failures = this.#judgement.failures(compiled.routes);
    return {
      verdict,
      depth: this.#judgement.depth(compiled.routes),
      heldBy: verdict === 'blocked' ? failures.map(mechanismsOf) : [],
    };
  }

  /** All smallest sets of changes that close an open vector, fewest changes first. */
  fixesFor(compiled: CompiledVector): readonly ChangeSet[] {
    const found = this.#judgement.isOutOfReach(compiled.routes) ? this.#base?.fixesFor(compiled) : undefined;
    // What was tried for it may have read more than had been read before.
    if (found !== undefined && this.#judgement.isOutOfReach(compiled.routes))
      return found.map((set) => set.map((change) => placed(change, this.posture)));
    return remember(this.#fixes, compiled, () => this.#trials.fixesFor(compiled));
  }

  /** The explanation tree. Trees of one engine's containers share the parts that are the same. */
  explain(compiled: CompiledVector): Because {
    return this.#explainNode(compiled.routes);
  }

  /** The tree as lines, indented. */
  explainInLines(compiled: CompiledVector): readonly string[] {
    return this.#tell(compiled).texts;
  }

  #tell(compiled: CompiledVector): Told {
    const base = this.#sameAs(compiled);
    if (base === undefined)
      return remember(this.#told, compiled, () => toldOf(linesOf(compiled.routes, this.#judgement)));
    const told = base.#tell(compiled);
    return told.stated.length === 0 ? told : remember(this.#told, compiled, () => placedTold(told, this.posture));
  }

  /** Lets go of what was tried for fixes, which is large; what was found stays. */
  settle(): void {
    this.#tried = undefined;
    this.#base?.settle();
  }

  get #trials(): Trials {
    this.#tried ??= new Trials(this.#graph, this.#judgement);
    return this.#tried;
  }

  /** The base, where the vector comes out as it does there. */
  #sameAs(compiled: CompiledVector): Assessment | undefined {
    return this.#judgement.isUnchanged(compiled.routes) ? this.#base : undefined;
  }

  #explainNode(node: GateNode): Because {
    const base = this.#judgement.isUnchanged(node) ? this.#base : undefined;
    if (base !== undefined && !base.#statesIn(node)) return base.#explainNode(node);
    this.#because ??= this.#byNode();
    let told = this.#because[node.id];
    if (told === undefined) {
      told =
        base === undefined
          ? explain(node, this.#judgement, (child) => this.#explainNode(child))
          : this.#retell(node, base);
      this.#because[node.id] = told;
    }
    return told;
  }

  /** Filled here and there: made in one piece, since an array that grows by its far end is a slow one; and only where it is used. */
  #byNode<T>(): (T | undefined)[] {
    return new Array(this.#graph.nodes.length);
  }

  /** What the base tells, with the places that it has here. */
  #retell(node: GateNode, base: Assessment): Because {
    const told = base.#explainNode(node);
    if (node.kind !== 'gate')
      return { text: told.text, result: told.result, children: node.children.map((child) => this.#explainNode(child)) };
    return withSource(told, this.posture.placed(base.#citedBy(node) as Fact<unknown>).source);
  }

  #citedBy(node: LeafNode): Fact<unknown> | undefined {
    return this.#judgement.outcome(node).fact;
  }

  /** Whether some gate of the node cites what somebody stated, so that the place is to be told anew for each that stands on this. */
  #statesIn(node: GateNode): boolean {
    this.#states ??= this.#byNode();
    let states = this.#states[node.id];
    if (states === undefined) {
      states =
        node.kind === 'gate'
          ? this.#citedBy(node)?.source.kind === 'stated'
          : node.children.some((child) => this.#statesIn(child));
      this.#states[node.id] = states;
    }
    return states;
  }
}

function placed(change: Change, posture: Posture): Change {
  return change.kind === 'set' ? change : posture.placed(change);
}

/** What credits and settles is looked for when it is asked for: most verdicts are only counted. */
class JudgedVector implements Judged {
  readonly compiled: CompiledVector;
  readonly verdict: Verdict;
  readonly depth: number;
  readonly heldBy: Judged['heldBy'];
  readonly #judgement: Judgement;
  readonly #known: Map<number, LeafNode | undefined>;
  #decisive: Judged['decisive'] | null = null;

  constructor(
    compiled: CompiledVector,
    decision: Decision,
    judgement: Judgement,
    known: Map<number, LeafNode | undefined>,
  ) {
    this.compiled = compiled;
    this.verdict = decision.verdict;
    this.depth = decision.depth;
    this.heldBy = decision.heldBy;
    this.#judgement = judgement;
    this.#known = known;
  }

  get vector(): Vector {
    return this.compiled.vector;
  }

  get decisive(): Judged['decisive'] {
    if (this.#decisive === null) {
      const gate = decisiveGate(this.compiled.routes, this.#judgement, this.#known);
      this.#decisive = gate && { mechanism: this.#judgement.mechanism(gate), fact: this.#judgement.outcome(gate).fact };
    }
    return this.#decisive;
  }

  get settledBy(): readonly string[] {
    return this.verdict === 'unknown' ? unsettled(this.compiled.routes, this.#judgement) : [];
  }
}

/** A verdict of the base, over a posture of which it holds alike. */
class PlacedVerdict implements Judged {
  readonly #judged: Judged;
  readonly #posture: Posture;

  constructor(judged: Judged, posture: Posture) {
    this.#judged = judged;
    this.#posture = posture;
  }

  get compiled(): CompiledVector {
    return this.#judged.compiled;
  }

  get vector(): Vector {
    return this.#judged.vector;
  }

  get verdict(): Verdict {
    return this.#judged.verdict;
  }

  get depth(): number {
    return this.#judged.depth;
  }

  get heldBy(): Judged['heldBy'] {
    return this.#judged.heldBy;
  }

  get decisive(): Judged['decisive'] {
    const { decisive } = this.#judged;
    return decisive && { mechanism: decisive.mechanism, fact: decisive.fact && this.#posture.placed(decisive.fact) };
  }

  get settledBy(): readonly string[] {
    return this.#judged.settledBy;
  }
}

/**
 * Assessments of the bases that postures stand on, each made once; and the last of all, since several ask about one object in turn.
 * Those of all objects would hold everything that was judged.
 */
export class Assessor {
  readonly #catalogue: Catalogue;
  readonly #bases = new WeakMap<Posture, Assessment>();
  #last: Assessment | undefined;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  assess(posture: Posture): Assessment {
    if (this.#last?.posture !== posture) this.#last = this.#bases.get(posture) ?? this.#make(posture);
    return this.#last;
  }

  #make(posture: Posture): Assessment {
    return new Assessment(this.#catalogue, posture, posture.base && this.#assessBase(posture.base));
  }

  #assessBase(base: Posture): Assessment {
    let assessed = this.#bases.get(base);
    if (assessed === undefined) {
      assessed = this.#make(base);
      this.#bases.set(base, assessed);
    }
    return assessed;
  }
}

function remember<K, V>(cache: Map<K, V>, key: K, make: () => V): V {
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}

/**
 * The gate to show first. Where the vector is open: among the gates that pass on an open route, the one whose fact an
 * artifact stated last in the life-cycle (a statement outranks a default). Where it is blocked: a gate that holds. Parts are
 * shared by many vectors, so `known` keeps what was found for each.
 */
function decisiveGate(
  node: GateNode,
  judgement: Judgement,
  known: Map<number, LeafNode | undefined>,
): LeafNode | undefined {
  if (node.kind === 'gate') return node;
  if (known.has(node.id)) return known.get(node.id);
  const result = judgement.result(node);
  let best: LeafNode | undefined;
  let rank = -1;
  for (const child of node.children) {
    const gate = judgement.result(child) === result ? decisiveGate(child, judgement, known) : undefined;
    const own = gate === undefined ? -1 : credit(judgement.outcome(gate).fact);
    if (own > rank) [best, rank] = [gate, own];
  }
  known.set(node.id, best);
  return best;
}

function credit(fact: Fact<unknown> | undefined): number {
  if (fact === undefined) return 0;
  return fact.source.kind === 'stated' ? 3 : fact.source.kind === 'assumed' || fact.source.kind === 'observed' ? 2 : 1;
}

/** Keys that would settle an undecided node, without those behind a gate that is closed anyway. */
function unsettled(node: GateNode, judgement: Judgement): string[] {
  const keys = new Set<string>();
  const visit = (at: GateNode): void => {
    if (judgement.result(at) !== 'unknown') return;
    if (at.kind === 'gate') for (const key of judgement.outcome(at).settledBy ?? []) keys.add(key);
    else for (const child of at.children) visit(child);
  };
  visit(node);
  return [...keys].sort();
}
