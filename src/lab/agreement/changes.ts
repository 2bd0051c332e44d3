/** One dimension of a configuration each: what it may be changed to. */
import fc from 'fast-check';
import type { SeccompPolicy } from '../../kernel/index.ts';
import {
  BIND_SOURCES,
  EXISTING_FOLDERS,
  MASKABLE,
  MASKABLE_ELSEWHERE,
  OTHER_NODES,
  RLIMIT_VALUES,
  SYSCTLS,
} from './choices.data.ts';
import type { CapabilitySets, Change, DeviceRule, DraftMount, IdMap, Limits, Rlimit } from './draft.ts';
import { filterEdits, filters } from './filters.ts';
import type { Here } from './here.ts';

/** By name, so that a test can see that none has died. */
export function dimensions(
  here: Here,
  ofEngines: readonly SeccompPolicy[],
): Readonly<Record<string, fc.Arbitrary<Change>>> {
  return {
    namespaces: namespaces(here),
    maps: maps(),
    user: user(),
    capabilities: capabilities(here),
    noNewPrivileges: fc.boolean().map((noNewPrivileges) => (draft) => ({ ...draft, noNewPrivileges })),
    filter: filters(here, ofEngines),
    filterEdits: filterEdits(here),
    mounts: mounts(here),
    mountOptions: mountOptions(),
    maskedPaths: maskedPaths(),
    readonlyPaths: readonlyPaths(),
    devices: devices(here),
    deviceRules: deviceRules(here),
    rlimits: rlimits(),
    limits: limits(),
    sysctl: sysctl(),
    root: root(),
    score: fc.constantFrom(-500, 0, 300, 1000).map((oomScoreAdj) => (draft) => ({ ...draft, oomScoreAdj })),
    ...(here.apparmor.length > 0 && { apparmor: apparmor(here) }),
  };
}

function namespaces(here: Here): fc.Arbitrary<Change> {
  const others = here.namespaces.filter((type) => type !== 'mount' && type !== 'user' && type !== 'time');
  const rare = ['user', 'user', 'time'].filter((type) => here.namespaces.includes(type));
  const subset = fc.tuple(fc.subarray(others), fc.option(fc.constantFrom(...rare), { freq: 2 }), hostname).map(
    ([some, one, name]): Change =>
      (draft) => ({
        ...draft,
        hostname: name,
        namespaces: ['mount', ...some, ...(one === null ? [] : [one])],
      }),
  );
  const turned = fc.constantFrom(...others).map(
    (type): Change =>
      (draft) => ({
        ...draft,
        namespaces: draft.namespaces.includes(type)
          ? draft.namespaces.filter((one) => one !== type)
          : [...draft.namespaces, type],
      }),
  );
  const withoutMount: Change = (draft) => ({
    ...draft,
    namespaces: draft.namespaces.filter((type) => type !== 'mount'),
  });
  return fc.oneof(
    { weight: 10, arbitrary: subset },
    { weight: 10, arbitrary: turned },
    { weight: 1, arbitrary: fc.constant(withoutMount) },
  );
}

const hostname = fc.constantFrom(undefined, 'cofferdam', 'box');

const MAPS: readonly (readonly IdMap[])[] = [
  [{ containerID: 0, hostID: 100_000, size: 65_536 }],
  [{ containerID: 0, hostID: 0, size: 65_536 }],
  [{ containerID: 0, hostID: 0, size: 4_294_967_295 }],
  [{ containerID: 0, hostID: 0, size: 1 }],
  [{ containerID: 0, hostID: 100_000, size: 1 }],
  [{ containerID: 0, hostID: 1000, size: 1 }],
  [
    { containerID: 0, hostID: 100_000, size: 1000 },
    { containerID: 1000, hostID: 1000, size: 1 },
    { containerID: 1001, hostID: 101_001, size: 64_535 },
  ],
  [
    { containerID: 0, hostID: 1000, size: 1 },
    { containerID: 1, hostID: 100_000, size: 65_535 },
  ],
  [
    { containerID: 0, hostID: 200_000, size: 1000 },
    { containerID: 1000, hostID: 0, size: 1 },
    { containerID: 65_534, hostID: 265_534, size: 1 },
  ],
];

