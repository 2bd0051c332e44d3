import type { Capability } from '../kernel/index.ts';
import { CLONE } from '../kernel/index.ts';
import { type AllOf, type AnyOf, all, any, type Expr, type Gate } from './expression.ts';
import type { FactParams, FamilyParams, ValueTest } from './gates/fact.ts';
import type { GrantParams } from './gates/grant.ts';
import type { HostParams, KernelVersionParams, VersionParams } from './gates/host.ts';
import type { MountParams } from './gates/mount.ts';
import type { NetworkParams } from './gates/network.ts';
import type { SyscallParams } from './gates/seccomp.ts';
import type { SeccompFilterParams } from './gates/seccomp-filter.ts';
import type { Mechanism } from './mechanism.ts';

/**
 * The words that vectors are written in: single gates, and the compositions of gates that the kernel's own functions are.
 * Everything here returns data; nothing is decided.
 */

// --- single gates -----------------------------------------------------------------------------------------------------

export const fact = (
  key: string,
  test: ValueTest,
  mechanism: Mechanism,
  more: Pick<FactParams, 'absent' | 'set' | 'title'> = {},
): Gate => ({ gate: 'fact', key, mechanism, ...test, ...more });
export const someFact = (params: FamilyParams): Gate => ({ gate: 'family', ...params });
export const host = (key: string, test: ValueTest, more: Pick<HostParams, 'usually' | 'title'> = {}): Gate => ({
  gate: 'host',
  key,
  ...test,
  ...more,
});
export const hostSysctl = (name: string, test: ValueTest, more: Pick<HostParams, 'usually' | 'title'> = {}): Gate =>
  host(`host.sysctl.${name}`, test, more);
/** Built in or as a module. `usually: 'passes'` where every distribution's kernel has it. */
export const kernelConfig = (symbol: string, more: Pick<HostParams, 'usually'> = {}): Gate =>
  host(`host.kernel-config.${symbol}`, { isNot: 'n' }, { title: `the kernel is built with CONFIG_${symbol}`, ...more });
export const kernel = (params: KernelVersionParams): Gate => ({ gate: 'kernel-version', ...params });
export const olderThan = (key: VersionParams['key'], below: string, mechanism: Mechanism): Gate => ({
  gate: 'version',
  key,
  below,
  mechanism,
});
export const notOlderThan = (key: VersionParams['key'], from: string, mechanism: Mechanism): Gate => ({
  gate: 'version',
  key,
  from,
  mechanism,
});
export const sharedKernel: Gate = { gate: 'shared-kernel' };
export const rootUser: Gate = { gate: 'root-user' };
export const initialUserNamespace: Gate = { gate: 'initial-user-namespace' };
export const rootMapsToHost: Gate = { gate: 'root-maps-to-host' };
const hostRootMapped: Gate = { gate: 'host-root-mapped' };
export const mapsToHostUser: Gate = { gate: 'maps-to-host-user' };
/** Where it must be writable: now, or after its read-only flag is taken away. */
export function mounted(params: MountParams): Gate | AnyOf {
  if (!params.writable) return { gate: 'mount', ...params };
  const { writable: _, ...present } = params;
  return any(
    params.title,
    { gate: 'mount', ...params },
    all('made writable again', { gate: 'mount', ...present }, remounts),
  );
}
export const reaches = (to: NetworkParams['to']): Gate => ({ gate: 'network', to });
export const granted = (params: GrantParams): Gate => ({ gate: 'grant', ...params });
export const lsmAllows = (operation: 'mount' | 'move-mount' | 'detached-mount' | 'ptrace-outside'): Gate => ({
  gate: 'lsm',
  operation,
});
export const deviceNode = (
  path: string,
  title: string,
  more: { access?: string; type?: 'b' | 'c'; everybody?: boolean; number?: string } = {},
): Gate => ({
  gate: 'device-node',
  path,
  title,
  ...more,
});
export const deviceAllowed = (type: 'b' | 'c', access: string, major?: number, minor?: number): Gate => ({
  gate: 'device-rule',
  type,
  access,
  ...(major !== undefined && { major }),
  ...(minor !== undefined && { minor }),
});

/** The filter lets the call through, by the native entry. The host's kernel must serve it. */
export const syscall = (name: string, args?: SyscallParams['args']): Gate => ({
  gate: 'syscall',
  syscall: name,
  ...(args && { args }),
});
export const compatSyscall = (arch: 'i386' | 'x32', name: string, args?: SyscallParams['args']): Gate => ({
  gate: 'syscall',
  arch,
  syscall: name,
  ...(args && { args }),
});

