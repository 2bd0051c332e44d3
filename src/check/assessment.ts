import { type GateNode, Judgement, type LeafNode, type Mechanism, mechanismsOf, type Reads } from '../model/index.ts';
import type { Fact, Posture, Touched } from '../posture/index.ts';
import type { SubjectKindName, Vector, Verdict } from '../vectors/index.ts';
import type { Catalogue, CompiledVector } from './catalogue.ts';
import { becauseLines, explain } from './explain.ts';
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
 * A posture under the whole catalogue. Containers of one engine share most of their posture, so an assessment stands on that of
 * the base they share: a vector none of whose gates read anything that the container states comes out as it does for the base.
 */
export class Assessment {
  readonly posture: Posture;
  readonly #judgement: Judgement;
  readonly #graph: Catalogue['graph'];
  #tried: Trials | undefined;
  readonly #base: Assessment | undefined;
  /** Vectors of which some gate read what the posture states beyond its base. */
  readonly #affected: ReadonlySet<CompiledVector> | undefined;
  #readers: Readers | undefined;
  readonly #judged = new Map<CompiledVector, Judged>();
  readonly #fixes = new Map<CompiledVector, readonly ChangeSet[]>();
  readonly #decisive = new Map<number, LeafNode | undefined>();
  readonly #because = new Map<number, Because>();
  readonly #lines = new Map<CompiledVector, readonly string[]>();
  readonly #fixReads = new Map<CompiledVector, Reads>();

