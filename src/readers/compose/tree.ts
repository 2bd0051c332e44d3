import { CofferdamError, type Place } from '../../posture/index.ts';
import {
  DecodeContext,
  type Document,
  type Entry,
  type ListNode,
  type MapNode,
  type Node,
  placeAt,
  type ScalarNode,
} from '../document/index.ts';
import { interpolate, type Lookup } from './template.ts';

/**
 * What compose adds to a node of a document. Files that are merged into one model share one space of offsets (`Sources`), so that a
 * node of any of them still knows its file, line and column.
 */
interface Marks {
  /** Text before variables were put in. */
  readonly raw?: string;
  /** Why the value is not known: a variable without a value. */
  readonly unknown?: string;
  /** Where `extends` pulled the node in, outermost last. */
  readonly trail?: readonly number[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export const marksOf = (node: Node): Marks => node as Node & Marks;
export const unknownOf = (node: Node): string | undefined => marksOf(node).unknown;

/** The text as the user wrote it, variables included. */
export const rawText = (node: ScalarNode): string => marksOf(node).raw ?? node.text;

interface Loaded {
  readonly document: Document;
  readonly base: number;
  /** Folder that its relative paths start from, itself relative to the artifact's folder. */
  readonly folder: string;
}

/** The documents of one model, each at its own base in a common space of offsets. */
export class Sources {
  readonly #loaded: Loaded[] = [];
  #next = 0;

  add(document: Document, folder: string): number {
    const base = this.#next;
    this.#loaded.push({ document, base, folder });
    this.#next += document.lines.text.length + 1;
    return base;
  }

  place(span: Span): Place {
    const { document, base } = this.#at(span.start);
    return placeAt(document, { start: span.start - base, end: span.end - base });
  }

  folderOf(span: Span): string {
    return this.#at(span.start).folder;
  }

  #at(offset: number): Loaded {
    let low = 0;
    let high = this.#loaded.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#loaded[middle] as Loaded).base <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#loaded[low] as Loaded;
  }
}

/** Decodes nodes of several documents, each problem placed in its own. */
export class ComposeContext extends DecodeContext {
  readonly sources: Sources;

  constructor(document: Document, sources: Sources) {
    super(document);
    this.sources = sources;
  }

  override report(code: string, message: string, hint: string, node: Span): undefined {
    this.problems.push(new CofferdamError(code, message, hint, this.sources.place(node)));
    return undefined;
  }

  override place(node: Span): Place {
    return this.sources.place(node);
  }
}

/**
 * Copies a tree into the common space of offsets with variables put in. What aliases share stays shared, so that the copy is no larger
 * than the text however often it is referred to.
 */
export class Preparation {
  readonly #base: number;
  readonly #lookup: Lookup;
  readonly #context: ComposeContext;
  readonly #maps = new Map<ReadonlyMap<string, Entry>, ReadonlyMap<string, Entry>>();
  readonly #lists = new Map<readonly Node[], readonly Node[]>();
  readonly #reported = new Set<number>();

  constructor(base: number, lookup: Lookup, context: ComposeContext) {
    this.#base = base;
    this.#lookup = lookup;
    this.#context = context;
  }

  prepare(node: Node): Node {
    const at = { start: node.start + this.#base, end: node.end + this.#base };
    const moved = node.via === undefined ? at : { ...at, via: node.via + this.#base };
    if (node.kind === 'map') return { ...node, ...moved, entries: this.#entries(node) };
    if (node.kind === 'list') return { ...node, ...moved, items: this.#items(node) };
    const scalar = { ...node, ...moved };
    return node.text.includes('$') ? this.#interpolated(scalar) : scalar;
  }

  #entries(node: MapNode): ReadonlyMap<string, Entry> {
    const done = this.#maps.get(node.entries);
    if (done) return done;
    const entries = new Map<string, Entry>();
    this.#maps.set(node.entries, entries);
    for (const [key, entry] of node.entries) {
      const keyStart = entry.keyStart + this.#base;
      entries.set(key, { keyStart, keyEnd: entry.keyEnd + this.#base, value: this.prepare(entry.value) });
    }
    return entries;
  }

  #items(node: ListNode): readonly Node[] {
    const done = this.#lists.get(node.items);
    if (done) return done;
    const items: Node[] = [];
    this.#lists.set(node.items, items);
    for (const item of node.items) items.push(this.prepare(item));
    return items;
  }

  #interpolated(node: ScalarNode): ScalarNode & Marks {
    const { text, unset, required, invalid } = interpolate(node.text, this.#lookup);
    const first = !this.#reported.has(node.start);
    this.#reported.add(node.start);
    if (first) {
      for (const { name, reason } of required) {
        const why = reason === '' ? '' : `: ${reason}`;
        this.#context.report(
          'unset-variable',
          `required variable \`${name}\` has no value${why}`,
          `give --env ${name}=VALUE, or set it in .env`,
          node,
        );
      }
      if (invalid) {
        this.#context.report(
          'interpolation',
          `\`${short(node.text)}\` is not a valid variable`,
          'write `${NAME}`, or `$$` for a dollar sign',
          node,
        );
      }
    }
    const missing = [...unset, ...required.map((r) => r.name)];
    const why =
      missing.length > 0
        ? `${missing.map((name) => `\${${name}}`).join(', ')} is not set`
        : invalid
          ? 'not a valid variable'
          : undefined;
    const done = { ...node, text, quoted: true, raw: node.text };
    return why === undefined ? done : { ...done, unknown: why };
  }
}

export const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

/** Marks a node, its members and their members as pulled in at a place. */
export function pulledIn(node: Node, at: number, levels = 2): Node {
  const trail = [...(marksOf(node).trail ?? []), at];
  const marked = { ...node, trail };
  if (levels === 0) return marked;
  if (marked.kind === 'list') return { ...marked, items: marked.items.map((item) => pulledIn(item, at, levels - 1)) };
  if (marked.kind === 'map') {
    const entries = new Map<string, Entry>();
    for (const [key, entry] of marked.entries)
      entries.set(key, { ...entry, value: pulledIn(entry.value, at, levels - 1) });
    return { ...marked, entries };
  }
  return marked;
}

/** How many nodes a tree counts when everything that aliases share is written out. */
export class Weights {
  readonly #known = new Map<object, number>();

  of(node: Node): number {
    if (node.kind === 'scalar') return 1;
    const shared = node.kind === 'map' ? node.entries : node.items;
    const known = this.#known.get(shared);
    if (known !== undefined) return known;
    let sum = 1;
    if (node.kind === 'map') for (const entry of node.entries.values()) sum += this.of(entry.value);
    else for (const item of node.items) sum += this.of(item);
    this.#known.set(shared, sum);
    return sum;
  }
}
