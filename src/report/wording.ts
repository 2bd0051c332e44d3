import type { Finding, ResultDocument, StandardResult, TargetResult } from '../check/result.ts';

/** The words that every report shares: counts, kinds, places. */

export type Severity = Finding['severity'];
export type Kind = TargetResult['kind'];
type PlaceLike = { readonly path: string; readonly line?: number | undefined; readonly column?: number | undefined };

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

const NOUNS: Readonly<Record<Kind, readonly [one: string, many: string]>> = {
  workload: ['container', 'containers'],
  image: ['image', 'images'],
  engine: ['engine', 'engines'],
  host: ['host', 'hosts'],
  cluster: ['cluster object', 'cluster objects'],
};

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function counted(count: number, kind: Kind): string {
  return plural(count, ...NOUNS[kind]);
}

export function nounOf(kind: Kind): string {
  return NOUNS[kind][0];
}

/** `5 containers, 1 image`. */
export function countedKinds(targets: readonly TargetResult[]): string {
  const kinds = (Object.keys(NOUNS) as Kind[]).map((kind) => ({
    kind,
    count: targets.filter((target) => target.kind === kind).length,
  }));
  return kinds
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => counted(count, kind))
    .join(', ');
}

/** `compose.yaml:12`; with the column where asked. */
export function placeText(place: PlaceLike, withColumn = false): string {
  const parts = [place.path, place.line, withColumn ? place.column : undefined];
  return parts.filter((part) => part !== undefined && part !== '').join(':');
}

/** Findings that count: open and not suppressed. */
export function openOf(target: TargetResult): readonly Finding[] {
  let open = openFindings.get(target);
  if (open === undefined) {
    open = target.findings.filter(isVerdict('open'));
    openFindings.set(target, open);
  }
  return open;
}

/** Every part of a report asks for them. */
const openFindings = new WeakMap<TargetResult, readonly Finding[]>();

export function isVerdict(verdict: Finding['verdict']): (finding: Finding) => boolean {
  return (finding) => finding.verdict === verdict && finding.suppressed === null;
}

export function countSeverities(findings: readonly Finding[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const finding of findings) counts[finding.severity]++;
  return counts;
}

/** `5 critical · 3 high`. */
export function severitiesText(counts: Readonly<Record<Severity, number>>): string {
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map(
    (severity) => `${counts[severity]} ${severity}`,
  );
  return parts.join(' · ');
}

/** `docker@29.7.2 (assumed)`: nobody said which, so the newest known was taken. */
export function engineText(target: TargetResult): string {
  if (target.engine === null) return '';
  return target.engineStated ? target.engine : `${target.engine} (assumed)`;
}

/** A title without the subject that most share, to stand in a list: `load code into the host kernel`, `runs as root`. */
export function deedOf(title: string): string {
  const deed = title.replace(/^(?:Container|Process|Pod|Workload) (?:can )?(?=[a-z])/, '');
  return /^[A-Z][a-z]*( |$)/.test(deed) ? deed.charAt(0).toLowerCase() + deed.slice(1) : deed;
}

/** `web  compose.yaml:12`; an object that is named after its file is its place. */
export function titleOf(target: TargetResult): string {
  const kind = target.kind === 'workload' ? '' : ` (${nounOf(target.kind)})`;
  const place = placeText(target.source);
  return target.name === target.source.path ? `${place}${kind}` : `${target.name}${kind}  ${place}`;
}

/** Worst first: by the number of open findings of each severity, then in the order of the document. */
export function worstFirst(targets: readonly TargetResult[]): readonly TargetResult[] {
  const counts = new Map(targets.map((target) => [target, countSeverities(openOf(target))]));
  const rank = (target: TargetResult, severity: Severity) => counts.get(target)?.[severity] ?? 0;
  return [...targets].sort((a, b) => {
    for (const severity of SEVERITIES) {
      const difference = rank(b, severity) - rank(a, severity);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** `3 open (1 critical · 2 high), 121 blocked, 6 unknown, 1 suppressed`. */
export function summaryText(summary: ResultDocument['summary']): string {
  const open = SEVERITIES.reduce((sum, severity) => sum + summary.open[severity], 0);
  const severities = severitiesText(summary.open);
  const parts = [
    `${open} open${severities === '' ? '' : ` (${severities})`}`,
    `${summary.blocked} blocked`,
    `${summary.unknown} unknown`,
  ];
  if (summary.suppressed > 0) parts.push(`${summary.suppressed} suppressed`);
  if (summary.errors > 0) parts.push(plural(summary.errors, 'error'));
  return parts.join(', ');
}

/** Controls that are not met, `privileged (line 8): spec.containers[*].securityContext.privileged is true`; foreign text in it is not escaped. */
export function missedControls(standard: StandardResult): string[] {
  return standard.items
    .filter((item) => item.result !== 'passed')
    .map(({ id, title, result, detail, source }) => {
      const notes = [
        ...(result === 'unknown' ? ['unknown'] : []),
        ...(source.line === undefined ? [] : [`line ${source.line}`]),
      ];
      return `${id}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}: ${detail || title}`;
    });
}