  constructor(catalogue: Catalogue, posture: Posture, base?: Assessment) {
    this.posture = posture;
    this.#base = base;
    const touched = posture.touchedHere();
    const before = base && { judgement: base.#judgement, touched };
    this.#affected = base === undefined ? undefined : base.#readersOf(catalogue).affectedBy(touched);
    this.#judgement = new Judgement(catalogue.graph, posture, before);
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
    if (this.#base !== undefined && this.#isAsBase(compiled)) return this.#base.judge(compiled);
    return remember(
      this.#judged,
      compiled,
      () => new JudgedVector(compiled, this.#decide(compiled), this.#judgement, this.#decisive),
    );
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
    if (this.#base !== undefined && this.#isAsBase(compiled)) {
      const fixes = this.#base.fixesFor(compiled);
      if (!this.#judgement.touchesAny(this.#base.#readsForFixes(compiled))) return fixes;
    }
    return remember(this.#fixes, compiled, () => this.#trials.fixesFor(compiled));
  }

  /** The explanation tree. Trees of one engine's containers share the parts that are the same. */
  explain(compiled: CompiledVector): Because {
    if (this.#base !== undefined && this.#isAsBase(compiled)) return this.#base.explain(compiled);
    return this.#explainNode(compiled.routes);
  }

  /** The tree as lines, indented. */
  explainInLines(compiled: CompiledVector): readonly string[] {
    if (this.#base !== undefined && this.#isAsBase(compiled)) return this.#base.explainInLines(compiled);
    return remember(this.#lines, compiled, () => becauseLines(this.explain(compiled)));
  }

  /** Lets go of what was tried for fixes, which is large; what was found stays. */
  settle(): void {
    this.#tried = undefined;
  }

  get #trials(): Trials {
    this.#tried ??= new Trials(this.#graph, this.#judgement);
    return this.#tried;
  }

  #isAsBase(compiled: CompiledVector): boolean {
    return this.#affected?.has(compiled) === false;
  }

  #readersOf(catalogue: Catalogue): Readers {
    this.#readers ??= new Readers(
      catalogue.vectors.map((vector) => [vector, this.#judgement.keysReadBy(vector.routes)]),
    );
    return this.#readers;
  }

  #explainNode(node: GateNode): Because {
    if (this.#base !== undefined && this.#judgement.isUnchanged(node)) return this.#base.#explainNode(node);
    return remember(this.#because, node.id, () => explain(node, this.#judgement, (child) => this.#explainNode(child)));
  }

  /** Keys that the vector's gates read while fixes were tried. */
  #readsForFixes(compiled: CompiledVector): Reads {
    return remember(this.#fixReads, compiled, () => {
      const tried = this.#trials.judgementsFor(compiled);
      return [...new Set(tried.flatMap((judgement) => judgement.readsOf(compiled.routes)))];
    });
  }
}

/** What credits and settles is looked for when it is asked for: most verdicts are only counted. */
class JudgedVector implements Judged {
  readonly compiled: CompiledVector;
  readonly #decision: Decision;
  readonly #judgement: Judgement;
  readonly #known: Map<number, LeafNode | undefined>;

  constructor(
    compiled: CompiledVector,
    decision: Decision,
    judgement: Judgement,
    known: Map<number, LeafNode | undefined>,
  ) {
    this.compiled = compiled;
    this.#decision = decision;
    this.#judgement = judgement;
    this.#known = known;
  }

  get vector(): Vector {
    return this.compiled.vector;
  }

  get verdict(): Verdict {
    return this.#decision.verdict;
  }

  get depth(): number {
    return this.#decision.depth;
  }

  get heldBy(): Judged['heldBy'] {
    return this.#decision.heldBy;
  }

  get decisive(): Judged['decisive'] {
    const gate = decisiveGate(this.compiled.routes, this.#judgement, this.#known);
    return gate && { mechanism: this.#judgement.mechanism(gate), fact: this.#judgement.outcome(gate).fact };
  }

  get settledBy(): readonly string[] {
    return this.verdict === 'unknown' ? unsettled(this.compiled.routes, this.#judgement) : [];
  }
}

/** Which vectors read a key, or a family that it belongs to. */
class Readers {
  readonly #exact = new Map<string, CompiledVector[]>();
  readonly #families = new Map<string, CompiledVector[]>();
  /** Answers for keys that were asked about; containers of a kind state the same keys. */
  readonly #known = new Map<string, readonly CompiledVector[]>();

  constructor(reads: readonly (readonly [CompiledVector, readonly string[]])[]) {
    for (const [vector, keys] of reads) {
      for (const key of keys) {
        const [table, name] = key.endsWith('*') ? [this.#families, key.slice(0, -1)] : [this.#exact, key];
        const readers = table.get(name);
        if (readers === undefined) table.set(name, [vector]);
        else readers.push(vector);
      }
    }
  }

  affectedBy(touched: Touched): ReadonlySet<CompiledVector> {
    const affected = new Set<CompiledVector>();
    for (const key of touched.keys) for (const vector of this.#readersOf(key)) affected.add(vector);
    return affected;
  }

  #readersOf(key: string): readonly CompiledVector[] {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const readers = new Set(this.#exact.get(key));
    for (const [family, vectors] of this.#families) if (key.startsWith(family)) addAll(readers, vectors);
    if (key.endsWith('.*'))
      for (const [read, vectors] of this.#exact) if (read.startsWith(key.slice(0, -1))) addAll(readers, vectors);
    if (this.#known.size < MOST_KNOWN_KEYS) this.#known.set(key, [...readers]);
    return [...readers];
  }
}

/** Names of variables and mount points are without end: no more of them are kept than a large system has. */
const MOST_KNOWN_KEYS = 10_000;

function addAll<T>(set: Set<T>, members: readonly T[]): void {
  for (const member of members) set.add(member);
}

/** Assessments of the bases that postures stand on, each made once. */
export class Assessor {
  readonly #catalogue: Catalogue;
  readonly #bases = new WeakMap<Posture, Assessment>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  assess(posture: Posture): Assessment {
    const { base } = posture;
    if (base === undefined) return new Assessment(this.#catalogue, posture);
    const assessed = this.#bases.get(base) ?? new Assessment(this.#catalogue, base);
    this.#bases.set(base, assessed);
    return new Assessment(this.#catalogue, posture, assessed);
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
