import type { Finding, ResultDocument, TargetResult } from '../check/result.ts';
import {
  counted,
  countedKinds,
  isVerdict,
  type Kind,
  openOf,
  placeText,
  plural,
  SEVERITIES,
  type Severity,
  summaryText,
  worstFirst,
} from './wording.ts';

/** What the attacker has gained by a vector, where the caller knows the catalogue. */
export type GoalOf = (vector: string) => string | undefined;

/** Gains in the order in which they matter, each as the rest of a sentence: "2 containers let an attacker …". */
const GAINS: readonly { readonly goals: readonly string[]; readonly gain: string }[] = [
  { goals: ['host-root', 'host-kernel'], gain: 'become root on the host' },
  { goals: ['cluster'], gain: 'act on the whole cluster' },
  { goals: ['host-data'], gain: 'reach files of the host' },
  { goals: ['host-service'], gain: 'use services of the host' },
  { goals: ['other-container'], gain: 'reach other containers' },
  { goals: ['credential'], gain: 'take credentials' },
];

/** Findings below this do not make a headline of their own: "become root on the host" must mean it. */
const GRAVE: readonly Severity[] = ['critical', 'high'];

/** The one sentence that says what matters most, and the objects that it is about, worst first. */
export interface Headline {
  readonly claim: string;
  readonly names: readonly string[];
}

export function headline(result: ResultDocument, goalOf: GoalOf): Headline {
  const { targets, errors, summary } = result;
  if (targets.length === 0)
    return {
      claim:
        errors.length > 0 ? `Nothing could be judged: ${plural(errors.length, 'error')}` : 'Nothing to judge was found',
      names: [],
    };
  const gained = worstGain(targets, goalOf);
  if (gained !== undefined)
    return { claim: `${subjectAndVerb(gained.targets)} an attacker ${gained.gain}`, names: namesOf(gained.targets) };
  const worst = worstSeverity(targets);
  if (worst !== undefined)
    return {
      claim: `${counted(worst.targets.length, commonKind(worst.targets))} open to attack, ${worst.severity} at worst`,
      names: namesOf(worst.targets),
    };
  return {
    claim: `No attack vector is open in ${countedKinds(targets)}${summary.unknown > 0 ? ` (${summary.unknown} unknown)` : ''}`,
    names: [],
  };
}

/** Totals of the run: the last line. */
export function totals(result: ResultDocument): string {
  return `${countedKinds(result.targets) || 'nothing judged'}: ${summaryText(result.summary)}`;
}

function worstGain(
  targets: readonly TargetResult[],
  goalOf: GoalOf,
): { gain: string; targets: readonly TargetResult[] } | undefined {
  for (const { goals, gain } of GAINS) {
    const reaches = (finding: Finding) =>
      GRAVE.includes(finding.severity) && goals.includes(goalOf(finding.vector) ?? '');
    const hit = targets.filter((target) => openOf(target).some(reaches));
    if (hit.length > 0) return { gain, targets: worstFirst(hit) };
  }
  return undefined;
}

function worstSeverity(
  targets: readonly TargetResult[],
): { severity: Severity; targets: readonly TargetResult[] } | undefined {
  for (const severity of SEVERITIES) {
    const hit = targets.filter((target) =>
      target.findings.some((finding) => isVerdict('open')(finding) && finding.severity === severity),
    );
    if (hit.length > 0) return { severity, targets: worstFirst(hit) };
  }
  return undefined;
}

function subjectAndVerb(targets: readonly TargetResult[]): string {
  return `${counted(targets.length, commonKind(targets))} ${targets.length === 1 ? 'lets' : 'let'}`;
}

/** The kind of the first, where all are alike; containers where they are not. */
function commonKind(targets: readonly TargetResult[]): Kind {
  const [first] = targets;
  return first !== undefined && targets.every((target) => target.kind === first.kind) ? first.kind : 'workload';
}

function namesOf(targets: readonly TargetResult[]): string[] {
  return targets.map((target) => `${target.name} (${placeText(target.source)})`);
}
