import type { Cell, Study, StudyRow } from '../lab/study.ts';
import { PHASES } from '../lifecycle/index.ts';
import { MECHANISMS } from '../model/mechanism.ts';
import { escapeForeign } from './escape.ts';
import { type GridColumn, type GridLine, type GridPage, gridLines } from './lab-grid.ts';
import { hanging } from './layout.ts';

/** The matrix of a lab run for a terminal: what is open and blocked in each row, by what, and of which kind. */

export const GROUPINGS = ['mechanism', 'phase', 'goal'] as const;
export type Grouping = (typeof GROUPINGS)[number];

type Vector = Study['vectors'][number];

interface RowLine extends GridLine {
  readonly row: StudyRow;
}

export function measuredRows({ rows }: Study): readonly StudyRow[] {
  return rows.filter(({ state }) => state === 'measured');
}

function rowLines(study: Study): readonly RowLine[] {
  return measuredRows(study).map((row) => ({ row, group: headOf(row), name: row.profile }));
}

/** `runc 1.1.5 (os-level)` */
function headOf({ runtime, version, kind }: StudyRow): string {
  return escapeForeign(`${runtime}${version === undefined ? '' : ` ${version}`} (${kind})`);
}

/** The figures of each row. */
export function overviewLines(study: Study, page: GridPage): string[] {
  return gridLines(rowLines(study), OVERVIEW, page);
}

const OVERVIEW: readonly GridColumn<RowLine>[] = [
  { heading: 'open', cell: ({ row }) => String(countOf(row, 'open')) },
  { heading: 'blocked', cell: ({ row }) => String(countOf(row, 'blocked')) },
  { heading: 'unknown', cell: ({ row }) => String(countOf(row, 'unknown')) },
  {
    heading: 'reach',
    cell: ({ row }) => shareText(countOf(row, 'open'), countOf(row, 'open') + countOf(row, 'blocked')),
  },
  { heading: 'depth', cell: ({ row }) => medianText(depthsOf(row)) },
  { heading: 'held by one', cell: ({ row }) => heldByOneText(row) },
];

function countOf({ cells }: StudyRow, verdict: Cell['verdict']): number {
  return Object.values(cells).filter((cell) => cell.verdict === verdict).length;
}

