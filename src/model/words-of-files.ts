/** Words of what a process may do to mounts and files, of the kernel and of the host. */
import type { Capability } from '../kernel/index.ts';
import { type AllOf, type AnyOf, all, any, type Gate } from './expression.ts';
import type { MountParams } from './gates/mount.ts';
import {
  becomesRoot,
  capableInContainer,
  createsNamespace,
  createsUserNamespace,
  fact,
  holds,
  host,
  hostRootMapped,
  initialUserNamespace,
  isHostRoot,
  kernel,
  lsmAllows,
  mapsToHostUser,
  ownsNetwork,
  sharedKernel,
  someFact,
  syscall,
} from './words-of-processes.ts';

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
    ...(folder ? [] : [{ gate: 'unmasked', path, itself: true, bound: path } as const]),
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
      { gate: 'unmasked', path },
      { gate: 'writable-mount', path },
      { gate: 'lsm', operation: 'write', path },
    ),
    all('after remounting it', { gate: 'unmasked', path }, remounts, takesWrites(path), {
      gate: 'lsm',
      operation: 'write',
      path,
    }),
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
      { gate: 'unmasked', path },
      { gate: 'lsm', operation: 'read', path },
    ),
    ...byMounting({ path, operation: 'read', folder }),
    mounted({ types: ['bind'], covers: [path], title: `the host's ${path} is mounted` }),
  );

/** The owner of files that belong to the host's root, or whoever overrides their mode (capable_wrt_inode_uidgid(), kernel/capability.c). */
export const actsAsOwner = (...override: readonly Capability[]): AnyOf =>
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
export const inNodesGroup: Gate = { gate: 'host-group' };

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
