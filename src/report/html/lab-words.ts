import type { StudyRow } from '../../lab/study.ts';
import { html, type Markup } from './markup.ts';

/** What several parts of the lab's page say in the same way. */

export const KINDS: Readonly<Record<StudyRow['kind'], string>> = {
  none: 'no isolation',
  'os-level': "the host's kernel, divided",
  'user-space-kernel': 'a kernel in user space',
  'virtual-machine': 'a virtual machine',
};

/** A mark a kind: colour and shape. */
export function mark(kind: StudyRow['kind'], x: number, y: number, size = 6): Markup {
  switch (kind) {
    case 'none':
      return html`<path d="M${x - size} ${y - size}L${x + size} ${y + size}M${x - size} ${y + size}L${x + size} ${y - size}"/>`;
    case 'os-level':
      return html`<circle cx="${x}" cy="${y}" r="${size}"/>`;
    case 'user-space-kernel':
      return html`<path d="M${x} ${y - size}L${x + size} ${y + size}L${x - size} ${y + size}Z"/>`;
    case 'virtual-machine':
      return html`<rect x="${x - size}" y="${y - size}" width="${2 * size}" height="${2 * size}"/>`;
  }
}

/** What is drawn, beside what it means. */
export function kindLegend(kinds: Iterable<StudyRow['kind']>): Markup {
  return html`<ul class="legend">${[...new Set(kinds)].map(
    (kind) =>
      html`<li><svg class="key" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><g class="mark kind-${kind}">${mark(kind, 9, 9)}</g></svg> ${KINDS[kind]}</li>`,
  )}</ul>`;
}

export interface Column {
  readonly name: string;
  /** Numbers stand at the right. */
  readonly number?: boolean;
}

/** A table in a box of its own, so that a narrow screen moves the table and not the page. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (Markup | string | number)[])[],
): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${columns.map(
    ({ name, number }) => html`<th scope="col"${number === true ? html` class="number"` : ''}>${name}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, i) => html`<td${columns[i]?.number === true ? html` class="number"` : ''}>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

export function details(summary: string, body: Markup): Markup {
  return html`<details><summary>${summary}</summary>${body}</details>`;
}

export function vectorList(ids: readonly string[]): Markup {
  return html`<ul class="ids">${ids.map((id) => html`<li><code>${id}</code></li>`)}</ul>`;
}
