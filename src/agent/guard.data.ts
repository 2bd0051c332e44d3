/*
 * What each system call may do under which declared effect, read from Linux 6.1 to 6.18. A call that is missing here, or none
 * of whose rules holds, is refused before it leaves. `cannot-succeed` names the error that the arguments themselves call for.
 */
import {
  type Argument,
  above,
  below,
  beyondBits,
  both,
  bytes,
  type Circumstances,
  type Descriptor,
  either,
  emptyText,
  family,
  is,
  isNot,
  isNull,
  low,
  negative,
  noPath,
  onlyBits,
  opened,
  outsideInt,
  ownPath,
  ownTree,
  type Test,
  text,
  textOf,
  withBits,
  withoutBits,
} from './guard-arguments.ts';
import {
  cannotSucceed,
  changesItself,
  connects,
  handlesChildren,
  looks,
  makesNamespaces,
  makesObjects,
  makesOwnFiles,
  mounts,
  NAMESPACE_FLAGS,
  opensForWriting,
  type Rule,
  type RuleTable,
  tableOf,
} from './guard-rule.ts';

// --- opening files ----------------------------------------------------------------------------------------------------

/** include/uapi/asm-generic/fcntl.h. O_DIRECTORY and O_NOFOLLOW differ on arm64 and matter only with O_TMPFILE. */
const O = {
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  TRUNC: 0o1000,
  PATH: 0o10000000,
  TMPFILE: 0o20000000,
} as const;
const CREATING = O.CREAT | O.TRUNC | O.TMPFILE;

/** Opening these does something: a watchdog starts to run, a tape rewinds, a line hangs up (drivers/watchdog/watchdog_dev.c, watchdog_open). */
const TOUCHY =
  /(?:^|\/)(?:watchdog\d*|n?st\d+[alm]?|n?ht\d+|tty(?:S|USB|ACM|AMA|MXS)\d+|lp\d+|parport\d+|nvram|fd\d+)$/;
/**
 * Who reads these takes it from all others (do_syslog() SYSLOG_ACTION_READ, kernel/printk/printk.c; tracing_read_pipe(),
 * kernel/trace/trace.c), or reads a register of a device, which may do anything.
 */
const DRAINING = /(?:^|\/)(?:kmsg|trace_pipe(?:_raw)?|mem|kmem|port|resource\d+(?:_wc)?)$/;
const TERMINAL = /(?:^|\/)ptmx$/;
const SELF = '^/proc/(?:self|thread-self)/';
const MAP_FILE = new RegExp(`${SELF}(?:uid_map|gid_map|projid_map|setgroups|timens_offsets)$`);
const SELF_FILE = new RegExp(`${SELF}(?:oom_score_adj|oom_adj|coredump_filter|comm|loginuid|attr/(?:[a-z]+/)?[a-z]+)$`);

/** A path that the guard can read (an address could hold any), and that does nothing when it is opened. */
const plainPath: Test = either(
  noPath,
  (argument, where) => text(/^/)(argument, where) && !text(TOUCHY)(argument, where),
);

const lookingKind =
  (path: number) =>
  (args: readonly Argument[]): Descriptor => {
    const named = (pattern: RegExp): boolean => pattern.test(textOf(args[path]) ?? '');
    return named(DRAINING) ? 'draining' : named(TERMINAL) ? 'terminal' : 'looked-at';
  };

/** Rules of an open whose path and flags are arguments `path` and `flags`. */
function opens(path: number, flags: number): readonly Rule[] {
  const access =
    (...modes: readonly number[]): Test =>
    (argument) => {
      const value = low(argument);
      return value !== undefined && modes.includes(value & 3);
    };
  const existing = withoutBits(CREATING);
  return [
    looks({ [path]: plainPath, [flags]: both(access(0), existing) }, { gives: lookingKind(path) }),
    looks({ [path]: plainPath, [flags]: both(withBits(O.PATH), existing) }, { gives: 'looked-at' }),
    opensForWriting({ [path]: text(TERMINAL), [flags]: existing }, { gives: 'terminal' }),
    changesItself({ [path]: text(SELF_FILE), [flags]: existing }, { gives: 'self-file' }),
    makesNamespaces({ [path]: text(MAP_FILE), [flags]: existing }, { gives: 'self-file' }),
    opensForWriting({ [path]: plainPath, [flags]: existing }, { gives: 'write-opened' }),
    makesOwnFiles({ [path]: ownPath, [flags]: withBits(O.CREAT | O.EXCL) }, { gives: 'own-file' }),
    makesOwnFiles({ [flags]: both(withBits(O.TMPFILE), withoutBits(O.CREAT | O.TRUNC)) }, { gives: 'own-file' }),
    cannotSucceed({ [path]: noPath }, 'EFAULT or ENOENT: getname_flags(), fs/namei.c'),
  ];
}

/** struct open_how, include/uapi/linux/openat2.h: its flags come first. The guard judges them as it does those of openat(2). */
const how = (test: (flags: number) => boolean): Test =>
  bytes((view) => view.byteLength >= 24 && view.getUint32(4, true) === 0 && test(view.getUint32(0, true)));

// --- descriptors ------------------------------------------------------------------------------------------------------

const READABLE = opened(
  'looked-at',
  'write-opened',
  'self-file',
  'own',
  'own-file',
  'unix-socket',
  'stream-socket',
  'datagram-socket',
  'route-socket',
  'other-socket',
  'ring',
  'terminal',
);
const WRITABLE = opened('own', 'own-file', 'self-file', 'terminal');
const SOCKET = opened('unix-socket', 'stream-socket', 'datagram-socket', 'route-socket', 'other-socket', 'own');
const MINE = opened(
  'own',
  'own-file',
  'unix-socket',
  'stream-socket',
  'datagram-socket',
  'route-socket',
  'other-socket',
  'ring',
  'file-system-context',
  'detached-mount',
  'terminal',
  'self-file',
  'looked-at',
  'write-opened',
  'draining',
);
const sameAs =
  (at: number) =>
  (args: readonly Argument[], { descriptors }: Circumstances): Descriptor | undefined => {
    const argument = args[at];
    return argument?.kind === 'result' ? argument.gives : argument && descriptors.get(low(argument) ?? -1);
  };
