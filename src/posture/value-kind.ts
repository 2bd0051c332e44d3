/**
 * A small language for kinds of values: one definition gives the check of a foreign value, with the way to the first wrong
 * part, and its JSON Schema. It is our own so that reading postures line by line costs no schema library at the start.
 */

export type JsonSchema = { readonly [key: string]: unknown };

/** What is wrong, and the way to it from the outermost value. */
export class Mismatch extends Error {
  readonly way: (string | number)[] = [];

  constructor(expected: string, found: unknown) {
    super(`expected ${expected}, found ${shown(found)}`);
  }

  /** Called while the error passes outwards. */
  inside(step: string | number): this {
    this.way.unshift(step);
    return this;
  }
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
}

export interface Kind<T> {
  readonly expected: string;
  readonly schema: JsonSchema;
  /** A look at the surface alone, by which one of several alternatives is chosen. */
  readonly suits: (json: unknown) => boolean;
  /** The value as the program holds it. Throws Mismatch. */
  readonly read: (json: unknown) => T;
  /** Never set: makes the type exact, so that a kind which accepts less than its type does not pass for it. */
  readonly accepts?: (value: T) => void;
}

function plain<T>(expected: string, schema: JsonSchema, suits: (json: unknown) => boolean): Kind<T> {
  const read = (json: unknown): T => {
    if (!suits(json)) throw new Mismatch(expected, json);
    return json as T;
  };
  return { expected, schema, suits, read };
}

export const flag = plain<boolean>('true or false', { type: 'boolean' }, (json) => typeof json === 'boolean');
export const text = plain<string>('text', { type: 'string' }, (json) => typeof json === 'string');
export const decimal = plain<number>('a number', { type: 'number' }, (json) => Number.isFinite(json));
export const integer = plain<number>('a whole number', { type: 'integer' }, (json) => Number.isSafeInteger(json));
export const natural = plain<number>(
  'a whole number that is not negative',
  { type: 'integer', minimum: 0 },
  (json) => Number.isSafeInteger(json) && (json as number) >= 0,
);
export const anything = plain<unknown>('a value', {}, (json) => json !== undefined);

/** One of some fixed values. */
export function words<const T extends string | boolean>(...values: readonly T[]): Kind<T> {
  const known: ReadonlySet<unknown> = new Set(values);
  const expected =
    values.length > 12
      ? `one of ${values.length} known words`
      : values.map((value) => JSON.stringify(value)).join(', ');
  return plain<T>(expected, { enum: values }, (json) => known.has(json));
}

/** Beyond what a JSON number holds exactly: written as `{ "$integer": "18446744073709551615" }`. */
export const exactInteger: Kind<number | bigint> = {
  expected: 'a whole number, or { "$integer": "digits" }',
  schema: {
    anyOf: [
      { type: 'integer' },
      {
        type: 'object',
        properties: { $integer: { type: 'string', pattern: '^-?[0-9]{1,40}$' } },
        required: ['$integer'],
        additionalProperties: false,
      },
    ],
  },
  suits: (json) => Number.isSafeInteger(json) || bigOf(json) !== undefined,
  read: (json) => {
    if (Number.isSafeInteger(json)) return json as number;
    const big = bigOf(json);
    if (big === undefined) throw new Mismatch(exactInteger.expected, json);
    return big;
  },
};

function bigOf(json: unknown): bigint | undefined {
  if (!isObject(json) || Object.keys(json).length !== 1) return undefined;
  const digits = json.$integer;
  return typeof digits === 'string' && /^-?\d{1,40}$/.test(digits) ? BigInt(digits) : undefined;
}

export function list<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    expected: 'a list',
    schema: { type: 'array', items: item.schema },
    suits: Array.isArray,
    read: (json) => {
      if (!Array.isArray(json)) throw new Mismatch('a list', json);
      for (let i = 0; i < json.length; i++) json[i] = within(i, () => item.read(json[i]));
      return json as readonly T[];
    },
  };
}

