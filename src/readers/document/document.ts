import { type Event, parseEvents, YAMLException } from 'js-yaml';
import { CofferdamError, type Place } from '../../posture/index.ts';
import { Builder } from './builder.ts';

/**
 * A YAML or JSON document as a tree in which every node knows where it stands. Aliases share their target (a bomb stays
 * as small as its text), merge keys (`<<`) are resolved, duplicate keys and cycles are errors.
 */
export type Node = MapNode | ListNode | ScalarNode;

interface Located {
  /** Offsets into the text, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Where an alias or merge key pulled the node in, if it did. */
  readonly via?: number;
  /** An explicit YAML tag as written: `!reset`, `!!str`. */
  readonly tag?: string;
}

export interface MapNode extends Located {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: Node;
}

export interface ListNode extends Located {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface ScalarNode extends Located {
  readonly kind: 'scalar';
  /** Text after unquoting and folding. */
  readonly text: string;
  /** Quoted or tagged `!!str`: never a boolean, number or null. */
  readonly quoted: boolean;
}

export interface Document {
  readonly root: Node;
  readonly path: string;
  readonly lines: LineIndex;
}

/** Nesting beyond this is refused; real artifacts stay below 30. */
const MAX_DEPTH = 200;

/** Offset → line and column, by binary search over line starts. */
export class LineIndex {
  readonly text: string;
  #starts: number[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** 1-based. */
  position(offset: number): { line: number; column: number } {
    this.#starts ??= lineStarts(this.text);
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}

export function placeAt(document: Document, node: { start: number; end: number }): Place {
  const { line, column } = document.lines.position(node.start);
  const newline = document.lines.text.indexOf('\n', node.start);
  const sameLine = newline < 0 || node.end <= newline;
  return sameLine && node.end > node.start
    ? { path: document.path, line, column, endColumn: column + node.end - node.start }
    : { path: document.path, line, column };
}

/**
 * Parses every document of a YAML stream (JSON is YAML).
 * @throws CofferdamError `yaml-syntax`, `duplicate-key`, `alias-cycle`, `too-deep`, with the place.
 */
export function parseDocuments(text: string, path: string): Document[] {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const lines = new LineIndex(source);
  const builder = new Builder(source, path, lines);
  for (const event of events(source, path)) builder.add(event);
  return builder.roots.map((root) => ({ root, path, lines }));
}

function events(text: string, path: string): Event[] {
  try {
    return parseEvents(text, { filename: path, maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const mark = error.mark;
    throw new CofferdamError('yaml-syntax', `not valid YAML: ${error.reason}`, 'mend the syntax at this place', {
      path,
      ...new LineIndex(text).position(mark?.position ?? 0),
    });
  }
}
