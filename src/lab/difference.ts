import type { Measured, Study, StudyRow } from './study.ts';

/** Two runs of the lab beside each other. */
export interface StudyDifference {
  /** What else differs between them: machine, kernel, versions. `what`: `kernel`, `runc`. */
  readonly grounds: readonly { readonly what: string; readonly before: string; readonly after: string }[];
  readonly rows: readonly RowDifference[];
  /** Rows that one of them alone has measured. */
  readonly appeared: readonly Named[];
  readonly vanished: readonly Named[];
  readonly figures: readonly FigureDifference[];
}

type Named = Pick<StudyRow, 'runtime' | 'profile'>;

export interface RowDifference extends Named {
  readonly opened: readonly string[];
  readonly closed: readonly string[];
  /** Told in one of them alone. */
  readonly told: readonly string[];
  readonly untold: readonly string[];
  /** Blocked in both, by another mechanism. */
  readonly otherwise: readonly { readonly vector: string; readonly before: string; readonly after: string }[];
}

export interface FigureDifference {
  readonly name: string;
  readonly unit: string;
  readonly before: Measured;
  readonly after: Measured;
  /** The intervals have values in common: chance may be all there is between them. */
  readonly overlap: boolean;
}

export function differenceOf(before: Study, after: Study): StudyDifference {
  const [old, fresh] = [measured(before), measured(after)];
  return {
    grounds: groundsOf(before, after),
    rows: [...fresh].flatMap(([name, row]) => {
      const earlier = old.get(name);
      return earlier === undefined ? [] : rowDifference(earlier, row);
    }),
    appeared: [...fresh].flatMap(([name, row]) => (old.has(name) ? [] : nameOf(row))),
    vanished: [...old].flatMap(([name, row]) => (fresh.has(name) ? [] : nameOf(row))),
    figures: figureDifferences(before, after),
  };
}

function measured({ rows }: Study): ReadonlyMap<string, StudyRow> {
  return new Map(
    rows.filter(({ state }) => state === 'measured').map((row) => [`${row.runtime}\n${row.profile}`, row]),
  );
}

const nameOf = ({ runtime, profile }: StudyRow): Named => ({ runtime, profile });

function groundsOf(before: Study, after: Study): StudyDifference['grounds'] {
  const [old, fresh] = [facts(before), facts(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((what) => {
    const [one = 'none', other = 'none'] = [old.get(what), fresh.get(what)];
    return one === other ? [] : [{ what, before: one, after: other }];
  });
}

/** The machine's own first, then cofferdam, then runtimes. */
function facts({ machine, tool, rows, vectors }: Study): ReadonlyMap<string, string> {
  const versions = rows.flatMap(({ runtime, version }) => (version === undefined ? [] : [[runtime, version] as const]));
  return new Map([
    ...Object.entries(machine).map(([name, value]) => [words(name), String(value)] as const),
    [tool.name, tool.version],
    ['vectors', String(vectors.length)],
    ...versions,
  ]);
}

/** `memoryMiB` as `memory mib` would not be read. */
function words(name: string): string {
  return name === 'memoryMiB' ? 'memory in MiB' : name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function rowDifference(before: StudyRow, after: StudyRow): readonly RowDifference[] {
  const difference = { opened: [], closed: [], told: [], untold: [], otherwise: [] } as {
    [K in Exclude<keyof RowDifference, keyof Named>]: RowDifference[K][number][];
  };
  for (const [vector, cell] of Object.entries(after.cells)) {
    const earlier = before.cells[vector];
    if (earlier === undefined) continue;
    if (cell.verdict === earlier.verdict) {
      if (cell.verdict === 'blocked' && cell.by !== earlier.by)
        difference.otherwise.push({ vector, before: earlier.by ?? 'not told', after: cell.by ?? 'not told' });
    } else if (cell.verdict === 'unknown') difference.untold.push(vector);
    else if (earlier.verdict === 'unknown') difference.told.push(vector);
    else difference[cell.verdict === 'open' ? 'opened' : 'closed'].push(vector);
  }
  const changed = Object.values(difference).some((vectors) => vectors.length > 0);
  return changed ? [{ ...nameOf(after), ...difference }] : [];
}

function figureDifferences(before: Study, after: Study): readonly FigureDifference[] {
  const old = figuresOf(before);
  return [...figuresOf(after)].flatMap(([name, { unit, value }]) => {
    const earlier = old.get(name);
    if (earlier === undefined || earlier.unit !== unit || earlier.value.median === value.median) return [];
    const overlap = earlier.value.low <= value.high && value.low <= earlier.value.high;
    return [{ name, unit, before: earlier.value, after: value, overlap }];
  });
}

interface Figure {
  readonly unit: string;
  readonly value: Measured;
}

function figuresOf({ prices, neighbours }: Study): ReadonlyMap<string, Figure> {
  const figures = new Map<string, Figure>();
  for (const { runtime, operation, unit, value } of prices) {
    if (value !== null) figures.set(`${runtime} ${operation}`, { unit, value });
  }
  for (const { runtime, resource, limited, slowdown } of neighbours) {
    const name = `${runtime} beside a neighbour (${resource}, ${limited ? 'limited' : 'unlimited'})`;
    figures.set(name, { unit: '×', value: slowdown });
  }
  return figures;
}
