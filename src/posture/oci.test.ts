import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES, type Capability } from '../kernel/capabilities.ts';
import { readOciConfig } from '../readers/oci/index.ts';
import type { DeviceRule, FactKey, Mount, NamespaceMode, NamespaceType } from './keys.ts';
import { ociText, toOciConfig } from './oci.ts';
import { factOf, Posture, type Statement, Unknown } from './posture.ts';

const FROM = { kind: 'default', engine: 'test', cite: 'test' } as const;
const folded = (...facts: Statement['facts'][]) =>
  new Posture(facts.map((each) => ({ phase: 'create', source: FROM, facts: each })));

function readBack(posture: Posture): Posture {
  const text = ociText(toOciConfig(posture).config);
  const result = readOciConfig(text, 'bundle/config.json', {
    read: () => new Unknown('nothing beside'),
    exists: () => false,
    environment: {},
  });
  expect(result.problems).toEqual([]);
  return Posture.fold(result.subjects[0]?.layers ?? []);
}

/** What decides, key by key; the rest of a value that only engines write is left aside by the caller. */
const decided = (posture: Posture, key: string) => posture.get(key as FactKey)?.value;

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/);
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const flags = fc.record(
  {
    nosuid: fc.constant(true),
    nodev: fc.constant(true),
    noexec: fc.constant(true),
    propagation: fc.constantFrom('private', 'slave', 'shared'),
  },
  { requiredKeys: [] },
);
const mount: fc.Arbitrary<Mount | 'none'> = fc.oneof(
  fc.constant('none' as const),
  fc
    .tuple(flags, fc.boolean(), fc.constantFrom('tmpfs', 'proc', 'sysfs', 'cgroup', 'devpts', 'mqueue'))
    .map(([rest, readonly, type]) => ({ type, readonly, ...rest })),
  fc.tuple(flags, fc.boolean(), path, fc.boolean()).map(([rest, readonly, source, all]) => ({
    type: 'bind',
    source,
    readonly,
    ...(readonly && all && { recursiveReadonly: true }),
    ...rest,
  })),
);
const large = fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n });
const rule = fc.record({
  names: fc.array(word, { minLength: 1, maxLength: 3 }),
  action: fc.constantFrom('SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO'),
  args: fc.array(
    fc.record({
      index: fc.nat(5),
      value: fc.oneof(fc.nat(), large),
      valueTwo: fc.oneof(fc.nat(), large),
      op: fc.constant('SCMP_CMP_MASKED_EQ'),
    }),
    { maxLength: 2 },
  ),
});
const deviceRules: fc.Arbitrary<readonly DeviceRule[]> = fc.array(
  fc
    .tuple(
      fc.boolean(),
      fc.constantFrom('a' as const, 'b' as const, 'c' as const),
      fc.option(fc.nat(20), { nil: undefined }),
      fc.option(fc.nat(5), { nil: undefined }),
      fc.constantFrom('r', 'rw', 'rwm'),
    )
    .map(([allow, type, major, minor, access]) => ({
      allow,
      type,
      ...(type !== 'a' && major !== undefined && { major }),
      ...(type !== 'a' && minor !== undefined && { minor }),
      access,
    })),
  { maxLength: 5 },
);
const limit = fc.oneof(fc.constant('none' as const), fc.integer({ min: 1, max: 2 ** 40 }));
const NAMES: readonly NamespaceType[] = ['pid', 'net', 'mnt', 'ipc', 'uts', 'user', 'cgroup', 'time'];
// Whose namespace a path is of cannot be read back.
const mode = fc.constantFrom<NamespaceMode>('host', 'private');

