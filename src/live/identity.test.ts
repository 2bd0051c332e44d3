import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unknown } from '../posture/index.ts';
import { factIn, inMemory } from './fixtures/in-memory.ts';
import { insideOf, parseIdMap } from './id-maps.ts';
import {
  capabilityStatements,
  identityStatements,
  parseGroups,
  privilegeStatement,
  readUserSpace,
} from './identity.ts';
import { parseStat, parseStatus } from './status.ts';

const STATUS = `Name:\tsh
State:\tS (sleeping)
PPid:\t1
TracerPid:\t0
Uid:\t101000\t101000\t101000\t101000
Gid:\t101000\t101000\t101000\t101000
Groups:\t100005 6
VmSize:\t 100 kB
CapInh:\t0000000000000000
CapPrm:\t0000000000000400
CapEff:\t0000000000000400
CapBnd:\t00000000a80425fb
CapAmb:\t0000000000000000
NoNewPrivs:\t0
Seccomp:\t2
Seccomp_filters:\t1
`;

const MAP = '         0     100000      65536\n';

const with_ = (...changes: readonly (readonly [string, string])[]) =>
  parseStatus(
    changes.reduce(
      (text, [name, value]) => text.replace(new RegExp(`^${name}:.*$`, 'm'), `${name}:\t${value}`),
      STATUS,
    ),
  );

test('the status is taken apart', () => {
  expect(parseStatus(STATUS)).toMatchObject({
    name: 'sh',
    state: 'S',
    parent: 1,
    groups: [100005, 6],
    seccomp: 2,
    filters: 1,
    noNewPrivileges: false,
    hasMemory: true,
    capabilities: { CapPrm: 0x400n, CapAmb: 0n },
  });
});

test('any text gives a status', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof parseStatus(text).name === 'string'));
});

test('the name in stat may hold anything', () => {
  const rest = `S 1 ${Array.from({ length: 17 }, (_, i) => i).join(' ')} 4711 0`;
  expect(parseStat(`12 (a) b ) (c) ${rest}`)).toEqual({ terminal: 2, started: '4711' });
  expect(parseStat('12 (x')).toBeUndefined();
});

describe('ids', () => {
  const files = inMemory({
    '/proc/7/uid_map': MAP,
    '/proc/7/gid_map': MAP,
    '/etc/group': 'root:x:0:\ndisk:x:6:me,you\n',
  });
  const of = (where: { initial: boolean; own: boolean }, status = parseStatus(STATUS)) =>
    identityStatements(7, status, readUserSpace(files, 7, where), files);

  test('are translated to those inside', () => {
    const seen = of({ initial: false, own: false });
    expect(factIn(seen, 'process.uid')).toBe(1000);
    expect(factIn(seen, 'process.groups')).toEqual([5]);
    expect(factIn(seen, 'user-namespace.uid-map')).toEqual([{ inside: 0, outside: 100000, size: 65536 }]);
    expect(factIn(seen, 'request.group.disk')).toBeUndefined();
  });

  test('are the host’s in the first user namespace, where its groups have names', () => {
    const seen = of({ initial: true, own: true });
    expect(factIn(seen, 'process.uid')).toBe(101000);
    expect(factIn(seen, 'user-namespace.uid-map')).toEqual([]);
    expect(factIn(seen, 'request.group.disk')).toBe(true);
    expect(factIn(seen, 'request.group.root')).toBeUndefined();
  });

  test.each([
    ['a saved id of 0 is a way back to root', '100500\t100500\t100000\t100500', 0],
    ['one that is not mapped is not root', '5\t5\t5\t5', 'non-root'],
  ])('%s', (_, uids, expected) =>
    expect(factIn(of({ initial: false, own: false }, with_(['Uid', uids])), 'process.uid')).toBe(expected),
  );

  test('a map that may not be read leaves them unknown', () => {
    const closed = inMemory({ '/proc/7/uid_map': { error: 'EACCES' } });
    const space = readUserSpace(closed, 7, { initial: false, own: false });
    expect(factIn(identityStatements(7, parseStatus(STATUS), space, closed), 'process.uid')).toBeInstanceOf(Unknown);
  });
});

describe('capabilities', () => {
  const of = (key: string, ...changes: readonly (readonly [string, string])[]) => {
    const statements = capabilityStatements(7, with_(...changes));
    const wildcard = key.replace(/\.[A-Z_]+$/, '.*');
    return factIn(statements, key) ?? factIn(statements, wildcard);
  };
  test.each([
    ['in the bounding set', 'capability.bounding.CHOWN', [], true],
    ['not in it', 'capability.bounding.SYS_ADMIN', [], false],
    ['permitted beyond the bounding set', 'capability.ambient.SYS_ADMIN', [['CapPrm', '0000000000200000']], true],
    ['inheritable beyond the bounding set', 'capability.bounding.SYS_ADMIN', [['CapInh', '0000000000200000']], true],
    ['bounded, whatever is permitted', 'capability.bounding.CHOWN', [['NoNewPrivs', '1']], true],
    ['bounded and not permitted', 'capability.permitted.CHOWN', [['NoNewPrivs', '1']], false],
    ['permitted without new privileges', 'capability.bounding.NET_BIND_SERVICE', [['NoNewPrivs', '1']], true],
    ['permitted to somebody who is not root', 'capability.ambient.NET_BIND_SERVICE', [], true],
    ['not permitted', 'capability.ambient.CHOWN', [], false],
    ['inheritable', 'capability.inheritable.KILL', [['CapInh', '0000000000000020']], true],
  ] as const)('%s', (_, key, changes, expected) => expect(of(key, ...changes)).toBe(expected));

  test('without their lines they are unknown', () => {
    const statements = capabilityStatements(7, parseStatus('Name:\tx\n'));
    expect(factIn(statements, 'capability.bounding.*')).toBeInstanceOf(Unknown);
  });

  test('no_new_privs of a kernel that does not tell it is unknown', () => {
    expect(privilegeStatement(7, parseStatus('Name:\tx\n')).facts['process.no-new-privileges']).toBeInstanceOf(Unknown);
  });
});

test('maps lead inside, and nowhere from outside of them', () => {
  fc.assert(
    fc.property(fc.nat(200_000), (id) => {
      const inside = insideOf(parseIdMap(MAP), id);
      expect(inside).toBe(id >= 100_000 && id < 165_536 ? id - 100_000 : undefined);
    }),
  );
  expect(parseIdMap('garbage\n1 2\n')).toEqual([]);
});

test('groups with their members', () => {
  expect(parseGroups('a:x:5:b,c\n\nbad\n:x:1:\n')).toEqual([{ name: 'a', gid: 5, members: ['b', 'c'] }]);
});
