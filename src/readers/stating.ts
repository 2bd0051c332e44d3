import { PHASES, type Phase } from '../lifecycle/index.ts';
import type { Layer, Statement } from '../posture/index.ts';
import { type CofferdamError, Unknown, type Value } from '../posture/index.ts';
import {
  DecodeContext,
  type Document,
  type Entry,
  isNull,
  type Located,
  type MapNode,
  type Node,
  type Schema,
  text as word,
} from './document/index.ts';
import { nearest } from './nearest.ts';

/**
 * Collects the statements of a located document (JSON or YAML) together with the problems met on the way. A value of the
 * wrong type becomes a problem and an unknown fact, so that a slip of the pen never reads as the engine's default.
 */
export class Stating {
  readonly context: DecodeContext;
  readonly phase: Phase;
  readonly #statements: Statement[] = [];

  constructor(document: Document, phase: Phase) {
    this.context = new DecodeContext(document);
    this.phase = phase;
  }

  get problems(): readonly CofferdamError[] {
    return this.context.problems;
  }

  /** One statement of the artifact. `text` is the statement as the user knows it. */
  state(site: Site, text: string, facts: Statement['facts'], phase: Phase = this.phase): void {
    const source = { kind: 'stated', ...this.context.place(site), text: oneLine(text) } as const;
    this.#statements.push({ phase, source, facts });
  }

  /** What holds because the artifact says nothing, where the format itself or its runtime defines that. */
  absent(engine: string, cite: string, facts: Statement['facts']): void {
    this.#statements.push({ phase: this.phase, source: { kind: 'default', engine, cite }, facts });
  }

  /** From a host profile: what the user says of a machine that was not looked at. */
  assume(site: Site, facts: Statement['facts']): void {
    this.#statements.push({ phase: this.phase, source: { kind: 'assumed', ...this.context.place(site) }, facts });
  }

  report(code: string, message: string, hint: string, site: Site): void {
    this.context.report(code, message, hint, site);
  }

  /** The value of a node; unknown (and reported) where it is of the wrong type, undefined where it is null. */
  read<T>(schema: Schema<Located<T>>, node: Node): Value<T> | undefined {
    if (isNull(node)) return undefined;
    const decoded = schema.decode(node, this.context);
    return decoded === undefined ? new Unknown('it is of the wrong type') : decoded.value;
  }

  /** The statements by phase, in life-cycle order. */
  layers(): Layer[] {
    return PHASES.map((phase) => ({
      phase,
      statements: this.#statements.filter((statement) => statement.phase === phase),
    })).filter((layer) => layer.statements.length > 0);
  }
}

/** A stretch of the text. */
export interface Site {
  readonly start: number;
  readonly end: number;
}

/** `"key": value` where the value is a scalar on the same spot, else the key. */
export function siteOf(entry: Entry): Site {
  const { value } = entry;
  const own = value.kind === 'scalar' && value.via === undefined && value.end > entry.keyEnd;
  return { start: entry.keyStart, end: own ? value.end : entry.keyEnd };
}

/** The entry of a mapping; undefined where it is missing, null, or the node is no mapping. */
export function entryOf(node: Node | undefined, ...path: readonly string[]): Entry | undefined {
  let at: Node | undefined = node;
  let entry: Entry | undefined;
  for (const key of path) {
    entry = at?.kind === 'map' ? at.entries.get(key) : undefined;
    at = entry?.value;
  }
  return entry === undefined || isNull(entry.value) ? undefined : entry;
}

export function mapOf(node: Node | undefined, stating: Stating): MapNode | undefined {
  if (node === undefined || isNull(node)) return undefined;
  if (node.kind === 'map') return node;
  stating.report('wrong-type', 'expected a mapping', 'write a mapping here', node);
  return undefined;
}

export function itemsOf(node: Node | undefined, stating: Stating): readonly Node[] | undefined {
  if (node === undefined || isNull(node)) return undefined;
  if (node.kind === 'list') return node.items;
  stating.report('wrong-type', 'expected a list', 'write a list here', node);
  return undefined;
}

/** The texts of a list; what is no text is reported and left out. */
export function wordsOf(stating: Stating, node: Node): string[] | undefined {
  return itemsOf(node, stating)?.flatMap((item) => {
    const value = stating.read(word, item);
    return typeof value === 'string' ? [value] : [];
  });
}

/** The text of a scalar, whatever its type. */
export function textOf(node: Node | undefined, ...path: readonly string[]): string | undefined {
  const value = entryOf(node, ...path)?.value;
  return value?.kind === 'scalar' ? value.text : undefined;
}

/** What to do with each key of a mapping; `ignored` keys are known and do not concern isolation. */
export type Handlers = Readonly<Record<string, ((stating: Stating, entry: Entry, key: string) => void) | 'ignored'>>;

/** Calls the handler of every key that is not null; keys without one are reported. */
export function handleKeys(stating: Stating, node: MapNode, handlers: Handlers, where: string): void {
  for (const [key, entry] of node.entries) {
    const handler = Object.hasOwn(handlers, key) ? handlers[key] : undefined;
    if (handler === undefined) {
      const near = nearest(key, Object.keys(handlers));
      const hint =
        near === undefined ? 'check its spelling, or its level in the document' : `did you mean \`${near}\`?`;
      stating.report('unknown-key', `key \`${oneLine(key)}\` of ${where} is not understood`, hint, {
        start: entry.keyStart,
        end: entry.keyEnd,
      });
    } else if (handler !== 'ignored' && !isNull(entry.value)) handler(stating, entry, key);
  }
}

const LONGEST_TEXT = 120;

/** White space that is not a single blank already. */
const WIDE = /\s{2,}|[^\S ]/g;

function oneLine(text: string): string {
  const flat = text.replace(WIDE, ' ');
  return flat.length > LONGEST_TEXT ? `${flat.slice(0, LONGEST_TEXT - 1)}…` : flat;
}