/**
 * An argument that the kernel takes as a 32-bit int (`socket`'s family, `ioctl`'s command, `personality`): the filter
 * compares all 64 bits of the register, the caller is free in the upper half. A bare value would claim too much.
 */
export const int32 = (value: bigint | number): { mask: string; value: string } => ({
  mask: '0xffffffff',
  value: hex(value),
});

export const seccompFilter = (is: SeccompFilterParams['is']): Gate => ({ gate: 'seccomp-filter', is });

/** A call that reaches the host's kernel itself. */
export const calls = (name: string, args?: SyscallParams['args']): AllOf =>
  all(`calls ${name} of the host's kernel`, sharedKernel, syscall(name, args));

/**
 * __sys_socket(), net/socket.c. On x86-64 the 32-bit entry has the call twice: as socket (4.3), and behind socketcall,
 * which takes its arguments from memory, so that no filter sees the family.
 */
export const opensSocket = (family: bigint | number, protocol?: bigint | number): AllOf => {
  const args = { 0: int32(family), ...(protocol !== undefined && { 2: int32(protocol) }) };
  return all(
    `opens a socket of family ${family}`,
    sharedKernel,
    any(
      'a call that opens one',
      syscall('socket', args),
      all(
        'by the 32-bit entry',
        any(
          'socket or socketcall',
          compatSyscall('i386', 'socket', args),
          compatSyscall('i386', 'socketcall', { 0: int32(1) }),
        ),
        kernelConfig('IA32_EMULATION', { usually: 'passes' }),
      ),
    ),
  );
};

// --- states a process can reach by itself -----------------------------------------------------------------------------

/** bprm_fill_uid(), fs/exec.c: by a set-user-id root program of the image, unless no_new_privs, a nosuid root or an image without one forbids. */
export const gainsRoot: AllOf = all(
  'becomes root through a set-user-id program',
  { gate: 'privilege-gain' },
  { gate: 'setuid-program' },
);

export const becomesRoot: AnyOf = any('is uid 0, or can become it', rootUser, gainsRoot);

const mappedToHostRoot: AllOf = all(
  'another user, who is uid 0 of the host',
  { gate: 'maps-to-host-root', by: 'dac' },
  { gate: 'maps-to-host-root', by: 'namespace-user' },
);

/**
 * Holds the capability in the container's user namespace, now or after executing a set-user-id program: for root, what
 * the bounding set gives on execve, under no_new_privs no more than is permitted before (`__cap_gained`); for others, the ambient
 * set (cap_bprm_creds_from_file(), security/commoncap.c).
 */
export const holds = (name: Capability): AnyOf =>
  any(
    `holds CAP_${name}`,
    all(
      'as root',
      becomesRoot,
      { gate: 'capability', capability: name, set: 'bounding' },
      any(
        'execve(2) may give it',
        { gate: 'privilege-gain' },
        { gate: 'capability', capability: name, set: 'permitted' },
      ),
    ),
    all('as another user', { gate: 'capability', capability: name, set: 'ambient' }),
  );

/** __sys_setresuid(), kernel/sys.c: with CAP_SETUID of its user namespace, any id that this maps, that of the host's root too. */
const becomesHostRoot: AllOf = all(
  'becomes it by a call',
  { gate: 'host-root-mapped', only: 'uid' },
  holds('SETUID'),
  any('a call that does', syscall('setuid'), syscall('setresuid'), syscall('setreuid'), syscall('setfsuid')),
);

/** make_kuid(), kernel/user_namespace.c: to the host's files, and where the global root is asked for, it is uid 0. */
export const isHostRoot: AnyOf = any(
  'is uid 0 to the host',
  all('as uid 0', becomesRoot, rootMapsToHost),
  mappedToHostRoot,
  becomesHostRoot,
);

/** capable(), kernel/capability.c: asked in the initial user namespace, for objects of the host. */
export const capable = (name: Capability): AllOf =>
  all(`capable(CAP_${name}) on the host`, sharedKernel, initialUserNamespace, holds(name));

/** ns_capable(), kernel/capability.c, where the container's own user namespace owns the object (its mounts, its network, its host name). */
export const capableInContainer = (name: Capability): AllOf =>
  all(`capable(CAP_${name}) in the container`, sharedKernel, holds(name));