const NO_DESCRIPTOR = 'EBADF: no descriptor is negative (fdget(), fs/file.c)';
const NO_PATH = 'EFAULT or ENOENT: getname_flags(), fs/namei.c';
const noDescriptor = (at = 0): Rule => cannotSucceed({ [at]: negative }, NO_DESCRIPTOR);

// --- sockets ----------------------------------------------------------------------------------------------------------

const FAMILY = { UNIX: 1, INET: 2, INET6: 10, NETLINK: 16, PACKET: 17 } as const;
const SOCK_DGRAM = 2;
const NETLINK_ROUTE = 0;
/** Protocols of netlink that are no modules: route, sock_diag, selinux, audit, fib_lookup, kobject_uevent, generic. */
const BUILT_IN_NETLINK = [0, 4, 7, 9, 10, 15, 16];
/** SOCK_MAX is 11 (include/linux/net.h); the low four bits count. A family that is a module would be loaded for everybody. */
const noSocketType: Test = (argument) => ((low(argument) ?? 0) & 0xf) >= 11;

function socketKind(args: readonly Argument[]): Descriptor {
  const [domain, type, protocol] = args.slice(0, 3).map(low);
  if (domain === FAMILY.UNIX) return 'unix-socket';
  if (domain === FAMILY.NETLINK) return protocol === NETLINK_ROUTE ? 'route-socket' : 'other-socket';
  if (domain !== FAMILY.INET && domain !== FAMILY.INET6) return 'other-socket';
  return ((type ?? 0) & 0xf) === SOCK_DGRAM ? 'datagram-socket' : 'stream-socket';
}

const family16 = (view: DataView): number => (view.byteLength >= 2 ? view.getUint16(0, true) : -1);
const unixAddress = bytes((view) => family16(view) === FAMILY.UNIX);
/** No file comes of it: an abstract name, or none. */
const abstractAddress = bytes(
  (view) => family16(view) === FAMILY.UNIX && (view.byteLength === 2 || view.getUint8(2) === 0),
);
const loopbackAddress = bytes((view) => {
  if (family16(view) === FAMILY.INET) return view.byteLength >= 8 && view.getUint8(4) === 127;
  if (family16(view) !== FAMILY.INET6 || view.byteLength < 24) return false;
  return Array.from({ length: 16 }, (_, i) => view.getUint8(8 + i)).every((byte, i) => byte === (i === 15 ? 1 : 0));
});
const localFamilies = bytes((view) => ![FAMILY.UNIX, FAMILY.INET, FAMILY.INET6].some((one) => one === family16(view)));
const builtInFamily = bytes(
  (view) =>
    view.byteLength >= 12 &&
    [FAMILY.UNIX, FAMILY.INET, FAMILY.INET6].some((one) => one === view.getUint32(0, true)) &&
    view.getUint32(8, true) === 0,
);
const unspecified = bytes((view) => family16(view) === 0);

/** struct nlmsghdr: a request that reads (rtnetlink_rcv_msg(), net/core/rtnetlink.c: the two low bits of its type say so). One message alone. */
const getsRoutes = bytes(
  (view) =>
    view.byteLength >= 16 &&
    view.getUint32(0, true) === view.byteLength &&
    (view.getUint16(4, true) & 3) === 2 &&
    view.getUint16(4, true) >= 16,
);
/** A change whose body is shorter than any: refused for want of the capability, else for its length (nlmsg_parse). */
const shortChange = bytes((view) => {
  const body = view.byteLength - 16;
  if (body < 1 || body >= 8 || view.getUint32(0, true) !== view.byteLength) return false;
  return ROUTE_CHANGES.some((type) => type === view.getUint16(4, true));
});
/** RTM_NEWLINK, DELLINK, SETLINK, NEWADDR, DELADDR, NEWROUTE, DELROUTE: their bodies have 8 bytes at least. */
const ROUTE_CHANGES = [16, 17, 19, 20, 21, 24, 25];

// --- mounts -----------------------------------------------------------------------------------------------------------

const MS = {
  RDONLY: 1,
  REMOUNT: 32,
  BIND: 4096,
  MOVE: 8192,
  REC: 16384,
  UNBINDABLE: 1 << 17,
  PRIVATE: 1 << 18,
  SLAVE: 1 << 19,
  SHARED: 1 << 20,
} as const;
/** nosuid, nodev, noexec, and the times of access: flags of the mount, not of the file system. */
const MOUNT_FLAGS = 2 | 4 | 8 | 1024 | 2048 | (1 << 21) | (1 << 24) | 0x8000;
/**
 * File systems of which each mount is one of its own, or which are not changed by another mount without options. Not among
 * them: those of a block device (a journal is replayed), debugfs, tracefs, devtmpfs (reconfigure_single() applies flags and
 * options to the one that all share), cgroup (a hierarchy comes and goes for everybody).
 */
const FRESH = text(/^(?:proc|sysfs|mqueue|devpts|ramfs|tmpfs|bpf)$/);
const PRIVATE_FS = text(/^(?:tmpfs|ramfs|devpts|bpf)$/);
/** An overlay writes to its upper and work folders. */
const ownLayers: Test = (argument, where) =>
  (textOf(argument) ?? 'upperdir=')
    .split(',')
    .filter((option) => /^(?:upperdir|workdir)=/.test(option))
    .every((option) => ownPath({ kind: 'memory', given: option.replace(/^\w+=/, '') }, where));
const noOptions = either(isNull, emptyText);
const [AT_EMPTY_PATH, AT_RECURSIVE] = [0x1000, 0x8000];
/** struct mount_attr (include/uapi/linux/mount.h) that sets nothing else than its propagation. */
const makesPrivate = bytes(
  (view) =>
    view.byteLength === 32 && view.getBigUint64(0, true) === 0n && view.getBigUint64(16, true) === BigInt(MS.PRIVATE),
);

// --- other structs ----------------------------------------------------------------------------------------------------

/** struct timex, include/uapi/linux/timex.h */
const ADJ_TICK = 0x4000;
const asksClock = bytes((view) => view.byteLength >= 208 && view.getUint32(0, true) === 0);
/** All the rest is zero, the tick too, wherever the layout of an interface has it. */
const impossibleTick = bytes(
  (view) =>
    view.byteLength >= 208 &&
    view.getUint32(0, true) === ADJ_TICK &&
    new Uint8Array(view.buffer, view.byteOffset + 4, view.byteLength - 4).every((byte) => byte === 0),
);
const TICK =
  'EPERM, or EINVAL for a tick off by more than a tenth: timekeeping_validate_timex(), kernel/time/timekeeping.c';

