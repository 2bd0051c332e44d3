/**
 * SARIF 2.1.0 (OASIS, errata 01) for code scanning services: one run; a rule for each vector met, a result for each open or
 * unknown finding, and for each that a kernel proved open; after them the controls of standards that are missed. Blocked findings
 * are not problems and are left to the JSON report.
 */
import type { Invocation, Log, ReportingDescriptor, Result, Run, ToolComponent } from 'sarif';
import type { Finding, ResultDocument, TargetResult } from '../check/result.ts';
import { braced, locationOf, notificationsOf, relatedLocations, suppressionsOf } from './sarif-places.ts';
import { standardsRun } from './sarif-standards.ts';
import type { Severity } from './wording.ts';

/** What the catalogue says of a vector, beyond the result document. */
export interface RuleText {
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  readonly refs: { readonly attack?: readonly string[]; readonly cwe?: readonly string[] };
}

export interface SarifOptions {
  readonly rule?: (vector: string) => RuleText | undefined;
}

type Level = 'error' | 'warning' | 'note';

const LEVEL: Readonly<Record<Severity, Level>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note' };

/** GitHub sorts by this number: over 9.0 is critical, from 7.0 high, from 4.0 medium. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.5',
};

const TAXONOMIES = [
  { key: 'cwe', name: 'CWE', organization: 'MITRE', text: 'Common Weakness Enumeration' },
  { key: 'attack', name: 'ATT&CK', organization: 'MITRE', text: 'MITRE ATT&CK techniques' },
] as const;

type TaxonomyKey = (typeof TAXONOMIES)[number]['key'];

export function renderSarif(result: ResultDocument, options: SarifOptions = {}): string {
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [runOf(result, options.rule ?? (() => undefined))],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function isShown({ verdict, proof }: Finding): boolean {
  return verdict !== 'blocked' || proof?.verdict === 'open';
}

type RuleOf = (vector: string) => RuleText | undefined;

function runOf(result: ResultDocument, ruleOf: RuleOf): Run {
  const shown = result.targets.flatMap((target) =>
    target.findings.filter(isShown).map((finding) => ({ target, finding })),
  );
  const vectors = [...new Map(shown.map(({ finding }) => [finding.vector, finding])).values()].sort((a, b) =>
    a.vector < b.vector ? -1 : 1,
  );
  const index = new Map(vectors.map((finding, i) => [finding.vector, i]));
  const taxonomies = taxonomiesOf(vectors, ruleOf);
  const standards = standardsRun(result, vectors.length);
  const artifacts = new Set(result.targets.map((target) => target.source.path));
  // Suppressions stand on every result of a run or on none (SARIF 3.27.23).
  const anySuppressed = shown.some(({ finding }) => finding.suppressed !== null);
  return {
    tool: {
      driver: {
        name: result.tool.name,
        version: result.tool.version,
        semanticVersion: result.tool.version,
        rules: [...vectors.map((finding) => ruleFor(finding, ruleOf(finding.vector), taxonomies)), ...standards.rules],
        ...(taxonomies.length > 0 && { supportedTaxonomies: taxonomies.map(({ name }, i) => ({ name, index: i })) }),
      },
    },
    ...(taxonomies.length > 0 && { taxonomies }),
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder in which the check ran.' } } },
    invocations: [invocationOf(result)],
    results: [
      ...shown.map(({ target, finding }) => ({
        ...resultOf(finding, target, index.get(finding.vector) ?? -1),
        ...(anySuppressed && { suppressions: suppressionsOf(finding, artifacts) }),
      })),
      ...standards.results.map((missed) => ({ ...missed, ...(anySuppressed && { suppressions: [] }) })),
    ],
  };
}

function invocationOf(result: ResultDocument): Invocation {
  return {
    executionSuccessful: result.targets.length > 0 || result.errors.length === 0,
    toolExecutionNotifications: notificationsOf(result.errors, result.skipped),
  };
}

// --- results ----------------------------------------------------------------------------------------------------------

function resultOf(finding: Finding, target: TargetResult, ruleIndex: number): Result {
  const related = relatedLocations(finding);
  return {
    ruleId: finding.vector,
    ruleIndex,
    // "open" in SARIF: not enough information to decide (3.27.9); its level must then be none (3.27.10).
    ...(isOpen(finding) ? { kind: 'fail', level: LEVEL[finding.severity] } : { kind: 'open', level: 'none' }),
    message: { text: braced(messageOf(finding, target)) },
    locations: [
      {
        ...locationOf(finding.source ?? target.source),
        logicalLocations: [{ name: target.name, fullyQualifiedName: target.id, kind: 'resource' }],
      },
    ],
    ...(related.length > 0 && { relatedLocations: related }),
    partialFingerprints: { 'cofferdamFinding/v1': finding.id },
    properties: {
      verdict: finding.verdict,
      severity: finding.severity,
      depth: finding.depth,
      phase: finding.phase,
      mechanism: finding.mechanism,
      statement: finding.statement,
      ...(target.engine !== null && { engine: target.engine, engineStated: target.engineStated }),
      ...(finding.settledBy.length > 0 && { settledBy: [...finding.settledBy] }),
      ...(finding.proof !== null && { proof: finding.proof }),
    },
  };
}

/** As predicted, or as a kernel proved. */
function isOpen({ verdict, proof }: Finding): boolean {
  return verdict === 'open' || proof?.verdict === 'open';
}

