import type { Measured, Price, Study, StudyRow } from '../../lab/study.ts';
import { axis, intervals, linear, logarithmic, short, svg, widthOf } from './chart.ts';
import { groupedBy } from './grouping.ts';
import { KINDS, kindLegend, mark, table } from './lab-words.ts';
import { html, type Markup } from './markup.ts';

const UNITS: Readonly<Record<Price['unit'], string>> = { ns: 'ns', us: 'µs', ms: 'ms', KiB: 'KiB', count: 'sandboxes' };

const says = ({ median, low, high, count }: Measured, unit: string): string =>
  `${short(median)} ${unit} (${short(low)} to ${short(high)}, ${count} measurements)`;

/** A plot an operation, a row a runtime. */
export function costPart({ prices, rows }: Study): Markup {
  if (prices.length === 0) return html`<p>Not measured in this run.</p>`;
  const kinds = kindsOf(rows);
  const operations = [...groupedBy(prices, ({ operation }) => operation)];
  return html`<p>Medians with their 95 % intervals, of the same work done by turns. Hover over a mark for its numbers.</p>
${kindLegend(prices.map(({ runtime }) => kinds.get(runtime) ?? 'none'))}
<div class="plots">${operations.map(([operation, own]) => {
    const unit = UNITS[own[0]?.unit ?? 'count'];
    const plot = intervals(
      own.map(({ runtime, value, why }) => ({
        label: runtime,
        marks:
          value === null
            ? []
            : [
                {
                  value,
                  class: `kind-${kinds.get(runtime) ?? 'none'}`,
                  says: `${runtime}: ${says(value, unit)}`,
                  symbol: (x: number, y: number) => mark(kinds.get(runtime) ?? 'none', x, y, 4.5),
                },
              ],
        ...(why !== undefined && { why }),
      })),
      unit,
      true,
      `${operation}, by runtime`,
    );
    return html`<figure><figcaption>${operation}</figcaption>${plot}</figure>`;
  })}</div>
<details><summary>All figures</summary>${table(
    'Costs',
    [
      { name: 'Operation' },
      { name: 'Runtime' },
      { name: 'Median', number: true },
      { name: 'Low', number: true },
      { name: 'High', number: true },
      { name: 'Unit' },
      { name: 'Measurements', number: true },
    ],
    prices.map(({ operation, runtime, value, unit, why }) =>
      value === null
        ? [operation, runtime, why ?? 'not measured', '', '', '', '']
        : [operation, runtime, short(value.median), short(value.low), short(value.high), UNITS[unit], value.count],
    ),
  )}</details>`;
}

function kindsOf(rows: readonly StudyRow[]): Map<string, StudyRow['kind']> {
  return new Map(rows.map(({ runtime, kind }) => [runtime, kind]));
}

interface Point {
  readonly runtime: string;
  readonly kind: StudyRow['kind'];
  readonly cost: number;
  /** Share of told vectors that are open. */
  readonly open: number;
  readonly least: number;
  readonly most: number;
}

const TIMES: ReadonlySet<Price['unit']> = new Set(['ns', 'us', 'ms']);

/** How isolated a runtime is, and what it costs, in one plot. */
export function tradePart(study: Study): Markup {
  const start = costsOf(study.prices, (operation) => operation === 'start');
  const work = costsOf(study.prices, (operation) => operation !== 'start');
  const plots = [
    {
      costs: work,
      says: 'Price of work: times the cheapest runtime, geometric mean over the operations measured',
    },
    { costs: start, says: 'Price of a start: times the quickest runtime' },
  ].flatMap(({ costs, says: label }) => {
    const points = pointsOf(study.rows, costs);
    return points.length === 0 ? [] : [html`<figure><figcaption>${label}</figcaption>${plot(points, label)}</figure>`];
  });
  if (plots.length === 0) return html`<p>Needs both the matrix and the cost of at least one runtime.</p>`;
  return html`<p>Left is cheap, low is isolated. A mark is the default profile (else the first one measured), the line reaches from the most to the least isolated profile.</p>
${kindLegend(study.rows.filter(({ reach }) => reach !== undefined).map(({ kind }) => kind))}<div class="plots wide">${plots}</div>`;
}