/** A user namespace with maps; mostly the same for users and groups. */
function maps(): fc.Arbitrary<Change> {
  const map = fc.constantFrom(...MAPS);
  const both = fc.oneof(
    { weight: 4, arbitrary: map.map((one) => ({ uid: one, gid: one })) },
    { weight: 1, arbitrary: fc.record({ uid: map, gid: map }) },
  );
  return both.map((chosen) => (draft) => ({
    ...draft,
    maps: chosen,
    namespaces: [...draft.namespaces.filter((type) => type !== 'user'), 'user'],
  }));
}

function user(): fc.Arbitrary<Change> {
  const id = fc.constantFrom(0, 1000, 65_534);
  return fc
    .record({ uid: id, gid: id, additionalGids: fc.subarray([0, 5, 6, 27, 1000, 65_534]) })
    .map((chosen) => (draft) => ({ ...draft, user: chosen }));
}

function capabilities(here: Here): fc.Arbitrary<Change> {
  const all = here.capabilities;
  const few = fc.oneof(fc.subarray([...all], { maxLength: 4 }), fc.subarray([...all]));
  const sets = (given: Partial<CapabilitySets>): CapabilitySets => ({
    bounding: [],
    effective: [],
    permitted: [],
    inheritable: [],
    ambient: [],
    ...given,
  });
  const alike = (names: readonly string[]): CapabilitySets =>
    sets({ bounding: names, effective: names, permitted: names });
  const kinds = fc.oneof(
    fc.constant(alike([])),
    fc.constant(alike(all)),
    few.map(alike),
    // What a program with file capabilities or a set-id bit could gain.
    few.map((names) => sets({ bounding: names })),
    few.map((names) => sets({ bounding: names, effective: names, permitted: names, inheritable: names })),
    few.map((names) => ({ bounding: names, effective: names, permitted: names, inheritable: names, ambient: names })),
    {
      weight: 3,
      arbitrary: fc.record({ bounding: few, effective: few, permitted: few, inheritable: few, ambient: few }),
    },
  );
  const whole = kinds.map(
    (chosen): Change =>
      (draft) => ({ ...draft, capabilities: chosen }),
  );
  const less = fc.constantFrom(...all).map(withoutCapability);
  const more = fc.constantFrom(...all).map(withCapability);
  return fc.oneof({ weight: 2, arbitrary: whole }, { weight: 1, arbitrary: less }, { weight: 1, arbitrary: more });
}

export function withoutCapability(name: string): Change {
  return (draft) => {
    const entries = Object.entries(draft.capabilities).map(([set, names]) => [
      set,
      names.filter((one) => one !== name),
    ]);
    return { ...draft, capabilities: Object.fromEntries(entries) as CapabilitySets };
  };
}

export function withCapability(name: string): Change {
  return (draft) => {
    const { bounding, effective, permitted, ...others } = draft.capabilities;
    const plus = (names: readonly string[]): readonly string[] => [...new Set([...names, name])];
    return {
      ...draft,
      capabilities: { ...others, bounding: plus(bounding), effective: plus(effective), permitted: plus(permitted) },
    };
  };
}

export function withMount(mount: DraftMount): Change {
  return (draft) => {
    const there = draft.mounts.some(({ destination }) => destination === mount.destination);
    const mounts = there
      ? draft.mounts.map((one) => (one.destination === mount.destination ? mount : one))
      : [...draft.mounts, mount];
    return { ...draft, mounts };
  };
}

