import { describe, expect, it } from 'vitest';
import { compileCatalogue } from '../../check/index.ts';
import { Unknown } from '../../posture/index.ts';
import { readOciConfig } from '../../readers/oci/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import { generator, sampler } from './configurations.ts';
import { Deciders } from './decisive.ts';
import { configOf } from './draft.ts';
import { editFor } from './edits.ts';
import { type Here, hereOf } from './here.ts';
import { Random } from './random.ts';
import { STUB_CALLS } from './seccomp.data.ts';
import { settled } from './settle.ts';

/** A machine of no particular kind, so that the samples are the same wherever this runs. */
const HERE: Here = {
  uid: 0,
  arch: 'x86_64',
  kernel: '6.12.0',
  capabilities: [
    'CHOWN',
    'DAC_OVERRIDE',
    'KILL',
    'SETUID',
    'SETGID',
    'NET_RAW',
    'SYS_ADMIN',
    'SYS_PTRACE',
    'MKNOD',
    'BPF',
  ].map((name) => `CAP_${name}`),
  namespaces: ['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts'],
  cgroup: 'hybrid',
  controllers: ['memory', 'pids', 'cpu', 'blkio', 'devices'],
  apparmor: ['docker-default'],
  devices: [
    { path: '/dev/kmsg', type: 'c', major: 1, minor: 11 },
    { path: '/dev/fuse', type: 'c', major: 10, minor: 229 },
    { path: '/dev/loop0', type: 'b', major: 7, minor: 0 },
  ],
  paths: [
    '/',
    '/dev',
    '/dev/pts',
    '/dev/shm',
    '/etc',
    '/etc/passwd',
    '/proc',
    '/proc/sys',
    '/run',
    '/sys',
    '/sys/fs/cgroup',
    '/sys/kernel',
    '/tmp',
  ],
  sharesMounts: false,
  hardLimits: { nofile: 20_000, memlock: 8_388_608 },
  oomScoreAdj: 100,
  groups: { root: 0, disk: 6 },
  disk: { major: 254, minor: 0 },
};

/** The parts that these tests look at. */
interface Config {
  readonly process: {
    readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids: readonly number[] };
    readonly capabilities: Readonly<Record<string, readonly string[]>>;
    readonly rlimits?: readonly { readonly type: string; readonly soft: number; readonly hard: number }[];
    readonly noNewPrivileges: boolean;
    readonly oomScoreAdj?: number;
    readonly apparmorProfile?: string;
  };
  readonly root: { readonly readonly: boolean };
  readonly hostname?: string;
  readonly mounts: readonly {
    readonly destination: string;
    readonly type: string;
    readonly source: string;
    readonly options: readonly string[];
  }[];
  readonly linux: {
    readonly namespaces: readonly { readonly type: string }[];
    readonly uidMappings?: readonly Mapping[];
    readonly gidMappings?: readonly Mapping[];
    readonly devices?: readonly { readonly path: string }[];
    readonly resources: {
      readonly devices?: readonly { readonly allow: boolean; readonly type?: string; readonly access: string }[];
      readonly memory?: { readonly limit: number };
      readonly pids?: { readonly limit: number };
      readonly cpu?: object;
      readonly blockIO?: object;
    };
    readonly sysctl?: Readonly<Record<string, string>>;
    readonly seccomp?: {
      readonly defaultAction: string;
      readonly architectures?: readonly string[];
      readonly syscalls?: readonly {
        readonly names: readonly string[];
        readonly action: string;
        readonly args?: object;
      }[];
    };
    readonly maskedPaths: readonly string[];
    readonly readonlyPaths: readonly string[];
    readonly rootfsPropagation?: string;
  };
}

interface Mapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

const samples = async (seed: number, here = HERE): Promise<(index: number) => Config> => {
  const sample = await sampler(here, seed);
  return (index) => sample(index) as unknown as Config;
};
const at = await samples(7);
const SAMPLES = Array.from({ length: 1000 }, (_, index) => at(index));

/** Changed for each gate that vectors have, to open it or to close it. */
const EDITED = await (async () => {
  const { draft } = await generator(HERE);
  const random = new Random(7);
  return new Deciders(compileCatalogue(CATALOGUE)).gates.flatMap(({ gate }, index) => {
    const change = editFor(gate, index % 2 === 0 ? 'closed' : 'passes', { here: HERE, random });
    return change === undefined ? [] : [configOf(settled(change(draft(index)), HERE), HERE.disk) as unknown as Config];
  });
})();

