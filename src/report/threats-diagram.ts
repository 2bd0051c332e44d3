import type { Flow, ModelElement, ThreatModel } from '../threats/index.ts';
import { escapeForeign } from './escape.ts';
import { LEVELS, type Residual } from './threats-wording.ts';

/** The data-flow diagram as text for graphviz and Mermaid: elements by zone, coloured by the worst of their threats, flows that cross a boundary solid. */

type Kind = ModelElement['kind'];

/** The three shapes of data-flow diagrams; pods and namespaces are groups, not ends of a flow. */
type DfdShape = 'actor' | 'process' | 'store';

const SHAPES: { readonly [K in Kind]?: DfdShape } = {
  user: 'actor',
  registry: 'store',
  image: 'store',
  volume: 'store',
  secret: 'store',
  'service-account': 'store',
  builder: 'process',
  engine: 'process',
  host: 'process',
  node: 'process',
  kernel: 'process',
  'api-server': 'process',
  container: 'process',
  network: 'process',
};

const COLORS: { readonly [R in Residual]?: string } = {
  critical: '#f4a7a3',
  high: '#f9cfa6',
  medium: '#fdf0b0',
  low: '#eaf3c8',
};

export interface Diagram {
  readonly groups: ReadonlyMap<string, readonly DiagramNode[]>;
  readonly edges: readonly DiagramEdge[];
}

export interface DiagramNode {
  readonly id: string;
  readonly element: ModelElement;
  readonly shape: DfdShape;
  readonly residual: Residual | undefined;
}

interface DiagramEdge {
  readonly flow: Flow;
  readonly from: string;
  readonly to: string;
}

export function diagramOf(model: ThreatModel): Diagram {
  const worst = worstOf(model);
  const nodes = new Map<string, DiagramNode>();
  const groups = new Map<string, DiagramNode[]>();
  for (const element of model.elements) {
    const shape = SHAPES[element.kind];
    if (shape === undefined) continue;
    const node = { id: `n${nodes.size}`, element, shape, residual: worst.get(element.id) };
    nodes.set(element.id, node);
    const name = groupOf(element);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [node]);
    else group.push(node);
  }
  const edges = model.flows.flatMap((flow) => {
    const [from, to] = [nodes.get(flow.from)?.id, nodes.get(flow.to)?.id];
    return from === undefined || to === undefined ? [] : [{ flow, from, to }];
  });
  return { groups, edges };
}

/** A container is a zone by itself: all are drawn in one box that says so. */
function groupOf({ kind, zone }: ModelElement): string {
  return kind === 'container' ? 'containers, each a zone of its own' : zone;
}

function worstOf({ threats }: ThreatModel): Map<string, Residual> {
  const worst = new Map<string, Residual>();
  for (const { element, residual } of threats) {
    const known = worst.get(element);
    if (known === undefined || LEVELS.indexOf(residual) < LEVELS.indexOf(known)) worst.set(element, residual);
  }
  return worst;
}

export function renderDot(model: ThreatModel): string {
  const { groups, edges } = diagramOf(model);
  const clusters = [...groups].flatMap(([name, nodes], i) => [
    `  subgraph cluster_${i} {`,
    `    label=${dotText(name)}; style=dashed; color="#888888"; fontcolor="#555555";`,
    ...nodes.map((node) => `    ${dotNode(node)}`),
    '  }',
  ]);
  return `${[
    'digraph "threat model" {',
    '  rankdir=LR; fontname="Helvetica"; nodesep=0.25; ranksep=1;',
    '  node [fontname="Helvetica", fontsize=11, style=filled, fillcolor="#ffffff"];',
    '  edge [fontname="Helvetica", fontsize=9, color="#555555"];',
    ...clusters,
    ...edges.map((edge) => `  ${dotEdge(edge)}`),
    '}',
  ].join('\n')}\n`;
}

const DOT_SHAPES: Readonly<Record<DfdShape, string>> = { actor: 'box', process: 'ellipse', store: 'cylinder' };

function dotNode({ id, element, shape, residual }: DiagramNode): string {
  const color = residual === undefined ? undefined : COLORS[residual];
  const fill = color === undefined ? '' : `, fillcolor="${color}"`;
  const dashed = element.assumed === null ? '' : ', style="filled,dashed"';
  return `${id} [label=${dotText(labelOf(element, residual))}, shape=${DOT_SHAPES[shape]}${fill}${dashed}];`;
}

function dotEdge({ flow, from, to }: DiagramEdge): string {
  const style = flow.crosses === null ? ', style=dotted' : '';
  return `${from} -> ${to} [label=${dotText(flow.what)}${flow.bidirectional ? ', dir=both' : ''}${style}];`;
}

/** A quoted string of DOT: quotes and backslashes escaped, so that no `\N` or `\l` of a name is taken for an order. */
function dotText(text: string): string {
  return `"${text
    .split('\n')
    .map((line) => escapeForeign(line).replace(/\\/g, '\\\\').replace(/"/g, '\\"'))
    .join('\\n')}"`;
}

function labelOf({ name, kind }: ModelElement, residual: Residual | undefined): string {
  const shown = name.length > MOST ? `${name.slice(0, MOST)}…` : name;
  const below = residual === undefined ? kind : `${kind}: ${residual}`;
  return `${shown}\n${below}`;
}

const MOST = 44;

export function renderMermaid(model: ThreatModel): string {
  const { groups, edges } = diagramOf(model);
  const boxes = [...groups].flatMap(([name, nodes], i) => [
    `  subgraph g${i}[${mermaidText(name)}]`,
    ...nodes.map((node) => `    ${mermaidNode(node)}`),
    '  end',
  ]);
  const used = new Set([...groups.values()].flat().map(({ residual }) => residual));
  const classes = LEVELS.flatMap((level) => {
    const color = COLORS[level];
    return color === undefined || !used.has(level)
      ? []
      : [`  classDef ${level} fill:${color},stroke:#555555,color:#000000`];
  });
  return `${['flowchart LR', ...boxes, ...edges.map((edge) => `  ${mermaidEdge(edge)}`), ...classes].join('\n')}\n`;
}

const MERMAID_SHAPES: Readonly<Record<DfdShape, readonly [string, string]>> = {
  actor: ['[', ']'],
  process: ['([', '])'],
  store: ['[(', ')]'],
};

function mermaidNode({ id, element, shape, residual }: DiagramNode): string {
  const [open, close] = MERMAID_SHAPES[shape];
  const style = residual === undefined || COLORS[residual] === undefined ? '' : `:::${residual}`;
  return `${id}${open}${mermaidText(labelOf(element, residual))}${close}${style}`;
}

function mermaidEdge({ flow, from, to }: DiagramEdge): string {
  const [start, end] = flow.crosses === null ? ['-.', '.-'] : ['--', '--'];
  return `${from} ${flow.bidirectional ? '<' : ''}${start} ${mermaidText(flow.what)} ${end}> ${to}`;
}

/** A quoted string of Mermaid. Signs that its grammar or HTML could take for something else are written as its entities. */
function mermaidText(text: string): string {
  return `"${text
    .split('\n')
    .map((line) => escapeForeign(line).replace(/[^\p{L}\p{N} .,:/()→…_@+-]/gu, (sign) => `#${sign.codePointAt(0)};`))
    .join('<br/>')}"`;
}
