/**
 * The tables of docs/case-study.md, from the run that is kept beside it. Each stands between two marks, so that the words around it stay
 * hand-written and the figures never are.
 */
import type { Measured, Study, StudyRow } from '../src/lab/study.ts';

type Table = (study: Study) => string;

const TABLES: Readonly<Record<string, Table>> = {
  machine,
  matrix,
  missing,
  mechanisms,
  ablation,
  overlap,
  disagreements,
  leaks,
  neighbours,
  prices,
  exposure,
};

/** The page with every table made anew. A mark without a table, or without its end, is an error. */
export function withStudyTables(page: string, study: Study): string {
  return page.replaceAll(/<!-- study:([a-z]+) -->\n[\s\S]*?<!-- \/study:\1 -->/g, (_, name: string) => {
    const table = TABLES[name];
    if (table === undefined) throw new Error(`docs/case-study.md: there is no table \`${name}\``);
    return `<!-- study:${name} -->\n${table(study)}\n<!-- /study:${name} -->`;
  });
}

function grid(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((one) => cellText(String(one))).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const cellText = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function machine({ machine: of, started, seconds, seed, tool }: Study): string {
  return grid(
    ['', ''],
    [
      ['kernel', `${of.kernel}, ${of.architecture}`],
      ['processor, memory', `${of.cores} × ${of.processor}, ${of.memoryMiB} MiB`],
      ['security modules', of.securityModules.join(', ') || 'none'],
      ['control groups', of.controlGroups],
      ['as', of.user],
      [
        'run',
        `${started.slice(0, 10)}, seed ${seed}, ${Math.round(seconds)} s, ${tool.name} ${tool.version}, Node ${of.node}`,
      ],
    ],
  );
}

const named = ({ runtime, profile }: Pick<StudyRow, 'runtime' | 'profile'>): string => `${runtime}, ${profile}`;

const measuredRows = ({ rows }: Study): readonly StudyRow[] => rows.filter(({ state }) => state === 'measured');

function matrix(study: Study): string {
  return grid(
    ['runtime, profile', 'kind', 'open', 'blocked', 'not told', 'blocked mostly by'],
    measuredRows(study).map((row) => {
      const { open, blocked, unknown } = row.reach ?? { open: 0, blocked: 0, unknown: 0 };
      return [named(row), row.kind, open, blocked, unknown, refusers(row).slice(0, 3).join(', ') || '–'];
    }),
  );
}

/** `capability 96`: who refused, most first. */
function refusers({ cells }: StudyRow): string[] {
  const counts = new Map<string, number>();
  for (const { verdict, by } of Object.values(cells)) {
    if (verdict === 'blocked' && by !== null) counts.set(by, (counts.get(by) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
}

function missing({ rows }: Study): string {
  const others = rows.filter(({ state }) => state !== 'measured');
  return grid(
    ['runtime, profile', 'why there is no row', 'what would help'],
    others.map((row) => [named(row), `${row.state}: ${row.why ?? ''}`, row.enable ?? '–']),
  );
}

function mechanisms(study: Study): string {
  const { ablation: of } = study;
  if (of === null) return 'Not measured.';
  return grid(
    ['mechanism', 'vectors that it alone holds', 'that it holds with others'],
    of.mechanisms.map(({ mechanism, alone, shared }) => [mechanism, alone.length, shared.length]),
  );
}

function ablation({ ablation: of }: Study): string {
  if (of === null) return 'Not measured.';
  const single = of.steps.filter(({ mechanisms: some }) => some.length === 1);
  const names = [...new Set(single.flatMap(({ mechanisms: some }) => some))];
  return grid(
    ['mechanism', 'left out of the hardened start: opens', 'added to nothing: closes'],
    names.map((name) => {
      const of = (kind: 'without' | 'with') => single.find((step) => step.kind === kind && step.mechanisms[0] === name);
      const shown = (kind: 'without' | 'with', key: 'opened' | 'closed'): string => {
        const step = of(kind);
        return step === undefined ? '–' : step.state === 'failed' ? (step.why ?? 'failed') : String(step[key].length);
      };
      return [name, shown('without', 'opened'), shown('with', 'closed')];
    }),
  );
}

function overlap({ ablation: of }: Study): string {
  const pairs =
    of?.steps.filter(
      ({ kind, mechanisms: some, state }) => kind === 'with' && some.length === 2 && state === 'measured',
    ) ?? [];
  if (of === null || pairs.length === 0) return 'Not measured.';
  const alone = (name: string): number =>
    of.steps.find(({ kind, mechanisms: some }) => kind === 'with' && some.length === 1 && some[0] === name)?.closed
      .length ?? 0;
  const rows = pairs
    .map(({ mechanisms: [a = '', b = ''], closed }) => ({
      a,
      b,
      both: closed.length,
      more: closed.length - Math.max(alone(a), alone(b)),
    }))
    .sort((x, y) => y.both - x.both)
    .slice(0, 12);
  return grid(
    ['two mechanisms alone', 'close', 'more than the better of the two'],
    rows.map(({ a, b, both, more }) => [`${a} + ${b}`, both, more]),
  );
}

function disagreements({ ablation: of }: Study): string {
  if (of === null) return 'Not measured.';
  const { agree, of: all } = of.agreement;
  const some = of.steps.flatMap(({ mechanisms: left, disagrees }) =>
    disagrees.map(({ vector, predicted, proven, why }) => [vector, left.join(', '), predicted, proven, why]),
  );
  const share = `${agree} of ${all} vectors of depth one opened when exactly the mechanism that holds them was left out.`;
  return some.length === 0 ? share : `${share}\n\n${grid(['vector', 'left out', 'predicted', 'proven', 'why'], some)}`;
}

function leaks({ leaks: all }: Study): string {
  const columns = [...new Set(all.map(named))];
  const channels = [...new Set(all.map(({ channel }) => channel))];
  return grid(
    ['channel', ...columns],
    channels.map((channel) => [
      channel,
      ...columns.map((column) => {
        const one = all.find((leak) => leak.channel === channel && named(leak) === column);
        return one === undefined ? '–' : `${one.seen}${one.coResident === true ? ', shared' : ''}`;
      }),
    ]),
  );
}

const rounded = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toPrecision(2);

const interval = ({ median, low, high }: Measured): string =>
  `${rounded(median)} (${rounded(low)} to ${rounded(high)})`;

function neighbours({ neighbours: all }: Study): string {
  return grid(
    ['runtime', 'resource', 'neighbour', 'alone', 'beside', 'slower by'],
    all.map(({ runtime, resource, limited, unit, alone, beside, slowdown, why }) => [
      runtime,
      resource,
      `${limited ? 'limited' : 'not limited'}${why === undefined ? '' : ` (${why})`}`,
      `${rounded(alone.median)} ${unit}`,
      `${rounded(beside.median)} ${unit}`,
      `${interval(slowdown)} ×`,
    ]),
  );
}

function prices({ prices: all }: Study): string {
  const runtimes = [...new Set(all.map(({ runtime }) => runtime))];
  const operations = [...new Set(all.map(({ operation }) => operation))];
  return grid(
    ['operation', ...runtimes],
    operations.map((operation) => [
      operation,
      ...runtimes.map((runtime) => {
        const one = all.find((price) => price.operation === operation && price.runtime === runtime);
        return one === undefined || one.value === null ? '–' : `${interval(one.value)} ${one.unit}`;
      }),
    ]),
  );
}

function exposure({ rows }: Study): string {
  const traced = rows.flatMap((row) => (row.exposure ?? []).map((of) => ({ row, of })));
  return grid(
    ['runtime, profile', 'while', 'distinct host system calls', 'calls', 'most'],
    traced.map(({ row, of: { during, calls } }) => [
      named(row),
      during,
      calls.length,
      calls.reduce((sum, { count }) => sum + count, 0),
      [...calls]
        .sort((a, b) => b.count - a.count)
        .slice(0, 4)
        .map(({ name, count }) => `${name} ${count}`)
        .join(', '),
    ]),
  );
}
