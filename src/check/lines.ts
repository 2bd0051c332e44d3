import { CofferdamError } from '../posture/index.ts';

/** One line of a stream; `text` is undefined where it cannot be had, `problem` then says why. */
export interface Line {
  readonly path: string;
  readonly number: number;
  readonly text: string;
  readonly problem?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** A posture of ordinary size has some ten thousand bytes. */
const LONGEST = 10 * 2 ** 20;
const NEWLINE = 0x0a;

const TOO_LONG = {
  code: 'too-large',
  message: `the line has more than ${LONGEST} bytes`,
  hint: 'a posture is a fraction of that: is it one a line?',
};
const NO_TEXT = { code: 'encoding', message: 'the line is not valid UTF-8', hint: 'write the postures as UTF-8' };

/** Lines as they come, those of one read together. Never holds more than one read and one line. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  let rest: Uint8Array[] = [];
  let size = 0;
  const take = (part: Uint8Array): void => {
    size += part.length;
    // What is too long is counted on, and not kept.
    if (size > LONGEST) rest = [];
    else if (part.length > 0) rest.push(part);
  };
  const finish = (): Line => {
    const line = { path, number: ++number, text: '' };
    const whole = size > LONGEST ? TOO_LONG : textOf(rest, decoder);
    [rest, size] = [[], 0];
    return typeof whole === 'string' ? { ...line, text: whole } : { ...line, problem: whole };
  };
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      lines.push(finish());
      from = at + 1;
    }
    take(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (size > 0) yield [finish()];
}

function textOf(parts: readonly Uint8Array[], decoder: InstanceType<typeof TextDecoder>): string | typeof NO_TEXT {
  try {
    return decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts)).trim();
  } catch {
    return NO_TEXT;
  }
}

export function lineProblem({ path, number, problem }: Line): CofferdamError | undefined {
  return problem && new CofferdamError(problem.code, problem.message, problem.hint, { path, line: number, column: 1 });
}

const MOST_LINES = 100;
const MOST_TEXT = 2 ** 20;

/** Pieces of work: some lines, fewer where they are long. */
export async function* piecesOf(sources: readonly AsyncIterable<readonly Line[]>[]): AsyncGenerator<readonly Line[]> {
  let piece: Line[] = [];
  let text = 0;
  for (const source of sources) {
    for await (const lines of source) {
      for (const line of lines) {
        piece.push(line);
        text += line.text.length;
        if (piece.length < MOST_LINES && text < MOST_TEXT) continue;
        yield piece;
        [piece, text] = [[], 0];
      }
    }
  }
  if (piece.length > 0) yield piece;
}
