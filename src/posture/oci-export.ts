import type { FactKey, FactTypes } from './keys.ts';
import { type Fact, type Posture, Unknown } from './posture.ts';

/** Part of a configuration; a `bigint` is written as the JSON number that it is. */
export type OciValue =
  | string
  | number
  | bigint
  | boolean
  | readonly OciValue[]
  | { readonly [key: string]: OciValue | undefined };

/** A fact that the configuration does not state, and why. */
export interface OciNote {
  readonly key: string;
  readonly why: string;
}

/** Takes known facts out of a posture; what is not known, or cannot be said in a configuration, is noted. */
export class Taking {
  readonly posture: Posture;
  readonly notes: OciNote[] = [];

  constructor(posture: Posture) {
    this.posture = posture;
  }

  note(key: string, why: string): void {
    if (!this.notes.some((note) => note.key === key && note.why === why)) this.notes.push({ key, why });
  }

  /** The known value; a fact that nobody states is noted as well. */
  take<K extends FactKey>(key: K): FactTypes[K] | undefined {
    if (this.posture.get(key) === undefined) this.note(key, 'nothing states it');
    return this.ifStated(key);
  }

  /** The known value of something that a configuration may well leave out. */
  ifStated<K extends FactKey>(key: K): FactTypes[K] | undefined {
    const value = this.posture.get(key)?.value;
    if (!(value instanceof Unknown)) return value;
    this.note(key, value.why);
    return undefined;
  }

  /** Known members of a family, in the order in which they were first stated. */
  members<V>(prefix: string): (readonly [string, V])[] {
    const found: (readonly [string, V])[] = [];
    for (const [name, fact] of this.posture.family<V>(prefix) as ReadonlyMap<string, Fact<V>>) {
      if (fact.value instanceof Unknown) this.note(`${prefix}${name}`, fact.value.why);
      else found.push([name, fact.value]);
    }
    return found;
  }
}

/** The text of a configuration. JSON.stringify has no numbers beyond 2^53, of which seccomp masks and limits are made. */
export function ociText(value: OciValue): string {
  return `${written(value, '')}\n`;
}

function written(value: OciValue, indent: string): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? (value as readonly OciValue[]).map((item) => `${inner}${written(item, inner)}`)
    : Object.entries(value as Readonly<Record<string, OciValue | undefined>>).flatMap(([key, item]) =>
        item === undefined ? [] : [`${inner}${JSON.stringify(key)}: ${written(item, inner)}`],
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return parts.length === 0 ? `${open}${close}` : `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}