const CLONE_OTHER = { VM: 0x100, FS: 0x200, FILES: 0x400, SIGHAND: 0x800, SYSVSEM: 0x40000, THREAD: 0x10000 } as const;

/** Commands of bpf(2) that make an object which ends with its descriptor, and those that look (enum bpf_cmd). */
const BPF = { MAP_CREATE: 0, PROG_LOAD: 5, BTF_LOAD: 18 } as const;
const BPF_LOOKS = [11, 12, 15, 16, 19, 20, 23, 31];

/** Requests of ioctl(2) that tell something, and change nothing. */
const IOCTL_LOOKS = [
  0x5401, // TCGETS
  0x5413, // TIOCGWINSZ
  0x540f, // TIOCGPGRP
  0x5429, // TIOCGSID
  0x541b, // FIONREAD
  0x80045430, // TIOCGPTN
  ...[0xb703, 0xb704], // NS_GET_NSTYPE, NS_GET_OWNER_UID
  0x8008b705, // NS_GET_MNTNS_ID
  ...[0x8910, 0x8912, 0x8913, 0x8915, 0x8919, 0x891b, 0x891d, 0x8921, 0x8927, 0x8933, 0x8942], // SIOCGIF…
  0xae00, // KVM_GET_API_VERSION
  0xae03, // KVM_CHECK_EXTENSION
  0x80086601, // FS_IOC_GETFLAGS
  0x801c581f, // FS_IOC_FSGETXATTR
  0x1260, // BLKGETSIZE
  0x80081272, // BLKGETSIZE64
  0x125e, // BLKROGET
];
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const KVM_CREATE_VM = 0xae01;

/** include/uapi/linux/prctl.h: options that ask. */
const PRCTL_GETS = [
  2, 3, 5, 7, 9, 11, 13, 16, 19, 21, 23, 25, 27, 30, 34, 37, 39, 40, 42, 46, 51, 52, 56, 58, 64, 66, 68, 70,
];
/** PR_SCHED_CORE: other processes may be named. */
const PR_SCHED_CORE = 62;

/** include/uapi/linux/fcntl.h */
const FCNTL_GETS = [1, 3, 5, 9, 11, 1025, 1032, 1034];
const FCNTL_DUPLICATES = [0, 1030];
const FCNTL_SETS = [2, 4, 1031, 1033];

const IPC_STATS = is(2, 3, 0x102, 0x103, 11, 12, 13, 14, 15, 18, 19, 20);
const IPC_CREAT = 0o1000;

/** Special keyrings of the process and thread: they end with it. */
const OWN_KEYRING = is(-1, -2);

const MADV_POISON = [100, 101];
const PROT_WRITE = 2;
/** MAP_SHARED_VALIDATE has the bit of MAP_PRIVATE too. */
const mapsPrivately: Test = (argument) => ((low(argument) ?? 0) & 0xf) === 2;

const PTRACE_TRACEME = 0;

