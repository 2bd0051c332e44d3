/** Charts as SVG: scales, ticks and marks. They carry no style of their own; `web/page.css` colours them by class, for light and dark. */
import { html, type Markup } from './markup.ts';

export interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** From 0 (or `from`) to a round number above `most`. */
export function linear(most: number, width: number, from = 0): Scale {
  const span = Math.max(most - from, 1e-9);
  const step = niceStep(span / 5);
  const end = from + Math.ceil(span / step - 1e-9) * step;
  const ticks: number[] = [];
  for (let i = 0; from + i * step <= end + step / 2; i++) ticks.push(rounded(from + i * step));
  return { ticks, at: (value) => ((value - from) / (end - from)) * width };
}

/** Whole decades around the values, which are above 0. */
export function logarithmic(least: number, most: number, width: number): Scale {
  const low = Math.floor(Math.log10(least) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(most) - 1e-9));
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return { ticks, at: (value) => ((Math.log10(value) - low) / (high - low)) * width };
}

function niceStep(rough: number): number {
  const decade = 10 ** Math.floor(Math.log10(rough));
  const [step = 10] = [1, 2, 5].filter((nice) => nice * decade >= rough * 0.999);
  return step * decade;
}

const rounded = (value: number): number => Number(value.toPrecision(12));

/** A number as people read it: `1.5 ms` has the unit's own scale already, so only digits are shortened. */
export function short(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9) return `${trimmed(value / 1e9)}G`;
  if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
  if (size >= 1e4) return `${trimmed(value / 1e3)}k`;
  return trimmed(value);
}

const trimmed = (value: number): string => String(Number(value.toPrecision(3)));

/** Pixels that a label of the charts' font size takes, generously. */
export function widthOf(labels: Iterable<string>, least = 60): number {
  let most = 0;
  for (const label of labels) most = Math.max(most, [...label].length);
  return Math.max(least, Math.ceil(most * 7.4) + 16);
}

const LINE = 22;

/** A horizontal axis below rows, with lines through them. */
export function axis(scale: Scale, left: number, height: number, label: string): Markup {
  const end = scale.at(scale.ticks.at(-1) ?? 0);
  return html`<g class="axis">${scale.ticks.map((tick) => {
    const x = left + scale.at(tick);
    return html`<line x1="${x}" x2="${x}" y1="0" y2="${height}"/><text x="${x}" y="${height + 15}" text-anchor="middle">${short(tick)}</text>`;
  })}<text x="${left + end / 2}" y="${height + 32}" text-anchor="middle">${label}</text></g>`;
}

export function svg(width: number, height: number, label: string, body: Markup): Markup {
  return html`<div class="scroll"><svg class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">${body}</svg></div>`;
}

interface Interval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

interface Mark {
  readonly value: Interval;
  readonly class: string;
  readonly says: string;
  /** A circle where nothing is said. */
  readonly symbol?: (x: number, y: number) => Markup;
}

export interface IntervalRow {
  readonly label: string;
  readonly marks: readonly Mark[];
  /** In place of marks. */
  readonly why?: string;
}

function circle(x: number, y: number): Markup {
  return html`<circle cx="${x}" cy="${y}" r="4.5"/>`;
}

/** A row a thing, a mark a median, a line its interval. */
export function intervals(rows: readonly IntervalRow[], unit: string, log: boolean, title: string): Markup {
  const values = rows.flatMap(({ marks }) => marks.map(({ value }) => value));
  const left = widthOf(rows.map(({ label }) => label));
  const width = 300;
  const lows = values.map(({ low, median }) => Math.min(low, median));
  const highs = values.map(({ high, median }) => Math.max(high, median));
  const positive = lows.every((low) => low > 0);
  const scale =
    log && positive && values.length > 0
      ? logarithmic(Math.min(...lows), Math.max(...highs), width)
      : linear(Math.max(0, ...highs), width);
  const height = rows.length * LINE;
  const body = html`${axis(scale, left, height, `${unit}${log && positive ? ', logarithmic' : ''}`)}${rows.map(
    ({ label, marks, why }, i) => {
      const y = i * LINE + LINE / 2;
      return html`<text class="label" x="${left - 8}" y="${y + 4}" text-anchor="end">${label}</text>${
        marks.length === 0 ? html`<text class="none" x="${left + 6}" y="${y + 4}">${why ?? 'not measured'}</text>` : ''
      }${marks.map(
        ({ value, class: name, says, symbol = circle }) =>
          html`<g class="mark ${name}"><title>${says}</title><line x1="${left + scale.at(value.low)}" x2="${left + scale.at(value.high)}" y1="${y}" y2="${y}"/>${symbol(left + scale.at(value.median), y)}</g>`,
      )}`;
    },
  )}`;
  return svg(left + width + 24, height + 40, title, body);
}

export interface BarRow {
  readonly label: string;
  readonly parts: readonly { readonly value: number; readonly class: string; readonly says: string }[];
  readonly why?: string;
}

/** A row a thing, its parts one behind the other. */
export function stackedBars(rows: readonly BarRow[], unit: string, title: string): Markup {
  const left = widthOf(rows.map(({ label }) => label));
  const width = 420;
  const sums = rows.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const scale = linear(Math.max(1, ...sums), width);
  const height = rows.length * LINE;
  const body = html`${axis(scale, left, height, unit)}${rows.map(({ label, parts, why }, i) => {
    const y = i * LINE;
    let from = 0;
    return html`<text class="label" x="${left - 8}" y="${y + 15}" text-anchor="end">${label}</text>${
      why === undefined ? '' : html`<text class="none" x="${left + 6}" y="${y + 15}">${why}</text>`
    }${parts.map(({ value, class: name, says }, part) => {
      const [x, end] = [left + scale.at(from), left + scale.at(from + value)];
      from += value;
      if (value === 0) return '';
      const inside = end - x > 22;
      const last = parts.slice(part + 1).every((one) => one.value === 0);
      return html`<g class="bar ${name}"><title>${says}</title><rect x="${x}" y="${y + 3}" width="${end - x}" height="${LINE - 6}"/>${
        inside
          ? html`<text x="${(x + end) / 2}" y="${y + 15}" text-anchor="middle">${value}</text>`
          : last && html`<text class="beside" x="${end + 4}" y="${y + 15}">${value}</text>`
      }</g>`;
    })}`;
  })}`;
  return svg(left + width + 24, height + 40, title, body);
}
