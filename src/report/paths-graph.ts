/** The attack graph for other programs: what is configured as DOT or Mermaid, everything as CSV. */
import { edgesCsv, nodesCsv, reach, slice } from '../graph/index.ts';
import { isConfigured, labelOf, type PathGraph, type PathsAnswer, stateId } from '../paths/index.ts';
import { escapeForeign } from './escape.ts';

interface Drawn {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** One of several conditions of its step. */
  readonly joint: boolean;
}

/** What lies on configured ways from the entries to the assets. */
function drawn({ paths, document }: PathsAnswer): {
  readonly states: readonly number[];
  readonly edges: readonly Drawn[];
} {
  const { graph } = paths;
  const numbers = (named: readonly { readonly id: string }[]) => named.flatMap(({ id }) => paths.numberOf(id) ?? []);
  const removed = Uint8Array.from(paths.steps, (step) => (isConfigured(step) ? 0 : 1));
  const question = { entries: numbers(document.entries), removed };
  const targets = numbers(document.assets);
  const part = slice(graph, question, targets, reach(graph, question));
  const kept = new Map<string, Drawn & { labels: string[] }>();
  for (const step of part.steps) {
    const [first, end] = [graph.conditionsFrom[step] as number, graph.conditionsFrom[step + 1] as number];
    for (let i = first; i < end; i++) {
      const [from, to] = [graph.conditions[i] as number, graph.result[step] as number];
      const { cause } = paths.steps[graph.tag[step] as number] as PathGraph['steps'][number];
      const label = cause.kind === 'vector' ? cause.vector : cause.kind === 'rule' ? cause.rule : cause.kind;
      const known = kept.get(`${from} ${to}`);
      if (known === undefined) kept.set(`${from} ${to}`, { from, to, label, joint: end - first > 1, labels: [label] });
      else if (!known.labels.includes(label)) known.labels.push(label);
    }
  }
  const edges = [...kept.values()].map(({ from, to, labels, joint }) => ({
    from,
    to,
    joint,
    label: labels.length > 2 ? `${labels.slice(0, 2).join(', ')} (+${labels.length - 2})` : labels.join(', '),
  }));
  const states = new Set([...part.states, ...edges.flatMap(({ from, to }) => [from, to])]);
  return { states: [...states].sort((a, b) => a - b), edges };
}

function nameOf({ paths, nameOf: name }: PathsAnswer, state: number): string {
  return escapeForeign(labelOf(paths.states[state] as PathGraph['states'][number], name));
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\s+/g, ' ')}"`;

export function* pathsDot(answer: PathsAnswer): Generator<string> {
  const { states, edges } = drawn(answer);
  const assets = new Set(answer.document.assets.map(({ id }) => id));
  yield 'digraph paths {\n  rankdir=LR;\n  node [shape=box, fontname="sans-serif"];\n  edge [fontname="sans-serif", fontsize=9];\n';
  for (const state of states) {
    const asset = assets.has(stateId(answer.paths.states[state] as PathGraph['states'][number]));
    yield `  s${state} [label=${quoted(nameOf(answer, state))}${asset ? ', peripheries=2' : ''}];\n`;
  }
  for (const { from, to, label, joint } of edges)
    yield `  s${from} -> s${to} [label=${quoted(label)}${joint ? ', style=dashed' : ''}];\n`;
  yield '}\n';
}

/** Characters with a meaning to Mermaid are written as its entity codes. */
const entity = (text: string): string =>
  `"${text.replace(/\s+/g, ' ').replace(/[^\w .,:/()+-]/gu, (character) => `#${character.codePointAt(0)};`)}"`;

export function* pathsMermaid(answer: PathsAnswer): Generator<string> {
  const { states, edges } = drawn(answer);
  const assets = new Set(answer.document.assets.map(({ id }) => id));
  yield 'flowchart LR\n';
  for (const state of states) {
    const asset = assets.has(stateId(answer.paths.states[state] as PathGraph['states'][number]));
    yield asset
      ? `  s${state}[[${entity(nameOf(answer, state))}]]\n`
      : `  s${state}[${entity(nameOf(answer, state))}]\n`;
  }
  for (const { from, to, label, joint } of edges)
    yield `  s${from} ${joint ? '-.->' : '-->'}|${entity(label)}| s${to}\n`;
}

/** Nodes, an empty line, edges: two tables in one stream, the second begins with `from,to`. */
export function* pathsCsv(answer: PathsAnswer): Generator<string> {
  const { graph, states, steps } = answer.paths;
  yield* nodesCsv(graph, {
    columns: ['name', 'label', 'price', 'place'],
    state: (state) => {
      const one = states[state] as PathGraph['states'][number];
      return [stateId(one), labelOf(one, answer.nameOf), '', ''];
    },
    step: (_, tag) => {
      const { cause, place, price } = steps[tag] as PathGraph['steps'][number];
      const name = cause.kind === 'vector' ? cause.vector : cause.kind === 'rule' ? cause.rule : cause.kind;
      const why = cause.kind === 'vector' ? cause.title : cause.kind === 'rule' ? cause.says : '';
      const where = place === undefined ? '' : `${place.path}:${place.line}`;
      return [name, why, price.map((part) => part.name).join(' '), where];
    },
  });
  yield '\r\n';
  yield* edgesCsv(graph);
}
