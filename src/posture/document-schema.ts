/** The published JSON Schema of posture documents, made from the same tables by which they are read. */
import { DOCUMENT_SCHEMA, UNKNOWN_SCHEMA } from './document.ts';
import { CLOSED, EXACT, FAMILIES } from './fact-schema.ts';
import type { JsonSchema, Kind } from './value-kind.ts';

/** The text of `schema/posture-1.json`. */
export function postureSchemaText(): string {
  const names = new Map<JsonSchema, string>();
  const definitions: Record<string, JsonSchema> = {};
  const known = (value: JsonSchema, name: string): JsonSchema => {
    const used = names.get(value) ?? name;
    names.set(value, used);
    definitions[used] = { anyOf: [value, { $ref: '#/$defs/unknown' }] };
    return { $ref: `#/$defs/${used}` };
  };
  const nameOf = (kind: Kind<unknown>, key: string) => known(kind.schema, key.replace(/\.$/, '').replaceAll('.', '-'));
  const properties = entries(EXACT).map(([key, kind]) => [key, nameOf(kind as Kind<unknown>, key)]);
  const open = entries(FAMILIES).map(([prefix, kind]) => [
    `^${escaped(prefix)}[^]`,
    nameOf(kind as Kind<unknown>, prefix),
  ]);
  const closed = entries(CLOSED).map(([prefix, family]) => [
    `^${escaped(prefix)}(?:${family.members.map(escaped).join('|')})$`,
    nameOf(family.value as Kind<unknown>, prefix),
  ]);
  const facts = {
    type: 'object',
    description: 'By key; a family has any member, a closed family the members listed.',
    properties: Object.fromEntries(properties),
    patternProperties: Object.fromEntries([...open, ...closed]),
    additionalProperties: false,
  };
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:cofferdam:posture:1',
    title: 'Posture of an object, as cofferdam reads and writes it',
    ...DOCUMENT_SCHEMA,
    $defs: {
      facts,
      unknown: { ...UNKNOWN_SCHEMA, description: 'Not known, with why.' },
      ...Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function entries<T extends object>(table: T): [string, T[keyof T]][] {
  return Object.entries(table) as [string, T[keyof T]][];
}

function escaped(part: string): string {
  return part.replace(/[.*]/g, '\\$&');
}
