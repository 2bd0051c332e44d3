import type { Problems } from '../problems.ts';
import type { InlineSuppression } from '../subject.ts';
import { type Comment, suppressionsIn } from '../suppressions.ts';
import type { SourceText } from './source-text.ts';
import type { Span } from './words.ts';

/** The suppressions in the comments directly above a command and behind its last word. */
export function suppressionsOf(source: SourceText, command: Span, problems: Problems): InlineSuppression[] {
  if (!source.hasSuppressions) return [];
  const start = source.line(command.start);
  let first = start;
  while (first > 1 && /^\s*#/.test(source.lineText(first - 1))) first--;
  const comments: Comment[] = [];
  for (let line = first; line < start; line++) comments.push(...commentOf(source, line, 0));
  const end = source.place({ start: command.end, end: command.end });
  comments.push(...commentOf(source, end.line, end.column - 1));
  return suppressionsIn(comments, (problem) => problems.add(problem));
}

function commentOf(source: SourceText, line: number, from: number): Comment[] {
  const text = source.lineText(line).replace(/\r$/, '');
  const found = /(?:^|\s)#/.exec(text.slice(from));
  if (found === null) return [];
  const hash = from + found.index + found[0].length - 1;
  const place = { path: source.path, line, column: hash + 1, endColumn: text.length + 1 };
  return [{ text: text.slice(hash + 1).trim(), place }];
}
