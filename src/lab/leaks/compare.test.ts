import { expect, test } from 'vitest';
import type { Channel } from './channels.data.ts';
import { seenOf } from './compare.ts';

const CHANNEL: Channel = { name: 'limit', path: '/proc/x', compare: 'text', common: /^32768$/ };
const read = (text: string) => ({ text, at: 0 }) as Parameters<typeof seenOf>[1]['inside'];

test.for([
  ['the host’s own', '1234', '1234', 'same'],
  ['another', '1234', '99', 'own'],
  ['what any machine has', '32768', '32768', 'unknown'],
  ['what any machine has, and the host has not', '1234', '32768', 'own'],
  ['nothing where the host has nothing', '', '', 'unknown'],
  ['nothing where the host has something', '1234', '', 'absent'],
] as const)('%s', ([, host, inside, seen]) => {
  const views = { before: read(host), after: read(host), inside: read(inside), second: undefined };
  expect(seenOf(CHANNEL, views)).toBe(seen);
});
