import type { Finding } from '../check/result.ts';
import { escapeForeign } from './escape.ts';
import { columns } from './layout.ts';

/** The line of an artifact, as it stands there; undefined where it is not at hand. */
export type SourceLine = (path: string, line: number) => string | undefined;

type Place = NonNullable<Finding['source']>;

/** Values that look like secrets, in a line that is quoted for something else; as long as before, so that the caret stands right. */
function masked(line: string): string {
  const hide = (whole: string, before: string) => before + '•'.repeat(whole.length - before.length);
  return line
    .replace(/(\w*(?:KEY|TOKEN|SECRET|PASS|PWD|CRED)\w*["']?\s*[=:]\s*)[^\s"']{1,400}/gi, hide)
    .replace(/(:\/\/[^\s:@/]{1,100}:)[^\s@]{1,200}(?=@)/g, hide);
}

/**
 * A source line without its indentation and the marks below its statement: `^` at the start, `~` to the end where the end
 * is known. A line that is too long is cut around the statement.
 */
export function caretLines(
  place: Place,
  sourceLine: SourceLine,
  width: number,
): { source: string; marks: string } | undefined {
  const found = sourceLine(place.path, place.line);
  if (found === undefined || found.trim() === '') return undefined;
  const line = masked(found);
  const body = line.trimStart();
  const indent = line.length - body.length;
  const start = clamp(place.column - 1 - indent, 0, body.length);
  const end = clamp((place.endColumn ?? place.column + 1) - 1 - indent, start, body.trimEnd().length);
  const before = escapeForeign(body.slice(0, start));
  const marked = escapeForeign(body.slice(start, end));
  const source = before + marked + escapeForeign(body.slice(Math.max(start, end)).trimEnd());
  return cut(source, columns(before), Math.max(1, columns(marked)), width);
}

function cut(source: string, start: number, length: number, width: number): { source: string; marks: string } {
  const points = [...source];
  // Room for what stands before the statement, so that it is recognised, as long as the statement itself fits.
  const from =
    points.length <= width || start + length <= width
      ? 0
      : Math.max(0, start - Math.max(0, Math.min(12, width - length - 2)));
  const shown = points.slice(from, from + width);
  if (from > 0) shown[0] = '…';
  if (from + width < points.length) shown[shown.length - 1] = '…';
  const at = start - from;
  const marks = `${' '.repeat(at)}^${'~'.repeat(Math.max(0, Math.min(length, width - at) - 1))}`;
  return { source: shown.join(''), marks: marks.slice(0, width) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
