import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unknown } from '../../posture/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import { MACHINE } from '../files.ts';
import { factIn, inMemory, stat, type Tree } from '../fixtures/in-memory.ts';
import { configState, parseConfig } from './configuration.ts';
import { flagStatements } from './engine.ts';
import { observeHost, readHost } from './index.ts';
import { moduleNames, parseCmdline } from './kernel.ts';
import { FILE_MODES, KERNEL_CONFIG, KERNEL_PARAMETERS, MODULES, SYSCTLS } from './keys.data.ts';
import { releaseIn } from './programs.ts';

/** Keys of the host that some gate of the catalogue reads. */
const READ = new Set(
  JSON.stringify(CATALOGUE.map(({ routes, when }) => [routes, when])).match(/(?<=")host\.[\w./-]+(?=")/g),
);

test.each([
  ['host.sysctl.', SYSCTLS.map(({ name }) => name)],
  ['host.kernel-config.', KERNEL_CONFIG],
  ['host.kernel-parameter.', KERNEL_PARAMETERS],
  ['host.file-mode.', FILE_MODES],
  ['host.module.', MODULES.map(({ name }) => name)],
])('everything of %s* that the catalogue reads is looked at', (family, looked) => {
  const asked = [...READ].filter((key) => key.startsWith(family)).map((key) => key.slice(family.length));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((name) => !looked.includes(name))).toEqual([]);
});

test('this machine tells of itself', () => {
  const statements = observeHost();
  const of = (key: string) => factIn(statements, key);
  expect(of('host.kernel')).toBe(String(MACHINE.text('/proc/sys/kernel/osrelease')).trim());
  expect(of('host.sysctl.kernel.randomize_va_space')).toMatch(/^[012]$/);
  expect(of('host.arch')).toBe({ x64: 'x86_64', arm64: 'aarch64' }[process.arch as string]);
  expect(statements.every(({ source, phase }) => source.kind === 'observed' && phase === 'host')).toBe(true);
});

const NAMESPACES: Tree = Object.fromEntries(
  ['self', '1'].flatMap((pid) =>
    Object.entries({ pid: 4026531836, user: 4026531837, net: 4026531840, mnt: 4026531841 }).map(([type, number]) => [
      `/proc/${pid}/ns/${type}`,
      { link: `${type}:[${number}]` },
    ]),
  ),
);

function host(tree: Tree) {
  const statements = observeHost({ files: inMemory({ ...NAMESPACES, ...tree }) });
  return (key: string) => factIn(statements, key);
}

