import { createHash } from 'node:crypto';
import { describeSource, type Place, placeOf, type Source } from '../posture/index.ts';
import type { Subject } from '../readers/subject.ts';
import type { Severity, Verdict } from '../vectors/index.ts';
import type { Assessment, Judged } from './assessment.ts';
import type { Catalogue } from './catalogue.ts';
import { type ChangeSet, changeKey } from './fixes.ts';
import { changeCost, describeChange } from './remedy.ts';
import type { Finding, Fix } from './result.ts';

const VERDICT_ORDER: Readonly<Record<Verdict, number>> = { open: 0, unknown: 1, blocked: 2 };
export const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Open before unknown before blocked; worst, then shallowest, then by name: the order of every report. */
function compareFindings(a: Finding, b: Finding): number {
  return (
    VERDICT_ORDER[a.verdict] - VERDICT_ORDER[b.verdict] ||
    SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
    a.depth - b.depth ||
    (a.vector < b.vector ? -1 : a.vector > b.vector ? 1 : 0)
  );
}

/** All findings of one object, in order, with explanation and fixes. */
export function findingsOf(subject: Subject, assessment: Assessment, catalogue: Catalogue): Finding[] {
  const judged = assessment.judgeAll(catalogue.vectors, subject.kind);
  const closings = new Closings(judged, assessment);
  const owner = createHash('sha256').update(subject.id).digest('hex').slice(0, 12);
  const findings = judged.map((one) => findingOf(subject, one, assessment, closings, owner)).sort(compareFindings);
  assessment.settle();
  return findings;
}

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
    source: fact === undefined ? null : plainPlace(fact.source),
    statement: fact === undefined ? '' : statementOf(fact.source),
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
  const described = assessment.fixesFor(one.compiled).map((changes) => ({
    changes: changes.map((change) => describeChange(change, subject.artifact, assessment.posture)),
    places: changes.map((change) => (change.kind === 'withdraw' ? plainPlace(change.source) : null)),
    cost: changes.reduce((sum, change) => sum + changeCost(change), 0),
    closes: closings.closedBy(changes).filter((id) => id !== one.vector.id),
  }));
  return described.sort(
    (a, b) => a.changes.length - b.changes.length || a.cost - b.cost || b.closes.length - a.closes.length,
  );
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

function statementOf(source: Source): string {
  return source.kind === 'stated' ? source.text : describeSource(source);
}