/** check_syslog_permissions(), kernel/printk/printk.c: of old programs CAP_SYS_ADMIN was accepted too, until 6.9. */
export const capableOfLog: AnyOf = any(
  'check_syslog_permissions()',
  capable('SYSLOG'),
  all('accepted of old programs', capable('SYS_ADMIN'), kernel({ before: '6.9' })),
);

/**
 * ns_capable() over the user namespace that owns the network (net->user_ns): that of the host, where the container has a user
 * namespace of its own and joins the host's network.
 */
export const ownsNetwork: AnyOf = any(
  'its user namespace owns the network',
  initialUserNamespace,
  fact('namespace.net', { isNot: 'host' }, 'namespace-user', { title: "the network is not the host's" }),
);

export const capableInNetwork = (name: Capability): AllOf =>
  all(`capable(CAP_${name}) over its network`, capableInContainer(name), ownsNetwork);

/** The same, or over a network namespace that it makes. */
export const capableInSomeNetwork = (name: Capability): AllOf =>
  all(
    `capable(CAP_${name}) over a network`,
    capableInContainer(name),
    any('its network, or one of its own', ownsNetwork, createsNamespace('NEWNET')),
  );

/** create_user_ns(), kernel/user_namespace.c: no capability needed since 3.8. In it the process holds every capability. */
export const createsUserNamespace: AllOf = all(
  'creates a user namespace',
  sharedKernel,
  any(
    'a call that makes one',
    syscall('unshare', { 0: { mask: hex(CLONE.NEWUSER), value: hex(CLONE.NEWUSER) } }),
    syscall('clone', { 0: { mask: hex(CLONE.NEWUSER), value: hex(CLONE.NEWUSER) } }),
    // Its flags lie in memory that no filter can read (struct clone_args).
    all('clone3', syscall('clone3'), kernel({ since: '5.3' })),
  ),
  hostSysctl('user.max_user_namespaces', { isNot: 0 }, { usually: 'passes' }),
  hostSysctl('kernel.unprivileged_userns_clone', { isNot: 0 }, { usually: 'passes' }),
  hostSysctl('kernel.apparmor_restrict_unprivileged_userns', { isNot: 1 }, { usually: 'passes' }),
);

/** ns_capable(), kernel/capability.c, over objects that the process can create in a user namespace of its own, too. */
export const capableInOwn = (name: Capability): AnyOf =>
  any(`capable(CAP_${name}) over objects of its own making`, capableInContainer(name), createsUserNamespace);

/**
 * copy_namespaces() and unshare_nsproxy_namespaces(), kernel/nsproxy.c: ns_capable(CAP_SYS_ADMIN) over the user namespace that
 * will own it. clone(2) takes the low byte of its flags as a signal, so a time namespace comes from unshare and clone3 only.
 */
export const createsNamespace = (flag: keyof typeof CLONE): AllOf => {
  const args = { 0: { mask: hex(CLONE[flag]), value: hex(CLONE[flag]) } };
  return all(
    `creates a namespace (CLONE_${flag})`,
    capableInOwn('SYS_ADMIN'),
    any(
      'a call that makes one',
      syscall('unshare', args),
      ...(flag === 'NEWTIME' ? [] : [syscall('clone', args)]),
      all('clone3', syscall('clone3'), kernel({ since: '5.3' })),
    ),
  );
};

// --- what a process may do to mounts and files -------------------------------------------------------------------------

/** mount(2), which no filter can tell apart by what is mounted, bound or remounted: those are words in memory. */
const oldMountCall: AllOf = all('mount', syscall('mount'), lsmAllows('mount'));

/** move_mount(2): puts a mount to another place, from one or from nowhere. */
const movesMounts: AllOf = all('move_mount', syscall('move_mount'), kernel({ since: '5.2' }), lsmAllows('move-mount'));

const mountCall: AnyOf = any(
  'a call that mounts',
  oldMountCall,
  all('the new mount API', syscall('fsopen'), syscall('fsconfig'), syscall('fsmount'), movesMounts),
);

/** may_mount(), fs/namespace.c, by the old call or the new ones. */
export const mounts: AllOf = all('mounts in its own mount namespace', capableInContainer('SYS_ADMIN'), mountCall);

/**
 * Takes flags of its mounts away: do_reconfigure_mnt(), and do_mount_setattr() (5.12), fs/namespace.c, for which no LSM is asked.
 * What the runtime makes inside the container's mount namespace is not locked there (MNT_LOCK_READONLY).
 */
