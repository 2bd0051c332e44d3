/** Past vulnerabilities: what each object would have been exposed to and what stops the rest; one of them in full. */
import type { PastFamily, PastFinding, PastResult, TargetResult } from '../check/result.ts';
import type { Entry } from '../past/index.ts';
import { escapeForeign } from './escape.ts';
import { escapeMarkdown, table } from './escape-markdown.ts';
import { columns, enough, hanging, paletteOf, wrap } from './layout.ts';
import type { Page } from './page.ts';
import { nodeLines } from './route-lines.ts';
import { routeTrees } from './routes.ts';
import { LEGEND, treeLines } from './tree.ts';
import { engineText, placeText } from './wording.ts';

const NOUN: Readonly<Record<string, string>> = {
  kernel: 'kernel bugs',
  runtime: 'runtime bugs',
  engine: 'engine bugs',
  orchestrator: 'orchestrator bugs',
  hypervisor: 'hypervisor bugs',
  'user-space-kernel': 'bugs of user-space kernels',
  processor: 'processor bugs',
};

type WithPast = TargetResult & { readonly past: PastResult };

const hasPast = (target: TargetResult): target is WithPast => target.past !== undefined;

/** A block for each set of objects that come out alike, then how old the records are. */
export function pastBlocks(targets: readonly TargetResult[], page: Page): string[][] {
  const groups = alike(targets.filter(hasPast));
  const [first] = groups;
  if (first === undefined) return [];
  return [...groups.map((group) => groupLines(group, page)), dataLines(first[0].past, page)];
}

type Group = readonly [WithPast, ...WithPast[]];

function alike(targets: readonly WithPast[]): Group[] {
  const groups = new Map<string, [WithPast, ...WithPast[]]>();
  for (const target of targets) {
    const key = target.past.entries
      .map((entry) => `${entry.verdict} ${entry.depth} ${entry.stoppedBy.join('|')}`)
      .join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [target]);
    else group.push(target);
  }
  return [...groups.values()];
}

function groupLines(group: Group, page: Page): string[] {
  const [{ past }] = group;
  const label = 'past vulnerabilities  ';
  const names = group.map((target) => escapeForeign(target.name));
  return [
    ...hanging(label, enough(names, Math.max(8, page.width - columns(label)), 1), page.width, {
      label: page.palette.bold,
    }),
    ...past.families.filter(isAsked).flatMap((family) => familyLines(family, past, page)),
    ...idleLines(past, page),
  ];
}

/** Not only entries about what is not there. */
const isAsked = (family: PastFamily): boolean => family.notInUse < family.entries;

function familyLines(family: PastFamily, past: PastResult, page: Page): string[] {
  const style = family.open > 0 ? page.palette.bad : page.palette.good;
  return [
    ...hanging('  ', `of ${family.entries} ${NOUN[family.family]} ${reachedText(family)}`, page.width, { text: style }),
    ...(family.blocked === 0 ? [] : hanging('    stopped  ', stoppedText(family, page), page.width)),
    ...(page.verbose ? reachableLines(family, past, page) : []),
  ];
}

/** `48 reachable (2 of low confidence), 3 unknown, 100 mended in the release in use`. */
function reachedText(family: PastFamily): string {
  const low = family.openLowConfidence === 0 ? '' : ` (${family.openLowConfidence} of low confidence)`;
  const parts = [`${family.open} reachable${low}`];
  if (family.unknown > 0) parts.push(`${family.unknown} unknown`);
  if (family.notAffected > 0) parts.push(`${family.notAffected} not in the release in use`);
  if (family.notInUse > 0) parts.push(`${family.notInUse} of what is not in use`);
  return parts.join(', ');
}

/** `119: seccomp alone 62, capability + seccomp together 41 …; depth 1: 118, depth 2: 1`. */
function stoppedText(family: PastFamily, page: Page): string {
  const sets = family.stoppedBy.map((row) => `${stopperText(row.mechanisms)} ${row.entries}`);
  const depths = family.depths.map((row) => `${row.entries} at depth ${row.depth}`);
  return `${family.blocked}: ${enough(sets, Math.max(20, page.width - 13), page.verbose ? 99 : 2)}; ${depths.join(', ')}`;
}