describe('a sample', () => {
  it('is the same for the same seed and index, whichever came before', async () => {
    expect(at(41)).toEqual(SAMPLES[41]);
    expect((await samples(7, structuredClone(HERE)))(41)).toEqual(SAMPLES[41]);
    expect((await samples(8))(41)).not.toEqual(SAMPLES[41]);
  });

  it('is seldom one that was there before', () => {
    expect(new Set(SAMPLES.map((sample) => JSON.stringify(sample))).size).toBeGreaterThan(950);
  });

  it('is read without a problem', () => {
    const problems = SAMPLES.flatMap((sample, index) =>
      readOciConfig(JSON.stringify(sample), 'config.json', OPTIONS).problems.map(
        ({ message }) => `${index}: ${message}`,
      ),
    );
    expect(problems).toEqual([]);
  });
});

const OPTIONS = {} as Parameters<typeof readOciConfig>[2];

/** For each dimension the kinds of it that a sample shows. */
const KINDS: Readonly<Record<string, (sample: Config) => readonly string[]>> = {
  namespaces: ({ linux }) => linux.namespaces.map(({ type }) => type),
  'namespaces that are the host’s': ({ linux }) =>
    HERE.namespaces.filter((name) => !linux.namespaces.some(({ type }) => type === name)),
  maps: ({ linux: { uidMappings = [] } }) =>
    uidMappings.length === 0 ? ['none'] : [uidMappings.length > 1 ? 'several' : mapKind(uidMappings[0])],
  'maps differ': ({ linux }) => [String(JSON.stringify(linux.uidMappings) === JSON.stringify(linux.gidMappings))],
  user: ({ process }) => [String(process.user.uid), process.user.additionalGids.length > 0 ? 'groups' : 'no groups'],
  ...Object.fromEntries(
    ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'].map((set) => [
      `capabilities ${set}`,
      ({ process }: Config) => [sizeKind(process.capabilities[set] ?? [])],
    ]),
  ),
  'sets that do not fit': ({ process: { capabilities } }) => [
    beyond(capabilities.permitted, capabilities.bounding) ? 'permitted beyond bounding' : 'within',
    beyond(capabilities.ambient, capabilities.inheritable) ? 'ambient beyond inheritable' : 'within',
    beyond(capabilities.permitted, capabilities.effective) ? 'not all in effect' : 'within',
  ],
  no_new_privs: ({ process }) => [String(process.noNewPrivileges)],
  filter: ({ linux: { seccomp } }) =>
    seccomp === undefined ? ['none'] : [seccomp.defaultAction, `${seccomp.architectures?.length ?? 0} interfaces`],
  'filter actions': ({ linux }) => (linux.seccomp?.syscalls ?? []).map(({ action }) => action),
  'filter conditions': ({ linux }) =>
    (linux.seccomp?.syscalls ?? []).flatMap(({ names, args }) => (args === undefined ? [] : names)),
  'mount types': ({ mounts }) => mounts.map(({ type }) => type),
  'bound paths': ({ mounts }) => mounts.filter(({ type }) => type === 'bind').map(({ source }) => source),
  'mount options': ({ mounts }) => mounts.flatMap(({ options }) => options),
  'masked paths': ({ linux }) => [countKind(linux.maskedPaths), ...linux.maskedPaths],
  'read-only paths': ({ linux }) => [countKind(linux.readonlyPaths), ...linux.readonlyPaths],
  devices: ({ linux: { devices = [] } }) => (devices.length === 0 ? ['none'] : devices.map(({ path }) => path)),
  'device rules': ({ linux: { resources } }) =>
    resources.devices === undefined
      ? ['absent']
      : [
          countKind(resources.devices.map(({ access }) => access)),
          ...resources.devices.map(({ allow, type }) => `${allow ? 'allow' : 'deny'} ${type}`),
        ],
  rlimits: ({ process }) => (process.rlimits ?? []).map(({ type }) => type),
  limits: ({ linux: { resources } }) => Object.keys(resources),
  sysctl: ({ linux }) => Object.keys(linux.sysctl ?? {}),
  root: ({ root, linux }) => [String(root.readonly), linux.rootfsPropagation ?? 'no propagation'],
  hostname: ({ hostname }) => [hostname === undefined ? 'none' : 'some'],
  'oom score': ({ process }) => [String(process.oomScoreAdj)],
  apparmor: ({ process }) => [String(process.apparmorProfile)],
};

function mapKind(map: Mapping | undefined): string {
  return map?.size === 1 ? 'one id' : map?.hostID === 0 ? 'identity' : 'shifted';
}

function sizeKind(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.length === HERE.capabilities.length ? 'all' : 'some';
}

function countKind(list: readonly string[]): string {
  return list.length === 0 ? 'empty' : list.length < 6 ? 'few' : 'many';
}

