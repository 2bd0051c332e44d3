import { CofferdamError } from '../posture/index.ts';
import { type Document, LineIndex, parseDocuments } from './document/index.ts';
import type { ReadResult } from './subject.ts';

/**
 * The located tree of a JSON file, handed to `read`; what makes it unreadable is the one problem of the result. YAML that is no
 * JSON is refused, as the programs that the file is for refuse it: so no anchor and no merge key needs a thought beyond this point.
 */
export function readJson(text: string, path: string, read: (document: Document) => ReadResult): ReadResult {
  try {
    const document = parseDocuments(text, path)[0];
    if (document === undefined)
      return failed(
        new CofferdamError('empty', 'the file is empty', 'give a file with content', { path, line: 1, column: 1 }),
      );
    assertJson(text, path);
    return read(document);
  } catch (error) {
    if (error instanceof CofferdamError) return failed(error);
    throw error;
  }
}

export function failed(problem: CofferdamError): ReadResult {
  return { subjects: [], problems: [problem], skipped: [] };
}

function assertJson(text: string, path: string): void {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    JSON.parse(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const offset = Number(/position (\d+)/.exec(error.message)?.[1] ?? suspect(source));
    const hint = 'write plain JSON: no comments, no anchors, no trailing commas, every word quoted';
    throw new CofferdamError('json-syntax', 'the file is not valid JSON', hint, {
      path,
      ...new LineIndex(source).position(Math.min(offset, source.length)),
    });
  }
}

/** A place further on is not worth the time, nor the stack of the expression. */
const SEARCHED = 100_000;

const TOKEN =
  /[ \t\r\n]+|[{}[\]:]|,(?![ \t\r\n]*[}\]])|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/** V8 does not always say where: the first thing that is no JSON word, or a comma before a closing bracket. */
function suspect(whole: string): number {
  const text = whole.slice(0, SEARCHED);
  let at = 0;
  for (TOKEN.lastIndex = 0; TOKEN.test(text); ) at = TOKEN.lastIndex;
  return at;
}
