import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Posture, Unknown } from '../../posture/index.ts';
import type { ReadOptions } from '../subject.ts';
import { readOciConfig } from './index.ts';

const OPTIONS: ReadOptions = { read: () => new Unknown('no file'), exists: () => false, environment: {} };

function read(config: unknown) {
  const text = typeof config === 'string' ? config : JSON.stringify(config, null, '\t');
  return readOciConfig(text, 'bundle/config.json', OPTIONS);
}

function posture(config: unknown): Posture {
  return Posture.fold(read(config).subjects[0]?.layers ?? []);
}

const MINIMAL = {
  ociVersion: '1.2.0',
  process: { user: { uid: 1000, gid: 1000 }, args: ['sh'], cwd: '/' },
  root: { path: 'rootfs' },
};
const withProcess = (process: object) => ({ ...MINIMAL, process: { ...MINIMAL.process, ...process } });
const withLinux = (linux: object) => ({ ...MINIMAL, linux });

describe('what an absent section means', () => {
  const absent = posture(MINIMAL);

  test.for([
    ['capability.bounding.SYS_ADMIN', true],
    ['capability.ambient.SYS_ADMIN', false],
    ['process.no-new-privileges', false],
    ['seccomp', { kind: 'unconfined' }],
    ['masked./proc/kcore', false],
    ['readonly-path./proc/sys', false],
    ['namespace.pid', 'host'],
    ['namespace.user', 'host'],
    ['user-namespace.uid-map', []],
    ['network.mode', 'host'],
    ['lsm.apparmor', 'unconfined'],
    ['rootfs.readonly', false],
    ['rootfs.propagation', 'slave'],
    ['limit.memory', 'none'],
    ['limit.pids', 'none'],
    ['runtime.hooks', []],
    ['platform', 'linux'],
  ] as const)('%s is %j', ([key, value]) => {
    expect(absent.get(key)).toMatchObject({ value, source: { kind: 'default', engine: 'runc' } });
  });

  it('without a process section nothing is known of it', () => {
    const { ociVersion, root } = MINIMAL;
    const result = read({ ociVersion, root });
    expect(result.problems.map((problem) => problem.code)).toEqual(['missing-section']);
    expect(Posture.fold(result.subjects[0]?.layers ?? []).get('capability.bounding.CHOWN')?.value).toBeInstanceOf(
      Unknown,
    );
  });
});

describe('process', () => {
  test.for([
    {
      when: 'uid',
      config: withProcess({ user: { uid: 7, gid: 8, additionalGids: [9] } }),
      key: 'process.uid',
      value: 7,
    },
    {
      when: 'groups',
      config: withProcess({ user: { uid: 7, gid: 8, additionalGids: [9] } }),
      key: 'process.groups',
      value: [9],
    },
    {
      when: 'no new privileges',
      config: withProcess({ noNewPrivileges: true }),
      key: 'process.no-new-privileges',
      value: true,
    },
    {
      when: 'profile',
      config: withProcess({ apparmorProfile: 'docker-default' }),
      key: 'lsm.apparmor',
      value: 'docker-default',
    },
    { when: 'empty profile', config: withProcess({ apparmorProfile: '' }), key: 'lsm.apparmor', value: 'unconfined' },
    {
      when: 'label',
      config: withProcess({ selinuxLabel: 'system_u:system_r:container_t:s0:c1,c2' }),
      key: 'lsm.selinux',
      value: { user: 'system_u', role: 'system_r', type: 'container_t', level: 's0:c1,c2' },
    },
    { when: 'environment', config: withProcess({ env: ['A=b=c', 'junk'] }), key: 'env.A', value: 'b=c' },
    { when: 'oom score', config: withProcess({ oomScoreAdj: -500 }), key: 'process.oom-score-adj', value: -500 },
  ] as const)('$when', ({ config, key, value }) => {
    expect(posture(config).get(key)?.value).toEqual(value);
  });

  it('reads limits up to 2^64 - 1', () => {
    const text = JSON.stringify(withProcess({ rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1, hard: 'MAX' }] })).replace(
      '"MAX"',
      '18446744073709551615',
    );
    expect(posture(text).get('rlimit.nofile')?.value).toEqual({ soft: 1, hard: 'unlimited' });
  });

  it('states every member of a capability set as one statement, at its place', () => {
    const text =
      '{"ociVersion":"1.0.2","root":{},"process":{"user":{},"capabilities":{\n"bounding":["CAP_CHOWN",\n"CAP_SYS_ADMIN"]}}}';
    const seen = posture(text);
    expect(seen.get('capability.bounding.SYS_ADMIN')).toMatchObject({
      value: true,
      phase: 'create',
      source: {
        kind: 'stated',
        path: 'bundle/config.json',
        line: 3,
        column: 2,
        endColumn: 15,
        text: 'process.capabilities.bounding: CAP_SYS_ADMIN',
      },
    });
    expect(seen.get('capability.bounding.NET_RAW')).toMatchObject({
      value: false,
      source: { line: 1, text: 'process.capabilities' },
    });
  });

  test.for([
    { permitted: ['CAP_CHOWN'], inheritable: ['CAP_CHOWN'], holds: true },
    { permitted: ['CAP_CHOWN'], inheritable: [], holds: false },
    { permitted: [], inheritable: ['CAP_CHOWN'], holds: false },
  ])('ambient needs permitted and inheritable: $permitted $inheritable', ({ permitted, inheritable, holds }) => {
    const capabilities = { bounding: ['CAP_CHOWN'], ambient: ['CAP_CHOWN'], permitted, inheritable };
    expect(posture(withProcess({ capabilities })).get('capability.ambient.CHOWN')?.value).toBe(holds);
  });

  it('reports a capability that does not exist, as runc ignores it', () => {
    const result = read(withProcess({ capabilities: { bounding: ['CAP_NOPE', 'SYS_ADMIN'] } }));
    expect(result.problems.map((problem) => problem.code)).toEqual(['unknown-capability', 'unknown-capability']);
  });

  it('takes a value of the wrong type as unknown, never as the default', () => {
    const result = read(withProcess({ noNewPrivileges: 'true' }));
    expect(result.problems.map((problem) => problem.code)).toEqual(['wrong-type']);
    expect(Posture.fold(result.subjects[0]?.layers ?? []).get('process.no-new-privileges')?.value).toBeInstanceOf(
      Unknown,
    );
  });

  it('names an unknown key with the nearest known one', () => {
    const [problem] = read(withProcess({ noNewPriviliges: true })).problems;
    expect(problem).toMatchObject({ code: 'unknown-key', hint: 'did you mean `noNewPrivileges`?' });
  });
});