export const remounts: AllOf = all(
  'changes flags of its mounts',
  capableInContainer('SYS_ADMIN'),
  any('a call that does', oldMountCall, all('mount_setattr', syscall('mount_setattr'), kernel({ since: '5.12' }))),
);

/** may_mount() in the container's mount namespace, or in one of its own that a user namespace of its own owns. */
export const mountsSomewhere: AnyOf = any(
  'mounts file systems',
  mounts,
  all('in namespaces of its own', createsUserNamespace, createsNamespace('NEWNS'), mountCall),
);

/** What a kernel file is wanted for, and whether it is a folder. */
interface Wish {
  readonly path: string;
  readonly operation: 'read' | 'write';
  readonly folder?: boolean;
}

const isOfProc = (path: string): boolean => path.startsWith('/proc/');

/**
 * A mount that is attached nowhere, used through its descriptor. Path rules see the name from the file system's root
 * (disconnect(), security/apparmor/path.c: profiles say attach_disconnected).
 */
const seenFromItsRoot = ({ path, operation }: Wish): AllOf =>
  all(
    'used where it is attached nowhere',
    { gate: 'lsm', operation: 'detached-mount' },
    { gate: 'lsm', operation, path: path.replace(/^\/(proc|sys)(?=\/)/, '') },
  );

/**
 * Masks and read-only paths are mounts like others to the owner of the mount namespace: the runtime makes them inside it, so
 * they are not locked (lock_mnt_tree(), fs/namespace.c, locks what a less privileged user namespace is handed). They are taken off
 * (can_umount()), moved off (do_move_mount(), sys_pivot_root()), or stay behind where a copy is made of what they lie over
 * (__do_loopback(): without has_locked_children()). AppArmor's default profiles state `umount,`.
 */
const uncovers = (wish: Wish): AllOf =>
  all(
    'past what lies over it',
    { gate: 'kernel-mount', path: wish.path, bound: wish.path },
    capableInContainer('SYS_ADMIN'),
    any(
      'a way past it',
      all('taken away', any('a call that does', syscall('umount2'), movesMounts, pivotsTo(wish)), {
        gate: 'lsm',
        operation: wish.operation,
        path: wish.path,
      }),
      all('by a bind of the file system elsewhere', oldMountCall),
      all(
        'by a copy of the file system',
        syscall('open_tree'),
        kernel({ since: '5.2' }),
        any('its place', seenFromItsRoot(wish), movesMounts),
      ),
    ),
    ...(wish.operation === 'write' ? [takesWrites(wish.path)] : []),
  );

/** What lies over it becomes the root, and the old root is mounted in there: folders only (sys_pivot_root(), fs/namespace.c). */
const pivotsTo = ({ path, folder }: Wish): AllOf =>
  all(
    'pivot_root',
    syscall('pivot_root'),
    lsmAllows('mount'),
    ...(folder ? [] : [{ gate: 'unmasked', path, itself: true } as const]),
  );

/**
 * The user namespace that owns the file system: of a procfs that of its PID namespace (proc_init_fs_context(), fs/proc/root.c); a
 * sysfs is always the first one's (sget_fc(), fs/super.c), though who owns the network namespace may mount one.
 */
const ownsFileSystem = (path: string): AnyOf =>
  any('its user namespace owns the file system', initialUserNamespace, ...(isOfProc(path) ? [ownsProcesses] : []));

const ownsProcesses: Gate = fact('namespace.pid', { isNot: 'host' }, 'namespace-user', {
  title: "the processes are not the host's",
});

/** sb_permission(), fs/namei.c: what the runtime mounts with `ro` refuses behind every mount, until do_remount(), fs/namespace.c, changes it. */
const takesWrites = (path: string): AnyOf =>
  any(
    'the file system as a whole takes writes',
    { gate: 'writable-mount', path, itself: true },
    all(
      'after remounting it as a whole',
      ownsFileSystem(path),
      any(
        'a call that does',
        oldMountCall,
        all('fspick', syscall('fspick'), syscall('fsconfig'), syscall('mount_setattr'), kernel({ since: '5.12' })),
      ),
    ),
    // One serves the whole network namespace, and only the mount of it is read-only.
    ...(isOfProc(path)
      ? []
      : [
          all(
            "the host's own sysfs",
            fact('namespace.net', { is: 'host' }, 'namespace-net', { title: "uses the host's network" }),
            remounts,
          ),
        ]),
  );

