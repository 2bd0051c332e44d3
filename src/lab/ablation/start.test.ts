import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BARE } from '../agreement/bases.ts';
import { configOf, type Draft } from '../agreement/draft.ts';
import type { Here } from '../agreement/here.ts';
import { settled } from '../agreement/settle.ts';
import { PARTS } from './mechanisms.data.ts';
import { WHOLE, wholeOf } from './mechanisms.ts';
import { Start } from './start.ts';

/** A machine of no particular kind. */
const HERE: Here = {
  uid: 0,
  arch: 'x86_64',
  kernel: '6.12.0',
  capabilities: ['CAP_CHOWN', 'CAP_KILL', 'CAP_SYS_ADMIN', 'CAP_SYS_RESOURCE'],
  namespaces: ['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts'],
  cgroup: 'v2',
  controllers: ['memory', 'pids', 'cpu'],
  apparmor: ['docker-default'],
  devices: [{ path: '/dev/kmsg', type: 'c', major: 1, minor: 11 }],
  paths: ['/', '/proc', '/sys'],
  sharesMounts: false,
  hardLimits: {},
  oomScoreAdj: 0,
  groups: {},
};

const HELD: Draft = {
  ...BARE,
  namespaces: ['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts'],
  maps: {
    uid: [{ containerID: 0, hostID: 200_000, size: 65_536 }],
    gid: [{ containerID: 0, hostID: 200_000, size: 65_536 }],
  },
  user: { uid: 1000, gid: 1000, additionalGids: [] },
  noNewPrivileges: true,
  seccomp: { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [] },
  rlimits: [{ type: 'RLIMIT_NOFILE', soft: 64, hard: 64 }],
  oomScoreAdj: 5,
  apparmorProfile: 'docker-default',
  readonlyRoot: true,
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'nodev', 'noexec'] },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro', 'nosuid'] },
  ],
  maskedPaths: ['/proc/kcore'],
  readonlyPaths: ['/proc/sys'],
  deviceRules: [{ allow: false, type: 'a', access: 'rwm' }],
  limits: { memory: 1_048_576, pids: 10 },
  sysctl: { 'net.ipv4.ip_forward': '0' },
  hostname: 'held',
  rootfsPropagation: 'rprivate',
};

const START = new Start('held', configOf(HELD, undefined), HERE);

/** The parts that these tests look at. */
interface Config {
  readonly process: {
    readonly user: { readonly uid: number };
    readonly capabilities: Readonly<Record<string, readonly string[]>>;
    readonly rlimits: readonly { readonly type: string; readonly hard: number }[];
    readonly noNewPrivileges: boolean;
    readonly apparmorProfile?: string;
  };
  readonly root: { readonly readonly: boolean };
  readonly hostname?: string;
  readonly mounts: readonly { readonly destination: string; readonly options: readonly string[] }[];
  readonly linux: {
    readonly namespaces: readonly { readonly type: string }[];
    readonly uidMappings?: readonly unknown[];
    readonly sysctl?: unknown;
    readonly seccomp?: unknown;
    readonly maskedPaths: readonly string[];
    readonly devices?: readonly unknown[];
    readonly resources: { readonly memory?: unknown; readonly devices: readonly { readonly allow: boolean }[] };
  };
}

const of = (config: unknown): Config => config as Config;
const left = (...names: readonly string[]) => WHOLE.filter(({ name }) => names.includes(name));

test('leaving out nothing changes nothing', () => {
  expect(START.without([])).toEqual(
    configOf({ ...settled(HELD, HERE), namespaces: [...HELD.namespaces].sort() }, undefined),
  );
});

test('what is left with nothing is the same as everything left out', () => {
  expect(START.without(WHOLE)).toEqual(START.withAlone([]));
  expect(START.withAlone(WHOLE)).toEqual(START.without([]));
});

