import { describe, expect, test } from 'vitest';
import type { Mechanism } from '../model/index.ts';
import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import type { Example, Vector } from '../vectors/index.ts';
import { compileCatalogue } from './catalogue.ts';
import { type ExampleOutcome, judgeExample } from './example.ts';

/*
 * Docker's options against telling vectors. Each cell is reasoned from the kernel's functions, moby's seccomp profile and AppArmor
 * template, or was tried in a container (docs/verification.md), never taken from what Cofferdam says. Verdict, depth and the
 * mechanisms that hold are given for every cell: a row names its groups of columns, and no column may be left out.
 */

const ENGINE = 'docker@29.7.2';
/** A server as distributions ship it today. */
const HOST =
  '{ kernel: 6.12.0, arch: x86_64, cgroup: v2, lsm: [lockdown, capability, yama, apparmor], lockdown: none, sysctls: { kernel.unprivileged_bpf_disabled: 2 } }';
const REMAP = '{"userns-remap":"default"}';

const COLUMNS = {
  default: { options: '' },
  privileged: { options: '--privileged' },
  'sys-admin': { options: '--cap-add SYS_ADMIN' },
  'drop-all': { options: '--cap-drop ALL' },
  'pid-host': { options: '--pid host' },
  'seccomp-off': { options: '--security-opt seccomp=unconfined' },
  'no-new-privs': { options: '--security-opt no-new-privileges' },
  'root-mount': { options: '-v /:/host' },
  socket: { options: '-v /var/run/docker.sock:/var/run/docker.sock' },
  device: { options: '--device /dev/sda' },
  'userns-host': { options: '--userns=host' },
  'remap-userns-host': { options: '--userns=host', daemon: REMAP },
  remap: { options: '', daemon: REMAP },
  'read-only': { options: '--read-only' },
} as const;
type Column = keyof typeof COLUMNS;

const ALL = Object.keys(COLUMNS) as Column[];
const REST = 'rest';

interface Group {
  readonly columns: readonly Column[] | typeof REST;
  /** Mechanisms of which all of one list must fail; `open`: none holds. */
  readonly held: 'open' | readonly (readonly Mechanism[])[];
  readonly why: string;
}

const open = (columns: Group['columns'], why: string): Group => ({ columns, held: 'open', why });
const held = (columns: Group['columns'], sets: readonly (readonly Mechanism[])[], why: string): Group => ({
  columns,
  held: sets,
  why,
});

