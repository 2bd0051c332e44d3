import type { Ablation, Measured, Study } from '../lab/study.ts';
import { escapeForeign } from './escape.ts';
import { type GridLine, type GridPage, gridLines } from './lab-grid.ts';
import { enough, hanging } from './layout.ts';
import { plural } from './wording.ts';

/** What a lab run measured besides the matrix, for a terminal. */

/** A figure in three digits that count. */
export function figureText(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

/** The mechanisms left out and added, each with what it opens and closes. */
export function ablationLines(ablation: Ablation | null, { palette, width }: GridPage): string[] {
  if (ablation === null) return [];
  const { agree, of } = ablation.agreement;
  return [
    '',
    palette.bold(`mechanisms left out and added (${escapeForeign(ablation.runtime)})`),
    ...ablation.steps.flatMap((step) => {
      const label = `  ${step.kind} ${step.mechanisms.join(' + ')} (${step.profile})  `;
      if (step.state === 'failed') return hanging(label, escapeForeign(`failed: ${step.why ?? ''}`), width);
      const changed = step.kind === 'without' ? step.opened : step.closed;
      const names = changed.length === 0 ? '' : `: ${enough(changed, width - 24, 1)}`;
      return hanging(label, `${step.kind === 'without' ? 'opens' : 'closes'} ${changed.length}${names}`, width);
    }),
    ...hanging('  depth  ', `${agree} of ${of} that one mechanism holds opened without it`, width, {
      label: agree === of ? palette.good : palette.warn,
    }),
  ];
}

interface RuntimeLine extends GridLine {
  readonly runtime: string;
}

/** Figures in the order in which they were measured: a line a runtime, a column an operation. */
export function priceLines({ prices }: Study, page: GridPage): string[] {
  const columns = unique(prices.map(({ operation }) => operation)).map((operation) => ({
    heading: operation,
    cell: ({ runtime }: RuntimeLine) => {
      const price = prices.find((one) => one.runtime === runtime && one.operation === operation);
      return price?.value == null ? '-' : `${figureText(price.value.median)} ${price.unit}`;
    },
  }));
  return titled('prices, medians', runtimesOf(prices), columns, page);
}

/** How much a victim suffers: its work beside a neighbour by its work alone. */
export function neighbourLines({ neighbours }: Study, page: GridPage): string[] {
  const lines = unique(neighbours.map(({ runtime }) => runtime)).flatMap((runtime) =>
    [false, true]
      .filter((limited) => neighbours.some((one) => one.runtime === runtime && one.limited === limited))
      .map((limited) => ({ group: escapeForeign(runtime), name: limited ? 'limited' : 'unlimited', runtime, limited })),
  );
  const columns = unique(neighbours.map(({ resource }) => resource)).map((resource) => ({
    heading: resource,
    cell: ({ runtime, limited }: (typeof lines)[number]) => {
      const found = neighbours.find(
        (one) => one.runtime === runtime && one.limited === limited && one.resource === resource,
      );
      return found === undefined ? '-' : `${figureText(found.slowdown.median)} ×`;
    },
  }));
  return titled('beside a neighbour, by alone', lines, columns, page);
}

/** Channels through which a sandbox sees the host. */
export function leakLines({ leaks }: Study, page: GridPage): string[] {
  const lines = unique(leaks.map(({ runtime, profile }) => `${runtime}\n${profile}`)).map((key) => {
    const [runtime = '', profile = ''] = key.split('\n');
    const own = leaks.filter((leak) => leak.runtime === runtime && leak.profile === profile);
    return { group: escapeForeign(runtime), name: escapeForeign(profile), own };
  });
  const columns = (['same', 'own', 'absent', 'refused', 'unknown'] as const).map((seen) => ({
    heading: seen === 'same' ? "the host's" : seen,
    cell: ({ own }: (typeof lines)[number]) => String(own.filter((leak) => leak.seen === seen).length),
  }));
  const together = {
    heading: 'tells neighbours',
    cell: ({ own }: (typeof lines)[number]) => String(own.filter(({ coResident }) => coResident === true).length),
  };
  return titled('channels, by what is seen through them', lines, [...columns, together], page);
}

/** Host system calls of the sandbox's own machinery. */
export function exposureLines({ rows }: Study, page: GridPage): string[] {
  const lines = rows.flatMap(({ runtime, profile, exposure = [] }) =>
    exposure.length === 0 ? [] : [{ group: escapeForeign(runtime), name: escapeForeign(profile), exposure }],
  );
  const distinct = (during: 'start' | 'work') => ({
    heading: during === 'start' ? 'start' : 'work',
    cell: ({ exposure }: (typeof lines)[number]) => {
      const found = exposure.find((one) => one.during === during);
      return found === undefined ? '-' : String(found.calls.length);
    },
  });
  return titled('exposure, distinct system calls made for it', lines, [distinct('start'), distinct('work')], page);
}

function runtimesOf(of: readonly { readonly runtime: string }[]): readonly RuntimeLine[] {
  return unique(of.map(({ runtime }) => runtime)).map((runtime) => ({ runtime, name: escapeForeign(runtime) }));
}

function titled<L extends GridLine>(
  title: string,
  lines: readonly L[],
  columns: Parameters<typeof gridLines<L>>[1],
  page: GridPage,
): string[] {
  return lines.length === 0
    ? []
    : ['', ...hanging('', title, page.width, { text: page.palette.bold }), ...gridLines(lines, columns, page)];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** `12.3 (11.9 to 12.8)` */
export function measuredText({ median, low, high }: Measured): string {
  return `${figureText(median)} (${figureText(low)} to ${figureText(high)})`;
}

/** How much there is of everything, for the first line. */
export function sizeText({ rows, vectors }: Study): string {
  const measured = rows.filter(({ state }) => state === 'measured');
  const runtimes = unique(measured.map(({ runtime }) => runtime)).length;
  return `${plural(runtimes, 'runtime')}, ${plural(measured.length, 'row')}, ${plural(vectors.length, 'vector')}`;
}
