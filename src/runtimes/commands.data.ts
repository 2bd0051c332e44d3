import type { ProfileName } from './profiles.data.ts';

/**
 * Runtimes that start a program by themselves, without a configuration of ours: the command lines that a user would write down for the
 * profiles of the lab. Another command line is another sandbox: `exec:'…'` takes any.
 */
export interface SandboxCommand {
  readonly name: string;
  readonly title: string;
  /** Prints a version, as proof that it is there. */
  readonly version: readonly string[];
  /** The package that has it in Debian and its relatives. */
  readonly debian: string;
  /** Only root can. */
  readonly needsRoot?: boolean;
  /** By profile: the command line, or why it has none. */
  readonly lines: Lines;
  /** Left behind outside its folder. */
  readonly leaves?: readonly string[];
  /** Control groups that it makes. */
  readonly groups?: readonly string[];
}

/**
 * `{stub}`: the stub's path outside; `{root}`: a root folder with it at /stub; `{folder}`: another, empty one; `{name}`: a name that nothing
 * else has.
 */
export type Line = readonly string[];
type Lines = Readonly<Record<ProfileName, Line | string>> & { readonly default: Line };

/** Ordinary users have user namespaces without asking: the same command as one of them. */
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'] as const;

const NO_FILTER = 'it has no filter by itself: its default is that';
const NAMESPACES_ALONE = 'it makes namespaces alone: capabilities, filters and limits are left as they are';
const CHANGES_ROOT_ALONE =
  'chroot changes the root folder and nothing else: there is nothing more to leave out or to add';

// --- bubblewrap -------------------------------------------------------------------------------------------------------

const BWRAP = ['bwrap', '--die-with-parent', '--new-session'] as const;
const BWRAP_ROOT = [
  ...['--ro-bind', '{root}', '/', '--proc', '/proc', '--dev', '/dev'],
  ...['--tmpfs', '/tmp', '/stub'],
] as const;

// --- systemd-nspawn ---------------------------------------------------------------------------------------------------

const NSPAWN = [
  ...['systemd-nspawn', '--quiet', '--register=no', '--keep-unit', '--pipe', '--machine={name}'],
  '--directory={root}',
] as const;

/** Switches of systemd-nspawn's environment: docs/ENVIRONMENT.md of systemd 252. */
const SHARED = ['IPC', 'PID', 'UTS'].map((kind) => `SYSTEMD_NSPAWN_SHARE_NS_${kind}=1`);

// --- firejail ---------------------------------------------------------------------------------------------------------

const FIREJAIL = ['firejail', '--quiet', '--ignore=private-tmp'] as const;

// --- LXC --------------------------------------------------------------------------------------------------------------

/** lxc.container.conf(5), as options: `-s KEY=VALUE`. Without a console the container's streams are the command's. */
const lxc = (...settings: readonly string[]): Line => [
  ...['lxc-start', '--name={name}', '--foreground', '--lxcpath={folder}', '--rcfile=/dev/null'],
  ...['lxc.rootfs.path=dir:{root}', 'lxc.init.cmd=/stub', 'lxc.console.path=none', ...settings].flatMap((one) => [
    '-s',
    one,
  ]),
];
/** What the configurations of LXC's templates include: dropped capabilities, device rules, a filter. Terminals would need more of a root. */
const LXC_COMMON = [
  ...['lxc.include=/usr/share/lxc/config/common.conf', 'lxc.tty.max=0', 'lxc.pty.max=16'],
  'lxc.mount.auto=cgroup:mixed proc:mixed sys:mixed',
] as const;
const LXC_OWN = ['lxc.net.0.type=empty', 'lxc.uts.name=cofferdam'] as const;
/** newuidmap(1), where it is found, gives root only what subuid(5) says; root may write the map itself. */
const WITHOUT_NEWUIDMAP = [
  '/bin/sh',
  '-c',
  'path=$(command -v "$1") && shift && PATH=/nonexistent exec "$path" "$@"',
  'sh',
] as const;

// --- unshare ----------------------------------------------------------------------------------------------------------

const UNSHARE = [
  'unshare',
  '--mount',
  '--uts',
  '--ipc',
  '--net',
  '--pid',
  '--cgroup',
  '--fork',
  '--kill-child',
] as const;
const UNSHARE_ROOT = ['--mount-proc', '--root={root}', '/stub'] as const;

