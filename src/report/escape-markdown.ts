import { escapeForeign } from './escape.ts';

/** Foreign text inside Markdown: it must neither end a table cell, nor start markup, HTML or a link, nor mention anybody. */
export function escapeMarkdown(text: string): string {
  return escapeForeign(text)
    .replace(/[&<>@#]|:(?=\/\/)/g, entity)
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&');
}

/** Code that its content cannot leave. HTML, since a code span of Markdown knows no entities and ends at a cell's pipe. */
export function codeSpan(text: string): string {
  return `<code>${escapeForeign(text).replace(/[&<>|\\`*_[\]{}~$@#]|:(?=\/\/)/g, entity)}</code>`;
}

function entity(sign: string): string {
  return `&#${sign.charCodeAt(0)};`;
}

/** A fence that none of the lines can close. */
export function fenced(lines: readonly string[]): string[] {
  const safe = lines.map(escapeForeign);
  const longest = Math.max(2, ...safe.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...safe, fence];
}

/** Cells that are Markdown already, as a table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => (cell === '' ? ' ' : cell)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
