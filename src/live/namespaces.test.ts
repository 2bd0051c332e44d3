import { describe, expect, test } from 'vitest';
import { Unknown } from '../posture/index.ts';
import { factIn, inMemory, type Tree } from './fixtures/in-memory.ts';
import {
  findNeighbours,
  hostNamespaces,
  NAMESPACE_TYPES,
  namespaceNumbers,
  namespaceStatements,
} from './namespaces.ts';

const FIRST = {
  pid: 4026531836,
  user: 4026531837,
  ipc: 4026531839,
  uts: 4026531838,
  cgroup: 4026531835,
  time: 4026531834,
};

function links(pid: number | string, numbers: Readonly<Record<string, number>>): Tree {
  const all = { ...FIRST, net: 4026531900, mnt: 4026531901, ...numbers };
  return Object.fromEntries(
    Object.entries(all).map(([type, number]) => [`/proc/${pid}/ns/${type}`, { link: `${type}:[${number}]` }]),
  );
}

function closed(pid: number | string): Tree {
  return Object.fromEntries(NAMESPACE_TYPES.map((type) => [`/proc/${pid}/ns/${type}`, { error: 'EACCES' }]));
}

const PRIVATE = { pid: 4026532001, net: 4026532002, mnt: 4026532003, ipc: 4026532004, uts: 4026532005 };
const CONTAINER: Tree = { ...links(7, PRIVATE), '/proc/7/cgroup': '0::/docker/aa\n' };

function modes(tree: Tree, pid = 7) {
  const files = inMemory(tree);
  const [numbers, host] = [namespaceNumbers(files, pid), hostNamespaces(files)];
  const statements = namespaceStatements(pid, numbers, host, findNeighbours(files, pid, numbers, host));
  return (type: string) => factIn(statements, `namespace.${type}`);
}

describe('a container beside process 1', () => {
  const of = modes({ ...links(1, {}), ...links('self', {}), ...CONTAINER });
  test.each([
    ['pid', 'private'],
    ['net', 'private'],
    ['mnt', 'private'],
    ['ipc', 'private'],
    ['user', 'host'],
    ['cgroup', 'host'],
    ['time', 'host'],
  ])('%s: %s', (type, mode) => expect(of(type)).toBe(mode));
});

test('process 1 may be closed: this program stands for the host', () => {
  const of = modes({ ...closed(1), ...links('self', {}), ...CONTAINER });
  expect([of('net'), of('mnt')]).toEqual(['private', 'private']);
});

test('from inside a container the host’s network is not seen, its first namespaces are', () => {
  const of = modes({ ...links(1, PRIVATE), ...links('self', PRIVATE), ...CONTAINER });
  expect(of('net')).toBeInstanceOf(Unknown);
  expect([of('pid'), of('user')]).toEqual(['private', 'host']);
});

test('since 6.18 all of the first have fixed numbers', () => {
  const first = { net: 4026531833, mnt: 4026531832 };
  expect(modes({ ...links(1, PRIVATE), ...links('self', PRIVATE), ...links(7, first) })('net')).toBe('host');
});

describe('other processes in the same namespace', () => {
  const base = { ...links(1, {}), ...links('self', {}), ...CONTAINER };
  const neighbour = (group: string, more: Readonly<Record<string, number>> = {}): Tree => ({
    ...links(8, { ...PRIVATE, mnt: 4026533000, pid: 4026533001, uts: 4026533002, ...more }),
    '/proc/8/cgroup': `0::${group}\n`,
  });
  test('of another container share it', () => {
    const of = modes({ ...base, ...neighbour('/docker/bb') });
    expect([of('net'), of('ipc'), of('pid'), of('uts')]).toEqual(['shared', 'shared', 'private', 'private']);
  });
  test('below its own group are its own', () => {
    expect(modes({ ...base, ...neighbour('/docker/aa/inner') })('ipc')).toBe('private');
  });
  test('in its own mount namespace are its own', () => {
    expect(modes({ ...base, ...neighbour('/docker/bb', { mnt: PRIVATE.mnt }) })('ipc')).toBe('private');
  });
  test('of the host are no other container', () => {
    expect(modes({ ...base, ...neighbour('/docker/bb', { mnt: 4026531901 }) })('ipc')).toBe('private');
  });
  test('that may not be looked into leave open what sharing decides', () => {
    const maps = { '/proc/7/uid_map': '0 1000 1\n', '/proc/8/uid_map': '0 0 4294967295\n' };
    const space = { '/proc/7/ns/user': { link: 'user:[4026532009]' } };
    const of = modes({ ...base, ...closed(8), ...maps, ...space });
    expect(of('ipc')).toBeInstanceOf(Unknown);
    // Who shares it has the same map.
    expect(of('user')).toBe('private');
    expect(modes({ ...base, ...closed(8), ...maps, ...space, '/proc/8/uid_map': '0 1000 1\n' })('user')).toBeInstanceOf(
      Unknown,
    );
    expect(of('net')).toBe('private');
  });
});

test('what may not be read is unknown, what the kernel does not have is the host’s', () => {
  expect(modes({ ...links(1, {}), ...links('self', {}), ...closed(7) })('pid')).toBeInstanceOf(Unknown);
  const old = { ...links(1, {}), ...links('self', {}), ...CONTAINER };
  const without = Object.fromEntries(Object.entries(old).filter(([path]) => !path.endsWith('/time')));
  expect(modes(without)('time')).toBe('host');
});
