/** What a change of configuration opens and closes: the report of `check --against`. */
import type { ChangeKind, Comparison, FindingChange, TargetComparison } from '../check/compare.ts';
import type { Finding, TargetResult } from '../check/result.ts';
import { escapeForeign } from './escape.ts';
import { codeSpan, escapeMarkdown, table } from './escape-markdown.ts';
import { apart, hanging, type Palette, paletteOf, type Style, wrap } from './layout.ts';
import { changesMarkdown, joinSections } from './markdown.ts';
import { countSeverities, nounOf, openOf, placeText, plural, severitiesText } from './wording.ts';

export interface ComparisonOptions {
  readonly format: 'text' | 'json' | 'markdown';
  /** Text only. */
  readonly width?: number;
  readonly color?: boolean;
}

export function renderComparison(comparison: Comparison, options: ComparisonOptions): string {
  if (options.format === 'json') return `${JSON.stringify(document(comparison), null, 2)}\n`;
  if (options.format === 'markdown') return markdown(comparison);
  return text(comparison, { width: Math.max(24, options.width ?? 80), palette: paletteOf(options.color ?? false) });
}

const WORDS: Readonly<Record<ChangeKind, { readonly sign: string; readonly word: string }>> = {
  opens: { sign: '✗', word: 'opens' },
  unknown: { sign: '?', word: 'becomes unknown' },
  shallower: { sign: '▾', word: 'held by less' },
  closes: { sign: '✓', word: 'closes' },
  settled: { sign: '✓', word: 'is settled' },
  deeper: { sign: '▴', word: 'held by more' },
};

function headlineOf(comparison: Comparison): string {
  const counts = (Object.keys(WORDS) as ChangeKind[]).map((kind) => ({ kind, changes: changesOf(comparison, kind) }));
  const opened = [
    ...changesOf(comparison, 'opens').flatMap(({ after }) => after ?? []),
    ...comparison.added.flatMap(openOf),
  ];
  const told = counts
    .filter(({ kind, changes }) => kind !== 'opens' && changes.length > 0)
    .map(({ kind, changes }) => `${changes.length} ${WORDS[kind].word}`);
  const parts = [
    opened.length === 0
      ? 'nothing opens'
      : `${plural(opened.length, 'vector opens', 'vectors open')} (${severitiesText(countSeverities(opened))})`,
    ...told,
  ];
  return `Against the other configuration: ${parts.join(', ')}`;
}

function changesOf(comparison: Comparison, kind: ChangeKind): FindingChange[] {
  return comparison.targets.flatMap((target) => target.changes.filter((change) => change.kind === kind));
}

function changed(comparison: Comparison): readonly TargetComparison[] {
  return comparison.targets.filter((target) => target.changes.length > 0);
}

function stateText(finding: Finding | null): string {
  if (finding === null) return 'not applicable';
  return finding.verdict === 'open'
    ? 'open'
    : finding.verdict === 'unknown'
      ? 'unknown'
      : `blocked, depth ${finding.depth}`;
}

// --- text -------------------------------------------------------------------------------------------------------------

interface Page {
  readonly width: number;
  readonly palette: Palette;
}

function text(comparison: Comparison, page: Page): string {
  const blocks = [
    wrap(headlineOf(comparison), page.width).map(page.palette.bold),
    ...changed(comparison).map((target) => targetLines(target, page)),
    ...comparison.added.map((target) => wholeLines(target, '+ added', page)),
    ...comparison.removed.map((target) => wholeLines(target, '− removed', page)),
    unchangedLines(comparison, page),
  ];
  return joinSections(blocks);
}

function targetLines(target: TargetComparison, page: Page): string[] {
  const { after } = target;
  return [
    ...wrap(escapeForeign(`${after.name}  ${placeText(after.source)}`), page.width).map(page.palette.name),
    ...target.changes.flatMap((change) => changeLines(change, page)),
  ];
}

function changeLines(change: FindingChange, page: Page): string[] {
  const finding = change.after ?? change.before;
  if (finding === null) return [];
  const { sign, word } = WORDS[change.kind];
  const style = styleOf(change.kind, page.palette);
  const where =
    change.kind === 'opens' && finding.source !== null ? `: ${finding.statement} (${placeText(finding.source)})` : '';
  const fix = change.kind === 'opens' ? finding.fixes[0] : undefined;
  return [
    ...hanging(`  ${sign} ${word}  `, escapeForeign(`${finding.severity}: ${finding.title}${where}`), page.width, {
      label: style,
    }),
    ...hanging('      ', `${stateText(change.before)} → ${stateText(change.after)}`, page.width, {
      text: page.palette.dim,
    }),
    ...(fix === undefined
      ? []
      : hanging('      fix  ', escapeForeign(fix.changes.join(' and ')), page.width, { label: page.palette.good })),
  ];
}

function styleOf(kind: ChangeKind, palette: Palette): Style {
  return kind === 'opens'
    ? palette.bad
    : kind === 'closes' || kind === 'settled' || kind === 'deeper'
      ? palette.good
      : palette.warn;
}

function wholeLines(target: TargetResult, label: string, page: Page): string[] {
  const counts = severitiesText(countSeverities(openOf(target)));
  return apart(
    `${label}: ${escapeForeign(`${target.name} (${nounOf(target.kind)})  ${placeText(target.source)}`)}`,
    counts === '' ? 'nothing open' : `${counts} open`,
    page.width,
  );
}

function unchangedLines(comparison: Comparison, page: Page): string[] {
  const same = comparison.targets.length - changed(comparison).length;
  return same === 0 ? [] : wrap(`${plural(same, 'object')} unchanged`, page.width).map(page.palette.dim);
}

// --- Markdown ---------------------------------------------------------------------------------------------------------

function markdown(comparison: Comparison): string {
  const whole = [
    ...comparison.added.map((target) => wholeRow(target, 'added')),
    ...comparison.removed.map((target) => wholeRow(target, 'removed')),
  ];
  return joinSections([
    ['## Cofferdam: effect on isolation'],
    [`**${headlineOf(comparison)}**`],
    ...changed(comparison).flatMap((target) => [
      [`### ${escapeMarkdown(target.after.name)}`],
      table(['', 'severity', 'vector', 'before', 'after', 'fix'], target.changes.map(changeRow)),
    ]),
    ...(whole.length === 0 ? [] : [['### Added and removed'], table(['', 'object', 'where', 'open'], whole)]),
  ]);
}

function changeRow(change: FindingChange): string[] {
  const finding = change.after ?? change.before;
  const fix = change.kind === 'opens' ? finding?.fixes[0] : undefined;
  const { sign, word } = WORDS[change.kind];
  return [
    `${sign} ${word}`,
    finding?.severity ?? '',
    escapeMarkdown(finding?.title ?? change.vector),
    stateText(change.before),
    stateText(change.after),
    fix === undefined ? '' : changesMarkdown(fix.changes),
  ];
}

function wholeRow(target: TargetResult, what: string): string[] {
  return [
    what,
    escapeMarkdown(`${target.name} (${nounOf(target.kind)})`),
    codeSpan(placeText(target.source)),
    severitiesText(countSeverities(openOf(target))) || 'none',
  ];
}

// --- JSON -------------------------------------------------------------------------------------------------------------

/** `cofferdam.comparison/1`. */
function document(comparison: Comparison) {
  return {
    schema: 'cofferdam.comparison/1',
    targets: comparison.targets.map(({ before, after, changes }) => ({
      before: before.id,
      after: after.id,
      kind: after.kind,
      name: after.name,
      source: after.source,
      changes,
    })),
    added: comparison.added,
    removed: comparison.removed,
  };
}