function beyond(set: readonly string[] = [], limit: readonly string[] = []): boolean {
  return set.some((name) => !limit.includes(name));
}

const seen = (dimension: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const sample of SAMPLES) {
    for (const kind of new Set(KINDS[dimension]?.(sample))) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
};
/** Kinds that must be there, each in at least so many of the samples. */
const EXPECTED: Readonly<Record<string, readonly [number, readonly string[]]>> = {
  namespaces: [10, ['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts']],
  'namespaces that are the host’s': [10, ['cgroup', 'ipc', 'mount', 'network', 'pid', 'user', 'uts']],
  maps: [30, ['none', 'several', 'one id', 'identity', 'shifted']],
  'maps differ': [20, ['true', 'false']],
  user: [20, ['0', '1000', '65534', 'groups', 'no groups']],
  'capabilities bounding': [30, ['none', 'some', 'all']],
  'capabilities effective': [30, ['none', 'some', 'all']],
  'capabilities permitted': [30, ['none', 'some', 'all']],
  'capabilities inheritable': [30, ['none', 'some']],
  'capabilities ambient': [20, ['none', 'some']],
  'sets that do not fit': [10, ['permitted beyond bounding', 'ambient beyond inheritable', 'not all in effect']],
  no_new_privs: [100, ['true', 'false']],
  filter: [20, ['none', 'SCMP_ACT_ERRNO', 'SCMP_ACT_ALLOW', '1 interfaces', '2 interfaces', '3 interfaces']],
  'filter actions': [5, ['SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_TRAP', 'SCMP_ACT_LOG', 'SCMP_ACT_ERRNO', 'SCMP_ACT_ALLOW']],
  'filter conditions': [5, ['clone', 'unshare', 'socket', 'personality', 'ioctl', 'prctl']],
  'mount types': [50, ['bind', 'proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue', 'cgroup']],
  'bound paths': [5, ['/', '/dev', '/etc', '/proc', '/proc/sys', '/run', '/sys', '/tmp']],
  'mount options': [8, ['ro', 'rro', 'nosuid', 'nodev', 'noexec', 'bind', 'rbind', 'private', 'rslave', 'rshared']],
  'masked paths': [10, ['empty', 'few', 'many', '/proc/sys', '/proc/sys/kernel/core_pattern', '/tmp/host/proc/sys']],
  'read-only paths': [10, ['empty', 'few', 'many', '/proc/sys', '/proc/sys/kernel']],
  devices: [3, ['none', '/dev/kmsg', '/dev/mem', '/dev/disk0', '/run/other-mem']],
  'device rules': [10, ['absent', 'empty', 'few', 'many', 'allow a', 'deny a', 'allow b', 'allow c']],
  rlimits: [10, ['RLIMIT_NOFILE', 'RLIMIT_NPROC', 'RLIMIT_CORE', 'RLIMIT_MEMLOCK']],
  limits: [20, ['memory', 'pids', 'cpu', 'blockIO', 'devices']],
  sysctl: [3, ['net.ipv4.ip_forward', 'net.ipv4.ping_group_range', 'kernel.shm_rmid_forced', 'kernel.domainname']],
  root: [20, ['true', 'false', 'private', 'rslave', 'rshared', 'no propagation']],
  hostname: [50, ['none', 'some']],
  'oom score': [20, ['undefined', '100', '300', '1000']],
  apparmor: [50, ['undefined', 'docker-default']],
};

describe('every dimension is alive', () => {
  it.each(Object.entries(EXPECTED))('%s', (dimension, [least, kinds]) => {
    const counts = seen(dimension);
    expect(kinds.filter((kind) => (counts.get(kind) ?? 0) < least)).toEqual([]);
  });
});

