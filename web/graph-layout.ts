/*! dagre and graphlib: Copyright (c) 2012-2014 Chris Pettitt. MIT licence: Permission is hereby granted, free of charge, to any person
obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the
Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright
notice and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED
"AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR
A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR
OTHER DEALINGS IN THE SOFTWARE. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Arrow, Box, Visible } from './graph-visible.ts';

export interface Placed {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
  /** Frames around groups that are open. */
  readonly frames: readonly { readonly group: string; readonly area: Area }[];
}

/** The middle and the size. */
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedBox extends Box {
  readonly area: Area;
  readonly lines: readonly string[];
}

export interface PlacedArrow extends Arrow {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly labelAt: { readonly x: number; readonly y: number };
}

export function place({ boxes, arrows }: Visible): Placed {
  const graph = new Graph({ compound: true, multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 46, edgesep: 10, marginx: 14, marginy: 14 });
  graph.setDefaultEdgeLabel(() => ({}));
  const lines = new Map(boxes.map((box) => [box.id, linesOf(box)]));
  for (const box of boxes) {
    graph.setNode(box.id, sizeOf(box, lines.get(box.id) ?? []));
    if (box.group === '' || box.shape === 'group') continue;
    if (!graph.hasNode(`frame ${box.group}`)) graph.setNode(`frame ${box.group}`, {});
    graph.setParent(box.id, `frame ${box.group}`);
  }
  for (const { from, to, label } of arrows)
    graph.setEdge(from, to, { width: label.length * LETTER * 0.86 + 6, height: label === '' ? 0 : 14, labelpos: 'c' });
  layout(graph);
  const areaOf = (id: string): Area => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(id) as Partial<Area>;
    return { x, y, width, height };
  };
  const { width = 0, height = 0 } = graph.graph() as Partial<Area>;
  return {
    width,
    height,
    boxes: boxes.map((box) => ({ ...box, area: areaOf(box.id), lines: lines.get(box.id) ?? [] })),
    arrows: arrows.map((arrow) => {
      const { points = [], x = 0, y = 0 } = graph.edge(arrow.from, arrow.to) as Partial<PlacedArrow & Area>;
      return { ...arrow, points, labelAt: { x, y } };
    }),
    frames: graph
      .nodes()
      .filter((id: string) => id.startsWith('frame '))
      .map((id: string) => ({ group: id.slice('frame '.length), area: areaOf(id) })),
  };
}

/** Width of a letter of the picture's font size, generously. */
const LETTER = 7.3;
const LINE = 15;
const LONGEST = 30;

/** Broken at spaces and slashes; nothing is left out. */
function linesOf({ label, below, shape }: Box): string[] {
  if (shape === 'junction') return [];
  const lines: string[] = [];
  let line = '';
  for (const word of label.split(/(?<=[ /#:])/)) {
    if (line !== '' && line.length + word.length > LONGEST) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  return [...lines, line, ...(below === '' ? [] : [below])].filter((one) => one !== '');
}

function sizeOf({ shape }: Box, lines: readonly string[]): { readonly width: number; readonly height: number } {
  if (shape === 'junction') return { width: 12, height: 12 };
  const longest = Math.max(...lines.map((line) => line.length), 4);
  const room = shape === 'process' || shape === 'store' ? 34 : 22;
  return { width: longest * LETTER + room, height: lines.length * LINE + 16 };
}