const posture = fc
  .record({
    uid: fc.nat(70_000),
    gid: fc.nat(70_000),
    groups: fc.array(fc.nat(99), { maxLength: 2 }),
    noNewPrivileges: fc.boolean(),
    terminal: fc.boolean(),
    score: fc.integer({ min: -1000, max: 1000 }),
    argv: fc.array(fc.string({ unit: 'grapheme', maxLength: 5 }), { minLength: 1, maxLength: 3 }),
    env: fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), fc.string({ maxLength: 5 }), { maxKeys: 3 }),
    bounding: fc.subarray([...CAPABILITIES]),
    namespaces: fc.tuple(...NAMES.map(() => mode)),
    readonly: fc.boolean(),
    propagation: fc.constantFrom('private', 'slave', 'shared', 'unbindable'),
    mounts: fc.dictionary(path, mount, { maxKeys: 4 }),
    masked: fc.dictionary(path, fc.boolean(), { maxKeys: 3 }),
    fixed: fc.dictionary(path, fc.boolean(), { maxKeys: 3 }),
    rules: deviceRules,
    limits: fc.tuple(limit, limit, limit, fc.oneof(fc.constant('none' as const), fc.integer({ min: 1, max: 400 }))),
    noKiller: fc.boolean(),
    files: fc.tuple(fc.nat(), fc.oneof(fc.constant('unlimited' as const), fc.nat())),
    sysctls: fc.dictionary(fc.stringMatching(/^vm\.[a-z]{1,5}$/), fc.stringMatching(/^\d{1,3}$/), { maxKeys: 2 }),
    rulesOfFilter: fc.option(fc.array(rule, { maxLength: 3 }), { nil: undefined }),
    apparmor: fc.constantFrom('unconfined', 'docker-default'),
    label: fc.constantFrom(
      {},
      { user: 'u', role: 'r', type: 't' },
      { user: 'u', role: 'r', type: 't', level: 's0:c1,c2' },
    ),
    map: fc.array(fc.record({ inside: fc.nat(99), outside: fc.nat(99_999), size: fc.integer({ min: 1, max: 99 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
  })
  .chain((made) =>
    fc.record({ made: fc.constant(made), inheritable: fc.subarray(made.bounding) }).chain(({ inheritable }) =>
      fc.record({
        made: fc.constant(made),
        inheritable: fc.constant(inheritable),
        ambient: fc.subarray(inheritable),
      }),
    ),
  )
  .map(({ made, inheritable, ambient }) => {
    const modes = Object.fromEntries(NAMES.map((name, i) => [name, made.namespaces[i]])) as Record<
      NamespaceType,
      NamespaceMode
    >;
    const set = (name: 'bounding' | 'inheritable' | 'ambient', held: readonly Capability[]) =>
      CAPABILITIES.map((capability) => factOf(`capability.${name}.${capability}`, held.includes(capability)));
    const each = <V>(prefix: string, table: Record<string, V>) =>
      Object.entries(table).map(([name, value]) => factOf(`${prefix}${name}` as FactKey, value as never));
    return folded(
      {
        'process.uid': made.uid,
        'process.gid': made.gid,
        'process.groups': made.groups,
        'process.no-new-privileges': made.noNewPrivileges,
        'process.terminal': made.terminal,
        'process.oom-score-adj': made.score,
        'process.argv': made.argv,
        'process.cwd': '/work',
        'rootfs.readonly': made.readonly,
        'rootfs.propagation': made.propagation as 'private',
        'masked.*': false,
        'readonly-path.*': false,
        'device-rules': made.rules,
        'limit.memory': made.limits[0],
        'limit.memory-swap': made.limits[1],
        'limit.pids': made.limits[2],
        'limit.cpu': made.limits[3] === 'none' ? 'none' : made.limits[3] / 100,
        'oom-kill-disabled': made.noKiller,
        'rlimit.nofile': { soft: made.files[0], hard: made.files[1] },
        'lsm.apparmor': made.apparmor,
        'lsm.selinux': made.label,
        seccomp:
          made.rulesOfFilter === undefined
            ? { kind: 'unconfined' }
            : { kind: 'policy', policy: { defaultAction: 'SCMP_ACT_ERRNO', syscalls: made.rulesOfFilter } },
        'user-namespace.uid-map': made.map,
        'user-namespace.gid-map': made.map,
      },
      ...set('bounding', made.bounding),
      ...set('inheritable', inheritable),
      ...set('ambient', made.uid === 0 ? [] : ambient),
      ...each('env.', made.env),
      ...each('namespace.', modes),
      ...each('mount.', made.mounts),
      ...each('masked.', made.masked),
      ...each('readonly-path.', made.fixed),
      ...each('sysctl.', made.sysctls),
    );
  });

const STATED = [
  'process.',
  'capability.',
  'rlimit.',
  'env.',
  'namespace.',
  'rootfs.',
  'masked.',
  'readonly-path.',
  'sysctl.',
  'lsm.apparmor',
  'limit.',
  'oom-kill-disabled',
  'seccomp',
];

/** Whether the rules let an ordinary device be opened: the runtime's own are for a few numbers, and for mknod. */
function decision(
  rules: readonly DeviceRule[],
  type: 'b' | 'c',
  major: number,
  minor: number,
  letter: string,
): boolean {
  const found = rules.findLast(
    (each) =>
      each.access.includes(letter) &&
      (each.type === 'a' || each.type === type) &&
      (each.major ?? major) === major &&
      (each.minor ?? minor) === minor,
  );
  return found?.allow ?? false;
}

describe('a posture written as config.json', () => {
  it('is read back with the same effective facts', () => {
    fc.assert(
      fc.property(posture, (one) => {
        const back = readBack(one);
        const keys = one.statements.flatMap((statement) => Object.keys(statement.facts));
        const stated = keys.filter((key) => STATED.some((prefix) => key.startsWith(prefix)));
        const values = (from: Posture) => Object.fromEntries(stated.map((key) => [key, decided(from, key)]));
        expect(values(back)).toEqual(values(one));
        const mounts = (from: Posture) =>
          new Map(
            [...from.family<Mount | 'none'>('mount.')]
              .map(([to, fact]) => [to, fact.value])
              .filter(([, value]) => value !== 'none') as [string, Mount][],
          );
        // A bind of which nothing is said has the propagation of the root (libcontainer/rootfs_linux.go, prepareRoot).
        const unsaid = decided(one, 'rootfs.propagation') as Mount['propagation'] | undefined;
        for (const [to, mount] of mounts(one)) {
          const inherited = unsaid === 'private' || unsaid === 'shared' ? unsaid : 'slave';
          const propagation = mount.propagation ?? (mount.type === 'bind' ? inherited : undefined);
          expect(mounts(back).get(to)).toEqual({ ...mount, ...(propagation !== undefined && { propagation }) });
        }
        expect(mounts(back).size).toBe(mounts(one).size);
        if (Object.keys(decided(one, 'lsm.selinux') as object).length > 0)
          expect(decided(back, 'lsm.selinux')).toEqual(decided(one, 'lsm.selinux'));
        if (decided(one, 'namespace.user') === 'private') {
          expect(decided(back, 'user-namespace.uid-map')).toEqual(decided(one, 'user-namespace.uid-map'));
        }
        for (const [type, major, minor] of [
          ['b', 8, 0],
          ['c', 20, 1],
          ['c', 4, 5],
          ['b', 11, 3],
        ] as const) {
          for (const letter of 'rw') {
            const asked = [type, major, minor, letter] as const;
            expect([asked, decision(decided(back, 'device-rules') as DeviceRule[], ...asked)]).toEqual([
              asked,
              decision(decided(one, 'device-rules') as DeviceRule[], ...asked),
            ]);
          }
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('writes a parent mount before what lies in it', () => {
    const one = folded(
      factOf('mount./dev/pts', { type: 'devpts', readonly: false }),
      factOf('mount./dev', { type: 'tmpfs', readonly: false }),
    );
    const { mounts } = toOciConfig(one).config as { mounts: { destination: string }[] };
    expect(mounts.map((each) => each.destination)).toEqual(['/dev', '/dev/pts']);
  });

  it('gives capabilities as engines do: all sets of root, of others only what is ambient', () => {
    const sets = (uid: number) => {
      const one = folded({
        'process.uid': uid,
        'capability.bounding.*': false,
        'capability.ambient.*': false,
        'capability.inheritable.*': false,
        'capability.bounding.KILL': true,
        'capability.bounding.CHOWN': true,
        'capability.ambient.KILL': uid !== 0,
      });
      return (toOciConfig(one).config as { process: { capabilities: unknown } }).process.capabilities;
    };
    const two = ['CAP_CHOWN', 'CAP_KILL'];
    expect(sets(0)).toEqual({ bounding: two, permitted: two, effective: two, inheritable: [], ambient: [] });
    expect(sets(7)).toEqual({
      bounding: two,
      permitted: ['CAP_KILL'],
      effective: ['CAP_KILL'],
      inheritable: ['CAP_KILL'],
      ambient: ['CAP_KILL'],
    });
  });

  it('expands the masks of each processor', () => {
    const one = folded({ 'masked.*': false }, factOf('masked./sys/devices/system/cpu/cpu*/thermal_throttle', true));
    const masked = (toOciConfig(one, { cpus: 2 }).config as { linux: { maskedPaths: string[] } }).linux.maskedPaths;
    expect(masked).toEqual([
      '/sys/devices/system/cpu/cpu0/thermal_throttle',
      '/sys/devices/system/cpu/cpu1/thermal_throttle',
    ]);
  });
});

describe('what the host it starts on has', () => {
  const node = { type: 'c', major: 10, minor: 232, mode: 0o660, uid: 0, gid: 108 } as const;
  const hostDevices = {
    all: () => [{ path: '/dev/kvm', ...node }],
    at: (path: string) => (path === '/dev/kvm' ? node : undefined),
  };
  const made = { path: '/dev/kvm', type: 'c', major: 10, minor: 232, fileMode: 0o660, uid: 0, gid: 108 };
  it.each<[string, Statement['facts'], object]>([
    ['every device', { 'device.*': 'all' }, made],
    ['one by its name', factOf('device./dev/kvm', { type: 'unknown', hostPath: '/dev/kvm', access: 'rw' }), made],
    [
      'another device by that name',
      factOf('device./dev/kvm', { type: 'c', major: 9, minor: 9, hostPath: '/dev/kvm', access: 'rw' }),
      { ...made, major: 9, minor: 9, fileMode: 0o666, gid: 0 },
    ],
  ])('nodes have its mode and owners: %s', (_, facts, device) => {
    const { config } = toOciConfig(folded(facts), { hostDevices });
    expect((config as { linux: { devices: unknown } }).linux.devices).toEqual([device]);
  });

  it('groups have the numbers that their names have', () => {
    const one = folded(factOf('request.group.kvm', true), factOf('request.group.7', true), { 'process.groups': [3] });
    const { config } = toOciConfig(one, { groupId: (name) => (name === 'kvm' ? 108 : undefined) });
    expect((config as { process: { user: { additionalGids: number[] } } }).process.user.additionalGids).toEqual([
      3, 108, 7,
    ]);
  });
});

describe('what a configuration cannot state is left out and named', () => {
  it.each<[string, Statement['facts'], string]>([
    ['process.uid', { 'process.uid': new Unknown('a name') }, 'a name'],
    ['process.uid', { 'process.uid': 'non-root' }, 'starts as 0'],
    ['process.argv', {}, 'nothing states it'],
    ['capability.bounding.*', { 'capability.bounding.*': new Unknown('no list') }, 'no list'],
    ['namespace.pid', { 'namespace.pid': 'shared' }, 'put the path'],
    ['namespace.cgroup', { 'namespace.cgroup': new Unknown('v1 or v2') }, 'v1 or v2'],
    ['mount./data', factOf('mount./data', { type: 'volume', source: 'x', readonly: false }), 'engine keeps'],
    ['mount./data', factOf('mount./data', { type: 'bind', source: '~/x', readonly: false }), 'who starts it'],
    ['device./dev/kvm', factOf('device./dev/kvm', { type: 'unknown', hostPath: '/dev/kvm', access: 'rwm' }), 'numbers'],
    ['device.*', { 'device.*': 'all' }, 'every device'],
    ['lsm.apparmor', { 'lsm.apparmor': 'docker-default', 'host.lsm': ['selinux'] }, 'no AppArmor'],
    ['lsm.selinux', { 'lsm.selinux': { type: 'container_t' } }, 'only `container_t`'],
    [
      'sysctl.net.core.somaxconn',
      { ...factOf('sysctl.net.core.somaxconn', '1'), 'namespace.net': 'host' },
      'for the host',
    ],
    ['limit.storage', { 'limit.storage': 5 }, 'engine keeps'],
    ['masked./a*', factOf('masked./a*', true), 'each processor'],
    [
      'seccomp',
      {
        seccomp: { kind: 'profile', name: 'x', profile: { defaultAction: 'SCMP_ACT_ERRNO', archMap: [], groups: [] } },
      },
      'x86_64, Linux',
    ],
    ['seccomp', { seccomp: { kind: 'filter', programs: [] } }, 'no form'],
    ['user-namespace.uid-map', { 'namespace.user': 'private' }, 'nothing states it'],
    ['runtime.hooks', { 'runtime.hooks': ['x'] }, 'engine'],
    ['runtime.leaks-descriptors', { 'runtime.leaks-descriptors': true }, 'hands open files over'],
    ['request.gpus', { 'request.gpus': 'all' }, 'hook'],
    ['request.group.kvm', factOf('request.group.kvm', true), '/etc/group'],
  ])('%s', (key, facts, why) => {
    const { notes } = toOciConfig(folded(facts));
    expect(notes.filter((note) => note.key === key).map((note) => note.why)).toEqual([expect.stringContaining(why)]);
  });
});