function messageOf(finding: Finding, target: TargetResult): string {
  const fixes = finding.fixes.map((fix) => `- ${fix.changes.join(' and ')}`);
  return [
    isOpen(finding)
      ? `${target.name}: ${finding.title}.`
      : `${target.name}: not known whether this is so: ${finding.title}.`,
    ...(finding.settledBy.length > 0 ? [`Settled by: ${finding.settledBy.join(', ')}.`] : []),
    ...(fixes.length === 0 ? [] : [fixes.length === 1 ? 'Fix:' : 'Any of these fixes closes it:', ...fixes]),
    'Because:',
    ...finding.because,
    ...proofText(finding, target),
  ].join('\n');
}

function proofText({ verdict, proof }: Finding, { sandbox }: TargetResult): string[] {
  if (proof === null) return [];
  const says = proof.verdict === 'unknown' ? `does not tell: ${proof.why ?? ''}` : `says ${proof.verdict}`;
  return [`Predicted ${verdict}; the kernel ${says} (${sandbox?.runtime ?? 'probed'}):`, ...proof.evidence];
}

// --- rules ------------------------------------------------------------------------------------------------------------

function ruleFor(
  finding: Finding,
  text: RuleText | undefined,
  taxonomies: readonly ToolComponent[],
): ReportingDescriptor {
  const relationships = TAXONOMIES.flatMap(({ key, name }) =>
    (text?.refs[key] ?? []).map((id) => relationshipTo(id, name, taxonomies)),
  );
  const cwe = (text?.refs.cwe ?? []).map((id) => `external/cwe/${id.toLowerCase()}`);
  return {
    id: finding.vector,
    shortDescription: { text: braced(finding.title) },
    ...(text && {
      fullDescription: { text: braced(text.why) },
      help: {
        text: braced(`${text.why}\n\n${text.fix}`),
        markdown: `${braced(text.why)}\n\n**Fix.** ${braced(text.fix)}`,
      },
    }),
    defaultConfiguration: { level: LEVEL[finding.severity] },
    ...(relationships.length > 0 && { relationships }),
    properties: {
      tags: ['security', 'container', finding.mechanism, ...cwe],
      'security-severity': SECURITY_SEVERITY[finding.severity],
    },
  };
}

function relationshipTo(id: string, taxonomy: string, taxonomies: readonly ToolComponent[]) {
  const index = taxonomies.findIndex(({ name }) => name === taxonomy);
  const taxon = taxonomies[index]?.taxa?.findIndex((entry) => entry.id === id) ?? -1;
  return { target: { id, index: taxon, toolComponent: { name: taxonomy, index } }, kinds: ['relevant'] };
}

function taxonomiesOf(findings: readonly Finding[], ruleOf: RuleOf): ToolComponent[] {
  return TAXONOMIES.map(({ key, name, organization, text }) => ({
    name,
    organization,
    shortDescription: { text },
    taxa: taxaOf(findings, ruleOf, key).map((id) => ({ id })),
  })).filter(({ taxa }) => taxa.length > 0);
}

function taxaOf(findings: readonly Finding[], ruleOf: RuleOf, key: TaxonomyKey): string[] {
  return [...new Set(findings.flatMap((finding) => ruleOf(finding.vector)?.refs[key] ?? []))].sort();
}