const flag = (...words: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.constantFrom(...words).map((word) => (word === '' ? [] : [word]));

/** Weighted so that most mounts have some restriction and few have all. */
const flags = fc
  .tuple(flag('', '', 'ro', 'rw'), flag('', 'nosuid'), flag('', 'nodev'), flag('', '', 'noexec'))
  .map((words) => words.flat());

const propagation = flag('', 'private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared', 'unbindable');

function mounts(here: Here): fc.Arbitrary<Change> {
  const sources = BIND_SOURCES.filter((path) => here.paths.includes(path));
  const bound = fc
    .tuple(
      fc.constantFrom(...sources),
      fc.constantFrom('bind', 'rbind'),
      flags,
      propagation,
      flag('', '', '', 'rro'),
      fc.boolean(),
    )
    .map(
      ([source, kind, words, spread, recursive, same]): Change =>
        withMount({
          destination: same && EXISTING_FOLDERS.includes(source) && source !== '/tmp' ? source : elsewhere(source),
          type: 'bind',
          source,
          options: [kind, ...words, ...spread, ...recursive],
        }),
    );
  const fresh = fc
    .tuple(fc.constantFrom(...FRESH), flags)
    .map(
      ([mount, words]): Change =>
        withMount({ ...mount, options: [...mount.options, ...usable(mount.destination, words)] }),
    );
  const fewer = fc.constantFrom('/sys', '/dev/pts', '/dev/mqueue', '/dev/shm', '/sys/fs/cgroup').map(
    (destination): Change =>
      (draft) => ({
        ...draft,
        mounts: draft.mounts.filter((mount) => mount.destination !== destination),
      }),
  );
  return fc.oneof({ weight: 4, arbitrary: bound }, { weight: 3, arbitrary: fresh }, { weight: 1, arbitrary: fewer });
}

/** A place in the container for a path of the host. In /tmp anybody may make one, whoever he is mapped to. */
export function elsewhere(source: string): string {
  return source === '/' ? '/tmp/host' : `/tmp/host-${source.slice(1).replaceAll('/', '-')}`;
}

export const FRESH: readonly DraftMount[] = [
  { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['mode=1777'] },
  { destination: '/run', type: 'tmpfs', source: 'tmpfs', options: ['size=65536k'] },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['mode=1777', 'size=65536k'] },
  { destination: '/home', type: 'tmpfs', source: 'tmpfs', options: [] },
  { destination: '/proc', type: 'proc', source: 'proc', options: [] },
  { destination: '/var/tmp', type: 'proc', source: 'proc', options: [] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [] },
  { destination: '/home', type: 'sysfs', source: 'sysfs', options: [] },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: [] },
  { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['newinstance', 'ptmxmode=0666', 'mode=0620'] },
  { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [] },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] },
];

/** Other flags on a mount that is there. */
function mountOptions(): fc.Arbitrary<Change> {
  const destination = fc.constantFrom('/proc', '/sys', '/dev', '/dev/shm', '/dev/pts', '/sys/fs/cgroup', '/dev/mqueue');
  return fc.tuple(destination, flags, propagation).map(([at, words, spread]) => (draft) => ({
    ...draft,
    mounts: draft.mounts.map((mount) =>
      mount.destination === at ? { ...mount, options: [...dataOf(mount), ...usable(at, words), ...spread] } : mount,
    ),
  }));
}

/** runc opens the container's /dev/null again (libcontainer/rootfs_linux.go `reOpenDevNull`), which nodev there refuses. */
function usable(destination: string, words: readonly string[]): readonly string[] {
  return destination === '/dev' ? words.filter((word) => word !== 'nodev') : words;
}

const FLAG = /^r?(ro|rw|nosuid|suid|nodev|dev|noexec|exec|private|slave|shared|unbindable)$/;

function dataOf({ options }: DraftMount): readonly string[] {
  return options.filter((option) => !FLAG.test(option));
}

/** Those of an engine, some of them, others, paths of a host bound elsewhere, none. */
function pathLists(list: 'maskedPaths' | 'readonlyPaths'): fc.Arbitrary<Change> {
  const path = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...MASKABLE) },
    { weight: 1, arbitrary: fc.constantFrom(...MASKABLE_ELSEWHERE).map((below) => `/tmp/host${below}`) },
    { weight: 1, arbitrary: fc.constantFrom('/tmp/host-proc/kcore', '/tmp/host-proc/sys', '/tmp/host-sys/kernel') },
  );
  const more = fc.uniqueArray(path, { minLength: 1, maxLength: 5 });
  return fc.oneof(
    fc.constant<Change>((draft) => ({ ...draft, [list]: [] })),
    more.map(
      (paths): Change =>
        (draft) => ({ ...draft, [list]: paths }),
    ),
    more.map(
      (paths): Change =>
        (draft) => ({ ...draft, [list]: [...new Set([...draft[list], ...paths])] }),
    ),
    fc.array(fc.nat({ max: 15 }), { minLength: 1, maxLength: 6 }).map(
      (positions): Change =>
        (draft) => ({
          ...draft,
          [list]: draft[list].filter((_, i) => !positions.includes(i)),
        }),
    ),
    // A child in the place of its parent, or the parent in the place of the child.
    fc.nat({ max: 15 }).map(
      (position): Change =>
        (draft) => ({
          ...draft,
          [list]: draft[list].map((one, i) => (i === position ? parentOf(one) : one)),
        }),
    ),
  );
}

function parentOf(path: string): string {
  const parent = path.slice(0, path.lastIndexOf('/'));
  // The runtimes themselves need /proc, and the devices for their masks.
  return ['', '/proc', '/dev', '/tmp', '/tmp/host', '/tmp/host-proc'].includes(parent) ? path : parent;
}

