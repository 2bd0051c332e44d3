import type { Place } from '../../posture/index.ts';
import type { Span } from './words.ts';

/** A text with its path: turns offsets into places. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  /** Whether any suppression can stand in it: most texts have none, and their comments need not be looked for. */
  readonly hasSuppressions: boolean;
  readonly #starts: number[] = [0];

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.hasSuppressions = /cofferdam:/i.test(text);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** 1-based number of the line that holds the offset. */
  line(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** The line's text without its end; empty beyond the last line. */
  lineText(line: number): string {
    const start = this.#starts[line - 1];
    if (start === undefined) return '';
    const end = this.#starts[line];
    return this.text.slice(start, end === undefined ? undefined : end - 1);
  }

  get lines(): number {
    return this.#starts.length;
  }

  place(span: Span): Place {
    const line = this.line(span.start);
    const start = this.#starts[line - 1] as number;
    const column = span.start - start + 1;
    const sameLine = span.end > span.start && this.line(span.end) === line;
    return { path: this.path, line, column, ...(sameLine && { endColumn: span.end - start + 1 }) };
  }
}
