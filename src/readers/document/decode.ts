import { CofferdamError, type Place } from '../../posture/index.ts';
import { type Document, type MapNode, type Node, placeAt, type ScalarNode } from './document.ts';

/**
 * Schemas for foreign formats: one schema per format, from which the type derives, decoded so that every leaf keeps its
 * place. A value of the wrong type or an unknown key is reported and left out; the rest of the document is still read.
 */
export interface Schema<T> {
  decode(node: Node, context: DecodeContext): T | undefined;
}

export type Decoded<S> = S extends Schema<infer T> ? T : never;

/** A leaf and where it stands. `key` is the place of the key whose value it is, for messages about the whole line. */
export interface Located<T> {
  readonly value: T;
  readonly node: Node;
}

export class DecodeContext {
  readonly document: Document;
  readonly problems: CofferdamError[] = [];

  constructor(document: Document) {
    this.document = document;
  }

  report(code: string, message: string, hint: string, node: { start: number; end: number }): undefined {
    this.problems.push(new CofferdamError(code, message, hint, placeAt(this.document, node)));
    return undefined;
  }

  place(node: { start: number; end: number }): Place {
    return placeAt(this.document, node);
  }
}

const describe = (node: Node): string =>
  node.kind === 'scalar' ? `\`${node.text.slice(0, 40)}\`` : node.kind === 'map' ? 'a mapping' : 'a list';

function scalar<T>(what: string, convert: (node: ScalarNode) => T | undefined): Schema<Located<T>> {
  return {
    decode(node, context) {
      if (isNull(node)) return undefined;
      const value = node.kind === 'scalar' ? convert(node) : undefined;
      if (value !== undefined) return { value, node };
      return context.report('wrong-type', `expected ${what}, found ${describe(node)}`, `write ${what} here`, node);
    },
  };
}

export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && !node.quoted && (node.text === '' || node.text === 'null' || node.text === '~');
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};

const booleanOf = (text: string): boolean | undefined => (Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined);

/** Any scalar, as text: `8080`, `yes` and `"x"` alike. */
export const text = scalar('a word', (node) => node.text);
export const boolean = scalar('true or false', (node) => (node.quoted ? undefined : booleanOf(node.text)));
export const integer = scalar('a whole number', (node) => {
  const value = /^[+-]?\d+$/.test(node.text)
    ? Number(node.text)
    : /^0o[0-7]+$|^0x[\da-f]+$/i.test(node.text)
      ? Number(node.text)
      : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
});
export const natural = scalar('a whole number that is not negative', (node) => {
  const value = /^\d+$/.test(node.text) ? Number(node.text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
});
export const number = scalar('a number', (node) => {
  const value = node.text.trim() === '' ? Number.NaN : Number(node.text);
  return Number.isFinite(value) ? value : undefined;
});
/** The node itself, undecoded. */
export const any: Schema<Node> = { decode: (node) => node };

export function oneOf<const T extends string>(...words: readonly T[]): Schema<Located<T>> {
  return scalar(`one of ${words.join(', ')}`, (node) => words.find((word) => word === node.text));
}

export function list<T>(item: Schema<T>): Schema<readonly T[]> {
  return {
    decode(node, context) {
      if (isNull(node)) return undefined;
      if (node.kind !== 'list')
        return context.report('wrong-type', `expected a list, found ${describe(node)}`, 'write a list here', node);
      const decoded: T[] = [];
      for (const child of node.items) {
        const value = item.decode(child, context);
        if (value !== undefined) decoded.push(value);
      }
      return decoded;
    },
  };
}

/** A mapping with free keys, in the order of the text. */
export function record<T>(item: Schema<T>): Schema<ReadonlyMap<string, T>> {
  return {
    decode(node, context) {
      if (isNull(node)) return undefined;
      if (node.kind !== 'map')
        return context.report(
          'wrong-type',
          `expected a mapping, found ${describe(node)}`,
          'write a mapping here',
          node,
        );
      const decoded = new Map<string, T>();
      for (const [key, entry] of node.entries) {
        const value = item.decode(entry.value, context);
        if (value !== undefined) decoded.set(key, value);
      }
      return decoded;
    },
  };
}

export type ObjectOf<F extends Fields> = { readonly [K in keyof F]?: Decoded<F[K]> } & { readonly node: MapNode };
type Fields = Readonly<Record<string, Schema<unknown>>>;

export interface ObjectOptions {
  /**
   * What to do with a key that is not among the fields. `ignore`: the format has many keys that do not concern isolation.
   * A function says which unknown keys might concern isolation: those are reported.
   */
  readonly unknownKeys?: 'ignore' | 'report' | ((key: string) => boolean);
}

export function object<const F extends Fields>(fields: F, options: ObjectOptions = {}): Schema<ObjectOf<F>> {
  const unknownKeys = options.unknownKeys ?? 'ignore';
  return {
    decode(node, context) {
      if (isNull(node)) return undefined;
      if (node.kind !== 'map')
        return context.report(
          'wrong-type',
          `expected a mapping, found ${describe(node)}`,
          'write a mapping here',
          node,
        );
      const decoded: Record<string, unknown> = { node };
      for (const [key, entry] of node.entries) {
        const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
        if (field !== undefined) decoded[key] = field.decode(entry.value, context);
        else if (unknownKeys !== 'ignore' && (unknownKeys === 'report' || unknownKeys(key))) {
          context.report(
            'unknown-key',
            `key \`${key}\` is not understood`,
            'check its spelling, or its level in the document',
            { start: entry.keyStart, end: entry.keyEnd },
          );
        }
      }
      return decoded as ObjectOf<F>;
    },
  };
}

/** The first schema whose kind of node fits: `either({ scalar: text, list: list(text) })`. */
export function either<S = never, L = never, M = never>(by: {
  scalar?: Schema<S>;
  list?: Schema<L>;
  map?: Schema<M>;
}): Schema<S | L | M> {
  return {
    decode(node, context): S | L | M | undefined {
      if (isNull(node)) return undefined;
      const schema: Schema<S | L | M> | undefined = by[node.kind];
      if (schema) return schema.decode(node, context);
      return context.report(
        'wrong-type',
        `${describe(node)} is not allowed here`,
        `write a ${Object.keys(by).join(' or a ')}`,
        node,
      );
    },
  };
}
