import { columns, type Palette, wrap } from './layout.ts';

/** A line of a grid. Lines of one group stand below its name. */
export interface GridLine {
  readonly group?: string;
  readonly name: string;
}

export interface GridColumn<L extends GridLine> {
  readonly heading: string;
  readonly cell: (line: L) => string;
}

export interface GridPage {
  readonly width: number;
  readonly palette: Palette;
}

/** Lines and columns at any width: columns that do not fit beside each other come below, the lines named again. */
export function gridLines<L extends GridLine>(
  lines: readonly L[],
  given: readonly GridColumn<L>[],
  page: GridPage,
): string[] {
  const indent = lines.some(({ group }) => group !== undefined) ? INDENT : '';
  const longest = Math.max(0, ...lines.map(({ name }) => columns(name)));
  const label = indent.length + Math.min(longest, Math.floor(page.width / 2) - indent.length);
  const fitted = given.map((column) => fittedColumn(column, lines));
  return blocksOf(fitted, page.width - label).flatMap((block, i) => [
    ...(i === 0 ? [] : ['']),
    ...headingLines(block, label, page),
    ...bodyLines(lines, block, { ...page, label, indent }),
  ]);
}

const INDENT = '  ';
const GAP = 2;

interface Fitted<L extends GridLine> {
  readonly heading: readonly string[];
  readonly wide: number;
  readonly cell: (line: L) => string;
}

function fittedColumn<L extends GridLine>({ heading, cell }: GridColumn<L>, lines: readonly L[]): Fitted<L> {
  const widest = Math.max(0, ...lines.map((line) => columns(cell(line))));
  const parts = brokenHeading(heading, widest);
  return { heading: parts, wide: Math.max(widest, ...parts.map(columns)), cell };
}

/** At hyphens and spaces, into as few lines as its longest part makes possible. */
function brokenHeading(heading: string, widest: number): readonly string[] {
  const parts = heading.match(/[^- ]+-?/g) ?? [heading];
  const most = Math.max(widest, ...parts.map(columns));
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : last.endsWith('-') ? last + part : `${last} ${part}`;
    if (last !== undefined && columns(joined) <= most) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines;
}

function blocksOf<L extends GridLine>(fitted: readonly Fitted<L>[], room: number): Fitted<L>[][] {
  const blocks: Fitted<L>[][] = [];
  let taken = Number.POSITIVE_INFINITY;
  for (const column of fitted) {
    if (taken + GAP + column.wide > room) {
      blocks.push([]);
      taken = 0;
    }
    blocks.at(-1)?.push(column);
    taken += GAP + column.wide;
  }
  return blocks;
}

function headingLines<L extends GridLine>(block: readonly Fitted<L>[], label: number, { palette }: GridPage): string[] {
  const height = Math.max(...block.map(({ heading }) => heading.length));
  return Array.from({ length: height }, (_, i) => {
    const words = block.map(({ heading, wide }) => atRight(heading[i - height + heading.length] ?? '', wide));
    return palette.dim(`${' '.repeat(label)}${words.join('')}`.trimEnd());
  });
}

interface Body extends GridPage {
  readonly label: number;
  readonly indent: string;
}

function bodyLines<L extends GridLine>(lines: readonly L[], block: readonly Fitted<L>[], body: Body): string[] {
  const { palette, label, indent, width } = body;
  let group: string | undefined;
  return lines.flatMap((line) => {
    const head = line.group === group || line.group === undefined ? [] : wrap(line.group, width).map(palette.bold);
    group = line.group;
    const name = wrap(line.name, label - indent.length);
    const cells = block.map(({ cell, wide }) => atRight(cell(line), wide)).join('');
    const last = name.pop() ?? '';
    return [...head, ...name.map((part) => indent + part), `${(indent + last).padEnd(label)}${cells}`];
  });
}

function atRight(text: string, wide: number): string {
  return ' '.repeat(GAP + Math.max(0, wide - columns(text))) + text;
}
