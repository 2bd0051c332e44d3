import { parseCapability } from '../../kernel/index.ts';
import { nearest } from '../../readers/nearest.ts';
import { FACT_FAMILIES, FACT_KEYS } from './fact-keys.data.ts';

/** What the key's value may be, in the notation of the table; undefined for a key that nothing ever states. */
export function shapeOf(key: string): string | undefined {
  if (Object.hasOwn(FACT_KEYS, key)) return FACT_KEYS[key];
  const family = familyOf(key);
  if (family === undefined) return undefined;
  const rest = key.slice(family.length);
  if (rest === '') return undefined;
  const named = /^(request\.)?capability\./.test(family);
  return named && rest !== '*' && rest !== 'ALL' && parseCapability(rest) !== rest ? undefined : FACT_FAMILIES[family];
}

/** The longest family that the key, or the beginning of keys, belongs to. */
export function familyOf(key: string): string | undefined {
  return Object.keys(FACT_FAMILIES)
    .filter((family) => key.startsWith(family))
    .sort((a, b) => b.length - a.length)[0];
}

export function nearestKey(key: string): string | undefined {
  const exact = nearest(key, Object.keys(FACT_KEYS));
  if (exact !== undefined) return exact;
  const cut = (family: string) =>
    key
      .split('.')
      .slice(0, family.split('.').length - 1)
      .join('.');
  const family = Object.keys(FACT_FAMILIES).find((name) => nearest(cut(name), [name.slice(0, -1)]) !== undefined);
  return family === undefined ? undefined : `${family}…`;
}

/** Whether a value of the key can ever equal this one. */
export function fits(shape: string, value: string | number | boolean): boolean {
  return shape
    .split('|')
    .some((part) => part === '<any>' || part === `<${WORD_OF[typeof value as 'string']}>` || part === value);
}

const WORD_OF = { string: 'text', number: 'number', boolean: 'boolean' } as const;

export const holdsNumbers = (shape: string): boolean => /<number>|<any>/.test(shape);

/** For messages: `host, private or shared`. */
export function shapeText(shape: string): string {
  const parts = shape.split('|').map((part) => SPELT[part] ?? part);
  return parts.length === 1 ? (parts[0] as string) : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`;
}

const SPELT: Readonly<Record<string, string>> = {
  '<text>': 'a word',
  '<number>': 'a number',
  '<boolean>': 'true or false',
  '<list>': 'a list',
  '<object>': 'a structure',
  '<any>': 'any value',
};