/** By runtime: how many times the cheapest, as a geometric mean over operations of time. */
function costsOf(prices: readonly Price[], chosen: (operation: string) => boolean): Map<string, number> {
  const logs = new Map<string, number[]>();
  for (const own of groupedBy(prices, ({ operation }) => operation).values()) {
    const told = own.flatMap(({ operation, unit, value, runtime }) =>
      value !== null && value.median > 0 && TIMES.has(unit) && chosen(operation) ? [{ runtime, at: value.median }] : [],
    );
    const least = Math.min(...told.map(({ at }) => at));
    for (const { runtime, at } of told) logs.set(runtime, [...(logs.get(runtime) ?? []), Math.log(at / least)]);
  }
  return new Map(
    [...logs].map(([runtime, all]) => [runtime, Math.exp(all.reduce((sum, one) => sum + one, 0) / all.length)]),
  );
}

function pointsOf(rows: readonly StudyRow[], costs: ReadonlyMap<string, number>): Point[] {
  return [...groupedBy(rows, ({ runtime }) => runtime)].flatMap(([runtime, own]) => {
    const told = own.flatMap(({ profile, reach }) => {
      const all = reach === undefined ? 0 : reach.open + reach.blocked;
      return reach === undefined || all === 0 ? [] : [{ profile, share: reach.open / all }];
    });
    const cost = costs.get(runtime);
    const shown = told.find(({ profile }) => profile === 'default') ?? told[0];
    if (cost === undefined || shown === undefined) return [];
    const shares = told.map(({ share }) => share);
    const kind = own[0]?.kind ?? 'none';
    return [{ runtime, kind, cost, open: shown.share, least: Math.min(...shares), most: Math.max(...shares) }];
  });
}

/** Heights of names beside marks, so that none lies over another: the nearest that is free. */
function namePlaces(marks: readonly { readonly x: number; readonly y: number; readonly name: string }[]): number[] {
  const taken: { readonly from: number; readonly to: number; readonly y: number }[] = [];
  return marks.map(({ x, y, name }) => {
    const [from, to] = [x + 9, x + 9 + widthOf([name], 0)];
    const free = (at: number) => taken.every((one) => one.to < from || one.from > to || Math.abs(one.y - at) >= 13);
    const places = Array.from({ length: 40 }, (_, i) => y + 4 + (i % 2 === 0 ? -1 : 1) * 7 * Math.ceil(i / 2));
    const at = places.find(free) ?? y + 4;
    taken.push({ from, to, y: at });
    return at;
  });
}

function plot(points: readonly Point[], label: string): Markup {
  const [left, width, height] = [56, 420, 280];
  const x = logarithmic(1, Math.max(...points.map(({ cost }) => cost)), width);
  const y = linear(100, height);
  const at = (share: number) => height - y.at(share * 100);
  const names = namePlaces(
    points.map(({ runtime, cost, open }) => ({ x: left + x.at(cost), y: at(open), name: runtime })),
  );
  const body = html`<g transform="translate(0 8)">${axis(x, left, height, 'times the cheapest, logarithmic')}<g class="axis">${y.ticks.map(
    (tick) =>
      html`<line x1="${left}" x2="${left + width}" y1="${height - y.at(tick)}" y2="${height - y.at(tick)}"/><text x="${left - 6}" y="${height - y.at(tick) + 4}" text-anchor="end">${tick} %</text>`,
  )}<text transform="translate(12 ${height / 2}) rotate(-90)" text-anchor="middle">vectors open, of those told</text></g>${points.map(
    ({ runtime, kind, cost, open, least, most }, i) => {
      const px = left + x.at(cost);
      const told = `${runtime} (${KINDS[kind]}): ${short(cost)} times the cheapest, ${Math.round(open * 100)} % open (profiles: ${Math.round(least * 100)} to ${Math.round(most * 100)} %)`;
      return html`<g class="mark kind-${kind}"><title>${told}</title><line x1="${px}" x2="${px}" y1="${at(least)}" y2="${at(most)}"/>${mark(kind, px, at(open))}<text x="${px + 9}" y="${names[i] ?? 0}">${runtime}</text></g>`;
    },
  )}</g>`;
  return svg(left + width + 110, height + 52, label, body);
}
