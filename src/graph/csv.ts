import type { Graph } from './graph.ts';

/** What the caller knows of a node: cells behind the ones that the graph itself gives. */
export interface Labels {
  readonly columns: readonly string[];
  state(state: number): readonly string[];
  step(step: number, tag: number): readonly string[];
}

const PIECE = 1 << 16;

/** RFC 4180: quotes where they are needed. A cell may begin with `=`: this is for graph databases, not for a spreadsheet. */
function row(cells: readonly (string | number)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Joins rows into pieces worth a write. */
function* pieces(rows: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of rows) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function* nodeRows(graph: Graph, labels: Labels): Generator<string> {
  yield row(['id', 'kind', 'cost', ...labels.columns]);
  for (let state = 0; state < graph.states; state++) yield row([`s${state}`, 'state', '', ...labels.state(state)]);
  for (let step = 0; step < graph.steps; step++) {
    const own = labels.step(step, graph.tag[step] as number);
    yield row([`t${step}`, 'step', graph.cost[step] as number, ...own]);
  }
}

function* edgeRows({ steps, result, conditions, conditionsFrom }: Graph): Generator<string> {
  yield row(['from', 'to']);
  for (let step = 0; step < steps; step++) {
    for (let i = conditionsFrom[step] as number; i < (conditionsFrom[step + 1] as number); i++) {
      yield row([`s${conditions[i]}`, `t${step}`]);
    }
    yield row([`t${step}`, `s${result[step]}`]);
  }
}

/** States (`s0`, …) and steps (`t0`, …) as nodes, in pieces to be written one after another. */
export const nodesCsv = (graph: Graph, labels: Labels): Generator<string> => pieces(nodeRows(graph, labels));

/** From each condition to its step, and from each step to its result. */
export const edgesCsv = (graph: Graph): Generator<string> => pieces(edgeRows(graph));
