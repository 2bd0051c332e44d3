import type { LabCell, LabData } from '../src/report/html/lab-data.ts';

/** What of the matrix is shown, and in which order: pure, so that a change of a filter is one call. */

export interface Choice {
  readonly text: string;
  readonly mechanism: string;
  readonly phase: string;
  readonly goal: string;
  readonly verdict: string;
  readonly runtime: string;
  readonly profile: string;
  readonly group: 'mechanism' | 'phase' | 'goal' | 'none';
  readonly sort: 'catalogue' | 'name' | 'open' | 'severity';
}

export const EVERYTHING: Choice = {
  text: '',
  mechanism: '',
  phase: '',
  goal: '',
  verdict: '',
  runtime: '',
  profile: '',
  group: 'mechanism',
  sort: 'catalogue',
};

export interface Shown {
  /** Places of sandboxes. */
  readonly columns: readonly number[];
  readonly groups: readonly { readonly name: string; readonly lines: readonly number[] }[];
  readonly lines: number;
}

export function cellAt({ grid, cells }: LabData, sandbox: number, vector: number): LabCell | undefined {
  return cells[grid[sandbox]?.[vector] ?? -1];
}

export function differs({ predicted, verdict }: LabCell): boolean {
  return predicted !== null && predicted !== 'unknown' && verdict !== 'unknown' && predicted !== verdict;
}

const SEVERITIES = ['critical', 'high', 'medium', 'low'];

export function shownBy(data: LabData, choice: Choice): Shown {
  const columns = [...data.sandboxes.keys()].filter((i) => {
    const sandbox = data.sandboxes[i];
    return (
      sandbox !== undefined &&
      (choice.runtime === '' || sandbox.runtime === choice.runtime) &&
      (choice.profile === '' || sandbox.profile === choice.profile)
    );
  });
  const open = (vector: number) => columns.filter((column) => cellAt(data, column, vector)?.verdict === 'open').length;
  const lines = [...data.vectors.keys()].filter((line) => matches(data, choice, columns, line));
  const of = (line: number) => data.vectors[line] as LabData['vectors'][number];
  if (choice.sort === 'name') lines.sort((a, b) => (of(a).id < of(b).id ? -1 : 1));
  if (choice.sort === 'open') lines.sort((a, b) => open(b) - open(a) || a - b);
  if (choice.sort === 'severity')
    lines.sort((a, b) => SEVERITIES.indexOf(of(a).severity) - SEVERITIES.indexOf(of(b).severity) || a - b);
  return { columns, groups: groupsOf(data, choice.group, lines), lines: lines.length };
}

function matches(data: LabData, choice: Choice, columns: readonly number[], line: number): boolean {
  const vector = data.vectors[line] as LabData['vectors'][number];
  const text = choice.text.trim().toLowerCase();
  if (choice.mechanism !== '' && vector.mechanism !== choice.mechanism) return false;
  if (choice.phase !== '' && vector.phase !== choice.phase) return false;
  if (choice.goal !== '' && !vector.goals.includes(choice.goal)) return false;
  if (text !== '' && !`${vector.id} ${vector.title}`.toLowerCase().includes(text)) return false;
  if (choice.verdict === '') return true;
  const own = columns.map((column) => cellAt(data, column, line));
  if (choice.verdict === 'mixed') return new Set(own.flatMap((cell) => cell?.verdict ?? [])).size > 1;
  if (choice.verdict === 'differs') return own.some((cell) => cell !== undefined && differs(cell));
  return own.some((cell) => cell?.verdict === choice.verdict);
}

function groupsOf(data: LabData, by: Choice['group'], lines: readonly number[]): Shown['groups'] {
  const groups = new Map<string, number[]>();
  for (const line of lines) {
    const vector = data.vectors[line] as LabData['vectors'][number];
    for (const name of by === 'none' ? [''] : by === 'goal' ? vector.goals : [vector[by]]) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [line]);
      else group.push(line);
    }
  }
  return [...groups].map(([name, own]) => ({ name, lines: own }));
}
