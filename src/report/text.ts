/**
 * The report for people. The first line says what matters most; then each object, worst first, with what to change and what
 * that closes; what many have in common once; at the end what could not be read and the totals. Everything that artifacts
 * brought in is escaped.
 */
import type { ResultDocument, TargetResult } from '../check/result.ts';
import { escapeForeign } from './escape.ts';
import { headline, totals } from './headline.ts';
import { apart, columns, enough, paletteOf, type Style, wrap } from './layout.ts';
import type { Page, TextOptions } from './page.ts';
import { pastBlocks } from './past.ts';
import { proofLines, proofTotals } from './proof.ts';
import { type Shared, shareOf } from './shared.ts';
import { type Plan, planOf } from './steps.ts';
import { commonText, planLines, sharedLines } from './text-plan.ts';
import { problemLines, quietLines, restLines, skippedLines, standardLines, unknownLines } from './text-rest.ts';
import { findingLines, LEGEND } from './tree.ts';
import { countSeverities, engineText, openOf, severitiesText, titleOf, worstFirst } from './wording.ts';

export type { TextOptions } from './page.ts';

const NARROWEST = 24;

export function renderText(result: ResultDocument, options: TextOptions): string {
  const page: Page = { ...options, width: Math.max(NARROWEST, options.width), palette: paletteOf(options.color) };
  const targets = worstFirst(result.targets);
  const open = targets.filter((target) => openOf(target).length > 0);
  const quiet = targets.filter((target) => openOf(target).length === 0);
  const plans = new Map(open.map((target) => [target, planOf(target)]));
  const shared: Shared = page.verbose ? { steps: [], without: [], own: plans } : shareOf(plans);
  const blocks = [
    headlineLines(result, page),
    ...(page.verbose ? [wrap(LEGEND, page.width).map(page.palette.dim)] : []),
    ...open.filter((target) => !isCommon(target, shared)).map((target) => targetLines(target, shared, page)),
    commonRows(
      open.filter((target) => isCommon(target, shared)),
      page,
    ),
    ...sharedLines(shared, page),
    ...(page.verbose ? quiet.map((target) => targetLines(target, shared, page)) : quietLines(quiet, page)),
    unknownLines(result.targets, page),
    ...pastBlocks(result.targets, page),
    result.errors.flatMap((problem) => problemLines(problem, page)),
    result.skipped.flatMap((skipped) => skippedLines(skipped, page)),
    proofTotals(result, page),
    result.targets.length === 0 ? [] : wrap(totals(result), page.width).map(page.palette.bold),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headlineLines(result: ResultDocument, page: Page): string[] {
  const { claim, names } = headline(result, page.goalOf ?? (() => undefined));
  const grave = result.summary.open.critical + result.summary.open.high > 0;
  const style = grave ? page.palette.bad : page.palette.bold;
  if (names.length === 0) return wrap(claim, page.width).map(style);
  // The claim in the first line, the names behind it as far as two lines hold.
  const parts = names.map(escapeForeign);
  const room = Math.max(16, 2 * page.width - columns(claim) - 6);
  return wrap(`${claim}: ${enough(parts, room, 1)}`, page.width).map(style);
}

const NO_PLAN: Plan = { steps: [], without: [], open: 0 };

/** Nothing is open in it but what it shares with others. */
function isCommon(target: TargetResult, { own }: Shared): boolean {
  const plan = own.get(target) ?? NO_PLAN;
  return plan.steps.length === 0 && plan.without.length === 0 && target.standards.length === 0;
}

function commonRows(targets: readonly TargetResult[], page: Page): string[] {
  if (targets.length === 0) return [];
  const title = wrap('open only to what is in common with others, below', page.width).map(page.palette.bold);
  return [...title, ...targets.flatMap((target) => titleLines(target, page, '  '))];
}

/** Lines that one object may take, unless the user asked for all. */
const MOST_LINES = 14;

function targetLines(target: TargetResult, shared: Shared, page: Page): string[] {
  const plan = shared.own.get(target) ?? NO_PLAN;
  const title = titleLines(target, page);
  const rest = [
    ...standardLines(target, page),
    ...restLines(target, page, commonText(plan)),
    ...proofLines(target, page),
  ];
  const room = page.verbose ? Number.POSITIVE_INFINITY : MOST_LINES - title.length - rest.length;
  const found = page.verbose ? target.findings.flatMap((finding) => ['', ...findingLines(finding, page)]) : [];
  return [...title, ...planLines(plan, target, page, room), ...rest, ...found];
}

function titleLines(target: TargetResult, page: Page, indent = ''): string[] {
  const counts = severitiesText(countSeverities(openOf(target)));
  const parts = [titleOf(target), engineText(target)].filter((part) => part !== '');
  const left = indent + parts.map(escapeForeign).join('  ');
  const name = indent + escapeForeign(target.name);
  const paint: Style = (line) => (line.startsWith(name) ? page.palette.name(name) + line.slice(name.length) : line);
  return apart(left, counts || 'nothing open', page.width, {
    left: paint,
    right: counts === '' ? page.palette.good : page.palette.bad,
  });
}
