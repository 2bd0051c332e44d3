import type { Picture, PictureEdge, PictureNode } from '../src/report/html/picture.ts';

/** What of a picture is drawn: groups put together, or only what lies on the ways that are told. Pure. */

export interface View {
  readonly grouping: string;
  /** Groups drawn as one box. */
  readonly closed: ReadonlySet<string>;
  readonly toldOnly: boolean;
}

export interface Box {
  readonly id: string;
  readonly label: string;
  readonly below: string;
  readonly shape: PictureNode['shape'] | 'group';
  readonly level: string;
  /** The group that it lies in, or is. */
  readonly group: string;
  /** Places of its nodes. */
  readonly nodes: readonly number[];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly dashed: boolean;
  readonly both: boolean;
  /** Places of its edges. */
  readonly edges: readonly number[];
}

export interface Visible {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

export function visible({ nodes, edges, ways }: Picture, view: View): Visible {
  const told = new Set(ways.flatMap((way) => way.nodes));
  const shown = view.toldOnly ? withJunctions(told, nodes, edges) : undefined;
  const boxes = new Map<string, Box>();
  const boxOf = nodes.map((node, i) => {
    if (shown !== undefined && !shown.has(i)) return undefined;
    const box = boxFor(node, i, view);
    const known = boxes.get(box.id);
    boxes.set(box.id, known === undefined ? box : { ...known, nodes: [...known.nodes, i] });
    return box.id;
  });
  const counted = [...boxes.values()].map((box) =>
    box.shape === 'group' ? { ...box, below: `${box.nodes.length} together`, level: worst(box.nodes, nodes) } : box,
  );
  return { boxes: counted, arrows: arrowsOf(edges, boxOf) };
}

function boxFor({ label, below, shape, level, groups }: PictureNode, place: number, view: View): Box {
  const group = view.grouping === '' ? '' : (groups[view.grouping] ?? '');
  if (view.grouping !== '' && view.closed.has(group))
    return { id: `group ${group}`, label: group, below: '', shape: 'group', level: '', group, nodes: [place] };
  return { id: `node ${place}`, label, below, shape, level, group, nodes: [place] };
}

/** A point where conditions meet is shown with its neighbours. */
function withJunctions(
  told: ReadonlySet<number>,
  nodes: readonly PictureNode[],
  edges: readonly PictureEdge[],
): Set<number> {
  const shown = new Set(told);
  const isPoint = (i: number) => nodes[i]?.shape === 'junction';
  for (const { from, to } of edges) if (isPoint(from) && told.has(to)) shown.add(from);
  for (const { from, to } of edges) if (isPoint(to) && shown.has(to)) shown.add(from);
  return shown;
}

const LEVELS = ['critical', 'high', 'medium', 'low', 'unknown', 'thin', 'held', 'accepted', ''];

function worst(places: readonly number[], nodes: readonly PictureNode[]): string {
  const levels = places.map((place) => LEVELS.indexOf(nodes[place]?.level ?? ''));
  return LEVELS[Math.min(...levels)] ?? '';
}

function arrowsOf(edges: readonly PictureEdge[], boxOf: readonly (string | undefined)[]): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const [i, { from, to, label, dashed, both }] of edges.entries()) {
    const [start, end] = [boxOf[from], boxOf[to]];
    if (start === undefined || end === undefined || start === end) continue;
    const key = `${start}>${end}`;
    const known = arrows.get(key);
    if (known === undefined) arrows.set(key, { from: start, to: end, label, dashed, both, edges: [i] });
    else
      arrows.set(key, {
        ...known,
        both: known.both || both,
        dashed: known.dashed && dashed,
        edges: [...known.edges, i],
      });
  }
  return [...arrows.values()].map((arrow) =>
    arrow.edges.length > 1 && !arrow.label.includes('(+')
      ? { ...arrow, label: `${arrow.label} (+${arrow.edges.length - 1})` }
      : arrow,
  );
}