const TABLE: Readonly<Record<string, readonly Group[]>> = {
  'cap-sys-module': [
    open(
      ['privileged'],
      'all capabilities, no filter: the call reaches the kernel, ENOSYS where that has no modules, EPERM where the filter stands: tried',
    ),
    held(['seccomp-off'], [['capability']], 'may_init_module() asks capable(SYS_MODULE), which Docker does not give'),
    held(['remap'], [['namespace-user', 'capability', 'seccomp']], 'capable() asks the initial user namespace besides'),
    held(
      REST,
      [['capability', 'seccomp']],
      'moby lets finit_module through with CAP_SYS_MODULE only; SYS_ADMIN does not bring it',
    ),
  ],
  'cap-sys-admin': [
    open(
      ['privileged', 'sys-admin'],
      'moby lets bpf, setns, quotactl through for its holders; AppArmor sees none of them (bpf tried)',
    ),
    held(['seccomp-off'], [['capability']], 'the calls answer EPERM from the kernel: tried'),
    held(
      ['remap'],
      [['namespace-user', 'capability', 'seccomp']],
      'a capability over the own namespace is none over the host: tried with --cap-add SYS_ADMIN',
    ),
    held(REST, [['capability', 'seccomp']], 'neither held nor let through'),
  ],
  'core-pattern-write': [
    open(['privileged'], '/proc/sys is writable, AppArmor unconfined: tried'),
    open(
      ['root-mount'],
      'rbind brings the procfs of the host to /host/proc, where no path rule of docker-default speaks of it: tried without AppArmor',
    ),
    held(
      ['sys-admin'],
      [['mount'], ['lsm']],
      'procfs can be mounted, remounted and uncovered; docker-default refuses mount, and writing below /proc/sys/kernel by any of its names',
    ),
    held(['seccomp-off'], [['mount'], ['capability', 'lsm']], 'EROFS on the read-only path; mounting wants SYS_ADMIN'),
    held(
      ['remap'],
      [
        ['namespace-user', 'mount'],
        ['namespace-user', 'capability', 'seccomp', 'lsm'],
      ],
      'proc_sys_permission() asks for the global root uid: EACCES tried with unmasked paths',
    ),
    held(
      REST,
      [['mount'], ['capability', 'seccomp', 'lsm']],
      'a bind of the host is not there; or mount(2), which wants SYS_ADMIN, is in no group of the filter and refused by AppArmor',
    ),
  ],
  'sysrq-trigger-writable': [
    open(['privileged'], 'nothing read-only'),
    open(
      ['sys-admin'],
      'fsopen, fsconfig, fsmount give a procfs that is attached nowhere: AppArmor has no hook there and knows the file as /sysrq-trigger (attach_disconnected)',
    ),
    open(['root-mount'], '/host/proc/sysrq-trigger is not the path that docker-default refuses'),
    held(['seccomp-off'], [['mount'], ['capability']], 'fsopen wants SYS_ADMIN: EPERM tried'),
    held(
      ['remap'],
      [
        ['namespace-user', 'mount'],
        ['namespace-user', 'capability', 'seccomp'],
      ],
      "mode 0200 of the host's root, which no id inside maps to",
    ),
    held(REST, [['mount'], ['capability', 'seccomp']], 'read-only path; fsopen is refused by the filter as well'),
  ],
  'proc-kcore-readable': [
    open(['privileged'], 'no mask, CAP_SYS_RAWIO'),
    held(
      ['sys-admin', 'seccomp-off', 'root-mount'],
      [['capability']],
      'the mask is gone (or the procfs is detached, or that of the host), but open_kcore() asks capable(SYS_RAWIO)',
    ),
    held(
      ['remap'],
      [
        ['namespace-user', 'mount', 'capability'],
        ['namespace-user', 'capability', 'seccomp'],
      ],
      'mode 0400, and capable() in the initial user namespace',
    ),
    held(
      REST,
      [
        ['mount', 'capability'],
        ['capability', 'seccomp'],
      ],
      'masked, or fsopen refused; SYS_RAWIO is missing either way',
    ),
  ],
  'userns-creation-allowed': [
    open(
      ['privileged', 'sys-admin', 'seccomp-off'],
      'create_user_ns() asks for no capability; moby ties unshare, clone flags and clone3 to SYS_ADMIN: tried, all three',
    ),
    held(REST, [['seccomp']], 'unshare EPERM, clone EPERM, clone3 ENOSYS: tried, with a remapped namespace as well'),
  ],
  'mount-syscalls-allowed': [
    open(['privileged'], 'may_mount(), no filter, AppArmor unconfined: tried'),
    held(
      ['sys-admin', 'seccomp-off'],
      [['lsm']],
      'with the capability, or in a user namespace of its own: docker-default states deny mount, and move_mount is seen since 6.7; without AppArmor both mount: tried',
    ),
    held(REST, [['seccomp', 'lsm']], 'a user namespace would bring the capability, so its absence does not count'),
  ],
  'keyring-syscalls-allowed': [
    open(['privileged', 'seccomp-off'], 'keyctl reaches the kernel: tried'),
    held(['remap'], [['namespace-user', 'seccomp']], 'user keyrings hang on the user namespace (5.3)'),
    held(REST, [['seccomp']], 'in no group of the profile, SYS_ADMIN included: EPERM tried'),
  ],
  'bpf-syscall-allowed': [
    held(
      ['privileged', 'sys-admin', 'seccomp-off'],
      [['kernel']],
      'the sysctl 2 asks for CAP_BPF: loading after dropping all capabilities answers EPERM, tried',
    ),
    held(REST, [['kernel', 'seccomp']], 'the filter refuses first'),
  ],
  'af-alg-socket-allowed': [
    open(['privileged'], 'AppArmor unconfined, no filter'),
    held(
      REST,
      [['lsm']],
      'domain 0x100000026 passes the 64-bit comparisons of the filter; deny network alg since 29.4.3',
    ),
  ],
  'cap-sys-ptrace': [
    held(
      ['privileged'],
      [['namespace-pid'], ['mount']],
      'SYS_PTRACE and no AppArmor, but no process of the host has an id here: tried',
    ),
    held(
      ['pid-host', 'root-mount'],
      [['capability', 'lsm']],
      'ids are there, by the namespace or by /host/proc; EACCES for /proc/PID/root of root: tried',
    ),
    held(
      ['remap'],
      [
        ['namespace-user', 'namespace-pid', 'capability', 'lsm'],
        ['namespace-user', 'mount', 'capability', 'lsm'],
      ],
      'capable() asks the initial user namespace',
    ),
    held(
      REST,
      [
        ['namespace-pid', 'capability', 'lsm'],
        ['mount', 'capability', 'lsm'],
      ],
      'SYS_PTRACE is not among the fourteen',
    ),
  ],
  'host-pid-namespace': [
    held(['privileged'], [['namespace-pid']], 'privileged keeps a PID namespace of its own: tried'),
    held(
      ['pid-host'],
      [['lsm']],
      'docker-default allows ptrace among its own only; without AppArmor processes of nobody are read: tried',
    ),
    held(['remap'], [['namespace-user', 'namespace-pid', 'lsm']], '__ptrace_may_access() compares global ids'),
    held(REST, [['namespace-pid', 'lsm']], 'ids of the host resolve to nothing'),
  ],
  'docker-socket-mount': [
    open(['socket', 'root-mount'], 'root inside owns the socket (0660, root:docker): connected, tried'),
    held(
      ['remap'],
      [['mount'], ['namespace-user', 'namespace-mnt'], ['namespace-mnt', 'dac']],
      'an id-mapped mount would do both; else root is nobody there and in no group of the host',
    ),
    held(REST, [['mount'], ['namespace-mnt']], 'no path leads to it; privileged does not change the mount namespace'),
  ],
  'host-root-mount': [
    open(['root-mount'], 'it is there: tried'),
    held(REST, [['mount'], ['namespace-mnt']], 'the mount namespace holds the image alone'),
  ],
  'block-device-exposed': [
    open(
      ['privileged', 'device'],
      'node and rule are there, blkdev_open() asks for no capability: tried with a loop device',
    ),
    held(
      ['remap'],
      [
        ['hypervisor', 'device-policy'],
        ['namespace-user', 'device-policy'],
        ['dac', 'device-policy'],
      ],
      'the node is root:disk 0660: neither that uid, nor that group; a virtual machine would be handed the device itself',
    ),
    held(
      REST,
      [['device-policy']],
      'mknod succeeds, open answers EPERM by the device rules: tried; with /host/dev the same',
    ),
  ],
  'cap-mknod': [
    open(['privileged', 'device'], 'the rule for the device (for all) allows a node made by the container: tried'),
    held(['drop-all'], [['device-policy', 'capability']], 'mknod answers EPERM: tried'),
    held(['remap'], [['namespace-user', 'device-policy']], 'vfs_mknod() asks capable(): EPERM tried'),
    held(REST, [['device-policy']], 'rules allow m for all, rw for none of the disks'),
  ],
  'seccomp-unconfined': [
    open(['privileged', 'seccomp-off'], 'PR_GET_SECCOMP answers 0: tried'),
    held(REST, [['seccomp']], 'PR_GET_SECCOMP answers other than 0: tried'),
  ],
  'clone3-unfiltered': [
    open(['privileged', 'seccomp-off', 'sys-admin'], 'the group of SYS_ADMIN names clone3: tried'),
    held(REST, [['seccomp']], 'ENOSYS: tried'),
  ],
  'no-new-privs-off': [
    held(['no-new-privs'], [['no-new-privileges']], 'PR_GET_NO_NEW_PRIVS answers 1: tried'),
    open(REST, 'no option else sets it, --cap-drop and --read-only neither: tried'),
  ],
  'root-user-in-container': [open(REST, 'the image names no user: uid 0 inside, whatever it is outside')],
  'rootfs-writable': [
    held(
      ['read-only'],
      [['mount'], ['capability', 'seccomp']],
      'EROFS; with SYS_ADMIN a bind remount, or mount_setattr for which AppArmor is not asked, takes the flag away: tried',
    ),
    open(REST, 'overlay with an upper layer'),
  ],
  'no-user-namespace': [
    held(['remap'], [['namespace-user']], '/proc/self/ns/user differs from that of the host: tried'),
    open(REST, 'Docker makes a user namespace only where the daemon maps ids, and --userns=host takes it back: tried'),
  ],
  'host-cgroup-namespace': [
    held(
      REST,
      [['namespace-cgroup']],
      'on cgroup v2 Docker makes a private one for privileged containers, too (daemon/daemon_unix.go)',
    ),
  ],
};

