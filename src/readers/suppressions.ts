import { CofferdamError, type Place } from '../posture/index.ts';
import type { Document } from './document/index.ts';
import type { InlineSuppression } from './subject.ts';

export interface Comment {
  /** Without the `#`. */
  readonly text: string;
  readonly place: Place;
}

type Report = (problem: CofferdamError) => void;

const START = /^cofferdam:\s*ignore\b/i;
const UNTIL = /\s*\(?\buntil (\d{4}-\d{2}-\d{2})\)?$/;

/** The suppressions among comments: `cofferdam: ignore VECTOR reason text (until YYYY-MM-DD)`. */
export function suppressionsIn(comments: readonly Comment[], report: Report): InlineSuppression[] {
  return comments.flatMap(({ text, place }) => {
    const start = START.exec(text.slice(0, 100));
    return start === null ? [] : readSuppression(text.slice(start[0].length), place, report);
  });
}

/** `VECTOR reason text (until YYYY-MM-DD)`; one without a reason is reported and does not hold. */
export function readSuppression(written: string, place: Place, report: Report): InlineSuppression[] {
  const [vector = '', ...words] = written.trim().split(/\s+/);
  const text = words.join(' ');
  const until = UNTIL.exec(text)?.[1];
  const reason = text.replace(UNTIL, '').trim();
  const missing = vector === '' ? 'a vector' : reason === '' ? 'a reason' : undefined;
  if (missing === undefined) return [{ vector, reason, ...(until === undefined ? {} : { until }), place }];
  const hint = 'write `# cofferdam: ignore VECTOR reason (until YYYY-MM-DD)`';
  report(new CofferdamError('suppression-form', `the suppression lacks ${missing}`, hint, place));
  return [];
}

/** A suppression of a YAML file with the offset at which it stands: which object it belongs to depends on the format. */
export interface PlacedSuppression extends InlineSuppression {
  readonly offset: number;
}

const YAML_COMMENT = /(?:^|[ \t])#[ \t]*(cofferdam:[ \t]*ignore\b[^\r\n]*)/gim;

export function yamlSuppressions({ lines, path }: Document, report: Report): PlacedSuppression[] {
  return [...lines.text.matchAll(YAML_COMMENT)].flatMap((match) => {
    const offset = match.index + match[0].indexOf('#');
    const { line, column } = lines.position(offset);
    const place = { path, line, column, endColumn: column + match.index + match[0].length - offset };
    return suppressionsIn([{ text: match[1] ?? '', place }], report).map((found) => ({ ...found, offset }));
  });
}

/** Where the comment lines that stand directly above an offset begin, or its own line. */
export function startWithComments(text: string, offset: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  while (start > 0) {
    const above = text.lastIndexOf('\n', start - 2) + 1;
    if (!text.slice(above, start).trimStart().startsWith('#')) break;
    start = above;
  }
  return start;
}