/** fsmount() hands out a descriptor of a new procfs or sysfs that is attached nowhere; files are opened relative to it. */
const opensDetached = (wish: Wish): AllOf =>
  all(
    'through a mount that is attached nowhere',
    capableInContainer('SYS_ADMIN'),
    syscall('fsopen'),
    syscall('fsconfig'),
    syscall('fsmount'),
    kernel({ since: '5.2' }),
    seenFromItsRoot(wish),
    mayBeAnew(wish),
  );

/**
 * mount_too_revealing(), fs/namespace.c: in any other user namespace than the first, one must be there already that takes as many
 * writes as the new one. What is mounted over that counts only where it is locked.
 */
const mayBeAnew = ({ path, operation }: Wish): AnyOf =>
  any(
    'a new one may be mounted',
    initialUserNamespace,
    all(
      'beside one that is there',
      { gate: 'kernel-mount', path, bound: isOfProc(path) ? '/proc' : '/sys' },
      isOfProc(path) ? ownsProcesses : ownsNetwork,
      ...(operation === 'write' ? [takesWrites(path)] : []),
    ),
  );

/** Past masks, covers and read-only flags, by what it may do to mounts. */
const byMounting = (wish: Wish): readonly AllOf[] => [
  all('after mounting it anew', mounts, mayBeAnew(wish)),
  opensDetached(wish),
  uncovers(wish),
];

/**
 * A file of the host's procfs or sysfs, written as the host's root: through the container's own mount of it, through one
 * it can make or make writable, or through a path of the host handed in. proc_sys_permission() (fs/proc/proc_sysctl.c) and
 * the plain mode bits ask for the global root uid; no capability overrides a sysctl's.
 */
export const writesKernelFile = (path: string): AllOf => all(`writes ${path}`, seesWritable(path), isHostRoot);

const seesWritable = (path: string): AnyOf =>
  any(
    `sees ${path} writable`,
    all(
      "in the container's own mount",
      sharedKernel,
      { gate: 'kernel-mount', path },
      { gate: 'unmasked', path },
      { gate: 'writable-mount', path },
      { gate: 'lsm', operation: 'write', path },
    ),
    all(
      'after remounting it',
      { gate: 'kernel-mount', path },
      { gate: 'unmasked', path },
      remounts,
      takesWrites(path),
      { gate: 'lsm', operation: 'write', path },
    ),
    ...byMounting({ path, operation: 'write' }),
    mounted({ types: ['bind'], covers: [path], writable: true, title: `the host's ${path} is mounted` }),
  );

/** Reads a world-readable file of procfs or sysfs that a mask would hide. */
export const readsKernelFile = (path: string, { folder = false } = {}): AnyOf =>
  any(
    `reads ${path}`,
    all(
      "in the container's own mount",
      sharedKernel,
      { gate: 'kernel-mount', path },
      { gate: 'unmasked', path },
      { gate: 'lsm', operation: 'read', path },
    ),
    ...byMounting({ path, operation: 'read', folder }),
    mounted({ types: ['bind'], covers: [path], title: `the host's ${path} is mounted` }),
  );

/** The owner of files that belong to the host's root, or whoever overrides their mode (capable_wrt_inode_uidgid(), kernel/capability.c). */
const actsAsOwner = (...override: readonly Capability[]): AnyOf =>
  any(
    "acts as the host's root for files",
    isHostRoot,
    ...override.map((name) => all(`by CAP_${name}`, hostRootMapped, holds(name))),
  );

/** As `writesKernelFile`, for files that are no sysctls: there CAP_DAC_OVERRIDE stands in for the owner. */
export const writesRootFile = (path: string): AllOf =>
  all(`writes ${path}`, seesWritable(path), actsAsOwner('DAC_OVERRIDE'));

/** As `readsKernelFile`, for files of mode 0400. */
export const readsRootFile = (path: string): AllOf =>
  all(`reads ${path} as root`, readsKernelFile(path), actsAsOwner('DAC_READ_SEARCH', 'DAC_OVERRIDE'));

/**
 * Volumes of a pod with a user namespace are mounted with mapped ids (KEP-127, mount_setattr(2) MOUNT_ATTR_IDMAP): root inside
 * owns on them what root owns on the host.
 */