const maskedPaths = (): fc.Arbitrary<Change> => pathLists('maskedPaths');
const readonlyPaths = (): fc.Arbitrary<Change> => pathLists('readonlyPaths');

function devices(here: Here): fc.Arbitrary<Change> {
  const node = fc
    .tuple(fc.constantFrom(...here.devices, ...OTHER_NODES), fc.constantFrom(0o666, 0o600, 0o644))
    .map(([device, fileMode]) => ({ ...device, fileMode }));
  return fc
    .uniqueArray(node, { minLength: 1, maxLength: 3, selector: ({ path }) => path })
    .map((nodes) => (draft) => ({ ...draft, devices: nodes }));
}

const DENY_ALL: DeviceRule = { allow: false, type: 'a', access: 'rwm' };
const ALLOW_ALL: DeviceRule = { allow: true, type: 'a', access: 'rwm' };

function deviceRules(here: Here): fc.Arbitrary<Change> {
  const device = fc.constantFrom<Pick<DeviceRule, 'type' | 'major' | 'minor'>>(
    ...[...here.devices, ...OTHER_NODES].map(({ type, major, minor }) => ({ type, major, minor })),
    { type: 'c', major: 1 },
    { type: 'b' },
    { type: 'c' },
    { type: 'b', major: 8 },
  );
  const access = fc.constantFrom('r', 'w', 'm', 'rw', 'rm', 'rwm', 'rwm');
  const allowed = fc
    .array(fc.tuple(device, access), { maxLength: 4 })
    .map((rules) => [DENY_ALL, ...rules.map(([which, what]) => ({ allow: true, ...which, access: what }))]);
  const lists = fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constant([ALLOW_ALL]) },
    { weight: 1, arbitrary: fc.constant([DENY_ALL]) },
    { weight: 5, arbitrary: allowed },
  );
  return lists.map((rules) => (draft) => ({ ...draft, deviceRules: rules }));
}

function rlimits(): fc.Arbitrary<Change> {
  const one = fc
    .constantFrom(...Object.entries(RLIMIT_VALUES))
    .chain(([name, values]) =>
      fc
        .tuple(fc.constantFrom(...values), fc.constantFrom(...values))
        .map(
          ([a, b]): Rlimit => ({ type: `RLIMIT_${name.toUpperCase()}`, soft: Math.min(a, b), hard: Math.max(a, b) }),
        ),
    );
  return fc
    .uniqueArray(one, { maxLength: 4, selector: ({ type }) => type })
    .map((limits) => (draft) => ({ ...draft, rlimits: limits }));
}

const MIB = 1_048_576;

function limits(): fc.Arbitrary<Change> {
  const optional = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values);
  return fc
    .record({
      memory: optional(-1, 64 * MIB, 512 * MIB, 2 ** 40),
      swap: optional(-1, 128 * MIB, 1024 * MIB),
      noOomKiller: optional(true),
      pids: optional(-1, 32, 100, 4096),
      cpu: optional<NonNullable<Limits['cpu']>>(
        { shares: 512 },
        { quota: 50_000, period: 100_000 },
        { quota: 200_000 },
        { quota: -1, period: 100_000 },
      ),
      io: optional(10 * MIB),
    })
    .map((chosen) => (draft) => ({
      ...draft,
      limits: Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)) as Limits,
    }));
}

function sysctl(): fc.Arbitrary<Change> {
  const one = fc
    .constantFrom(...SYSCTLS)
    .chain(({ name, values }) => fc.constantFrom(...values).map((value) => [name, value] as const));
  return fc
    .uniqueArray(one, { maxLength: 3, selector: ([name]) => name })
    .map((settings) => (draft) => ({ ...draft, sysctl: Object.fromEntries(settings) }));
}

function root(): fc.Arbitrary<Change> {
  const spread = fc.constantFrom(undefined, 'private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared');
  return fc.tuple(fc.boolean(), spread).map(([readonlyRoot, rootfsPropagation]) => (draft) => ({
    ...draft,
    readonlyRoot,
    rootfsPropagation,
  }));
}

function apparmor(here: Here): fc.Arbitrary<Change> {
  return fc
    .constantFrom(undefined, ...here.apparmor)
    .map((apparmorProfile) => (draft) => ({ ...draft, apparmorProfile }));
}
