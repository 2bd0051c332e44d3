/**
 * HTML that foreign text cannot leave: whatever is put into a template is escaped, unless it is markup itself. Control and
 * bidirectional characters are shown as visible escapes, as in every other report.
 */
import { escapeForeign } from '../escape.ts';

/** Text that is HTML already. Only `html` makes it, and `trusted` from texts of our own. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Markup | null | undefined | false | readonly Piece[];

export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  let text = parts[0] as string;
  for (const [i, value] of values.entries()) text += textOf(value) + (parts[i + 1] as string);
  return new Markup(text);
}

/** Text of our own that is HTML: never anything that was read. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function textOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object') return piece.map(textOf).join('');
  return escapeHtml(String(piece));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return escapeForeign(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
}

/** Text in which every string is shown safely, wherever the page's script puts it. */
export function safeJson(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' ? escapeForeign(value) : value));
}
