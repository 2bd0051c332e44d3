import type { Placed, PlacedArrow, PlacedBox } from './graph-layout.ts';

/** A placed picture as SVG; boxes and arrows carry `data-box` and `data-arrow`, by which the page finds what was chosen. */

const SVG = 'http://www.w3.org/2000/svg';

function shape(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (Node | string)[]
): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

export function draw({ width, height, boxes, arrows, frames }: Placed): SVGElement {
  const tip = shape('path', { d: 'M0 0L9 4.5L0 9Z', class: 'tip' });
  const marker = shape(
    'marker',
    {
      id: 'tip',
      markerWidth: 9,
      markerHeight: 9,
      refX: 8,
      refY: 4.5,
      orient: 'auto-start-reverse',
      markerUnits: 'userSpaceOnUse',
    },
    tip,
  );
  return shape(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, class: 'graph', role: 'group', 'aria-label': 'Graph' },
    shape('defs', {}, marker),
    ...frames.map(({ group, area }) =>
      shape(
        'g',
        { class: 'frame' },
        shape('rect', {
          x: area.x - area.width / 2,
          y: area.y - area.height / 2,
          width: area.width,
          height: area.height,
          rx: 8,
        }),
        shape('text', { x: area.x - area.width / 2 + 8, y: area.y - area.height / 2 + 13 }, group),
      ),
    ),
    ...arrows.map(arrowShape),
    ...boxes.map(boxShape),
  );
}

function arrowShape(arrow: PlacedArrow, place: number): SVGElement {
  const { points, label, labelAt, dashed, both } = arrow;
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  const name = `${dashed ? 'dashed ' : ''}arrow`;
  return shape(
    'g',
    { class: name, 'data-arrow': place },
    shape('path', { d: path, class: 'hit' }),
    shape('path', { d: path, class: 'line', 'marker-end': 'url(#tip)', ...(both && { 'marker-start': 'url(#tip)' }) }),
    ...(label === '' ? [] : [shape('text', { x: labelAt.x, y: labelAt.y + 4, 'text-anchor': 'middle' }, label)]),
  );
}

function boxShape(box: PlacedBox): SVGElement {
  const { id, label, below, shape: kind, level, area, lines } = box;
  const top = area.y - (lines.length * 15) / 2 + 12;
  const texts = lines.map((line, i) => {
    const small = below !== '' && i === lines.length - 1;
    return shape('text', { x: area.x, y: top + i * 15, 'text-anchor': 'middle', class: small ? 'below' : '' }, line);
  });
  const name = [label, below].filter((part) => part !== '').join(', ');
  return shape(
    'g',
    {
      class: `box ${kind} level-${level === '' ? 'none' : level}`,
      'data-box': id,
      tabindex: 0,
      role: 'button',
      'aria-label': name,
    },
    ...outline(box),
    ...texts,
  );
}

function outline({ shape: kind, area: { x, y, width, height } }: PlacedBox): SVGElement[] {
  const [left, top] = [x - width / 2, y - height / 2];
  const rect = (inset: number, rx: number) =>
    shape('rect', { x: left + inset, y: top + inset, width: width - 2 * inset, height: height - 2 * inset, rx });
  switch (kind) {
    case 'junction':
      return [shape('circle', { cx: x, cy: y, r: 5 })];
    case 'asset':
    case 'group':
      return [rect(0, 3), rect(4, 1)];
    case 'process':
      return [rect(0, Math.min(height / 2, 22))];
    case 'store':
      return [rect(0, 0), shape('path', { d: `M${left + 8} ${top}v${height}`, class: 'inner' })];
    case 'entry':
    case 'state':
      return [rect(0, 5)];
    case 'actor':
      return [rect(0, 0)];
  }
}
