import { describe, expect, test } from 'vitest';
import { type HandedIn, placeIn } from './handed-in.ts';

const handedIn = (point: string, source: string): HandedIn => ({
  point,
  source,
  mount: { type: 'bind', source, readonly: false },
  standIn: false,
});

describe('where a path of the host is in a mount', () => {
  test.each([
    ['the path itself', '/host-etc', '/etc', '/etc', false, '/host-etc'],
    ['a path below', '/host-etc', '/etc', '/etc/cron.d', false, '/host-etc/cron.d'],
    ['below the whole root', '/host', '/', '/etc', false, '/host/etc'],
    ['the root at the root', '/', '/', '/etc', false, '/etc'],
    ['a name that only begins alike', '/x', '/etc', '/etcetera', false, undefined],
    ['a part, where the whole is asked for', '/x', '/etc/cron.d', '/etc', false, undefined],
    ['a part, where a part is enough', '/x', '/etc/cron.d', '/etc', true, '/x'],
    ['a neighbour', '/x', '/var/log', '/etc', true, undefined],
  ])('%s', (_, point, source, path, parts, expected) => {
    expect(placeIn(handedIn(point, source), path, parts)).toBe(expected);
  });
});