const idMappedVolume = fact('kubernetes.kind', { matches: '.' }, 'mount', {
  absent: 'closed',
  title: "volumes are mounted with the pod's ids mapped",
});

/** inode_permission(), fs/namei.c: acts as the owner root of files that came from the host. */
export const ownsHostFiles: AnyOf = any(
  "owns root's files of the host",
  isHostRoot,
  all('as uid 0 of a volume', becomesRoot, idMappedVolume),
);

/** The same of files that belong to some user of the host: by root, as that user, or by an engine that runs as that user. */
export const ownsUserFiles: AnyOf = any(
  'its user owns them',
  ownsHostFiles,
  mapsToHostUser,
  fact('engine.rootless', { is: true }, 'namespace-user', {
    absent: 'closed',
    title: 'root inside is the user outside',
  }),
);

/** capable_wrt_inode_uidgid(), kernel/capability.c (3.16): over files whose owner is mapped into the caller's user namespace. */
export const capableOnHostFiles = (name: Capability): AllOf =>
  all(`CAP_${name} over files of the host`, any('their owner is mapped', hostRootMapped, idMappedVolume), holds(name));

/**
 * in_group_p(), kernel/groups.c: a member of one of the host's groups that a node or socket belongs to. `root` is gid 0, which
 * a user without an entry in the image's /etc/passwd gets; what another number stands for only the host can say. A group that
 * is asked for by name is taken as the host's of that name.
 */
export const inHostGroup = (names: readonly string[]): AnyOf => {
  const list = names.join(' or ');
  return any(
    `is in the host's group ${list}`,
    { gate: 'host-group', names },
    someFact({
      family: 'request.group.',
      name: `^(${names.join('|')})$`,
      mechanism: 'dac',
      title: `asks for the group ${list}`,
    }),
  );
};

/** in_group_p(), kernel/groups.c, of a node of which no distribution's rules speak. */
const inNodesGroup: Gate = { gate: 'host-group' };

/** The system calls reach the host's socket file: gVisor's gofer refuses them unless `--host-uds` says otherwise (since 2023). */
const hostSocketServed: AnyOf = any(
  'sockets of the host are served',
  sharedKernel,
  all(
    "gVisor's --host-uds",
    fact('sandbox.kind', { is: 'user-space-kernel' }, 'user-space-kernel'),
    host('host.fact.gvisor-host-uds', { in: ['open', 'all'] }),
  ),
);

/**
 * unix_find_bsd(), net/unix/af_unix.c: connecting needs write permission on the socket's inode. A read-only mount does not
 * refuse it (sb_permission(), fs/namei.c, asks for files, directories and links only).
 */
export const connectsToSocket = (where: {
  covers?: readonly string[];
  source?: string;
  title: string;
  groups?: readonly string[];
  mode?: 'any';
}): AllOf =>
  all(
    where.title,
    any(
      'the socket is within reach',
      ...(where.covers ? [mounted({ types: ['bind'], covers: where.covers, title: where.title })] : []),
      ...(where.source ? [mounted({ types: ['bind'], source: where.source, title: where.title })] : []),
      fact('namespace.mnt', { is: 'host' }, 'namespace-mnt', {
        absent: 'closed',
        title: "uses the host's mount namespace",
      }),
    ),
    hostSocketServed,
    ...(where.mode === 'any' ? [] : [any('its mode', ownsHostFiles, inHostGroup(where.groups ?? ['root']))]),
  );

/** Processes of the host have ids here: by the PID namespace, or by a procfs of the host. */
export const seesHostProcesses: AnyOf = any(
  'sees processes of the host',
  fact('namespace.pid', { is: 'host' }, 'namespace-pid', { set: 'private', title: "uses the host's PID namespace" }),
  mounted({ types: ['bind'], covers: ['/proc'], title: "the host's /proc is mounted" }),
);

/** A path of the host, read or written through a mount, as its owner root where `asRoot`. */
export const hostPath = (
  covers: readonly string[],
  title: string,
  options: { writable?: boolean; parts?: boolean; asRoot?: boolean } = {},
): AllOf =>
  all(
    title,
    any(
      'the path is within reach',
      mounted({
        types: ['bind'],
        covers,
        title,
        ...(options.writable && { writable: true }),
        ...(options.parts && { parts: true }),
      }),
      fact('namespace.mnt', { is: 'host' }, 'namespace-mnt', {
        absent: 'closed',
        title: "uses the host's mount namespace",
      }),
    ),
    ...(options.asRoot ? [ownsHostFiles] : []),
  );