export function record<T>(value: Kind<T>): Kind<Readonly<Record<string, T>>> {
  return {
    expected: 'a mapping',
    schema: { type: 'object', additionalProperties: value.schema },
    suits: isObject,
    read: (json) => {
      if (!isObject(json)) throw new Mismatch('a mapping', json);
      for (const key of Object.keys(json)) within(key, () => value.read(json[key]));
      return json as Readonly<Record<string, T>>;
    },
  };
}

interface Optional<T> {
  readonly optional: Kind<T>;
}

export function optional<T>(kind: Kind<T>): Optional<T> {
  return { optional: kind };
}

type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Kind<T[K]>;
};

/** A mapping with these members and no others: a member that is not understood could be the one that decides. */
export function object<T extends object>(fields: Fields<T>): Kind<T> {
  const members = new Map<string, { readonly kind: Kind<unknown>; readonly required: boolean }>();
  for (const [name, field] of Object.entries(fields as Readonly<Record<string, Kind<unknown> | Optional<unknown>>>)) {
    members.set(
      name,
      'optional' in field ? { kind: field.optional, required: false } : { kind: field, required: true },
    );
  }
  const required = [...members].filter(([, member]) => member.required).map(([name]) => name);
  return {
    expected: 'a mapping',
    schema: {
      type: 'object',
      properties: Object.fromEntries([...members].map(([name, member]) => [name, member.kind.schema])),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
    suits: (json) => isObject(json) && !('$unknown' in json),
    read: (json) => {
      if (!isObject(json)) throw new Mismatch('a mapping', json);
      for (const name of required) if (!Object.hasOwn(json, name)) throw new Mismatch(`\`${name}\``, undefined);
      for (const name of Object.keys(json)) {
        const member = members.get(name);
        if (member === undefined) throw new Mismatch(`one of ${[...members.keys()].join(', ')}`, name);
        json[name] = within(name, () => member.kind.read(json[name]));
      }
      return json as T;
    },
  };
}

type Alternatives<T extends readonly unknown[]> = { readonly [I in keyof T]: Kind<T[I]> };

/** The first alternative that looks alike is the one that is meant. */
export function either<T extends readonly unknown[]>(...kinds: Alternatives<T>): Kind<T[number]> {
  const all = kinds as unknown as readonly Kind<T[number]>[];
  const expected = all.map((kind) => kind.expected).join(' or ');
  return {
    expected,
    schema: { anyOf: all.map((kind) => kind.schema) },
    suits: (json) => all.some((kind) => kind.suits(json)),
    read: (json) => {
      const found = all.find((kind) => kind.suits(json));
      if (found === undefined) throw new Mismatch(expected, json);
      return found.read(json);
    },
  };
}

/** Mappings told apart by their member `kind`. */
export function variants<T extends { readonly kind: string }>(
  table: {
    readonly [K in T['kind']]: Kind<Extract<T, { readonly kind: K }>>;
  },
): Kind<T> {
  const kinds = table as unknown as Readonly<Record<string, Kind<T>>>;
  const expected = `\`kind\`: one of ${Object.keys(kinds).join(', ')}`;
  return {
    expected,
    schema: { anyOf: Object.values(kinds).map((kind) => kind.schema) },
    suits: (json) => isObject(json) && 'kind' in json,
    read: (json) => {
      const name = isObject(json) ? json.kind : undefined;
      const kind = typeof name === 'string' && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      if (kind === undefined) throw new Mismatch(expected, json);
      return kind.read(json);
    },
  };
}

export function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function within<T>(step: string | number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Mismatch ? error.inside(step) : error;
  }
}

/** `statements[3].facts["mount./data"].readonly` */
export function wayText(way: readonly (string | number)[]): string {
  const text = way
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w$-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('');
  return text.startsWith('.') ? text.slice(1) : text;
}
