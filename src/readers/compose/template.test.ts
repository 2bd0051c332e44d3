import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpolate } from './template.ts';

const VARIABLES: Readonly<Record<string, string>> = { A: 'a', B: 'b', EMPTY: '' };
const put = (template: string) => interpolate(template, (name) => VARIABLES[name]);

describe('variables', () => {
  test.for([
    ['$A', 'a'],
    ['${A}', 'a'],
    ['x${A}y$B', 'xayb'],
    ['$$A', '$A'],
    ['$$$$', '$$'],
    ['${X:-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${X-d}', 'd'],
    ['${A:-d}', 'a'],
    ['${A:+r}', 'r'],
    ['${X:+r}', ''],
    ['${EMPTY:+r}', ''],
    ['${EMPTY+r}', 'r'],
    ['${A?gone}', 'a'],
    ['${X:-${Y:-${B}}}', 'b'],
    ['${X:-{"k":1}}', '{"k":1}'],
    ['${X:-http://h:80/p}', 'http://h:80/p'],
    ['$1 and $', '$1 and $'],
    ['${A:-}-${X:-}', 'a-'],
  ] as const)('%s gives %s', ([template, text]) => {
    expect(put(template)).toEqual({ text, unset: [], required: [], invalid: false });
  });

  test.for([
    ['$X/${Y}', { text: '${X}/${Y}', unset: ['X', 'Y'], required: [], invalid: false }],
    ['${X:-$Y}', { text: '${Y}', unset: ['Y'], required: [], invalid: false }],
    ['${X:?set it}', { text: '${X}', unset: [], required: [{ name: 'X', reason: 'set it' }], invalid: false }],
    ['${EMPTY:?}', { text: '${EMPTY}', unset: [], required: [{ name: 'EMPTY', reason: '' }], invalid: false }],
    ['${EMPTY?}', { text: '', unset: [], required: [], invalid: false }],
    ['a${', { text: 'a${', unset: [], required: [], invalid: true }],
    ['${1}', { text: '${1}', unset: [], required: [], invalid: true }],
    ['${A!}', { text: '${A}', unset: [], required: [], invalid: true }],
  ] as const)('%s is not known', ([template, result]) => {
    expect(put(template)).toEqual(result);
  });

  test('text without a dollar sign stays, whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => fc.pre(!text.includes('$')) === undefined && put(text).text === text));
  });

  test('never throws, deep nesting included', () => {
    const pieces = fc.array(fc.constantFrom('$', '{', '}', ':-', '?', 'A', 'X', ' '), { maxLength: 200 });
    fc.assert(fc.property(pieces, (parts) => typeof put(parts.join('')).text === 'string'));
    expect(put(`${'${X:-'.repeat(5000)}${'}'.repeat(5000)}`).invalid).toBe(true);
  });
});