function stopperText(mechanisms: readonly string[]): string {
  return `${mechanisms.join(' + ')} ${mechanisms.length === 1 ? 'alone' : 'together'}`;
}

function reachableLines(family: PastFamily, past: PastResult, page: Page): string[] {
  return past.entries
    .filter((entry) => entry.family === family.family && entry.verdict === 'open')
    .flatMap((entry) => hanging('    ✗ ', escapeForeign(entryText(entry)), page.width, { label: page.palette.bad }));
}

/** `CVE-2026-64600  Title (kernel:xfs, low confidence)`. */
function entryText({ id, title, component, confidence, own }: PastFinding): string {
  const notes = [component, ...(confidence === 'low' ? ['low confidence'] : []), ...(own ? ['your own'] : [])];
  return `${id}  ${title} (${notes.join(', ')})`;
}

function idleLines({ families }: PastResult, page: Page): string[] {
  const idle = families.filter((family) => !isAsked(family));
  if (idle.length === 0) return [];
  const counts = idle.map((family) => `${family.entries} ${NOUN[family.family]}`);
  return hanging('  ', `of what is not in use: ${counts.join(', ')}`, page.width, { text: page.palette.dim });
}

function dataLines({ data }: PastResult, page: Page): string[] {
  const style = data.outdated ? page.palette.warn : page.palette.dim;
  const more = page.verbose ? [] : ['cofferdam explain CVE-… TARGET shows one'];
  return wrap([dataText(data), ...more].join('; '), page.width).map(style);
}

function dataText({ collected, entries, own, outdated }: PastResult['data']): string {
  const mine = own === 0 ? '' : `, ${own} of them your own`;
  const old = outdated ? '; they are more than a year old, and what became public since is missing' : '';
  return `${entries} records of the past, collected ${collected}${mine}${old}`;
}

// --- Markdown ----------------------------------------------------------------------------------------------------------

export function pastSections(targets: readonly TargetResult[]): string[][] {
  const judged = targets.filter(hasPast);
  const [first] = judged;
  if (first === undefined) return [];
  const rows = judged.flatMap((target) =>
    target.past.families.filter(isAsked).map((family) => familyRow(target, family)),
  );
  return [
    ['### Past vulnerabilities'],
    table(
      ['object', 'of', 'reachable', 'unknown', 'other release', 'not in use', 'stopped', 'by what, and how deep'],
      rows,
    ),
    [`${escapeMarkdown(dataText(first.past.data))}.`],
    ...alike(judged).flatMap(reachableSections),
  ];
}

function familyRow(target: TargetResult, family: PastFamily): string[] {
  const low = family.openLowConfidence === 0 ? '' : ` (${family.openLowConfidence} of low confidence)`;
  const sets = family.stoppedBy.map((row) => `${stopperText(row.mechanisms)} ${row.entries}`);
  const depths = family.depths.map((row) => `${row.entries} at depth ${row.depth}`);
  return [
    escapeMarkdown(target.name),
    `${family.entries} ${NOUN[family.family]}`,
    `${family.open}${low}`,
    String(family.unknown),
    String(family.notAffected),
    String(family.notInUse),
    String(family.blocked),
    [sets.join(', '), depths.join(', ')].filter((part) => part !== '').join('; '),
  ];
}

function reachableSections(group: Group): string[][] {
  const open = group[0].past.entries.filter((entry) => entry.verdict === 'open');
  if (open.length === 0) return [];
  const names = group.map((target) => escapeMarkdown(target.name)).join(', ');
  return [
    [`<details><summary>Reachable in ${names}: ${open.length}</summary>`],
    open.map((entry) => `- ${escapeMarkdown(entryText(entry))}`),
    ['</details>'],
  ];
}

// --- one of them -------------------------------------------------------------------------------------------------------

interface Appearance {
  readonly width: number;
  readonly color: boolean;
}

