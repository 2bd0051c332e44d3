import { expect, test } from 'vitest';
import { compareResults } from './compare.ts';
import type { Finding } from './result.ts';
import { document, finding, target } from './sample-result.ts';

const blocked = (depth: number): Partial<Finding> => ({ verdict: 'blocked', depth });

test.for<{ before: Partial<Finding> | null; after: Partial<Finding> | null; expected: string | undefined }>([
  { before: blocked(2), after: {}, expected: 'opens' },
  { before: { verdict: 'unknown' }, after: {}, expected: 'opens' },
  { before: null, after: {}, expected: 'opens' },
  { before: {}, after: {}, expected: undefined },
  { before: {}, after: blocked(1), expected: 'closes' },
  { before: {}, after: null, expected: 'closes' },
  { before: {}, after: { verdict: 'unknown' }, expected: 'unknown' },
  { before: null, after: { verdict: 'unknown' }, expected: 'unknown' },
  { before: { verdict: 'unknown' }, after: blocked(1), expected: 'settled' },
  { before: blocked(2), after: blocked(1), expected: 'shallower' },
  { before: blocked(1), after: blocked(2), expected: 'deeper' },
  { before: blocked(1), after: blocked(1), expected: undefined },
  { before: null, after: blocked(1), expected: undefined },
])('$before to $after: $expected', ({ before, after, expected }) => {
  const side = (more: Partial<Finding> | null) => document([target('web', more === null ? [] : [finding('v', more)])]);
  expect(compareResults(side(before), side(after)).targets[0]?.changes.map((change) => change.kind)).toEqual(
    expected === undefined ? [] : [expected],
  );
});

test.for([
  {
    when: 'the same file',
    before: ['compose.yaml#web', 'compose.yaml#db'],
    after: ['compose.yaml#db', 'compose.yaml#web'],
    pairs: ['compose.yaml#db compose.yaml#db', 'compose.yaml#web compose.yaml#web'],
  },
  {
    when: 'another folder',
    before: ['old/compose.yaml#web'],
    after: ['new/compose.yaml#web'],
    pairs: ['old/compose.yaml#web new/compose.yaml#web'],
  },
  {
    when: 'one name in two files',
    before: ['old/a/compose.yaml#web', 'old/b/compose.yaml#web'],
    after: ['new/b/compose.yaml#web', 'new/a/compose.yaml#web'],
    pairs: ['old/b/compose.yaml#web new/b/compose.yaml#web', 'old/a/compose.yaml#web new/a/compose.yaml#web'],
  },
  {
    when: 'one renamed',
    before: ['compose.yaml#web'],
    after: ['compose.yaml#site'],
    pairs: ['compose.yaml#web compose.yaml#site'],
  },
  {
    when: 'two renamed: not guessed',
    before: ['compose.yaml#a', 'compose.yaml#b'],
    after: ['compose.yaml#c', 'compose.yaml#d'],
    pairs: [],
  },
])('objects are paired: $when', ({ before, after, pairs }) => {
  const side = (ids: readonly string[]) => document(ids.map((id) => target(id.split('#')[1] ?? '', [], { id })));
  const { targets, added, removed } = compareResults(side(before), side(after));
  expect(targets.map((pair) => `${pair.before.id} ${pair.after.id}`)).toEqual(pairs);
  expect([added.length, removed.length]).toEqual([after.length - pairs.length, before.length - pairs.length]);
});