export interface DeviceWish {
  /** Regular expression over the host's path: `^/dev/kvm$`, `^/dev/dri(/|$)`. */
  readonly path: string;
  readonly title: string;
  readonly type: 'b' | 'c';
  readonly major?: number;
  readonly minor?: number;
  readonly access?: string;
  /** Any device of the type will do. */
  readonly any?: boolean;
  /** `any`: the node's mode lets everybody in (udev rules of systemd). Else root, or members of the groups. */
  readonly mode?: 'any';
  readonly groups?: readonly string[];
  /** Path of the host's node, where its mode there may let everybody in. */
  readonly hostNode?: string;
}

/** may_open_dev(), fs/namei.c: not on a mount with nodev, unless that is taken away. */
const withDevices = (params: MountParams): AnyOf =>
  any(params.title, mounted({ ...params, lacks: ['nodev'] }), all('with its devices again', mounted(params), remounts));

const numberOf = ({ type, major, minor }: DeviceWish): { number?: string } =>
  major === undefined || minor === undefined ? {} : { number: `${type} ${major}:${minor}` };

const letRules = (wish: DeviceWish, access: string): Gate => ({
  gate: 'device-rule',
  type: wish.type,
  access,
  ...(wish.major !== undefined && { major: wish.major }),
  ...(wish.minor !== undefined && { minor: wish.minor }),
  ...(wish.major === undefined && !wish.any && { dynamic: true }),
});

/** Of which it is the owner, with the mode that it likes (vfs_mknod(), fs/namei.c). */
const makesNode = (wish: DeviceWish): AllOf => {
  const access = wish.access ?? 'r';
  return all(
    'makes one',
    capable('MKNOD'),
    any(
      'a call that makes nodes',
      syscall('mknodat', { 2: modeWish(wish.type) }),
      syscall('mknod', { 1: modeWish(wish.type) }),
    ),
    letRules(wish, access.includes('m') ? access : `${access}m`),
  );
};

/** A node of the host's device that the device controller lets be used: handed in, bound with /dev, or made (vfs_mknod(), fs/namei.c). */
export const reachesDevice = (wish: DeviceWish): AllOf => {
  const access = wish.access ?? 'r';
  return all(
    wish.title,
    any(
      'a node for it',
      deviceNode(wish.path, wish.title, { access, ...numberOf(wish), ...(wish.any && { type: wish.type }) }),
      all(
        'bound from the host',
        any(
          "nodes of the host's /dev",
          withDevices({ types: ['bind'], covers: ['/dev'], title: "the host's /dev is mounted" }),
          withDevices({ types: ['bind'], source: wish.path, title: 'what the host has there is mounted' }),
        ),
        letRules(wish, access),
      ),
      makesNode(wish),
    ),
  );
};

/** Opens a device of the host: its node is within reach, the device controller and the node's mode agree (inode_permission(), fs/namei.c). */
export const opensDevice = (wish: DeviceWish): AllOf =>
  all(
    wish.title,
    sharedKernel,
    reachesDevice(wish),
    ...(wish.mode === 'any'
      ? []
      : [
          any(
            'the mode of the node',
            actsAsOwner('DAC_OVERRIDE', ...(wish.access === undefined || wish.access === 'r' ? READERS : [])),
            // The kernel's own mode is 0600 (handle_create(), drivers/base/devtmpfs.c): a group counts where a rule of the host says so.
            wish.groups === undefined ? inNodesGroup : inHostGroup(wish.groups),
            deviceNode(wish.path, 'its node is made for everybody', {
              access: wish.access ?? 'r',
              ...numberOf(wish),
              everybody: true,
              ...(wish.any && { type: wish.type }),
            }),
            ...(wish.hostNode === undefined ? [] : [openToAllOnHost(wish.hostNode)]),
            makesNode(wish),
          ),
        ]),
  );

const openToAllOnHost = (node: string): Gate =>
  host(`host.file-mode.${node}`, { matches: '[67]$' }, { title: 'the node is open to all' });

/** Overrides the mode for reading alone. */
const READERS: readonly Capability[] = ['DAC_READ_SEARCH'];

function modeWish(type: 'b' | 'c') {
  return { mask: '0xf000', value: type === 'b' ? '0x6000' : '0x2000' } as const;
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

export { type AllOf, type AnyOf, all, any, type Expr, type Gate };