/** A record in full. */
export function renderPastEntry(entry: Entry, { width, color }: Appearance): string {
  const palette = paletteOf(color);
  const { record } = entry;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', palette.bold(title), ...lines];
  const body = (...texts: readonly (string | undefined)[]) =>
    texts.flatMap((text) => (text === undefined ? [] : hanging('  ', escapeForeign(text), width)));
  const about = [
    entry.component,
    ...(record === undefined ? [] : [record.class]),
    `gives ${entry.gain}`,
    `phase ${entry.phase}`,
    `${entry.confidence} confidence`,
  ];
  const lines = [
    ...wrap(escapeForeign([entry.id, ...(entry.aka === undefined ? [] : [entry.aka])].join('  ')), width).map(
      palette.name,
    ),
    ...wrap(escapeForeign(entry.title), width).map(palette.bold),
    ...wrap(escapeForeign(about.join(' · ')), width).map(palette.dim),
    ...section('Versions', body(`affected: ${entry.affected}`, `fixed: ${entry.fixed}`)),
    ...section('Only where', nodeLines(routeTrees([entry.when])[0] ?? [], width)),
    ...section('What the attacker needs (all of it)', needLines(entry, width)),
    ...section('Controls that would have stopped it', body(record?.stoppedBy.join('; '))),
    ...section("On record of Docker's default", body(record && dockerText(record.docker))),
    ...section('Note', body(record?.note)),
    ...section('Sources', body(record?.sources.join(', '))),
  ];
  return `${lines.join('\n')}\n`;
}

/** By their names where the vocabulary has one; the user's own conditions as the gates that they are. */
function needLines({ record, routes }: Entry, width: number): string[] {
  if (record === undefined) return nodeLines(routeTrees(routes)[0] ?? [], width);
  return record.needs.flatMap((need) => hanging('  - ', escapeForeign(needText(need)), width));
}

type Need = NonNullable<Entry['record']>['needs'][number];

function needText(need: Need): string {
  if (typeof need === 'string') return need;
  return 'or' in need ? need.or.map(needText).join(', or ') : need.all.map(needText).join(' and ');
}

function dockerText({ verdict, by = [], since, why }: NonNullable<Entry['record']>['docker']): string {
  const blocked = { yes: 'blocked', no: 'not blocked', partly: 'partly blocked', 'n/a': 'not about Docker' }[verdict];
  const credit = by.length === 0 ? '' : ` by ${by.join(', or ')}`;
  return `${blocked}${credit}${since === undefined ? '' : ` since ${since}`}: ${why}`;
}

/** One record over one object: its verdict with the tree. */
export function renderPastFinding(finding: PastFinding, target: TargetResult, { width, color }: Appearance): string {
  const palette = paletteOf(color);
  const style = { open: palette.bad, blocked: palette.good, unknown: palette.warn, 'not-applicable': palette.dim }[
    finding.verdict
  ];
  const mark = { open: '✗', blocked: '✓', unknown: '?', 'not-applicable': '–' }[finding.verdict];
  const title = [escapeForeign(target.name), placeText(target.source), engineText(target)]
    .filter((part) => part !== '')
    .join('  ');
  const lines = [
    ...wrap(title, width).map(palette.bold),
    ...hanging(`  ${mark} `, escapeForeign(entryText(finding)), width, { label: style }),
    ...hanging('      ', escapeForeign(aboutText(finding)), width, { text: palette.dim }),
    // Why a question is not asked is said in one line.
    ...(finding.tree === undefined || finding.verdict === 'not-applicable'
      ? []
      : treeLines(finding.tree, { width, palette })),
    ...wrap(LEGEND, width).map(palette.dim),
  ];
  return `${lines.join('\n')}\n`;
}

function aboutText(finding: PastFinding): string {
  const sets = (mechanisms: PastFinding['heldBy']) => mechanisms.map((set) => set.join(' + ')).join(', or ');
  switch (finding.verdict) {
    case 'open':
      return `would have been exposed · phase ${finding.phase} · ${finding.confidence} confidence`;
    case 'unknown':
      return `unknown · settled by ${finding.settledBy.join(', ')}`;
    case 'blocked':
      return `stopped · depth ${finding.depth} · ${sets(finding.stoppedBy)} suffices · falls if ${sets(finding.heldBy)} fails`;
    case 'not-applicable':
      return `not applicable: ${finding.why}`;
  }
}
