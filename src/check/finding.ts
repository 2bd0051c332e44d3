import { describeSource, type Place, placeOf, type Source } from '../posture/index.ts';
import type { Subject } from '../readers/subject.ts';
import type { Severity, Verdict } from '../vectors/index.ts';
import type { Assessment, Judged } from './assessment.ts';
import type { Catalogue, CompiledVector } from './catalogue.ts';
import { type ChangeSet, changeKey } from './fixes.ts';
import { changeCost, describeChange } from './remedy.ts';
import type { Finding, Fix } from './result.ts';

const VERDICT_ORDER: Readonly<Record<Verdict, number>> = { open: 0, unknown: 1, blocked: 2 };
export const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/** All findings of one object, in order, with explanation and fixes. */
export function findingsOf(subject: Subject, assessment: Assessment, catalogue: Catalogue): Finding[] {
  const judged = assessment.judgeAll(catalogue.vectors, subject.kind);
  const closings = new Closings(judged, assessment);
  const owner = hashOf(subject.id);
  const findings = inOrderOfReports(judged, catalogue).map((one) =>
    findingOf(subject, one, assessment, closings, owner),
  );
  assessment.settle();
  return findings;
}

/** Open before unknown before blocked; worst, then shallowest, then by name: the order of every report. */
function inOrderOfReports(judged: readonly Judged[], { vectors }: Catalogue): Judged[] {
  const byName = remembered(names, vectors, positionsByName);
  return judged
    .map((one) => ({
      one,
      weight: VERDICT_ORDER[one.verdict] * 4 + SEVERITY_ORDER[one.vector.severity],
      depth: one.depth,
      name: byName.get(one.compiled) as number,
    }))
    .sort((a, b) => a.weight - b.weight || a.depth - b.depth || a.name - b.name)
    .map(({ one }) => one);
}

/** Names are compared once a catalogue, not for each object. */
const names = new WeakMap<readonly CompiledVector[], ReadonlyMap<CompiledVector, number>>();

function positionsByName(vectors: readonly CompiledVector[]): ReadonlyMap<CompiledVector, number> {
  const sorted = [...vectors].sort((a, b) => (a.vector.id < b.vector.id ? -1 : 1));
  return new Map(sorted.map((compiled, i) => [compiled, i]));
}

/**
 * Twelve hexadecimal digits that tell objects apart between runs: FNV-1a over UTF-16 code units, 64 bits of which 48 are kept.
 * Nothing rests on its strength, and a cryptographic hash takes longer to load than some configurations to judge.
 */
function hashOf(text: string): string {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * FNV_PRIME);
  return hash.toString(16).padStart(16, '0').slice(0, 12);
}

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** The smallest fixes of every open vector, found by what they change. Many findings ask about the same changes. */
class Closings {
  /** By change: vectors that it closes alone. */
  readonly #alone = new Map<string, string[]>();
  readonly #together: { readonly vector: string; readonly keys: readonly string[] }[] = [];
  readonly #known = new Map<string, readonly string[]>();

  constructor(judged: readonly Judged[], assessment: Assessment) {
    for (const one of judged) {
      if (one.verdict !== 'open') continue;
      for (const changes of assessment.fixesFor(one.compiled)) this.#add(one.vector.id, changes.map(changeKey));
    }
  }

  /** Vectors of which a smallest fix is among the changes, in the order of the catalogue. */
  closedBy(changes: ChangeSet): readonly string[] {
    const keys = changes.map(changeKey);
    const name = keys.join('\n');
    let closed = this.#known.get(name);
    if (closed === undefined) {
      const found = new Set(keys.flatMap((key) => this.#alone.get(key) ?? []));
      for (const fix of this.#together) if (fix.keys.every((key) => keys.includes(key))) found.add(fix.vector);
      closed = [...found];
      this.#known.set(name, closed);
    }
    return closed;
  }

  #add(vector: string, keys: readonly string[]): void {
    const [only] = keys;
    if (only === undefined || keys.length > 1) {
      this.#together.push({ vector, keys });
      return;
    }
    const vectors = this.#alone.get(only);
    if (vectors === undefined) this.#alone.set(only, [vector]);
    else vectors.push(vector);
  }
}

function findingOf(subject: Subject, one: Judged, assessment: Assessment, closings: Closings, owner: string): Finding {
  const { vector, decisive } = one;
  const fact = decisive?.fact;
  const cited = fact === undefined ? NOTHING_CITED : remembered(cites, fact.source, citeOf);
  return {
    id: `${owner}-${vector.id}`,
    vector: vector.id,
    title: vector.title,
    verdict: one.verdict,
    depth: one.depth,
    severity: vector.severity,
    phase: fact === undefined || fact.source.kind === 'default' ? vector.phase : fact.phase,
    mechanism: one.verdict === 'blocked' && decisive !== undefined ? decisive.mechanism : vector.mechanism,
    heldBy: one.heldBy,
    source: cited.place,
    statement: cited.statement,
    // Trees are large and most reports show few of them: they are made when they are read.
    get because() {
      return assessment.explainInLines(one.compiled);
    },
    get tree() {
      return assessment.explain(one.compiled);
    },
    fixes: one.verdict === 'open' ? fixes(subject, one, assessment, closings) : [],
    settledBy: one.settledBy,
    proof: null,
    suppressed: null,
  };
}

function fixes(subject: Subject, one: Judged, assessment: Assessment, closings: Closings): Fix[] {
  const described = assessment
    .fixesFor(one.compiled)
    .map(inOrder)
    .map((changes) => ({
      changes: changes.map((change) => describeChange(change, subject.artifact, assessment.posture)),
      places: changes.map((change) => (change.kind === 'withdraw' ? plainPlace(change.source) : null)),
      cost: changes.reduce((sum, change) => sum + changeCost(change), 0),
      closes: closings.closedBy(changes).filter((id) => id !== one.vector.id),
    }));
  return described.sort(
    (a, b) => a.changes.length - b.changes.length || a.cost - b.cost || b.closes.length - a.closes.length,
  );
}

/** What is taken back before what is set. The search numbers changes as it meets them, which differs from run to run. */
function inOrder(changes: ChangeSet): ChangeSet {
  if (changes.length < 2) return changes;
  return [...changes].sort((a, b) => (changeKey(a) < changeKey(b) ? -1 : 1));
}

function plainPlace(source: Source): Place | null {
  const place = placeOf(source);
  if (place === undefined) return null;
  return {
    path: place.path,
    line: place.line,
    column: place.column,
    ...(place.endColumn !== undefined && { endColumn: place.endColumn }),
  };
}

interface Cite {
  readonly place: Place | null;
  readonly statement: string;
}

const NOTHING_CITED: Cite = { place: null, statement: '' };

/** A statement, and more so a default, decides many vectors. */
const cites = new WeakMap<Source, Cite>();

function citeOf(source: Source): Cite {
  return { place: plainPlace(source), statement: source.kind === 'stated' ? source.text : describeSource(source) };
}

function remembered<K extends object, V>(cache: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  let value = cache.get(key);
  if (value === undefined) {
    value = make(key);
    cache.set(key, value);
  }
  return value;
}