const catalogue = compileCatalogue(CATALOGUE);

function vectorOf(id: string): Vector {
  const found = CATALOGUE.find((vector) => vector.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}

function columnsOf(group: Group, groups: readonly Group[]): readonly Column[] {
  if (group.columns !== REST) return group.columns;
  const named = new Set(groups.flatMap((other) => (other.columns === REST ? [] : other.columns)));
  return ALL.filter((column) => !named.has(column));
}

function judgeCell(id: string, column: Column): Promise<ExampleOutcome> {
  const cell: { readonly options: string; readonly daemon?: string } = COLUMNS[column];
  const example = {
    docker: `run ${cell.options} debian`,
    engine: ENGINE,
    host: HOST,
    ...(cell.daemon !== undefined && { withDaemon: cell.daemon }),
  };
  return judgeExample(vectorOf(id), { ...example, verdict: 'open' }, catalogue);
}

const sorted = (sets: readonly (readonly Mechanism[])[]): string[] =>
  sets.map((set) => [...set].sort().join(' + ')).sort();

const cells = Object.entries(TABLE).flatMap(([id, groups]) =>
  groups.flatMap((group) => columnsOf(group, groups).map((column) => [id, column, group] as const)),
);

test('every vector has every column once', () => {
  const keys = cells.map(([id, column]) => `${id} ${column}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toHaveLength(Object.keys(TABLE).length * ALL.length);
});

test.each(cells)('%s under %s', async (id, column, group) => {
  const { verdict, judged, because } = await judgeCell(id, column);
  const why = [group.why, ...because].join('\n');
  expect(verdict, why).toBe(group.held === 'open' ? 'open' : 'blocked');
  const expected = group.held === 'open' ? [] : group.held;
  expect(sorted(judged?.heldBy ?? []), why).toEqual(sorted(expected));
  expect(judged?.depth, why).toBe(group.held === 'open' ? 0 : Math.min(...group.held.map((set) => set.length)));
});

const COMPOSE = `services:
  a:
    image: debian
    privileged: true
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
    pid: host
`;

type Blamed = Pick<Example, 'docker' | 'compose' | 'withDaemon'>;

/** The statement, its line and the mechanism that a reader is shown first. */
const DECISIVE: readonly (readonly [string, Blamed, string, string, Mechanism])[] = [
  ['cap-sys-admin', { docker: 'run --rm --cap-add SYS_ADMIN debian' }, '--cap-add SYS_ADMIN', 'run.sh:1', 'capability'],
  [
    'block-device-exposed',
    { docker: 'run --device /dev/sda debian' },
    '--device /dev/sda',
    'run.sh:1',
    'device-policy',
  ],
  [
    'no-new-privs-off',
    { docker: 'run --security-opt no-new-privileges debian' },
    '--security-opt no-new-privileges',
    'run.sh:1',
    'no-new-privileges',
  ],
  ['rootfs-writable', { docker: 'run --read-only debian' }, '--read-only', 'run.sh:1', 'mount'],
  [
    'no-user-namespace',
    { docker: 'run debian', withDaemon: REMAP },
    'userns-remap: default',
    'daemon.json:1',
    'namespace-user',
  ],
  ['core-pattern-write', { compose: COMPOSE }, 'privileged: true', 'compose.yaml:4', 'mount'],
  [
    'docker-socket-mount',
    { compose: COMPOSE },
    'volumes: [/var/run/docker.sock:/var/run/docker.sock]',
    'compose.yaml:6',
    'mount',
  ],
  ['host-pid-namespace', { compose: COMPOSE }, 'pid: host', 'compose.yaml:7', 'namespace-pid'],
];

describe('what decides', () => {
  test.each(DECISIVE)('%s: %j', async (id, example, statement, place, mechanism) => {
    const { judged } = await judgeExample(
      vectorOf(id),
      { ...example, engine: ENGINE, host: HOST, verdict: 'open' },
      catalogue,
    );
    const source = judged?.decisive?.fact?.source;
    expect(source).toMatchObject({ kind: 'stated', text: statement });
    expect(source?.kind === 'stated' && `${source.path}:${source.line}`).toBe(place);
    expect(judged?.decisive?.mechanism).toBe(mechanism);
  });
});