describe('mounts', () => {
  const mount = (member: object) => posture({ ...MINIMAL, mounts: [member] });

  test.for([
    {
      when: 'bind by option',
      member: { destination: '/d', type: 'none', source: '/s/', options: ['rbind', 'ro'] },
      value: { type: 'bind', source: '/s', readonly: true, propagation: 'slave' },
    },
    {
      when: 'relative source',
      member: { destination: '/d', source: 'data', options: ['bind'] },
      value: { type: 'bind', source: './data', readonly: false, submounts: false, propagation: 'slave' },
    },
    {
      when: 'the later option wins',
      member: { destination: '/d', type: 'tmpfs', options: ['ro', 'nosuid', 'rw', 'suid'] },
      value: { type: 'tmpfs', readonly: false },
    },
    {
      when: 'recursive read-only',
      member: { destination: '/d', source: '/s', options: ['rro', 'rbind'] },
      value: { type: 'bind', source: '/s', readonly: true, recursiveReadonly: true, propagation: 'slave' },
    },
    {
      when: 'propagation',
      member: { destination: '/d', source: '/s', options: ['rbind', 'rshared'] },
      value: { type: 'bind', source: '/s', readonly: false, propagation: 'shared' },
    },
    {
      when: 'cgroup2',
      member: { destination: '/d', type: 'cgroup2', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
      value: { type: 'cgroup', readonly: true, nosuid: true, nodev: true, noexec: true },
    },
    {
      when: 'path not clean',
      member: { destination: '/d/../d/', type: 'proc' },
      value: { type: 'proc', readonly: false },
    },
  ])('$when', ({ member, value }) => {
    expect(mount(member).get('mount./d')?.value).toEqual(value);
  });

  test('a later one covers what lies below it', () => {
    const points = ['/dev', '/dev/pts', '/sys', '/dev'];
    const found = posture({ ...MINIMAL, mounts: points.map((destination) => ({ destination, type: 'tmpfs' })) });
    expect(found.get('mount./dev/pts')?.value).toBe('none');
    expect(found.get('mount./dev')?.value).toEqual({ type: 'tmpfs', readonly: false });
    expect(found.get('mount./sys')?.value).toEqual({ type: 'tmpfs', readonly: false });
  });
});

describe('linux', () => {
  test.for([
    { when: 'private', namespaces: [{ type: 'pid' }], key: 'namespace.pid', value: 'private' },
    {
      when: 'the first process',
      namespaces: [{ type: 'ipc', path: '/proc/1/ns/ipc' }],
      key: 'namespace.ipc',
      value: 'host',
    },
    {
      when: 'of the runtime',
      namespaces: [{ type: 'uts', path: '/proc/self/ns/uts' }],
      key: 'namespace.uts',
      value: 'host',
    },
    { when: 'not listed', namespaces: [{ type: 'pid' }], key: 'namespace.time', value: 'host' },
  ] as const)('namespace: $when', ({ namespaces, key, value }) => {
    expect(posture(withLinux({ namespaces })).get(key)?.value).toBe(value);
  });

  it('maps ids of a user namespace of its own', () => {
    const seen = posture(
      withLinux({ namespaces: [{ type: 'user' }], uidMappings: [{ containerID: 0, hostID: 100000, size: 65536 }] }),
    );
    expect(seen.get('user-namespace.uid-map')?.value).toEqual([{ inside: 0, outside: 100000, size: 65536 }]);
    expect(seen.get('user-namespace.gid-map')?.value).toBeInstanceOf(Unknown);
  });

  it('does not know whose namespace is joined: it may be the host’s', () => {
    const seen = posture(withLinux({ namespaces: [{ type: 'network', path: '/var/run/netns/x' }] }));
    expect(seen.get('namespace.net')?.value).toBeInstanceOf(Unknown);
  });

  it('does not know the maps of a user namespace that is joined', () => {
    const seen = posture(withLinux({ namespaces: [{ type: 'user', path: '/proc/77/ns/user' }] }));
    expect(seen.get('user-namespace.uid-map')?.value).toBeInstanceOf(Unknown);
  });

  it('takes mappings without a namespace as none', () => {
    const result = read(withLinux({ uidMappings: [{ containerID: 0, hostID: 1, size: 1 }] }));
    expect(result.problems.map((problem) => problem.code)).toEqual(['mappings-without-namespace']);
    expect(Posture.fold(result.subjects[0]?.layers ?? []).get('user-namespace.uid-map')?.value).toEqual([]);
  });

  it('masks the listed paths and no other', () => {
    const seen = posture(withLinux({ maskedPaths: ['/proc/kcore/'], readonlyPaths: ['/proc/sys'] }));
    expect([
      seen.known('masked./proc/kcore'),
      seen.known('masked./proc/keys'),
      seen.known('readonly-path./proc/sys'),
    ]).toEqual([true, false, true]);
  });

  it('keeps 64-bit arguments of seccomp rules', () => {
    const seccomp = {
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [{ names: ['clone'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 'MAX', op: 'SCMP_CMP_EQ' }] }],
    };
    const text = JSON.stringify(withLinux({ seccomp })).replace('"MAX"', '18446744073709551615');
    expect(posture(text).get('seccomp')?.value).toEqual({
      kind: 'policy',
      policy: {
        defaultAction: 'SCMP_ACT_ERRNO',
        syscalls: [
          {
            names: ['clone'],
            action: 'SCMP_ACT_ALLOW',
            args: [{ index: 0, value: 18446744073709551615n, op: 'SCMP_CMP_EQ' }],
          },
        ],
      },
    });
  });

  test.for([
    { when: 'empty section', seccomp: {}, value: { kind: 'unconfined' } },
    {
      when: 'no calls',
      seccomp: { defaultAction: 'SCMP_ACT_ALLOW' },
      value: { kind: 'policy', policy: { defaultAction: 'SCMP_ACT_ALLOW' } },
    },
  ])('seccomp: $when', ({ seccomp, value }) => {
    expect(posture(withLinux({ seccomp })).get('seccomp')?.value).toEqual(value);
  });

  it('does not know a filter of which one rule cannot be read', () => {
    const result = read(
      withLinux({
        seccomp: { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: 'mount', action: 'SCMP_ACT_ERRNO' }] },
      }),
    );
    expect(result.problems.map((problem) => problem.code)).toEqual(['seccomp-syntax']);
    expect(Posture.fold(result.subjects[0]?.layers ?? []).get('seccomp')?.value).toBeInstanceOf(Unknown);
  });

  it('puts the rules of runc behind those of the file, and gives a device the access that they leave', () => {
    const devices = [{ path: '/dev/sda', type: 'b', major: 8, minor: 0 }];
    const rule = { allow: true, type: 'b', major: 8, minor: 0, access: 'r' };
    const seen = posture(withLinux({ devices, resources: { devices: [{ allow: false, access: 'rwm' }, rule] } }));
    expect(seen.known('device-rules')?.slice(0, 4)).toEqual([
      { allow: false, type: 'a', access: 'rwm' },
      { allow: false, type: 'a', access: 'rwm' },
      rule,
      { allow: true, type: 'c', access: 'm' },
    ]);
    expect(seen.known('device./dev/sda')).toEqual({
      type: 'b',
      major: 8,
      minor: 0,
      hostPath: '/dev/sda',
      access: 'rm',
      mode: 0o666,
    });
  });

  test.for([
    { when: 'memory', resources: { memory: { limit: 1024 } }, key: 'limit.memory', value: 1024 },
    { when: 'memory without limit', resources: { memory: { limit: -1 } }, key: 'limit.memory', value: 'none' },
    { when: 'pids', resources: { pids: { limit: 100 } }, key: 'limit.pids', value: 100 },
    { when: 'cpu', resources: { cpu: { quota: 150000, period: 100000 } }, key: 'limit.cpu', value: 1.5 },
    { when: 'cpu of the default period', resources: { cpu: { quota: 50000 } }, key: 'limit.cpu', value: 0.5 },
    {
      when: 'unified',
      resources: { pids: { limit: 9 }, unified: { 'pids.max': 'max' } },
      key: 'limit.pids',
      value: 'none',
    },
    { when: 'oom killer', resources: { memory: { disableOOMKiller: true } }, key: 'oom-kill-disabled', value: true },
  ] as const)('resources: $when', ({ resources, key, value }) => {
    expect(posture(withLinux({ resources })).get(key)?.value).toBe(value);
  });
});

