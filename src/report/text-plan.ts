import type { Finding, TargetResult } from '../check/result.ts';
import { caretLines } from './caret.ts';
import { escapeForeign } from './escape.ts';
import { columns, enough, hanging, type Style, wrap } from './layout.ts';
import type { Page } from './page.ts';
import type { Shared, SharedStep } from './shared.ts';
import { type Plan, type Step, weightOf } from './steps.ts';
import {
  countedKinds,
  countSeverities,
  deedOf,
  placeText,
  plural,
  SEVERITIES,
  type Severity,
  severitiesText,
} from './wording.ts';

/** What to change: the statement with a caret, what it opens, the fix beside what that closes. */

type Place = NonNullable<Finding['source']>;

/**
 * Steps in full as long as there is room, then a line each, then a count; what has no fix at the end. Only the first step is
 * shown in full in any case, and only grave ones get a caret after it.
 */
export function planLines(plan: Plan, target: TargetResult, page: Page, room: number): string[] {
  const tail = withoutLines(plan.without, page);
  const lines: string[] = [];
  for (const [i, step] of plan.steps.entries()) {
    const rest = plan.steps.slice(i + 1);
    const left = room - lines.length - tail.length - hiddenLines(rest, page).length;
    const full = i === 0 || page.verbose || isGrave(step) ? stepLines(step, plan, target, page) : undefined;
    const form = full !== undefined && full.length <= left ? full : shortLines(step, target, page);
    if (form.length > left && i > 0) return [...lines, ...hiddenLines(plan.steps.slice(i), page), ...tail];
    lines.push(...form);
  }
  return [...lines, ...tail];
}

function isGrave(step: Step): boolean {
  return step.closes.some((finding) => finding.severity === 'critical' || finding.severity === 'high');
}

function stepLines(step: Step, plan: Plan, target: TargetResult, page: Page): string[] {
  return [
    ...step.fix.places
      .slice(0, 2)
      // A statement whose value was left out of the text is not shown by its line either.
      .flatMap((place, i) =>
        place === null || step.fix.changes[i]?.includes('=…') ? [] : statementLines(place, target, page),
      ),
    ...hanging('  opens  ', opensText(step.closes, page, 2), page.width, { label: styleOf(step.closes, page) }),
    ...hanging('  fix    ', `${changesText(step, target)} · closes ${step.closes.length} of ${plan.open}`, page.width, {
      label: page.palette.good,
    }),
  ];
}

function shortLines(step: Step, target: TargetResult, page: Page): string[] {
  return hanging('  fix    ', `${changesText(step, target)} · closes ${closedText(step.closes)}`, page.width, {
    label: page.palette.good,
  });
}

/** The line with the statement to take back, and a caret below it. The path stands in the title, unless it is another. */
function statementLines(place: Place, target: TargetResult, page: Page): string[] {
  const where = place.path === target.source.path ? `${place.line}:${place.column}` : placeText(place, true);
  const gutter = `  ${escapeForeign(where)}  `;
  const beside = columns(gutter) < page.width / 2;
  const indent = ' '.repeat(beside ? columns(gutter) : 4);
  const caret = caretLines(place, page.sourceLine, page.width - indent.length);
  if (caret === undefined) return [];
  const head = beside
    ? [page.palette.dim(gutter) + caret.source]
    : [...wrap(gutter.trimEnd(), page.width).map(page.palette.dim), indent + caret.source];
  return [...head, indent + page.palette.warn(caret.marks)];
}

/** Deeds of the worst first, a severity named once. */
function opensText(findings: readonly Finding[], page: Page, lines: number): string {
  const deeds: string[] = [];
  let severity: Severity | undefined;
  for (const finding of findings) {
    const named = finding.severity === severity ? '' : `${finding.severity}: `;
    deeds.push(escapeForeign(named + deedOf(finding.title)));
    severity = finding.severity;
  }
  return enough(deeds, page.width - columns('  opens  '), lines, '; ');
}

/** Lines of the object's own file are named without its path, which stands in the title. */
function changesText(step: Step, target: TargetResult): string {
  const own = `(${target.source.path}:`;
  return escapeForeign(step.fix.changes.map((change) => change.replaceAll(own, '(line ')).join(' and '));
}

function closedText(findings: readonly Finding[]): string {
  return severitiesText(countSeverities(findings));
}

function hiddenLines(steps: readonly Step[], page: Page): string[] {
  if (steps.length === 0) return [];
  const closes = closedText(steps.flatMap((step) => step.closes));
  return hanging(
    '  …      ',
    `${plural(steps.length, 'more change')}, ${steps.length === 1 ? 'closing' : 'together closing'} ${closes} (--verbose)`,
    page.width,
  );
}

function withoutLines(findings: readonly Finding[], page: Page): string[] {
  if (findings.length === 0) return [];
  return hanging('  no fix ', opensText(findings, page, 1), page.width, { label: styleOf(findings, page) });
}

/** How many open findings of the object stand among those that it shares with others. */
export function commonText(plan: Plan): string {
  const own = plan.steps.reduce((sum, step) => sum + step.closes.length, plan.without.length);
  if (own === plan.open) return '';
  return own === 0 ? 'all in common with others, below' : `${plan.open - own} more in common with others, below`;
}

function styleOf(findings: readonly Finding[], page: Page): Style {
  const worst = SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity));
  return worst === 'critical' || worst === 'high' ? page.palette.bad : page.palette.warn;
}

// --- in common --------------------------------------------------------------------------------------------------------

/** Shared steps shown; the rest is counted. */
const MOST_SHARED = 4;

export function sharedLines(shared: Shared, page: Page): string[][] {
  const worth = ({ step, targets }: SharedStep) => weightOf(step.closes) * targets.length;
  const steps = [...shared.steps].sort((a, b) => worth(b) - worth(a));
  const shown = steps.slice(0, MOST_SHARED).map(({ step, targets }) => [
    ...commonTitle('in common to', targets, page),
    ...hanging('  opens  ', opensText(step.closes, page, 2), page.width, { label: page.palette.warn }),
    ...hanging(
      '  fix    ',
      `${escapeForeign(step.fix.changes.join(' and '))} · closes ${step.closes.length} in each`,
      page.width,
      {
        label: page.palette.good,
      },
    ),
  ]);
  return [...shown, moreShared(steps.slice(MOST_SHARED), page), withoutBlock(shared, page)];
}

function moreShared(steps: readonly SharedStep[], page: Page): string[] {
  if (steps.length === 0) return [];
  const counts = closedText(steps.flatMap(({ step, targets }) => targets.flatMap(() => step.closes)));
  return hanging(
    'in common  ',
    `${plural(steps.length, 'more change')}, closing ${counts} over all (--verbose)`,
    page.width,
    {
      label: page.palette.bold,
    },
  );
}

function withoutBlock({ without }: Shared, page: Page): string[] {
  if (without.length === 0) return [];
  const findings = [...without].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity) ||
      b.targets.length - a.targets.length,
  );
  const targets = [...new Set(without.flatMap((one) => one.targets))];
  return [
    ...commonTitle('in common to up to', targets, page),
    ...hanging(
      '  no fix ',
      opensText(
        findings.map(({ finding }) => finding),
        page,
        2,
      ),
      page.width,
      { label: page.palette.warn },
    ),
  ];
}

function commonTitle(words: string, targets: readonly TargetResult[], page: Page): string[] {
  const label = `${words} ${countedKinds(targets)}  `;
  const names = enough(
    targets.map((target) => escapeForeign(target.name)),
    Math.max(8, page.width - columns(label)),
    1,
  );
  return hanging(label, names, page.width, { label: page.palette.bold });
}