export const RULES: RuleTable = tableOf([
  // Files: looking.
  ['open', ...opens(0, 1)],
  ['openat', ...opens(1, 2)],
  [
    'openat2',
    looks({ 1: plainPath, 2: how((flags) => (flags & (3 | CREATING)) === 0) }, { gives: lookingKind(1) }),
    looks(
      { 1: plainPath, 2: how((flags) => (flags & O.PATH) !== 0 && (flags & CREATING) === 0) },
      { gives: 'looked-at' },
    ),
    opensForWriting({ 1: plainPath, 2: how((flags) => (flags & CREATING) === 0) }, { gives: 'write-opened' }),
    cannotSucceed({ 3: below(24) }, 'EINVAL: shorter than the first struct open_how (do_sys_openat2(), fs/open.c)'),
    cannotSucceed({ 1: noPath }, NO_PATH),
    cannotSucceed({ 2: isNull }, 'EFAULT: copy_struct_from_user()'),
  ],
  [
    'open_by_handle_at',
    looks({ 2: both(withoutBits(CREATING | 3)) }, { gives: 'looked-at' }),
    opensForWriting({ 2: withoutBits(CREATING) }, { gives: 'write-opened' }),
    noDescriptor(),
    cannotSucceed({ 1: isNull }, 'EFAULT: handle_to_path(), fs/fhandle.c'),
  ],
  ['creat', cannotSucceed({ 0: noPath }, NO_PATH)],
  [
    `stat lstat fstat newfstatat statx stat64 lstat64 fstat64 fstatat64 oldstat access faccessat faccessat2 readlink readlinkat getdents
     getdents64 getcwd statfs fstatfs statfs64 fstatfs64 ustat sysfs lseek _llseek getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
     getxattrat listxattrat name_to_handle_at file_getattr statmount listmount listns lsm_get_self_attr lsm_list_modules cachestat
     readahead fadvise64 mincore`,
    looks(),
  ],
  ['read pread64 readv preadv preadv2', looks({ 0: READABLE }), noDescriptor()],
  [
    'getrandom time gettimeofday clock_gettime clock_gettime64 clock_getres clock_getres_time64 times getitimer timer_gettime timerfd_gettime',
    looks(),
  ],
  [
    `getpid gettid getppid getuid geteuid getgid getegid getresuid getresgid getgroups getpgid getpgrp getsid getuid32 geteuid32 getgid32
     getegid32 getpriority getrlimit ugetrlimit getrusage getcpu capget sched_getscheduler sched_getparam sched_getattr sched_getaffinity
     sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_yield ioprio_get get_mempolicy get_robust_list
     get_thread_area uname newuname olduname oldolduname sysinfo rt_sigpending sigpending membarrier kcmp wait4 waitid waitpid poll ppoll select
     pselect6 _newselect pause nanosleep clock_nanosleep futex futex_waitv epoll_wait epoll_pwait epoll_pwait2 restart_syscall sigaltstack
     mq_getsetattr riscv_flush_icache`,
    looks(),
  ],
  ['alarm setitimer', changesItself()],

  // Descriptors.
  ['close', looks({ 0: MINE }), changesItself(), noDescriptor()],
  ['dup', looks({ 0: MINE }, { gives: sameAs(0) })],
  [
    'fcntl fcntl64',
    looks({ 1: is(...FCNTL_GETS) }),
    looks({ 0: MINE, 1: is(...FCNTL_DUPLICATES) }, { gives: sameAs(0) }),
    makesObjects({ 0: MINE, 1: is(...FCNTL_SETS) }),
    noDescriptor(),
  ],
  [
    'write writev pwrite64 pwritev pwritev2',
    changesItself({ 0: WRITABLE }),
    makesNamespaces({ 0: WRITABLE }),
    makesObjects({ 0: WRITABLE }),
    makesOwnFiles({ 0: WRITABLE }),
    noDescriptor(),
  ],
  [
    'ftruncate fallocate fchmod fchown fsync fdatasync ftruncate64 fchown32',
    makesObjects({ 0: opened('own', 'own-file') }),
    makesOwnFiles({ 0: opened('own', 'own-file') }),
    noDescriptor(),
  ],
  ['sendfile sendfile64 splice tee copy_file_range vmsplice', noDescriptor()],
  ['splice', makesObjects({ 0: READABLE, 2: WRITABLE })],
  ['tee', makesObjects({ 0: opened('own'), 1: opened('own') })],
  ['vmsplice', makesObjects({ 0: opened('own') })],
  ['sendfile', makesObjects({ 0: WRITABLE, 1: READABLE })],
  ['copy_file_range', makesOwnFiles({ 0: READABLE, 2: opened('own', 'own-file') })],
  ['flock', makesObjects({ 0: opened('own', 'own-file') }), noDescriptor()],

  // Files: making, in places of its own.
  [
    'mkdir mknod creat chmod chown lchown unlink rmdir truncate utime utimes setxattr lsetxattr removexattr lremovexattr',
    makesOwnFiles({ 0: ownPath }),
    cannotSucceed({ 0: noPath }, NO_PATH),
  ],
  ['mkdirat mknodat unlinkat fchmodat fchmodat2 utimensat futimesat', makesOwnFiles({ 1: ownPath })],
  ['mkdirat mknodat unlinkat fchmodat', cannotSucceed({ 1: noPath }, NO_PATH)],
  [
    'fchownat fchmodat2',
    makesOwnFiles({ 1: ownPath }),
    cannotSucceed({ 0: is(-1), 1: emptyText }, 'EBADF or ENOENT: path_lookupat(), fs/namei.c'),
  ],
  ['link rename', makesOwnFiles({ 0: ownPath, 1: ownPath }), cannotSucceed({ 0: noPath }, NO_PATH)],
  [
    'linkat renameat renameat2',
    makesOwnFiles({ 1: ownPath, 3: ownPath }),
    cannotSucceed({ 0: is(-1), 1: emptyText }, 'EBADF or ENOENT: path_lookupat(), fs/namei.c'),
  ],
  ['symlink', cannotSucceed({ 0: noPath }, NO_PATH)],
  ['symlinkat', cannotSucceed({ 0: noPath }, NO_PATH)],
  ['fsetxattr fremovexattr', noDescriptor()],

  // The process itself.
  [
    `setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups setuid32 setgid32 setresuid32 setresgid32 setgroups32
     capset umask chdir fchdir chroot setsid seccomp landlock_restrict_self landlock_add_rule lsm_set_self_attr iopl ioperm modify_ldt
     arch_prctl set_tid_address set_robust_list rseq rt_sigaction rt_sigprocmask sigaction sigprocmask signal exit exit_group
     mlock mlock2 munlock mlockall munlockall munmap mprotect pkey_mprotect pkey_alloc pkey_free brk mremap msync
     set_mempolicy mbind map_shadow_stack mseal setrlimit set_thread_area set_mempolicy_home_node remap_file_pages`,
    changesItself(),
  ],
  ['munmap mprotect pkey_alloc pkey_free brk', makesObjects()],
  [
    'mmap',
    makesObjects({ 4: either(negative, opened('own', 'own-file', 'ring', 'other-socket')) }),
    changesItself({ 4: either(negative, opened('own', 'own-file', 'ring', 'looked-at')) }),
    looks({ 2: withoutBits(PROT_WRITE), 4: opened('looked-at') }),
    makesObjects({ 3: mapsPrivately, 4: MINE }),
  ],
  ['mmap2', makesObjects({ 4: negative }), changesItself({ 4: negative })],
  ['madvise', changesItself({ 2: isNot(...MADV_POISON) }), makesObjects({ 2: isNot(...MADV_POISON) })],
  ['iopl', cannotSucceed({ 0: above(3) }, 'EINVAL: iopl(), arch/x86/kernel/ioport.c')],
  ['capset', cannotSucceed({ 0: isNull }, 'EFAULT: cap_validate_magic(), kernel/capability.c')],
  [
    'seccomp',
    looks({ 0: is(2, 3) }),
    cannotSucceed({ 0: isNot(0, 1, 2, 3) }, 'EINVAL: do_seccomp(), kernel/seccomp.c'),
    cannotSucceed({ 0: is(1), 2: isNull }, 'EFAULT: seccomp_prepare_user_filter()'),
  ],
  ['landlock_create_ruleset', makesObjects({}, { gives: 'own' }), looks({ 0: isNull })],
  ['personality', looks({ 0: is(0xffffffff) }), changesItself()],
  [
    'prctl',
    looks({ 0: is(...PRCTL_GETS) }),
    looks({ 0: is(47), 1: is(1) }),
    changesItself({ 0: isNot(PR_SCHED_CORE) }),
    changesItself({ 0: is(PR_SCHED_CORE), 2: isNull }),
    cannotSucceed({ 0: above(0x60000000) }, 'EINVAL: sys_prctl(), kernel/sys.c'),
  ],
  [
    'prlimit64',
    looks({ 2: isNull }),
    changesItself({ 0: isNull }),
    changesItself({ 0: family }),
    handlesChildren({ 0: family }),
  ],
  [
    'sched_setscheduler sched_setparam sched_setaffinity sched_setattr',
    changesItself({ 0: isNull }),
    changesItself({ 0: family }),
    handlesChildren({ 0: family }),
  ],
  ['setpriority ioprio_set', changesItself({ 0: is(0), 1: is(0) }), changesItself({ 0: is(1), 1: is(0) })],
  ['setpgid', changesItself({ 0: is(0), 1: is(0) }), handlesChildren({ 0: family })],
  ['move_pages', looks({ 0: isNull, 3: isNull })],
  ['migrate_pages', changesItself({ 0: isNull })],
  ['execve', cannotSucceed({ 0: noPath }, NO_PATH)],
  [
    'execveat',
    cannotSucceed({ 1: isNull }, 'EFAULT: getname_uflags(), fs/namei.c'),
    cannotSucceed({ 0: negative, 1: emptyText }, 'EBADF or ENOENT: do_open_execat(), fs/exec.c'),
  ],
  ['uselib', cannotSucceed({ 0: noPath }, NO_PATH)],

  // Namespaces.
  [
    'unshare',
    makesNamespaces({ 0: both(onlyBits(NAMESPACE_FLAGS)) }),
    changesItself({ 0: onlyBits(CLONE_OTHER.FS | CLONE_OTHER.FILES | CLONE_OTHER.SYSVSEM) }),
    cannotSucceed({ 0: withBits(0x80000000) }, 'EINVAL: check_unshare_flags(), kernel/fork.c'),
  ],
  ['setns', changesItself({ 0: MINE }), noDescriptor()],
  [
    'clone',
    cannotSucceed(
      { 0: withBits(0x20000 | CLONE_OTHER.FS) },
      'EINVAL: CLONE_NEWNS with CLONE_FS (copy_process(), kernel/fork.c)',
    ),
    cannotSucceed(
      { 0: withBits(0x10000000 | CLONE_OTHER.FS) },
      'EINVAL: CLONE_NEWUSER with CLONE_FS (copy_process(), kernel/fork.c)',
    ),
    cannotSucceed(
      { 0: both(withBits(CLONE_OTHER.THREAD), withoutBits(CLONE_OTHER.SIGHAND)) },
      'EINVAL: CLONE_THREAD without CLONE_SIGHAND (copy_process())',
    ),
    cannotSucceed(
      { 0: both(withBits(CLONE_OTHER.SIGHAND), withoutBits(CLONE_OTHER.VM)) },
      'EINVAL: CLONE_SIGHAND without CLONE_VM (copy_process())',
    ),
  ],
  [
    'clone3',
    cannotSucceed({ 1: below(64) }, 'EINVAL: shorter than the first struct clone_args (copy_clone_args_from_user())'),
    cannotSucceed({ 0: isNull }, 'EFAULT: copy_clone_args_from_user(), kernel/fork.c'),
  ],
  [
    'sethostname setdomainname',
    makesNamespaces({}, { within: ['uts'] }),
    cannotSucceed({ 1: outsideInt(64) }, 'EPERM, or EINVAL for its length: sys_sethostname(), kernel/sys.c'),
  ],

  // Mounts.
  [
    'mount',
    mounts({ 3: is(MS.REC | MS.PRIVATE, MS.REC | MS.SLAVE, MS.PRIVATE, MS.SLAVE) }, { within: ['new-mount'] }),
    mounts({
      3: both(
        onlyBits(MS.REC | MS.PRIVATE | MS.SLAVE | MS.UNBINDABLE | MS.SHARED),
        either(withBits(MS.PRIVATE), withBits(MS.SLAVE), withBits(MS.UNBINDABLE), withBits(MS.SHARED)),
      ),
    }),
    mounts({ 2: FRESH, 3: onlyBits(MOUNT_FLAGS), 4: noOptions }),
    mounts({ 2: PRIVATE_FS, 3: onlyBits(MOUNT_FLAGS | MS.RDONLY) }),
    mounts({ 2: text(/^overlay$/), 3: onlyBits(MOUNT_FLAGS | MS.RDONLY), 4: ownLayers }),
    mounts({ 2: text(/^cgroup2$/), 3: onlyBits(MOUNT_FLAGS), 4: noOptions }, { within: ['mount', 'cgroup'] }),
    mounts({ 3: both(withBits(MS.BIND), onlyBits(MOUNT_FLAGS | MS.BIND | MS.REC | MS.REMOUNT | MS.RDONLY)) }),
    mounts({ 3: is(MS.MOVE) }),
    mounts({ 1: ownTree, 3: both(withBits(MS.REMOUNT), onlyBits(MOUNT_FLAGS | MS.REMOUNT | MS.RDONLY)) }),
    cannotSucceed({ 1: noPath }, NO_PATH),
    cannotSucceed(
      { 2: text(/^cgroup$/), 3: withoutBits(MS.REMOUNT | MS.BIND), 4: text(/^all,none$/) },
      'EINVAL: check_cgroupfs_options(), kernel/cgroup/cgroup-v1.c',
    ),
    cannotSucceed(
      { 2: isNull, 3: withoutBits(MS.REMOUNT | MS.BIND | MS.MOVE | MS.SHARED | MS.PRIVATE | MS.SLAVE | MS.UNBINDABLE) },
      'EPERM, or EINVAL for want of a type: path_mount(), do_new_mount(), fs/namespace.c',
    ),
  ],
  // MNT_FORCE breaks the file system off for all who use it (umount_begin of NFS and FUSE).
  ['umount', mounts(), cannotSucceed({ 0: noPath }, NO_PATH)],
  ['umount2', mounts({ 1: withoutBits(1) }), cannotSucceed({ 0: noPath }, NO_PATH)],
  ['umount2', cannotSucceed({ 1: beyondBits(15) }, 'EINVAL: ksys_umount(), fs/namespace.c')],
  ['pivot_root', mounts(), cannotSucceed({ 0: noPath }, 'EPERM, or ENOENT: sys_pivot_root(), fs/namespace.c')],
  [
    'fsopen',
    mounts({ 0: FRESH }, { gives: 'file-system-context' }),
    makesObjects({ 0: FRESH }, { gives: 'file-system-context' }),
    cannotSucceed({ 0: isNull }, 'EPERM, or EFAULT: sys_fsopen(), fs/fsopen.c'),
    cannotSucceed({ 1: beyondBits(1) }, 'EPERM, or EINVAL: sys_fsopen()'),
  ],
  [
    'fsconfig',
    mounts({ 0: opened('file-system-context'), 1: is(6) }),
    mounts({ 0: opened('file-system-context'), 1: is(1), 2: text(/^source$/) }),
    makesObjects({ 0: opened('file-system-context'), 1: is(6) }),
    noDescriptor(),
    cannotSucceed({ 1: above(100) }, 'EOPNOTSUPP: sys_fsconfig(), fs/fsopen.c'),
  ],
  // What is attached nowhere ends with its descriptor.
  [
    'fsmount',
    mounts({ 0: opened('file-system-context') }, { gives: 'detached-mount' }),
    makesObjects({ 0: opened('file-system-context') }, { gives: 'detached-mount' }),
    noDescriptor(),
  ],
  [
    'open_tree open_tree_attr',
    mounts({}, { gives: 'detached-mount' }),
    makesObjects({ 2: withBits(1) }, { gives: 'detached-mount' }),
    looks({ 2: withoutBits(1) }, { gives: 'looked-at' }),
    cannotSucceed({ 2: withBits(0x40000000) }, 'EINVAL: sys_open_tree(), fs/namespace.c'),
    cannotSucceed({ 1: isNull }, 'EFAULT: getname_flags(), fs/namei.c'),
  ],
  [
    'move_mount',
    mounts(),
    cannotSucceed({ 4: withBits(0x40000000) }, 'EPERM, or EINVAL: sys_move_mount(), fs/namespace.c'),
    cannotSucceed(
      { 1: text(/^\/$/), 3: text(/^\/$/), 4: is(0) },
      'ELOOP, or EINVAL: do_move_mount(), fs/namespace.c, lets no mount come to lie on itself',
    ),
    cannotSucceed({ 1: isNull }, 'EFAULT: getname_flags(), fs/namei.c'),
  ],
  [
    'mount_setattr',
    mounts({ 1: text(/^\/$/), 2: withBits(AT_RECURSIVE), 3: makesPrivate }, { within: ['new-mount'] }),
    mounts(),
    makesObjects({ 0: opened('detached-mount'), 1: emptyText, 2: is(AT_EMPTY_PATH) }),
    cannotSucceed({ 4: below(32) }, 'EINVAL: shorter than the first struct mount_attr (sys_mount_setattr())'),
    cannotSucceed({ 3: isNull }, 'EFAULT: copy_struct_from_user()'),
  ],
  [
    'fspick',
    cannotSucceed({ 2: beyondBits(15) }, 'EPERM, or EINVAL: sys_fspick(), fs/fsopen.c'),
    cannotSucceed({ 1: isNull }, 'EPERM, or EFAULT: sys_fspick(), fs/fsopen.c'),
  ],

  // Objects that end with the process.
  [
    'pipe pipe2 eventfd eventfd2 memfd_create memfd_secret timerfd_create signalfd signalfd4 epoll_create epoll_create1 inotify_init inotify_init1',
    makesObjects({}, { gives: 'own' }),
  ],
  [
    'timer_create timer_settime timer_delete timer_getoverrun timerfd_settime epoll_ctl io_setup io_destroy io_getevents io_pgetevents',
    makesObjects(),
    changesItself(),
  ],
  ['inotify_add_watch', makesObjects({ 0: opened('own') }), noDescriptor()],
  ['inotify_rm_watch', makesObjects({ 0: opened('own') }), noDescriptor()],
  [
    'fanotify_init',
    makesObjects({ 0: withoutBits(12) }, { gives: 'own' }),
    cannotSucceed(
      { 0: withBits(0x40000000) },
      'EPERM, or EINVAL: sys_fanotify_init(), fs/notify/fanotify/fanotify_user.c',
    ),
  ],
  // Without FAN_…_PERM and FAN_PRE_ACCESS, which make others wait.
  [
    'fanotify_mark',
    makesObjects({ 0: opened('own'), 2: withoutBits(0x10000 | 0x20000 | 0x40000 | 0x100000) }),
    noDescriptor(),
  ],
  [
    'userfaultfd',
    makesObjects({}, { gives: 'own' }),
    cannotSucceed({ 0: withBits(0x40000000) }, 'EPERM, or EINVAL: new_userfaultfd(), fs/userfaultfd.c'),
  ],
  [
    'io_uring_setup',
    makesObjects({}, { gives: 'ring' }),
    cannotSucceed({ 0: isNull }, 'EPERM, or EINVAL for no entries: io_uring_create(), io_uring/io_uring.c'),
    cannotSucceed({ 1: isNull }, 'EPERM, or EFAULT: io_uring_setup()'),
  ],
  ['io_uring_enter', makesObjects({ 0: opened('ring'), 1: isNull }), noDescriptor()],
  [
    'io_uring_register',
    makesObjects({ 0: opened('ring') }),
    cannotSucceed({ 0: negative, 1: isNot(31) }, NO_DESCRIPTOR),
  ],
  [
    'bpf',
    makesObjects({ 0: is(BPF.MAP_CREATE, BPF.PROG_LOAD, BPF.BTF_LOAD) }, { gives: 'own' }),
    looks({ 0: is(...BPF_LOOKS) }),
    cannotSucceed({ 2: above(65536) }, 'EPERM, or E2BIG: bpf_check_uarg_tail_zero(), kernel/bpf/syscall.c'),
    cannotSucceed({ 0: above(1000) }, 'EPERM, or EINVAL: __sys_bpf(), kernel/bpf/syscall.c'),
    cannotSucceed({ 1: isNull, 2: above(0) }, 'EPERM, or EFAULT: __sys_bpf()'),
  ],
  [
    'perf_event_open',
    makesObjects({ 3: either(negative, opened('own')), 4: withoutBits(4) }, { gives: 'own' }),
    cannotSucceed({ 0: isNull }, 'EFAULT: perf_copy_attr(), kernel/events/core.c'),
    cannotSucceed({ 4: withBits(0x40000000) }, 'EINVAL: sys_perf_event_open()'),
  ],
  [
    'add_key',
    makesObjects({ 4: OWN_KEYRING }),
    cannotSucceed(
      { 0: either(isNull, emptyText) },
      'EFAULT, or EINVAL: key_get_type_from_user(), security/keys/keyctl.c',
    ),
    cannotSucceed({ 3: above(1024 * 1024) }, 'EINVAL: add_key() takes a megabyte at most'),
  ],
  // With callout text a helper program of the host is started (call_sbin_request_key()).
  ['request_key', looks({ 2: isNull, 3: isNull }), makesObjects({ 2: isNull, 3: OWN_KEYRING })],
  [
    'keyctl',
    looks({ 0: is(6, 11, 31) }),
    looks({ 0: is(10), 4: isNull }),
    looks({ 0: is(0), 2: isNull }),
    makesObjects({ 0: is(0), 1: OWN_KEYRING }),
    changesItself({ 0: is(1), 1: isNull }),
    makesObjects({ 0: is(3, 5, 7, 21), 1: OWN_KEYRING }),
    cannotSucceed({ 0: above(1000) }, 'EOPNOTSUPP: sys_keyctl(), security/keys/keyctl.c'),
  ],
  [
    'mq_open',
    makesObjects({}, { within: ['ipc'] }),
    cannotSucceed({ 0: noPath }, NO_PATH),
    looks({ 1: withoutBits(O.CREAT | 3) }),
  ],
  ['mq_unlink', makesObjects({}, { within: ['ipc'] })],
  ['shmget semget', makesObjects({}, { within: ['ipc'] }), looks({ 0: isNot(0), 2: withoutBits(IPC_CREAT) })],
  ['msgget', makesObjects({}, { within: ['ipc'] }), looks({ 0: isNot(0), 1: withoutBits(IPC_CREAT) })],
  ['shmctl msgctl', makesObjects({}, { within: ['ipc'] }), looks({ 1: IPC_STATS })],
  ['semctl', makesObjects({}, { within: ['ipc'] }), looks({ 2: IPC_STATS })],
  [
    'shmat shmdt semop semtimedop msgsnd msgrcv',
    makesObjects({}, { within: ['ipc'] }),
    cannotSucceed({ 0: negative }, 'EINVAL: no object has a negative id (ipc_obtain_object_idr(), ipc/util.c)'),
  ],
  ['pidfd_open', looks({}, { gives: 'own' })],
  ['pidfd_getfd', cannotSucceed({ 1: negative }, 'EPERM, or EBADF: __pidfd_fget(), kernel/pid.c')],
  ['pidfd_send_signal', looks({ 1: isNull }), noDescriptor()],
  ['process_madvise process_mrelease', noDescriptor()],

  // Sockets.
  [
    'socket',
    ...[makesObjects, connects].flatMap((rule) => [
      rule({ 0: is(FAMILY.UNIX, FAMILY.PACKET) }, { gives: socketKind }),
      rule({ 0: is(FAMILY.INET, FAMILY.INET6), 2: is(0, 1, 6, 17, 58, 255) }, { gives: socketKind }),
      rule({ 0: is(FAMILY.NETLINK), 2: is(...BUILT_IN_NETLINK) }, { gives: socketKind }),
    ]),
    cannotSucceed(
      { 1: noSocketType },
      'EINVAL: no such type (__sock_create(), net/socket.c), before a module is loaded',
    ),
    cannotSucceed(
      { 0: is(FAMILY.NETLINK), 1: is(1) },
      'ESOCKTNOSUPPORT: netlink_create(), net/netlink/af_netlink.c, before a module is loaded',
    ),
    cannotSucceed({ 0: above(45) }, 'EAFNOSUPPORT: __sock_create(), net/socket.c'),
  ],
  [
    'socketpair',
    makesObjects({ 0: is(FAMILY.UNIX) }),
    cannotSucceed({ 1: noSocketType }, 'EINVAL: no such type (__sock_create(), net/socket.c)'),
  ],
  [
    'bind',
    makesObjects({ 0: SOCKET, 1: either(abstractAddress, loopbackAddress, localFamilies) }),
    makesObjects({}, { within: ['network'] }),
    noDescriptor(),
  ],
  ['listen', makesObjects({ 0: opened('unix-socket') }), makesObjects({}, { within: ['network'] }), noDescriptor()],
  [
    'accept accept4',
    makesObjects({ 0: opened('unix-socket') }, { gives: 'unix-socket' }),
    makesObjects({}, { within: ['network'], gives: 'other-socket' }),
    noDescriptor(),
  ],
  [
    'connect',
    connects({ 0: opened('unix-socket'), 1: unixAddress }),
    connects({ 0: opened('stream-socket'), 1: loopbackAddress }),
    connects({ 0: opened('datagram-socket') }),
    connects({ 0: SOCKET, 1: unspecified }),
    makesObjects({}, { within: ['network'] }),
    noDescriptor(),
  ],
  ['getsockname getpeername getsockopt', looks()],
  // Beyond 63 the options of IP and IPv6 are those of packet filters (IPT_SO_SET_REPLACE).
  [
    'setsockopt',
    makesObjects({ 0: SOCKET, 1: is(1, 6, 17, 263, 270, 279, 283) }),
    makesObjects({ 0: SOCKET, 1: is(0, 41), 2: below(64) }),
    makesObjects({}, { within: ['network'] }),
    noDescriptor(),
  ],
  ['shutdown', makesObjects({ 0: SOCKET }), noDescriptor()],
  [
    'sendto',
    looks({ 0: opened('route-socket'), 1: getsRoutes, 4: isNull }),
    cannotSucceed(
      { 0: opened('route-socket'), 1: shortChange, 4: isNull },
      'EPERM, or EINVAL for its length: rtnetlink_rcv_msg(), nlmsg_parse()',
    ),
    makesObjects({ 0: SOCKET }, { within: ['network'] }),
    noDescriptor(),
  ],
  ['sendmsg sendmmsg recvmmsg', makesObjects({ 0: SOCKET }, { within: ['network'] }), noDescriptor()],
  ['recvfrom recvmsg', looks({ 0: SOCKET }), noDescriptor()],
  [
    'socketcall',
    makesObjects({ 0: is(1), 1: builtInFamily }, { gives: 'other-socket' }),
    cannotSucceed(
      { 0: is(1), 1: bytes((view) => view.byteLength >= 12 && (view.getUint32(4, true) & 0xf) >= 11) },
      'EINVAL: no such type (__sock_create(), net/socket.c)',
    ),
    cannotSucceed({ 0: above(20) }, 'EINVAL: sys_socketcall(), net/socket.c'),
  ],
  ['ipc', cannotSucceed({ 0: both(above(25), below(0x10000)) }, 'ENOSYS: ksys_ipc(), ipc/syscall.c')],

  // Other processes.
  ['kill', looks({ 1: isNull }), handlesChildren({ 0: family })],
  ['tkill rt_sigqueueinfo', looks({ 1: isNull }), handlesChildren({ 0: family })],
  ['tgkill rt_tgsigqueueinfo', looks({ 2: isNull }), handlesChildren({ 0: family })],
  [
    'ptrace',
    changesItself({ 0: is(PTRACE_TRACEME) }),
    handlesChildren({ 1: family }),
    cannotSucceed(
      { 0: isNot(PTRACE_TRACEME), 1: either(isNull, negative) },
      'ESRCH: find_get_task_by_vpid(), kernel/pid.c',
    ),
  ],
  [
    'process_vm_readv process_vm_writev',
    handlesChildren({ 0: family }),
    cannotSucceed({ 5: isNot(0) }, 'EINVAL: process_vm_rw(), mm/process_vm_access.c'),
    cannotSucceed({ 2: isNull, 4: isNull }, 'no byte is asked for: process_vm_rw_core(), mm/process_vm_access.c'),
  ],

  // Devices.
  [
    'ioctl',
    looks({ 1: is(...IOCTL_LOOKS) }),
    looks({ 1: is(0xb701, 0xb702) }, { gives: 'looked-at' }), // NS_GET_USERNS, NS_GET_PARENT
    // TIOCCONS would turn the console's output to it.
    makesObjects({ 0: opened('terminal', 'own'), 1: isNot(0x541d) }),
    makesObjects({ 0: opened('looked-at', 'write-opened'), 1: is(KVM_CREATE_VM) }, { gives: 'own' }),
    makesObjects({ 0: SOCKET }, { within: ['network'] }),
    cannotSucceed({ 1: is(TIOCSTI), 2: isNull }, 'EIO, EPERM, or EFAULT: tiocsti(), drivers/tty/tty_io.c'),
    cannotSucceed({ 1: is(TIOCLINUX), 2: isNull }, 'EPERM, or EFAULT: tioclinux(), drivers/tty/vt/vt.c'),
    noDescriptor(),
  ],

  // The whole machine: only with arguments that lead nowhere.
  [
    'init_module',
    cannotSucceed(
      { 1: below(52) },
      'EPERM, or ENOEXEC: shorter than a header of ELF (copy_module_from_user(), kernel/module/main.c)',
    ),
    cannotSucceed({ 0: isNull, 1: below(4096) }, 'EPERM, or EFAULT or ENOEXEC: copy_module_from_user()'),
  ],
  ['finit_module', cannotSucceed({ 0: negative }, 'EPERM, EINVAL, or EBADF: sys_finit_module(), kernel/module/main.c')],
  [
    'delete_module',
    cannotSucceed({ 0: noPath }, 'EPERM, EFAULT, or ENOENT as no module has an empty name: sys_delete_module()'),
  ],
  // No segments at all would unload what is there.
  ['kexec_load', cannotSucceed({ 1: above(16) }, 'EPERM, or EINVAL: kexec_load_check(), kernel/kexec.c')],
  // KEXEC_FILE_UNLOAD and ON_CRASH take away what is there before the descriptors are looked at.
  [
    'kexec_file_load',
    cannotSucceed(
      { 0: negative, 4: onlyBits(4) },
      'EPERM, or EBADF: kimage_file_prepare_segments(), kernel/kexec_file.c',
    ),
  ],
  ['reboot', cannotSucceed({ 0: isNot(0xfee1dead) }, 'EPERM, or EINVAL: sys_reboot(), kernel/reboot.c')],
  [
    'settimeofday',
    cannotSucceed({ 0: isNull, 1: isNull }, 'EPERM, or nothing is set: do_sys_settimeofday64(), kernel/time/time.c'),
  ],
  [
    'clock_settime clock_settime64',
    cannotSucceed({ 1: isNull }, 'EINVAL, or EFAULT: sys_clock_settime(), kernel/time/posix-timers.c'),
  ],
  [
    'adjtimex',
    looks({ 0: asksClock }),
    cannotSucceed({ 0: impossibleTick }, TICK),
    cannotSucceed({ 0: isNull }, 'EFAULT: sys_adjtimex()'),
  ],
  [
    'clock_adjtime',
    looks({ 1: asksClock }),
    cannotSucceed({ 1: impossibleTick }, TICK),
    cannotSucceed({ 1: isNull }, 'EFAULT: sys_clock_adjtime()'),
  ],
  ['swapon swapoff', cannotSucceed({ 0: noPath }, 'EPERM, or ENOENT: sys_swapon(), mm/swapfile.c')],
  // No name at all turns accounting off.
  ['acct', cannotSucceed({ 0: emptyText }, 'EPERM, or ENOENT: sys_acct(), kernel/acct.c')],
  [
    'quotactl',
    cannotSucceed(
      { 0: (argument) => ((low(argument) ?? 0) & 0xff) > 2 },
      'EINVAL: no such type of quota (sys_quotactl(), fs/quota/quota.c)',
    ),
  ],
  ['quotactl_fd', noDescriptor()],
  [
    'syslog',
    looks({ 0: is(0, 1, 3, 9, 10) }),
    cannotSucceed({ 0: is(2, 4), 1: isNull }, 'EPERM, or EINVAL: do_syslog(), kernel/printk/printk.c'),
    cannotSucceed({ 0: is(8), 2: either(isNull, outsideInt(8)) }, 'EPERM, or EINVAL: do_syslog()'),
    cannotSucceed({ 0: above(1000) }, 'EPERM, or EINVAL: do_syslog()'),
  ],
  ['lookup_dcookie', looks()],
  // Retired: sys_ni_syscall() on every kernel of the table.
  [
    'nfsservctl create_module get_kernel_syms query_module afs_syscall tuxcall security getpmsg putpmsg vserver unassigned',
    cannotSucceed({}, 'ENOSYS: sys_ni_syscall(), kernel/sys_ni.c'),
  ],
]);