describe('a host by its files', () => {
  const of = host({
    '/proc/sys/kernel/osrelease': '6.1.0-23-amd64\n',
    '/proc/sys/kernel/yama/ptrace_scope': '1\n',
    '/proc/sys/kernel/core_pattern': '|/usr/share/apport %p\n',
    '/proc/sys/kernel/perf_event_paranoid': { error: 'EACCES' },
    '/proc/self/mountinfo': '1 0 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n',
    '/boot/config-6.1.0-23-amd64':
      'CONFIG_BPF_SYSCALL=y\nCONFIG_TIPC=m\n# CONFIG_RDS is not set\nCONFIG_VSOCKETS=m\nCONFIG_MODULE_SIG=y\n',
    '/sys/kernel/security/lsm': 'lockdown,capability,yama,apparmor\n',
    '/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n',
    '/proc/cmdline': 'root=/dev/sda1 mitigations=off audit=0 quiet\n',
    '/sys/module/module/parameters/sig_enforce': 'N\n',
    '/sys/devices/system/cpu/vulnerabilities/meltdown': 'Mitigation: PTI\n',
    '/sys/devices/system/cpu/smt/active': '1\n',
    '/sys/class/thermal/thermal_zone0/temp': '1\n',
    '/proc/modules': 'nf_tables 1 0 - Live 0x0\n',
    '/lib/modules/6.1.0-23-amd64/modules.dep': 'kernel/net/tipc/tipc.ko.xz: a\nkernel/net/vmw_vsock/vsock.ko:\n',
    '/etc/modprobe.d/off.conf': '# no\ninstall tipc /bin/false\n',
    '/etc/group': 'docker:x:9:ann,bob\n',
    '/run/docker.sock': stat('socket', { mode: 0o660 }),
  });
  test.each([
    ['host.kernel', '6.1.0-23-amd64'],
    ['host.cgroup', 'v2'],
    ['host.fact.cgroup2-nsdelegate', true],
    ['host.lsm', ['lockdown', 'capability', 'yama', 'apparmor']],
    ['host.lockdown', 'integrity'],
    ['host.sysctl.kernel.yama.ptrace_scope', '1'],
    ['host.sysctl.kernel.core_pattern', '|/usr/share/apport %p'],
    // Since 6.2: whoever runs an older one can.
    ['host.sysctl.dev.tty.legacy_tiocsti', '1'],
    ['host.sysctl.vm.unprivileged_userfaultfd', '0'],
    ['host.kernel-config.BPF_SYSCALL', 'y'],
    ['host.kernel-config.RDS', 'n'],
    ['host.kernel-config.DEVKMEM', 'n'],
    ['host.kernel-parameter.mitigations', 'off'],
    ['host.kernel-parameter.cgroup_no_v1', ''],
    ['host.kernel-parameter.module.sig_enforce', 'N'],
    ['host.vulnerability.meltdown', 'Mitigation: PTI'],
    ['host.module.nf_tables', 'loaded'],
    ['host.module.vsock', 'available'],
    ['host.module.tipc', 'absent'],
    ['host.module.rds', 'absent'],
    ['host.fact.rare-socket-modules', false],
    ['host.fact.smt-active', true],
    ['host.fact.thermal-zones', true],
    ['host.fact.rapl', false],
    ['host.fact.audit-enabled', false],
    ['host.fact.docker-group-members', ['ann', 'bob']],
    ['host.file-mode./run/docker.sock', '660'],
    ['host.file-mode./dev/kvm', 'absent'],
  ])('%s', (key, value) => expect(of(key)).toEqual(value));
  test('what is forbidden is unknown, with what permits it', () => {
    const value = of('host.sysctl.kernel.perf_event_paranoid');
    expect((value as Unknown).why).toContain('run as root');
  });
});

test('without a procfs nothing is taken for absent', () => {
  const of = host({});
  expect(['host.kernel', 'host.sysctl.kernel.yama.ptrace_scope', 'host.kernel-config.RDS', 'host.lsm'].map(of)).toEqual(
    Array.from({ length: 4 }, () => expect.any(Unknown)),
  );
});

test('sysctls of namespaces are those of the host only in the host’s', () => {
  const other = { '/proc/self/ns/net': { link: 'net:[4026539999]' } };
  const of = host({
    '/proc/sys/kernel/osrelease': '6.1.0',
    '/proc/sys/net/ipv4/ip_unprivileged_port_start': '0\n',
    ...other,
  });
  expect(of('host.sysctl.net.ipv4.ip_unprivileged_port_start')).toBeInstanceOf(Unknown);
});

test('without securityfs the build tells which modules there are, unless parameters do', () => {
  const config = 'CONFIG_LSM="lockdown,yama,apparmor,bpf"\nCONFIG_SECURITY_YAMA=y\nCONFIG_BPF_LSM=y\n';
  const tree = { '/proc/sys/kernel/osrelease': '6.1.0', '/proc/config.gz': config, '/proc/cmdline': 'quiet' };
  expect(host(tree)('host.lsm')).toEqual(['capability', 'yama', 'bpf']);
  expect(host(tree)('host.lockdown')).toBe('none');
  expect(host({ ...tree, '/proc/cmdline': 'security=apparmor' })('host.lsm')).toBeInstanceOf(Unknown);
});