/** What no sample may do, whatever it is made of. */
const NEVER: readonly (readonly [string, (sample: Config) => boolean])[] = [
  [
    'makes a folder in files of the host',
    ({ mounts }) =>
      mounts.some(({ destination }, i) =>
        mounts
          .slice(0, i)
          .some(
            (before) =>
              before.type === 'bind' &&
              destination.startsWith(`${before.destination}/`) &&
              !HERE.paths.includes(destination),
          ),
      ),
  ],
  [
    'sets what is not its own namespace’s',
    ({ linux }) => {
      const own = linux.namespaces.map(({ type }) => type);
      const owner = (name: string): string =>
        name.startsWith('net.') ? 'network' : name === 'kernel.domainname' ? 'uts' : 'ipc';
      return Object.keys(linux.sysctl ?? {}).some((name) => !own.includes(owner(name)));
    },
  ],
  [
    'is limited to less than the stub needs',
    ({ linux: { resources } }) => {
      const low = (limit = -1, least = 0): boolean => limit !== -1 && limit < least;
      return low(resources.memory?.limit, 64 * 1024 * 1024) || low(resources.pids?.limit, 32);
    },
  ],
  [
    'has what its maker lacks',
    ({ process }) =>
      Object.values(process.capabilities).some((set) => beyond(set, HERE.capabilities)) ||
      (process.oomScoreAdj ?? HERE.oomScoreAdj) < HERE.oomScoreAdj ||
      (process.rlimits ?? []).some(({ type, hard }) => type === 'RLIMIT_NOFILE' && hard > 20_000),
  ],
  [
    'is a user that is not mapped',
    ({ process: { user }, linux: { uidMappings, gidMappings } }) => {
      const mapped = (id: number, maps: readonly Mapping[] | undefined): boolean =>
        maps?.some(({ containerID, size }) => id >= containerID && id < containerID + size) ?? true;
      return (
        !mapped(user.uid, uidMappings) || [user.gid, ...user.additionalGids].some((gid) => !mapped(gid, gidMappings))
      );
    },
  ],
  [
    'refuses a call that the stub makes',
    ({ linux: { seccomp } }) =>
      (seccomp?.syscalls ?? []).some(
        ({ names, action, args }) =>
          !['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG'].includes(action) &&
          args === undefined &&
          names.some((name) => STUB_CALLS.includes(name)),
      ),
  ],
  [
    'lacks a call that the stub makes',
    ({ linux: { seccomp } }) =>
      seccomp?.defaultAction === 'SCMP_ACT_ERRNO' &&
      STUB_CALLS.some(
        (call) =>
          !(seccomp.syscalls ?? []).some(({ names, action }) => action === 'SCMP_ACT_ALLOW' && names.includes(call)),
      ),
  ],
];

describe('no sample', () => {
  it.each(NEVER)('%s', (_, does) => {
    expect([...SAMPLES, ...EDITED].flatMap((sample, index) => (does(sample) ? [index] : []))).toEqual([]);
  });

  it('shares its mounts with a host that passes them on', async () => {
    const shared = await samples(7, { ...HERE, sharesMounts: true });
    const texts = Array.from({ length: 200 }, (_, index) => JSON.stringify(shared(index)));
    expect(texts.filter((sample) => /"r?shared"/.test(sample))).toEqual([]);
  });
});

describe('what a machine allows', () => {
  it('is read from its files', () => {
    const files: Readonly<Record<string, string>> = {
      '/proc/self/status': 'Name:\tx\nUid:\t0\t0\t0\t0\nCapBnd:\t0000000000200001\n',
      '/proc/self/mountinfo':
        '22 1 254:1 / / rw shared:1 - ext4 /dev/vda1 rw\n30 22 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      '/sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n',
      '/proc/sys/kernel/osrelease': '6.1.0-31-amd64\n',
      '/proc/self/limits': 'Max open files            1024                 4096                 files     \n',
      '/proc/self/oom_score_adj': '-17\n',
      '/etc/group': 'root:x:0:\ndisk:x:6:alice,bob\n',
      '/sys/kernel/security/apparmor/profiles': 'docker-default (enforce)\n/usr/bin/man (complain)\n',
    };
    const missing = (path: string): Unknown => new Unknown(`there is no ${path}`);
    const here = hereOf(
      {
        text: (path) => files[path] ?? missing(path),
        list: () => ['mnt', 'net', 'pid', 'pid_for_children'],
        stat: (path) =>
          path === '/dev/kmsg'
            ? { kind: 'character', mode: 0o600, uid: 0, gid: 0, major: 1, minor: 11, device: 5 }
            : path === '/' || path.startsWith('/sys/dev/block/254:1')
              ? { kind: 'directory', mode: 0o755, uid: 0, gid: 0, major: 0, minor: 0, device: 5 }
              : missing(path),
      },
      'x86_64',
    );
    expect(here).toEqual({
      uid: 0,
      arch: 'x86_64',
      kernel: '6.1.0-31-amd64',
      capabilities: ['CAP_CHOWN', 'CAP_SYS_ADMIN'],
      namespaces: ['mount', 'network', 'pid'],
      cgroup: 'v2',
      controllers: ['memory', 'pids', 'cpu', 'io', 'devices'],
      apparmor: ['docker-default', '/usr/bin/man'],
      devices: [{ path: '/dev/kmsg', type: 'c', major: 1, minor: 11 }],
      paths: ['/'],
      sharesMounts: true,
      hardLimits: { nofile: 4096 },
      oomScoreAdj: -17,
      groups: { root: 0, disk: 6 },
    });
  });
});
