import type { Phase } from '../../lifecycle/index.ts';
import type { DefaultSource, Place, Source, StatedSource, Statement } from '../../posture/index.ts';
import { type Document, type MapNode, type Node, placeAt } from '../document/index.ts';
import { siteOf } from '../stating.ts';

export type Facts = Statement['facts'];

const MAX_TEXT = 120;

/** `readOnly: true` as it stands in the file, on one line; for a mapping or list the key alone is shown. */
export function sourceOfKey(document: Document, parent: MapNode, key: string, shown?: string): StatedSource {
  const entry = parent.entries.get(key);
  if (entry === undefined) return sourceOfNode(document, parent, shown ?? key);
  const { value } = entry;
  const place = placeAt(document, siteOf(entry));
  const written = shown ?? (value.kind === 'scalar' ? `${key}: ${value.text}` : `${key}:`);
  const stated: StatedSource = { kind: 'stated', ...place, text: oneLine(written) };
  // An alias: the key stands here, the value at its anchor.
  return value.via === undefined ? stated : { ...stated, via: [placeAt(document, value)] };
}

export function sourceOfNode(document: Document, node: Node, shown: string): StatedSource {
  const { via } = node;
  const stated: StatedSource = { kind: 'stated', ...placeAt(document, node), text: oneLine(shown) };
  return via === undefined ? stated : { ...stated, via: [placeAt(document, { start: via, end: via })] };
}

export function through(source: StatedSource, ...places: readonly Place[]): StatedSource {
  return { ...source, via: [...(source.via ?? []), ...places.map(bare)] };
}

/** A statement's source is a place with more; `via` holds places only. */
function bare({ path, line, column, endColumn }: Place): Place {
  return endColumn === undefined ? { path, line, column } : { path, line, column, endColumn };
}

/** What the API server does where nothing is said; `cite` names its source file. */
export function apiDefault(cite: string): DefaultSource {
  return { kind: 'default', engine: 'kubernetes', cite };
}

/** White space that is not a single blank already. */
const WIDE = /\s{2,}|[^\S ]/g;

function oneLine(text: string): string {
  const line = text.replace(WIDE, ' ').trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line;
}

/** Gathers the statements of one layer, all from one document. */
export class Statements {
  readonly document: Document;
  readonly phase: Phase;
  readonly list: Statement[] = [];

  constructor(document: Document, phase: Phase) {
    this.document = document;
    this.phase = phase;
  }

  /** The value of a key states facts. */
  key(parent: MapNode, key: string, facts: Facts, shown?: string): void {
    this.add(sourceOfKey(this.document, parent, key, shown), facts);
  }

  /** An element of a list states facts. */
  node(node: Node, shown: string, facts: Facts): void {
    this.add(sourceOfNode(this.document, node, shown), facts);
  }

  add(source: Source, facts: Facts): void {
    if (Object.keys(facts).length > 0) this.list.push({ phase: this.phase, source, facts });
  }
}