function shareText(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`;
}

/** Of what was proven to be blocked, and predicted to be. */
function depthsOf({ cells }: StudyRow): readonly number[] {
  return Object.values(cells)
    .flatMap(({ verdict, predicted, depth }) => (verdict === 'blocked' && predicted === 'blocked' ? (depth ?? []) : []))
    .sort((a, b) => a - b);
}

function medianText(sorted: readonly number[]): string {
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return median === undefined ? '-' : String(median);
}

function heldByOneText(row: StudyRow): string {
  const depths = depthsOf(row);
  return depths.length === 0 ? '-' : String(depths.filter((depth) => depth === 1).length);
}

/** How many each mechanism refused, as far as the kernel tells. */
export function blockedByLines(study: Study, page: GridPage): string[] {
  const lines = rowLines(study);
  const refused = (mechanism: Cell['by']) => (row: StudyRow) =>
    Object.values(row.cells).filter(({ verdict, by }) => verdict === 'blocked' && by === mechanism).length;
  const given = [...MECHANISMS, null].map((mechanism) => ({
    heading: mechanism ?? 'not told',
    count: refused(mechanism),
  }));
  const shown = given.filter(({ count }) => lines.some(({ row }) => count(row) > 0));
  return gridLines(
    lines,
    shown.map(({ heading, count }) => ({ heading, cell: ({ row }) => dashForNone(count(row)) })),
    page,
  );
}

function dashForNone(count: number): string {
  return count === 0 ? '-' : String(count);
}

/** The open of those told, a column a group of vectors. */
export function groupedLines(study: Study, by: Grouping, page: GridPage): string[] {
  const columns = groupsOf(study, by).map(({ name, vectors }) => ({
    heading: name,
    cell: ({ row }: RowLine) => openText(vectors.flatMap(({ id }) => row.cells[id] ?? [])),
  }));
  return gridLines(rowLines(study), columns, page);
}

function openText(cells: readonly Cell[]): string {
  const told = cells.filter(({ verdict }) => verdict !== 'unknown');
  return told.length === 0 ? '-' : `${told.filter(({ verdict }) => verdict === 'open').length}/${told.length}`;
}

interface Group {
  readonly name: string;
  readonly vectors: readonly Vector[];
}

/** Mechanisms and phases in their own order, goals in that of the vectors. Only groups that have vectors. */
function groupsOf({ vectors }: Pick<Study, 'vectors'>, by: Grouping): readonly Group[] {
  const namesOf = (vector: Vector): readonly string[] => (by === 'goal' ? vector.goals : [vector[by]]);
  const order: readonly string[] =
    by === 'mechanism' ? MECHANISMS : by === 'phase' ? PHASES : [...new Set(vectors.flatMap(namesOf))].sort();
  return order
    .map((name) => ({ name, vectors: vectors.filter((vector) => namesOf(vector).includes(name)) }))
    .filter((group) => group.vectors.length > 0);
}

/** Every vector: where it is open, and where blocked by what. */
export function vectorLines(study: Study, by: Grouping, page: GridPage): string[] {
  const { palette, width } = page;
  return groupsOf(study, by).flatMap(({ name, vectors }) => [
    '',
    palette.bold(name),
    ...vectors.flatMap((vector) => [
      ...hanging('  ', `${escapeForeign(vector.id)} (${vector.severity})`, width, { text: palette.name }),
      ...answerLines(study, vector.id, page),
    ]),
  ]);
}

function answerLines(study: Study, id: string, { palette, width }: GridPage): string[] {
  const answers = new Map<string, StudyRow[]>();
  for (const row of measuredRows(study)) {
    const cell = row.cells[id];
    if (cell === undefined) continue;
    const answer = cell.verdict === 'blocked' ? `blocked ${cell.by ?? 'not told by what'}` : cell.verdict;
    answers.set(answer, [...(answers.get(answer) ?? []), row]);
  }
  const rank = (answer: string): number => ['open', 'unknown'].indexOf(answer) + (answer.startsWith('blocked') ? 3 : 0);
  return [...answers]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .flatMap(([answer, rows]) => {
      const label = answer === 'open' ? palette.bad : answer === 'unknown' ? palette.warn : palette.good;
      return hanging(`    ${answer}: `, namesOfRows(rows), width, { label });
    });
}

/** `runc default, hardened; bwrap default` */
export function namesOfRows(rows: readonly Pick<StudyRow, 'runtime' | 'profile'>[]): string {
  const profiles = new Map<string, string[]>();
  for (const { runtime, profile } of rows) profiles.set(runtime, [...(profiles.get(runtime) ?? []), profile]);
  return escapeForeign([...profiles].map(([runtime, names]) => `${runtime} ${names.join(', ')}`).join('; '));
}

/** Rows without an answer, and why. */
export function unmeasuredLines({ rows }: Study, { palette, width }: GridPage): string[] {
  const of = (state: StudyRow['state']): readonly StudyRow[] => rows.filter((row) => row.state === state);
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', palette.bold(title), ...lines];
  return [
    ...section('failed', because(of('failed'), { palette, width })),
    ...section(
      'not available',
      of('unavailable').flatMap(({ runtime, why = '', enable }) =>
        hanging(
          `  ${escapeForeign(runtime)}  `,
          escapeForeign(enable === undefined ? why : `${why} → ${enable}`),
          width,
        ),
      ),
    ),
    ...section('no words for the profile', because(of('inexpressible'), { palette, width })),
    ...section('left out', of('skipped').length === 0 ? [] : hanging('  ', namesOfRows(of('skipped')), width)),
  ];
}

/** One line for all rows of a runtime that say the same. */
function because(rows: readonly StudyRow[], { width }: GridPage): string[] {
  const groups = new Map<string, StudyRow[]>();
  for (const row of rows) {
    const key = `${row.runtime}\n${row.why ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((same) =>
    hanging(`  ${namesOfRows(same)}  `, escapeForeign(same[0]?.why ?? ''), width),
  );
}
