import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unknown } from '../posture/index.ts';
import {
  cgroupMode,
  deviceController,
  Groups,
  limitStatements,
  oomStatement,
  parseDeviceList,
  parseLimit,
  parseMembership,
} from './cgroup.ts';
import { factIn, inMemory, type Tree } from './fixtures/in-memory.ts';
import { parseMountinfo } from './mountinfo.ts';

const V2 = '1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n';
const V1 = [
  '1 0 0:1 / / rw - ext4 a rw',
  '2 1 0:2 / /sys/fs/cgroup ro - tmpfs tmpfs ro',
  ...['memory', 'pids', 'cpu,cpuacct', 'blkio', 'devices'].map(
    (names, i) => `${i + 3} 2 0:${i + 3} / /sys/fs/cgroup/${names} rw - cgroup cgroup rw,${names}`,
  ),
].join('\n');
const HYBRID = `${V1}\n9 2 0:9 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;

test.each([
  [V1, 'v1'],
  [V2, 'v2'],
  [HYBRID, 'hybrid'],
  ['', undefined],
])('mode %#', (table, mode) => expect(cgroupMode(parseMountinfo(table))).toBe(mode));

function limits(table: string, membership: string, tree: Tree) {
  const groups = new Groups(parseMembership(membership), parseMountinfo(table));
  const files = inMemory(tree);
  const statements = limitStatements(files, groups);
  const of = (name: string) => factIn(statements, `limit.${name}`);
  return { of, groups, files, statements };
}

describe('version 2', () => {
  const folder = '/sys/fs/cgroup/a/b';
  const { of, groups, files } = limits(V2, '0::/a/b\n', {
    [`${folder}/memory.max`]: '1000\n',
    [`${folder}/memory.swap.max`]: '500\n',
    [`${folder}/pids.max`]: 'max\n',
    '/sys/fs/cgroup/a/pids.max': '77\n',
    '/sys/fs/cgroup/a/memory.max': 'max\n',
    [`${folder}/cpu.max`]: '50000 100000\n',
    [`${folder}/io.max`]: '8:0 rbps=2097152 wbps=max riops=max wiops=max\n8:16 rbps=max wbps=100 riops=max wiops=max\n',
  });
  test.each([
    ['memory', 1000],
    ['memory-swap', 1500],
    // The ancestor's.
    ['pids', 77],
    ['cpu', 0.5],
    ['io', 2097152],
  ])('%s: %s', (name, value) => expect(of(name)).toBe(value));
  test('devices are decided by a program', () => expect(deviceController(groups)).toEqual({ version: 2, folder }));
  test('there is no way without the killer', () =>
    expect(oomStatement(files, groups)?.facts).toEqual({ 'oom-kill-disabled': false }));
});

test.each(['memory', 'memory-swap', 'pids', 'cpu', 'io'])('the root of version 2 has no limit of %s', (name) =>
  expect(limits(V2, '0::/\n', {}).of(name)).toBe('none'),
);

describe('version 1', () => {
  const { of, groups, files } = limits(V1, '5:devices:/x\n4:blkio:/x\n3:cpu,cpuacct:/x\n2:pids:/x\n1:memory:/x\n', {
    '/sys/fs/cgroup/memory/x/memory.limit_in_bytes': '67108864\n',
    '/sys/fs/cgroup/memory/x/memory.memsw.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/x/memory.oom_control': 'oom_kill_disable 1\nunder_oom 0\noom_kill 0\n',
    '/sys/fs/cgroup/pids/x/pids.max': '100\n',
    '/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us': '150000\n',
    '/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/blkio/x/blkio.throttle.read_bps_device': '8:0 1048576\n',
    '/sys/fs/cgroup/blkio/x/blkio.throttle.write_bps_device': '',
  });
  test.each([
    ['memory', 67108864],
    ['memory-swap', 'none'],
    ['pids', 100],
    ['cpu', 1.5],
    ['io', 1048576],
  ])('%s: %s', (name, value) => expect(of(name)).toBe(value));
  test('the killer is off', () => expect(oomStatement(files, groups)?.facts).toEqual({ 'oom-kill-disabled': true }));
  test('devices', () => {
    expect(deviceController(groups)).toEqual({ version: 1, folder: '/sys/fs/cgroup/devices/x' });
    expect(parseDeviceList('c 1:3 rwm\nb *:* m\nnonsense\n')).toEqual([
      { allow: false, type: 'a', access: 'rwm' },
      { allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' },
      { allow: true, type: 'b', access: 'm' },
    ]);
  });
});

test('hybrid: what version 1 does not control, the unified hierarchy does', () => {
  const { of } = limits(HYBRID, '2:pids:/x\n0::/y\n', {
    '/sys/fs/cgroup/pids/x/pids.max': '5\n',
    '/sys/fs/cgroup/unified/y/memory.max': '99\n',
  });
  expect([of('pids'), of('memory')]).toEqual([5, 99]);
});

test.each([
  ['a group outside the cgroup namespace', V2, '0::/../x\n', {}],
  ['a group outside of what is mounted', '2 1 0:2 /mine /sys/fs/cgroup rw - cgroup2 c rw', '0::/other\n', {}],
  ['a hierarchy that is not mounted', '', '1:pids:/x\n', {}],
  ['a file that may not be read', V2, '0::/x\n', { '/sys/fs/cgroup/x/pids.max': { error: 'EACCES' } }],
  ['a file that is not understood', V2, '0::/x\n', { '/sys/fs/cgroup/x/pids.max': 'many\n' }],
])('%s gives no limit, and no "none"', (_, table, membership, tree) =>
  expect(limits(table, membership, tree as Tree).of('pids')).toBeInstanceOf(Unknown),
);

test('only what is mounted of a hierarchy is looked through', () => {
  const { of } = limits('2 1 0:2 /mine /sys/fs/cgroup rw - cgroup2 c rw', '0::/mine/x\n', {
    '/sys/fs/cgroup/x/pids.max': '8',
  });
  expect(of('pids')).toBe(8);
});

test('parsers take any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parseMembership(text).every(({ path }) => path.startsWith('/'))).toBe(true);
      expect(parseDeviceList(text)[0]).toEqual({ allow: false, type: 'a', access: 'rwm' });
      const limit = parseLimit(text);
      expect(limit === undefined || limit === 'none' || limit >= 0).toBe(true);
    }),
  );
});
