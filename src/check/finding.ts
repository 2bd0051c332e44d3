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
  const closing = closingSets(judged, assessment);
  const owner = createHash('sha256').update(subject.id).digest('hex').slice(0, 12);
  const findings = judged.map((one) => findingOf(subject, one, assessment, closing, owner)).sort(compareFindings);
  assessment.settle();
  return findings;
}

/** By open vector, the identities of the changes of each of its smallest fixes. */
type ClosingSets = ReadonlyMap<string, readonly (readonly string[])[]>;

function closingSets(judged: readonly Judged[], assessment: Assessment): ClosingSets {
  const open = judged.filter((one) => one.verdict === 'open');
  return new Map(
    open.map((one) => [one.vector.id, assessment.fixesFor(one.compiled).map((changes) => changes.map(changeKey))]),
  );
}

/** Open vectors of which a smallest fix is among the changes. */
function closedBy(changes: ChangeSet, closing: ClosingSets): string[] {
  const keys = new Set(changes.map(changeKey));
  return [...closing].filter(([, fixes]) => fixes.some((fix) => fix.every((key) => keys.has(key)))).map(([id]) => id);
}

function findingOf(
  subject: Subject,
  one: Judged,
  assessment: Assessment,
  closing: ClosingSets,
  owner: string,
): Finding {
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
    fixes: one.verdict === 'open' ? fixes(subject, one, assessment, closing) : [],
    settledBy: one.settledBy,
    proof: null,
    suppressed: null,
  };
}

function fixes(subject: Subject, one: Judged, assessment: Assessment, closing: ClosingSets): Fix[] {
  const described = assessment.fixesFor(one.compiled).map((changes) => ({
    changes: changes.map((change) => describeChange(change, subject.artifact, assessment.posture)),
    places: changes.map((change) => (change.kind === 'withdraw' ? plainPlace(change.source) : null)),
    cost: changes.reduce((sum, change) => sum + changeCost(change), 0),
    closes: closedBy(changes, closing).filter((id) => id !== one.vector.id),
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
