import { describe, expect, test } from 'vitest';
import { type DeviceRule, Unknown } from '../posture/index.ts';
import { deviceStatements, isAllowed } from './devices.ts';
import { deviceNumbers } from './files.ts';
import { factIn, inMemory, stat, type Tree } from './fixtures/in-memory.ts';

const node = (major: number, minor: number, kind: 'character' | 'block' = 'character') => stat(kind, { major, minor });
const RULES: readonly DeviceRule[] = [
  { allow: false, type: 'a', access: 'rwm' },
  { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
  { allow: true, type: 'b', access: 'm' },
];

const MACHINE: Tree = {
  '/proc/7/root/dev/null': node(1, 3),
  '/proc/7/root/dev/tty': node(5, 0),
  '/proc/7/root/dev/pts/0': node(136, 0),
  '/proc/7/root/dev/console': node(136, 1),
  '/proc/7/root/dev/renamed': node(10, 229),
  '/proc/7/root/dev/disk/by-id/x': node(8, 1, 'block'),
  '/proc/7/root/dev/stdin': stat('link'),
  '/dev/fuse': node(10, 229),
  '/dev/sda1': node(8, 1, 'block'),
};

function facts(tree: Tree, rules: readonly DeviceRule[] | Unknown = RULES) {
  const statements = deviceStatements(inMemory(tree), 7, { from: 'x', rules });
  return {
    of: (key: string) => factIn(statements, key),
    keys: statements.flatMap((statement) => Object.keys(statement.facts)),
  };
}

describe('nodes', () => {
  const { of, keys } = facts(MACHINE);
  test('go by the host’s names for their numbers, with what the rules allow', () => {
    expect(of('device./dev/renamed')).toEqual({
      type: 'c',
      major: 10,
      minor: 229,
      hostPath: '/dev/fuse',
      access: 'rw',
    });
    expect(of('device./dev/disk/by-id/x')).toEqual({
      type: 'b',
      major: 8,
      minor: 1,
      hostPath: '/dev/sda1',
      access: 'm',
    });
  });
  test('that every container has are not named', () =>
    expect(keys).toEqual(['device-rules', 'device.*', 'device./dev/renamed', 'device./dev/disk/by-id/x']));
  test('whose rules are not known are unknown', () =>
    expect(facts(MACHINE, new Unknown('a program decides')).of('device./dev/renamed')).toBeInstanceOf(Unknown));
});

test('a folder that may not be listed hides what it holds', () => {
  expect(facts({ '/proc/7/root/dev': { error: 'EACCES' } }).of('device./dev')).toBeInstanceOf(Unknown);
  expect(facts({}).of('device./dev')).toBeUndefined();
});

test.each([
  ['c', 10, 229, 'r', true],
  ['c', 10, 229, 'm', false],
  ['c', 10, 1, 'r', false],
  ['b', 8, 0, 'm', true],
  ['b', 8, 0, 'r', false],
] as const)('%s %i:%i %s: %s', (type, major, minor, letter, expected) =>
  expect(isAllowed(RULES, type, major, minor, letter)).toBe(expected),
);

test.each([
  [0x0103, 1, 3],
  [0x12345678, 0x456, 0x12378],
])('device number %#', (number, major, minor) => expect(deviceNumbers(number)).toEqual({ major, minor }));