test.each([
  ['5.4.0', new Unknown('')],
  ['5.10.0', 'n'],
])('a symbol that kernel %s may not have yet', (release, expected) => {
  const state = configState({ from: 'x', release, symbols: new Map() }, 'X86_IOPL_IOPERM');
  expect(state instanceof Unknown).toBe(expected instanceof Unknown);
});

test('a build configuration', () => {
  expect([
    ...parseConfig('# comment\nCONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_D="x,y"\nCONFIG_E=64\n'),
  ]).toEqual([
    ['A', 'y'],
    ['B', 'm'],
    ['C', 'n'],
    ['D', 'x,y'],
    ['E', '64'],
  ]);
});

test('a command line of the kernel', () => {
  expect(Object.fromEntries(parseCmdline('a=1 b-c x="two words" "y=3 4" flag a=2 -- init=no\n'))).toEqual({
    a: '2',
    b_c: '',
    x: 'two words',
    y: '3 4',
    flag: '',
  });
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseCmdline(text) instanceof Map));
});

test('names of modules', () => {
  expect([...moduleNames('kernel/net/a-b.ko.zst: kernel/c.ko\nkernel/d.ko\nnone\n')]).toEqual(['a_b', 'd']);
});

test.each([
  ['runc version 1.1.5+ds1\ncommit: x\n', '1.1.5'],
  ['containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1', '1.6.20'],
  ['buildkitd v0.12.5 abc', '0.12.5'],
  ['runc version 1.4.0-rc.3', '1.4.0-rc.3'],
  ['dirty', undefined],
])('a release in %j', (text, release) => expect(releaseIn(text)).toBe(release));

describe('flags of dockerd', () => {
  const of = (line: string) =>
    Object.assign({}, ...flagStatements(line.split(' '), 'x').map(({ facts }) => facts)) as unknown;
  test.each([
    ['-H fd:// -H tcp://0.0.0.0:2375', { 'daemon.hosts': ['fd://', 'tcp://0.0.0.0:2375'] }],
    ['--host=tcp://x --tlsverify', { 'daemon.hosts': ['tcp://x'], 'daemon.tlsverify': true }],
    ['--icc=false --debug --iptables false', { 'daemon.icc': false, 'daemon.debug': true, 'daemon.iptables': true }],
    ['--userns-remap default -l warn', { 'daemon.userns-remap': 'default', 'daemon.log-level': 'warn' }],
    [
      '--insecure-registry r:5 --registry-mirror=http://m',
      { 'daemon.insecure-registries': ['r:5'], 'daemon.registry-mirrors': ['http://m'] },
    ],
    ['--bridge=none --no-such-flag x --add-runtime a=b', { 'daemon.bridge': 'none' }],
  ])('%s', (line, facts) => expect(of(line)).toEqual(facts));
});

test('the target gives the host, and its Docker where there is one', async () => {
  const tree: Tree = {
    ...NAMESPACES,
    '/proc/sys/kernel/osrelease': '6.1.0',
    '/etc/docker/daemon.json': '{ "icc": false }',
    '/proc/9/comm': 'dockerd\n',
    '/proc/9/cmdline': 'dockerd\0--debug\0',
  };
  const { subjects, problems } = await readHost({ files: inMemory(tree), environment: {} });
  expect(problems).toEqual([]);
  expect(subjects.map(({ kind }) => kind)).toEqual(['host', 'engine']);
  const settings = subjects[1]?.layers.flatMap(({ statements }) => statements) ?? [];
  expect(settings.map(({ source, facts }) => [source.kind, facts])).toEqual([
    ['stated', { 'daemon.icc': false }],
    ['observed', { 'daemon.debug': true }],
  ]);
  const alone = await readHost({
    files: inMemory({ ...NAMESPACES, '/proc/sys/kernel/osrelease': '6.1.0' }),
    environment: {},
  });
  expect(alone.subjects.map(({ id }) => id)).toEqual(['host']);
  expect((await readHost({ files: inMemory({}), environment: {} })).problems.map(({ code }) => code)).toEqual([
    'no-proc',
  ]);
});
