/** The report for pull requests: what matters, a table of the objects, for each the open findings with a fix, trees folded away. */
import type { Finding, Problem, ResultDocument, Skipped, TargetResult } from '../check/result.ts';
import { codeSpan, escapeMarkdown, fenced, table } from './escape-markdown.ts';
import { type GoalOf, headline, totals } from './headline.ts';
import { pastSections } from './past.ts';
import { planOf } from './steps.ts';
import {
  countSeverities,
  engineText,
  isVerdict,
  missedControls,
  nounOf,
  openOf,
  placeText,
  severitiesText,
  worstFirst,
} from './wording.ts';

export interface MarkdownOptions {
  readonly goalOf?: GoalOf;
}

export function renderMarkdown(result: ResultDocument, options: MarkdownOptions = {}): string {
  const targets = worstFirst(result.targets);
  const sections: string[][] = [
    ['## Cofferdam'],
    [headlineMarkdown(result, options)],
    summaryTable(targets),
    ...targets.filter((target) => openOf(target).length > 0).flatMap(targetSections),
    ...standardSections(targets),
    ...pastSections(targets),
    problemList(result.errors, result.skipped),
    result.targets.length === 0 ? [] : [escapeMarkdown(totals(result))],
  ];
  return joinSections(sections);
}

/** More than these are in the table anyway. */
const MOST_NAMES = 5;

function headlineMarkdown(result: ResultDocument, options: MarkdownOptions): string {
  const { claim, names } = headline(result, options.goalOf ?? (() => undefined));
  const shown = names.slice(0, MOST_NAMES).map(escapeMarkdown).join(', ');
  const more = names.length > MOST_NAMES ? ` … (+${names.length - MOST_NAMES})` : '';
  return `**${escapeMarkdown(claim)}**${shown === '' ? '' : `: ${shown}${more}`}`;
}

export function joinSections(sections: readonly (readonly string[])[]): string {
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function summaryTable(targets: readonly TargetResult[]): string[] {
  const rows = targets.map((target) => [
    escapeMarkdown(target.name),
    nounOf(target.kind),
    codeSpan(placeText(target.source)),
    escapeMarkdown(engineText(target)),
    severitiesText(countSeverities(openOf(target))) || 'none',
    String(target.findings.filter(isVerdict('blocked')).length),
    String(target.findings.filter(isVerdict('unknown')).length),
    String(target.findings.filter((finding) => finding.suppressed !== null).length),
  ]);
  return table(['object', 'kind', 'where', 'engine', 'open', 'blocked', 'unknown', 'suppressed'], rows);
}

function targetSections(target: TargetResult): string[][] {
  const open = openOf(target);
  return [
    [`### ${escapeMarkdown(target.name)}`],
    stepList(target),
    table(['severity', 'open', 'because of', 'fix'], open.map(findingRow)),
    ['<details><summary>Why</summary>'],
    ...open.map((finding) => [escapeMarkdown(`${finding.vector}: ${finding.title}`), '', ...fenced(finding.because)]),
    ['</details>'],
  ];
}

function stepList(target: TargetResult): string[] {
  const { steps, open } = planOf(target);
  return steps.map(
    ({ fix, closes }, i) => `${i + 1}. ${changesMarkdown(fix.changes)} closes ${closes.length} of ${open}`,
  );
}

function findingRow(finding: Finding): string[] {
  const where = finding.source === null ? '' : ` (${codeSpan(placeText(finding.source))})`;
  const [fix, ...others] = finding.fixes;
  const more = others.length === 0 ? '' : ` (or ${others.length} other ${others.length === 1 ? 'way' : 'ways'})`;
  return [
    finding.severity,
    escapeMarkdown(finding.title),
    finding.statement === '' ? 'a default' : codeSpan(finding.statement) + where,
    fix === undefined ? 'no small change' : changesMarkdown(fix.changes) + more,
  ];
}

/** Statements quoted in backticks inside a change become code. */
export function changesMarkdown(changes: readonly string[]): string {
  return changes
    .map((change) =>
      change
        .split(/(`[^`]*`)/)
        .map(partMarkdown)
        .join(''),
    )
    .join(' **and** ');
}

function partMarkdown(part: string): string {
  return part.length > 2 && part.startsWith('`') && part.endsWith('`')
    ? codeSpan(part.slice(1, -1))
    : escapeMarkdown(part);
}

function standardSections(targets: readonly TargetResult[]): string[][] {
  const rows = targets.flatMap((target) =>
    target.standards.map((standard) => [
      escapeMarkdown(target.name),
      escapeMarkdown(`${standard.name} ${standard.version}`),
      standard.result,
      missedControls(standard).map(escapeMarkdown).join('<br>'),
    ]),
  );
  return rows.length === 0 ? [] : [['### Standards'], table(['object', 'standard', 'result', 'controls'], rows)];
}

function problemList(errors: readonly Problem[], skipped: readonly Skipped[]): string[] {
  const lines = [
    ...errors.map(
      (error) =>
        `- error: ${error.path === '' ? '' : `${codeSpan(placeText(error, true))} `}${escapeMarkdown(`${error.message}. ${error.hint}`)}`,
    ),
    ...skipped.map((one) => `- skipped: ${codeSpan(one.path)} ${escapeMarkdown(`${one.what}. ${one.remedy}`)}`),
  ];
  return lines.length === 0 ? [] : ['### Not judged', '', ...lines];
}