test('the order in which mechanisms are left out makes no difference, and what is not left out is what is added', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...WHOLE]), (some) => {
      const rest = WHOLE.filter((one) => !some.includes(one));
      expect(START.without(some)).toEqual(START.without([...some].sort((a, b) => (a.name < b.name ? -1 : 1))));
      expect(START.without(some)).toEqual(START.withAlone(rest));
    }),
    { numRuns: 60 },
  );
});

test.each(WHOLE.map((one) => [one.name, one] as const))(
  '%s is one of the start, and leaving it out changes it',
  (_, one) => {
    expect(START.has(one)).toBe(true);
    expect(START.without([one])).not.toEqual(START.without([]));
  },
);

describe('what is edited', () => {
  test.each<[string, (config: Config) => unknown, unknown, unknown]>([
    ['capability', ({ process }) => process.capabilities.ambient, [], HERE.capabilities],
    ['seccomp', ({ linux }) => linux.seccomp !== undefined, true, false],
    ['no-new-privileges', ({ process }) => process.noNewPrivileges, true, false],
    ['dac', ({ process }) => process.user.uid, 1000, 0],
    ['lsm', ({ process }) => process.apparmorProfile, 'docker-default', undefined],
    ['mount', ({ root }) => root.readonly, true, false],
    ['mount', ({ linux }) => linux.maskedPaths, ['/proc/kcore'], []],
    ['mount', ({ mounts }) => mounts.find(({ destination }) => destination === '/sys')?.options, ['ro', 'nosuid'], []],
    ['mount', ({ mounts }) => mounts.some(({ destination }) => destination === '/tmp/host'), false, true],
    [
      'device-policy',
      ({ linux }) => linux.resources.devices,
      [{ allow: false, type: 'a', access: 'rwm' }],
      [{ allow: true, type: 'a', access: 'rwm' }],
    ],
    ['cgroup-limit', ({ linux }) => linux.resources.memory, { limit: 1_048_576 }, undefined],
    [
      'cgroup-limit',
      ({ process }) => process.rlimits.find(({ type }) => type === 'RLIMIT_NOFILE')?.hard,
      64,
      1_048_576,
    ],
    ['namespace-uts', ({ hostname }) => hostname, 'held', undefined],
    ['namespace-user', ({ linux }) => linux.uidMappings?.length, 1, undefined],
  ])('%s', (name, look, before, after) => {
    expect(look(of(START.without([])))).toEqual(before);
    expect(look(of(START.without(left(name))))).toEqual(after);
    expect(look(of(START.withAlone(left(name))))).toEqual(before);
  });
});

test('settings of a namespace are never written to the host: they go where it goes', () => {
  const namespacesOf = (config: unknown) => of(config).linux.namespaces.map(({ type }) => type);
  const without = START.without(left('namespace-net'));
  expect(namespacesOf(without)).not.toContain('network');
  expect(of(without).linux.sysctl).toBeUndefined();
  expect(of(START.without(left('namespace-uts'))).hostname).toBeUndefined();
});

test('nothing is shared with a host that shares its mounts', () => {
  const shared = new Start('held', configOf(HELD, undefined), { ...HERE, sharesMounts: true });
  const { mounts, linux } = of(shared.withAlone([])) as Config & { linux: { rootfsPropagation: string } };
  expect(mounts.flatMap(({ options }) => options).filter((option) => /shared/.test(option))).toEqual([]);
  expect(linux.rootfsPropagation).toBe('rslave');
});

test('a start is taken apart by the mechanisms that it is told alone', () => {
  const start = new Start('held', configOf(HELD, undefined), HERE, ['namespace-user']);
  expect(WHOLE.filter((one) => start.has(one)).map(({ name }) => name)).toEqual(['namespace-user']);
});

test('every part belongs to the whole of its mechanism', () => {
  for (const { mechanism, parts } of PARTS) {
    for (const part of parts) expect(wholeOf(mechanism)?.parts).toContainEqual(part);
  }
});
