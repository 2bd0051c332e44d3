import type { Problem, Skipped, TargetResult } from '../check/result.ts';
import { escapeForeign } from './escape.ts';
import { columns, enough, hanging, wrap } from './layout.ts';
import type { Page } from './page.ts';
import { proofLines } from './proof.ts';
import { settlingOf } from './settle.ts';
import { engineText, isVerdict, missedControls, placeText, titleOf } from './wording.ts';

/** What is not open: counts, what would settle the unknown, quiet objects, standards; and what could not be read. */

export function restLines(target: TargetResult, page: Page, common: string): string[] {
  const parts = [common, countsText(target)].filter((part) => part !== '');
  return hanging('  ', parts.join(' · '), page.width, { text: page.palette.dim });
}

const KEYS_SHOWN = 60;

/** What is not known in the whole run, and what would settle it. */
export function unknownLines(targets: readonly TargetResult[], page: Page): string[] {
  const { unknown, keys, flags } = settlingOf(targets, { host: page.hostGiven });
  if (unknown === 0 || keys.length === 0) return [];
  const settled = enough(keys.map(escapeForeign), Math.min(KEYS_SHOWN, page.width), 1);
  const advice = flags.length === 0 ? '' : `: give ${flags.join(' or ')}`;
  return hanging('unknown  ', `${unknown}, settled by ${settled}${advice}`, page.width, { label: page.palette.warn });
}

function countsText(target: TargetResult): string {
  const unknown = target.findings.filter(isVerdict('unknown')).length;
  const suppressed = target.findings.filter((finding) => finding.suppressed !== null).length;
  const parts = [`blocked ${target.findings.filter(isVerdict('blocked')).length}`];
  if (suppressed > 0) parts.push(`suppressed ${suppressed}`);
  if (unknown > 0) parts.push(`unknown ${unknown}`);
  return target.findings.length === 0 ? 'no vector applies' : parts.join(' · ');
}

/** A line each, under the engine that starts them. */
export function quietLines(targets: readonly TargetResult[], page: Page): string[][] {
  const engines = [...new Set(targets.map(engineText))];
  return engines.map((engine) => {
    const rows = targets.filter((target) => engineText(target) === engine);
    const title = `nothing open${engine === '' ? '' : `  ${escapeForeign(engine)}`}`;
    const widest = Math.min(
      Math.max(...rows.map((target) => columns(escapeForeign(titleOf(target))))),
      Math.floor(page.width * 0.6),
    );
    return [
      ...wrap(title, page.width).map(page.palette.good),
      ...rows.flatMap((target) => [
        ...quietRow(target, widest, page),
        ...standardLines(target, page),
        ...proofLines(target, page),
      ]),
    ];
  });
}

function quietRow(target: TargetResult, widest: number, page: Page): string[] {
  const title = escapeForeign(titleOf(target));
  return hanging(
    '  ',
    `${title}${' '.repeat(Math.max(0, widest - columns(title)))}  ${countsText(target)}`,
    page.width,
  );
}

export function standardLines(target: TargetResult, page: Page): string[] {
  return target.standards.flatMap((standard) => {
    const label = `  ${escapeForeign(`${standard.name}@${standard.version}`)} ${standard.result}  `;
    const missed = missedControls(standard).map(escapeForeign);
    const style =
      standard.result === 'passed'
        ? page.palette.good
        : standard.result === 'failed'
          ? page.palette.bad
          : page.palette.warn;
    return hanging(label, missed.join('; '), page.width, { label: style }).map((line) => line.trimEnd());
  });
}

export function problemLines(problem: Problem, page: Page): string[] {
  const place = placeText(problem, true);
  const message = escapeForeign(`${place === '' ? '' : `${place}: `}${problem.message}`);
  return [
    ...hanging('error  ', message, page.width, { label: page.palette.bad }),
    ...hanging('       → ', escapeForeign(problem.hint), page.width),
  ];
}

export function skippedLines(skipped: Skipped, page: Page): string[] {
  const text = escapeForeign(`${skipped.path}: ${skipped.what}`);
  return [
    ...hanging('skipped  ', text, page.width, { label: page.palette.warn }),
    ...hanging('         → ', escapeForeign(skipped.remedy), page.width),
  ];
}
