import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { CofferdamError } from '../../posture/index.ts';
import type { Entry, LineIndex, ListNode, MapNode, Node, ScalarNode } from './document.ts';

type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface OpenMap {
  readonly node: Mutable<MapNode>;
  readonly entries: Map<string, Entry>;
  /** `<<` values, applied when the map closes: stated keys win over merged ones. */
  readonly merges: Node[];
  key: ScalarNode | undefined;
}

interface OpenList {
  readonly node: Mutable<ListNode>;
  readonly items: Node[];
}

type Frame = OpenMap | OpenList;

/** Turns parser events into located nodes, one document root after another. */
export class Builder {
  readonly roots: Node[] = [];
  readonly #text: string;
  readonly #path: string;
  readonly #lines: LineIndex;
  readonly #frames: Frame[] = [];
  #anchors = new Map<string, Node>();
  /** A document without content is null. */
  #empty = true;

  constructor(text: string, path: string, lines: LineIndex) {
    this.#text = text;
    this.#path = path;
    this.#lines = lines;
  }

  add(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#anchors = new Map();
        this.#empty = true;
        return;
      case EVENT_ID.MAPPING: {
        const entries = new Map<string, Entry>();
        const node: MapNode = { kind: 'map', entries, start: event.start, end: event.start, ...this.#tag(event) };
        this.#open({ node, entries, merges: [], key: undefined }, event.anchorStart, event.anchorEnd);
        return;
      }
      case EVENT_ID.SEQUENCE: {
        const items: Node[] = [];
        const node: ListNode = { kind: 'list', items, start: event.start, end: event.start, ...this.#tag(event) };
        this.#open({ node, items }, event.anchorStart, event.anchorEnd);
        return;
      }
      case EVENT_ID.SCALAR: {
        const node = this.#scalar(event);
        if (event.anchorStart >= 0) this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), node);
        this.#place(node);
        return;
      }
      case EVENT_ID.ALIAS:
        this.#place(this.#alias(event.anchorStart, event.anchorEnd));
        return;
      case EVENT_ID.POP:
        this.#close();
        return;
    }
  }

  #open(frame: Frame, anchorStart: number, anchorEnd: number): void {
    if (anchorStart >= 0) this.#anchors.set(this.#text.slice(anchorStart, anchorEnd), frame.node);
    this.#frames.push(frame);
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) {
      if (this.#empty) this.roots.push({ kind: 'scalar', text: '', quoted: false, start: 0, end: 0 });
      return;
    }
    if ('entries' in frame) for (const merge of frame.merges) this.#merge(frame.entries, merge);
    this.#place(frame.node);
  }

  #place(node: Node): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) {
      this.#empty = false;
      this.roots.push(node);
    } else if ('items' in frame) {
      frame.items.push(node);
    } else if (frame.key === undefined) {
      frame.key = this.#asKey(node);
    } else {
      this.#enter(frame, frame.key, node);
      frame.key = undefined;
    }
  }

  #enter(frame: OpenMap, key: ScalarNode, value: Node): void {
    if (key.text === '<<' && !key.quoted) {
      frame.merges.push(...(value.kind === 'list' ? value.items : [value]));
      return;
    }
    if (frame.entries.has(key.text)) {
      this.#fail(
        'duplicate-key',
        `key \`${key.text}\` is stated twice in one mapping`,
        'keep one of the two',
        key.start,
      );
    }
    frame.entries.set(key.text, { keyStart: key.start, keyEnd: key.end, value });
  }

  #merge(into: Map<string, Entry>, from: Node): void {
    if (from.kind !== 'map')
      this.#fail('merge-type', '`<<` needs a mapping', 'merge a mapping or a list of them', from.start);
    const via = from.via;
    for (const [key, entry] of from.entries) {
      if (into.has(key)) continue;
      into.set(key, via === undefined ? entry : { ...entry, value: { ...entry.value, via } });
    }
  }

  #alias(start: number, end: number): Node {
    const name = this.#text.slice(start, end);
    const target = this.#anchors.get(name);
    if (target === undefined)
      return this.#fail('unknown-alias', `alias \`*${name}\` has no anchor`, 'define the anchor before its use', start);
    if (this.#frames.some((frame) => frame.node === target)) {
      this.#fail('alias-cycle', `alias \`*${name}\` contains itself`, 'break the cycle', start);
    }
    return { ...target, via: start };
  }

  #asKey(node: Node): ScalarNode {
    if (node.kind === 'scalar') return node;
    return this.#fail('complex-key', 'a mapping key must be a plain word', 'write the key as text', node.start);
  }

  #scalar(event: ScalarEvent): ScalarNode {
    const start = Math.max(0, event.valueStart);
    const end = Math.max(start, event.valueEnd);
    const tag = this.#tag(event);
    const quoted = event.style !== SCALAR_STYLE.PLAIN || tag?.tag === '!!str';
    return { kind: 'scalar', text: getScalarValue(this.#text, event), quoted, start, end, ...tag };
  }

  #tag(event: { tagStart: number; tagEnd: number }): { tag: string } | undefined {
    return event.tagStart >= 0 ? { tag: this.#text.slice(event.tagStart, event.tagEnd) } : undefined;
  }

  #fail(code: string, message: string, hint: string, offset: number): never {
    throw new CofferdamError(code, message, hint, { path: this.#path, ...this.#lines.position(offset) });
  }
}
