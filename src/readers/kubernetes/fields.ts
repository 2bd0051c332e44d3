import { Unknown, type Value } from '../../posture/index.ts';
import {
  boolean,
  type DecodeContext,
  integer,
  isNull,
  type Located,
  type MapNode,
  type Node,
  natural,
  type ObjectOf,
  object,
  type Schema,
  text,
} from '../document/index.ts';
import { nearest } from '../nearest.ts';

/** A value with its place; of the wrong type it is reported and Unknown, so that nobody takes the field for unset. */
export type Leaf<T> = Located<Value<T>>;

function leaf<T>(schema: Schema<Located<T>>): Schema<Leaf<T>> {
  return {
    decode(node, context) {
      const decoded = schema.decode(node, context);
      if (decoded !== undefined || isNull(node)) return decoded;
      return { value: new Unknown('it is written with a type that the API does not take'), node };
    },
  };
}

/** kubectl reads YAML 1.1 (sigs.k8s.io/yaml, goyaml.v2 resolve.go), in which these plain words are booleans too. */
const YAML_1_1_BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);

export const word = leaf(text);
export const int = leaf(integer);
/** User and group ids: the API refuses negative ones. */
export const id = leaf(natural);
export const flag: Schema<Leaf<boolean>> = leaf({
  decode(node, context) {
    const old = node.kind === 'scalar' && !node.quoted ? YAML_1_1_BOOLEANS.get(node.text) : undefined;
    return old === undefined ? boolean.decode(node, context) : { value: old, node };
  },
});

/** A key that is no field here, or a field whose value could not be read. `meant`: the field whose facts are in doubt. */
export interface Stray {
  readonly key: string;
  readonly meant: string | undefined;
  readonly why: string;
}

export interface FieldOptions {
  /** How messages name the mapping: `the pod's securityContext`. */
  readonly of: string;
  /** Fields of the API that do not concern isolation. */
  readonly also?: readonly string[];
  /** Fields that belong elsewhere: what to do with them. */
  readonly misplaced?: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, Schema<unknown>>>;
export type Strict<F extends Fields> = ObjectOf<F> & { readonly strays?: readonly Stray[] };

/**
 * A mapping of which every key is known. The API server drops unknown keys (or refuses the object, since kubectl 1.27): what the
 * author meant by them does not happen, so they are reported with the nearest name, and kept as strays.
 */
export function fields<const F extends Fields>(known: F, options: FieldOptions): Schema<Strict<F>> {
  const schema = object(known);
  const names = [...Object.keys(known), ...(options.also ?? []), ...Object.keys(options.misplaced ?? {})];
  const ignored = new Set(options.also);
  return {
    decode(node, context) {
      const decoded = schema.decode(node, context);
      if (decoded === undefined) return undefined;
      const strays: Stray[] = [];
      for (const [key, { value }] of (node as MapNode).entries) {
        if (ignored.has(key)) continue;
        const stray = Object.hasOwn(known, key)
          ? unread(key, value, (decoded as Readonly<Record<string, unknown>>)[key])
          : unknown(key, node as MapNode, context, names, options);
        if (stray !== undefined) strays.push(stray);
      }
      return strays.length === 0 ? decoded : { ...decoded, strays };
    },
  };
}

function unread(key: string, value: Node, decoded: unknown): Stray | undefined {
  if (decoded !== undefined || isNull(value)) return undefined;
  return { key, meant: key, why: `\`${key}\` could not be read` };
}

function unknown(
  key: string,
  node: MapNode,
  context: DecodeContext,
  names: readonly string[],
  options: FieldOptions,
): Stray {
  const entry = node.entries.get(key);
  const place = { start: entry?.keyStart ?? node.start, end: entry?.keyEnd ?? node.end };
  const misplaced = Object.hasOwn(options.misplaced ?? {}, key) ? options.misplaced?.[key] : undefined;
  const meant = misplaced === undefined ? nearest(key, names) : key;
  const hint =
    misplaced ??
    (meant === undefined
      ? 'check its spelling and its level; Kubernetes drops fields that it does not know'
      : `did you mean \`${meant}\`? Kubernetes drops fields that it does not know`);
  context.report('unknown-key', `\`${key}\` is not a field of ${options.of}`, hint, place);
  return { key, meant, why: `\`${key}\` is not a field of ${options.of}: the API server drops or refuses it` };
}

export function mapValue<A, B>(value: Value<A>, map: (value: A) => B): Value<B> {
  return value instanceof Unknown ? value : map(value);
}

/** The value where it is stated and known. */
export function known<T>(leaf: Leaf<T> | undefined): T | undefined {
  return leaf === undefined || leaf.value instanceof Unknown ? undefined : leaf.value;
}
