import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEnvironmentFile } from './dotenv.ts';

const read = (text: string, raw = false) => {
  const { entries, bad } = parseEnvironmentFile(text, (name) => (name === 'HOST' ? 'h' : undefined), raw);
  return { values: entries.map(({ name, value, unset }) => (unset.length > 0 ? [name, unset] : [name, value])), bad };
};

describe('environment files', () => {
  test.for([
    [
      'A=1\n# note\n\nB = two ',
      [
        ['A', '1'],
        ['B', 'two'],
      ],
    ],
    ['export A=1', [['A', '1']]],
    ['A: yaml', [['A', 'yaml']]],
    ['A=x # comment', [['A', 'x']]],
    ['A=x#y', [['A', 'x#y']]],
    ["A='$HOST \\n'", [['A', '$HOST \\n']]],
    ['A="$HOST\\n${A:-z}"', [['A', 'h\nz']]],
    [
      'A="one\ntwo"\nB=1',
      [
        ['A', 'one\ntwo'],
        ['B', '1'],
      ],
    ],
    [
      'A=1\nB=$A$HOST',
      [
        ['A', '1'],
        ['B', '1h'],
      ],
    ],
    ['A="\\$HOST"', [['A', '$HOST']]],
    ['A=$NO', [['A', ['NO']]]],
    ['HOST', [['HOST', 'h']]],
    ['NO', [['NO', undefined]]],
    [
      '\ufeffA=1\r\nB=2\r\n',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
  ] as const)('%j', ([text, values]) => {
    expect(read(text)).toEqual({ values, bad: [] });
  });

  test('raw takes what stands there', () => expect(read('A="$HOST" # x', true).values).toEqual([['A', '"$HOST" # x']]));

  test('bad lines are told and the rest is read', () => {
    expect(read('A=1\nwhat is this\nB=2\nC="open')).toEqual({
      values: [
        ['A', '1'],
        ['B', '2'],
      ],
      bad: [2, 4],
    });
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => parseEnvironmentFile(text, () => undefined).entries.length >= 0));
  });
});