describe('other platforms', () => {
  test.for([
    { when: 'windows', section: { windows: { layerFolders: ['a'] } }, key: 'platform', value: 'windows' },
    {
      when: 'a virtual machine',
      section: { linux: {}, vm: { kernel: { path: '/k' } } },
      key: 'sandbox.kind',
      value: 'hypervisor',
    },
  ] as const)('$when', ({ section, key, value }) => {
    expect(posture({ ...MINIMAL, ...section }).get(key)?.value).toBe(value);
  });

  it('solaris is named and not judged', () => {
    const result = read({ ...MINIMAL, solaris: { milestone: 'x' } });
    expect(result.problems.map((problem) => problem.code)).toEqual(['platform']);
  });
});

describe('bad input', () => {
  test.for([
    { when: 'empty', text: '', code: 'empty' },
    { when: 'a list', text: '[]', code: 'wrong-type' },
    { when: 'an anchor', text: '{"ociVersion": &a "1.0.0", "hostname": *a}', code: 'json-syntax' },
    { when: 'a comment', text: '{\n# no\n"ociVersion": "1.0.0"}', code: 'json-syntax' },
    { when: 'cut off', text: '{"ociVersion": "1.0.0"', code: 'yaml-syntax' },
    { when: 'twice', text: '{"ociVersion": "1.0.0", "ociVersion": "1.0.1"}', code: 'duplicate-key' },
  ])('$when is one problem', ({ text, code }) => {
    expect(read(text)).toMatchObject({ subjects: [], problems: [{ code, at: { path: 'bundle/config.json' } }] });
  });

  it('never throws, and every place lies in the text', () => {
    const full = JSON.stringify({
      ...withProcess({
        capabilities: { bounding: ['CAP_CHOWN'] },
        rlimits: [{ type: 'RLIMIT_CORE', soft: 1, hard: 2 }],
        env: ['A=1'],
        noNewPrivileges: true,
      }),
      mounts: [{ destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] }],
      hooks: { prestart: [{ path: '/x' }] },
      linux: {
        namespaces: [{ type: 'pid' }],
        resources: { devices: [{ allow: false, access: 'rwm' }], memory: { limit: 3 } },
        seccomp: { defaultAction: 'SCMP_ACT_ALLOW' },
        maskedPaths: ['/a'],
      },
    });
    const part = fc.oneof(
      fc.constantFrom('{}', '[]', '""', '0', '-1', 'null', 'true', '{"a":[{}]}', ','),
      fc.string({ maxLength: 4 }),
    );
    const mutated = fc
      .tuple(fc.nat(full.length), fc.nat(12), part)
      .map(([at, length, put]) => full.slice(0, at) + put + full.slice(at + length));
    const values = [...full.matchAll(/"[^"]*"(?!:)|\d+|true|false|\[[^[\]]*\]|\{[^{}]*\}/g)];
    const retyped = fc
      .tuple(fc.constantFrom(...values), part)
      .map(([match, put]) => full.slice(0, match.index) + put + full.slice(match.index + match[0].length));
    fc.assert(
      fc.property(fc.oneof(mutated, retyped), (text) => {
        const result = read(text);
        const lines = text.split('\n');
        const places = [
          ...result.problems.map((problem) => problem.at),
          ...result.subjects.flatMap((s) => s.layers.flatMap((l) => l.statements.map((x) => x.source))),
        ];
        for (const place of places) {
          if (!('line' in place) || place.line === undefined || place.column === undefined) continue;
          expect(place.line).toBeLessThanOrEqual(lines.length);
          expect(place.column).toBeLessThanOrEqual((lines[place.line - 1] ?? '').length + 1);
        }
      }),
      { seed: 7, numRuns: 600 },
    );
  });
});
