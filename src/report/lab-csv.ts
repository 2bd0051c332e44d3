import type { Cell, Study, StudyRow } from '../lab/study.ts';

const HEADING = [
  ...['runtime', 'profile', 'kind', 'version', 'state', 'vector', 'mechanism', 'phase', 'severity', 'goals'],
  ...['verdict', 'by', 'depth', 'held_by', 'predicted', 'evidence', 'why'],
] as const;

/** The matrix of a lab run: a line a cell, and one for each row that has none. For spreadsheets and data frames alike. */
export function* renderLabCsv({ rows, vectors }: Study): Generator<string> {
  yield line(HEADING);
  for (const row of rows) {
    const cells = vectors.flatMap((vector) => {
      const cell = row.cells[vector.id];
      return cell === undefined ? [] : [line([...headOf(row), ...vectorOf(vector), ...answerOf(cell)])];
    });
    yield cells.length > 0 ? cells.join('') : line([...headOf(row), ...Array(11).fill(''), row.why ?? '']);
  }
}

function headOf({ runtime, profile, kind, version = '', state }: StudyRow): readonly string[] {
  return [runtime, profile, kind, version, state];
}

function vectorOf({ id, mechanism, phase, severity, goals }: Study['vectors'][number]): readonly string[] {
  return [id, mechanism, phase, severity, goals.join(' ')];
}

/** Sets of mechanisms as `seccomp+capability|namespace-user`. */
function answerOf({ verdict, by, depth, heldBy, predicted, evidence, why = '' }: Cell): readonly (string | number)[] {
  const held = heldBy.map((set) => set.join('+')).join('|');
  return [verdict, by ?? '', depth ?? '', held, predicted ?? '', evidence.join('\n'), why];
}

/** RFC 4180. */
function line(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => quoted(String(field))).join(',')}\r\n`;
}

function quoted(text: string): string {
  const safe = harmless(text);
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What a spreadsheet would take for a formula is shown as the text that it is (OWASP, CSV Injection). */
function harmless(text: string): string {
  return /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u.test(text) || /^[\t\r]/.test(text) ? `'${text}` : text;
}