export const SANDBOX_COMMANDS: readonly SandboxCommand[] = [
  {
    name: 'chroot',
    title: 'chroot: another root folder, and nothing else',
    version: ['chroot', '--version'],
    debian: 'coreutils',
    needsRoot: true,
    lines: {
      default: ['chroot', '{root}', '/stub'],
      hardened: ['setpriv', '--no-new-privs', 'chroot', '--userspec=65534:65534', '{root}', '/stub'],
      privileged: CHANGES_ROOT_ALONE,
      rootless: CHANGES_ROOT_ALONE,
      'no-seccomp': NO_FILTER,
      'all-capabilities': CHANGES_ROOT_ALONE,
      'host-namespaces': CHANGES_ROOT_ALONE,
    },
  },
  {
    name: 'unshare',
    title: 'unshare: namespaces and another root folder, every capability, no filter',
    version: ['unshare', '--version'],
    debian: 'util-linux',
    needsRoot: true,
    lines: {
      default: [...UNSHARE, ...UNSHARE_ROOT],
      hardened: ['setpriv', '--no-new-privs', ...UNSHARE, '--setgid=65534', '--setuid=65534', ...UNSHARE_ROOT],
      privileged: NAMESPACES_ALONE,
      rootless: [...AS_NOBODY, ...UNSHARE, '--user', '--map-root-user', ...UNSHARE_ROOT],
      'no-seccomp': NO_FILTER,
      'all-capabilities': NAMESPACES_ALONE,
      'host-namespaces': ['unshare', '--mount', ...UNSHARE_ROOT],
    },
  },
  {
    name: 'bwrap',
    title: 'bubblewrap: every namespace, no capabilities, no seccomp policy of its own',
    version: ['bwrap', '--version'],
    debian: 'bubblewrap',
    lines: {
      default: [...BWRAP, '--unshare-all', ...BWRAP_ROOT],
      hardened: [
        ...BWRAP,
        '--unshare-all',
        '--unshare-user',
        '--uid',
        '65534',
        '--gid',
        '65534',
        '--cap-drop',
        'ALL',
        ...BWRAP_ROOT,
      ],
      privileged: [
        ...[
          ...BWRAP,
          '--unshare-pid',
          '--unshare-ipc',
          '--unshare-uts',
          '--unshare-net',
          '--unshare-cgroup',
          '--cap-add',
          'ALL',
        ],
        ...[
          '--bind',
          '{root}',
          '/',
          '--proc',
          '/proc',
          '--bind',
          '/sys',
          '/sys',
          '--dev-bind',
          '/dev',
          '/dev',
          '/stub',
        ],
      ],
      rootless: [...AS_NOBODY, ...BWRAP, '--unshare-all', ...BWRAP_ROOT],
      'no-seccomp': NO_FILTER,
      'all-capabilities': [...BWRAP, '--unshare-all', '--cap-add', 'ALL', ...BWRAP_ROOT],
      'host-namespaces': [...BWRAP, ...BWRAP_ROOT],
    },
  },
  {
    name: 'systemd-nspawn',
    title: 'systemd-nspawn: a container for a whole system, with its own seccomp policy',
    version: ['systemd-nspawn', '--version'],
    debian: 'systemd-container',
    needsRoot: true,
    lines: {
      default: [...NSPAWN, '/stub'],
      hardened: [
        ...[
          ...NSPAWN,
          '--private-network',
          '--private-users=100000:65536',
          '--drop-capability=all',
          '--no-new-privileges=yes',
        ],
        ...['--read-only', '--rlimit=RLIMIT_NOFILE=1024', '--rlimit=RLIMIT_CORE=0', '/stub'],
      ],
      privileged: ['env', 'SYSTEMD_SECCOMP=0', ...NSPAWN, '--capability=all', '--bind=/dev', '/stub'],
      rootless: [...NSPAWN, '--private-users=100000:65536', '/stub'],
      'no-seccomp': ['env', 'SYSTEMD_SECCOMP=0', ...NSPAWN, '/stub'],
      'all-capabilities': [...NSPAWN, '--capability=all', '/stub'],
      'host-namespaces': ['env', ...SHARED, ...NSPAWN, '/stub'],
    },
    leaves: ['/run/systemd/nspawn/propagate/{name}'],
  },
  {
    name: 'firejail',
    title: 'firejail: the default profile over the host file system, with its /tmp (the stub may lie there)',
    version: ['firejail', '--version'],
    debian: 'firejail',
    lines: {
      default: [...FIREJAIL, '{stub}'],
      hardened: [
        ...[
          ...FIREJAIL,
          '--caps.drop=all',
          '--nonewprivs',
          '--seccomp',
          '--net=none',
          '--ipc-namespace',
          '--read-only=/',
        ],
        ...['--rlimit-nofile=1024', '{stub}'],
      ],
      privileged: ['firejail', '--quiet', '--noprofile', '{stub}'],
      rootless: [...AS_NOBODY, ...FIREJAIL, '--noroot', '{stub}'],
      'no-seccomp': [...FIREJAIL, '--ignore=seccomp', '--ignore=protocol', '--ignore=restrict-namespaces', '{stub}'],
      'all-capabilities': [...FIREJAIL, '--ignore=caps', '{stub}'],
      'host-namespaces': 'it always has a PID and a mount namespace of its own',
    },
  },
  {
    name: 'lxc',
    title: "LXC: a container with what the configurations of LXC's templates include",
    version: ['lxc-start', '--version'],
    debian: 'lxc',
    needsRoot: true,
    lines: {
      default: lxc(...LXC_COMMON, ...LXC_OWN),
      hardened: lxc(
        ...[
          ...LXC_COMMON,
          ...LXC_OWN,
          'lxc.cap.drop=',
          'lxc.cap.keep=none',
          'lxc.no_new_privs=1',
          'lxc.rootfs.options=ro',
        ],
        ...['lxc.init.uid=65534', 'lxc.init.gid=65534', 'lxc.prlimit.nofile=1024', 'lxc.prlimit.core=0'],
      ),
      privileged: lxc(...LXC_OWN, 'lxc.mount.auto=cgroup:rw proc:rw sys:rw', 'lxc.cgroup.devices.allow=a'),
      rootless: [
        ...WITHOUT_NEWUIDMAP,
        ...lxc(...LXC_COMMON, ...LXC_OWN, 'lxc.idmap=u 0 100000 65536', 'lxc.idmap=g 0 100000 65536'),
      ],
      'no-seccomp': lxc(...LXC_COMMON, ...LXC_OWN, 'lxc.seccomp.profile='),
      'all-capabilities': lxc(...LXC_COMMON, ...LXC_OWN, 'lxc.cap.drop='),
      'host-namespaces': lxc(...LXC_COMMON, 'lxc.namespace.keep=user pid net ipc uts cgroup'),
    },
    groups: ['lxc.payload.{name}', 'lxc.monitor.{name}', 'lxc.pivot'],
  },
];
