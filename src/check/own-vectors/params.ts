import { type DecodeContext, isNull, type MapNode, type Schema } from '../../readers/document/index.ts';
import { nearest } from '../../readers/nearest.ts';
import { type Fault, found, short, type ValueSchema } from './values.ts';

/** One parameter: what it takes, and whether it must be there. */
export interface Field<T, R extends boolean = boolean> {
  readonly schema: ValueSchema<T>;
  readonly required: R;
}

export const need = <T>(schema: ValueSchema<T>): Field<T, true> => ({ schema, required: true });
export const may = <T>(schema: ValueSchema<T>): Field<T, false> => ({ schema, required: false });

/** Every member of a parameter type, so that a new one is a compile error until it has its schema. */
export type FieldsOf<P> = {
  readonly [F in keyof P]-?: Record<never, never> extends Pick<P, F>
    ? Field<Exclude<P[F], undefined>, false>
    : Field<P[F], true>;
};

/** A mapping with named parameters, decoded to plain data. */
export interface ParamsSchema<P> extends ValueSchema<P> {
  /** In the order in which a list gives them. */
  readonly fields: ReadonlyMap<string, Field<unknown>>;
  /** As a mapping that has further keys, which somebody else reads. */
  decodeBeside(node: MapNode, context: DecodeContext, others: readonly string[]): P | undefined;
}

/** `check` says what is wrong with values that are right one by one. */
export function params<P>(
  what: string,
  fields: FieldsOf<P>,
  check: (params: P) => Fault | undefined = () => undefined,
): ParamsSchema<P> {
  const table = new Map<string, Field<unknown>>(Object.entries(fields));
  const decodeBeside = (node: MapNode, context: DecodeContext, others: readonly string[]): P | undefined => {
    const values = decodeFields(table, what, node, context, others);
    if (values === undefined) return undefined;
    // Built from a table with one schema for each member of P.
    const decoded = values as P;
    const fault = check(decoded);
    return fault === undefined ? decoded : context.report('vector', `${what}: ${fault.message}`, fault.hint, node);
  };
  return {
    what,
    fields: table,
    decodeBeside,
    decode(node, context) {
      if (node.kind === 'map') return decodeBeside(node, context, []);
      return context.report(
        'vector',
        `expected ${what} as a mapping, found ${found(node)}`,
        `write ${[...table.keys()].slice(0, 3).join(', ')} … here`,
        node,
      );
    },
  };
}

function decodeFields(
  table: ReadonlyMap<string, Field<unknown>>,
  what: string,
  node: MapNode,
  context: DecodeContext,
  others: readonly string[],
) {
  const before = context.problems.length;
  const values: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) {
    const field = table.get(key);
    if (field !== undefined) {
      const value = isNull(entry.value) ? undefined : (field.schema as Schema<unknown>).decode(entry.value, context);
      if (value !== undefined) values[key] = value;
    } else if (!others.includes(key)) {
      const near = nearest(key.slice(0, 60), [...table.keys()]);
      const hint =
        near === undefined ? `it takes ${[...table.keys()].join(', ') || 'nothing'}` : `did you mean \`${near}\`?`;
      context.report('unknown-key', `${what} has no \`${short(key)}\``, hint, {
        start: entry.keyStart,
        end: entry.keyEnd,
      });
    }
  }
  for (const [key, field] of table) {
    const entry = node.entries.get(key);
    const absent = entry === undefined || isNull(entry.value);
    if (field.required && absent)
      context.report('vector', `${what} lacks \`${key}\``, `add \`${key}\`: ${field.schema.what}`, node);
  }
  return context.problems.length === before ? values : undefined;
}
