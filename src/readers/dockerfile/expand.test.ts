// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfile variables, not templates.
import { expect, test } from 'vitest';
import { Unknown } from '../../posture/index.ts';
import { expand } from './expand.ts';

const values = new Map<string, string | Unknown | undefined>([
  ['a', 'A'],
  ['empty', ''],
  ['unset', undefined],
  ['base', new Unknown('from the base image')],
]);
const scope = { get: (name: string) => values.get(name), whyUnset: (name: string) => `${name} is unset` };
const seen = (word: string) => {
  const value = expand(word, scope, '\\');
  return value instanceof Unknown ? { unknown: value.why } : value;
};

test.for([
  ['plain', 'plain'],
  ['$a', 'A'],
  ['x${a}y', 'xAy'],
  ['$a$a', 'AA'],
  ['"$a b"', 'A b'],
  ["'$a'", '$a'],
  ['\\$a', '$a'],
  ['"\\$a \\n"', '$a \\n'],
  ['$', '$'],
  ['$.', '$.'],
  ['${unset:-x}', 'x'],
  ['${unset-x}', 'x'],
  ['${empty:-x}', 'x'],
  ['${empty-x}', ''],
  ['${a:-x}', 'A'],
  ['${unset:-${a}b}', 'Ab'],
  ['${unset:-${unset:-c}}', 'c'],
  ['${a:+x}', 'x'],
  ['${unset:+x}', ''],
  ['${empty:+x}', ''],
  ['${empty+x}', 'x'],
  ['${a:?no}', 'A'],
])('%s is %s', ([word, value]) => expect(seen(word as string)).toBe(value));

test.for([
  ['$unset', 'unset is unset'],
  ['x${unset}y', 'unset is unset'],
  ['$base', 'from the base image'],
  ['$-', '- is unset'],
  ['$1a', '1 is unset'],
  ['$$a', '$ is unset'],
  // Set or not decides: neither is known.
  ['${base:-x}', 'from the base image'],
  ['${base:+x}', 'from the base image'],
  ['${unset:?no}', 'unset is unset'],
  ['${a', 'a closing `}` is missing'],
  ['"a', 'a closing quote is missing'],
  ["'a", 'a closing quote is missing'],
  ['${}', 'a substitution has no variable name'],
  ['${a%b}', 'the substitution `%` of `a` is not evaluated'],
  ['${a:-'.repeat(100), 'variables are nested too deep to be evaluated'],
  ['x'.repeat(70_000), 'the text is too long to be evaluated'],
])('%s is unknown', ([word, why]) => expect(seen(word as string)).toEqual({ unknown: why }));
