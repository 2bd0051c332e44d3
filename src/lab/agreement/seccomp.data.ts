/* Calls and conditions that seccomp filters are made of. */

/** What the stub makes by itself (agent/README.md): no filter may refuse these. */
export const STUB_CALLS: readonly string[] = [
  'read',
  'write',
  'exit',
  'exit_group',
  'clone',
  'prctl',
  'setitimer',
  'getpid',
  'wait4',
  'kill',
];

/** What runc's init makes between the filter and the program: a Go runtime, the change of user, the last of the file descriptors. */
export const RUNTIME_CALLS: readonly string[] = [
  ...['access', 'arch_prctl', 'brk', 'capget', 'capset', 'chdir', 'clock_gettime', 'clock_nanosleep', 'close'],
  ...['close_range', 'dup', 'dup2', 'dup3', 'epoll_create', 'epoll_create1', 'epoll_ctl', 'epoll_pwait', 'epoll_wait'],
  ...['eventfd2', 'execve', 'faccessat', 'faccessat2', 'fchdir', 'fchown', 'fcntl', 'fstat', 'fstatfs', 'futex'],
  ...['getcwd', 'getdents', 'getdents64', 'getegid', 'geteuid', 'getgid', 'getgroups', 'getppid', 'getrandom'],
  ...['getrlimit', 'gettid', 'getuid', 'lseek', 'lstat', 'madvise', 'mmap', 'mprotect', 'mremap', 'munmap'],
  ...['nanosleep', 'newfstatat', 'open', 'openat', 'pipe', 'pipe2', 'ppoll', 'poll', 'pread64', 'prlimit64'],
  ...['readlink', 'readlinkat', 'rseq', 'rt_sigaction', 'rt_sigprocmask', 'rt_sigreturn', 'sched_getaffinity'],
  ...['sched_yield', 'set_robust_list', 'set_tid_address', 'setgid', 'setgroups', 'setresgid', 'setresuid'],
  ...['setuid', 'sigaltstack', 'stat', 'statfs', 'statx', 'tgkill', 'timer_create', 'timer_delete', 'timer_settime'],
  ...['umask', 'uname'],
];

/** Calls that end the process without harm to the conversation: the stub never makes them, a throw-away child may. */
export const KILLABLE: readonly string[] = [
  ...['acct', 'add_key', 'bpf', 'delete_module', 'finit_module', 'init_module', 'io_uring_setup', 'kcmp'],
  ...['kexec_file_load', 'kexec_load', 'keyctl', 'lookup_dcookie', 'mount_setattr', 'move_pages', 'nfsservctl'],
  ...['open_by_handle_at', 'perf_event_open', 'process_vm_readv', 'process_vm_writev', 'ptrace', 'quotactl'],
  ...['reboot', 'request_key', 'swapoff', 'swapon', 'syslog', 'uselib', 'userfaultfd', 'vhangup', 'vmsplice'],
];

interface Condition {
  readonly names: readonly string[];
  readonly args: readonly {
    readonly index: number;
    readonly value: number;
    readonly valueTwo?: number;
    readonly op: string;
  }[];
}

/** CLONE_NEW* but CLONE_NEWTIME: what the profiles of engines mask. */
const CLONE_NEW = 0x7e02_0000;
const [EQ, NE, MASKED] = ['SCMP_CMP_EQ', 'SCMP_CMP_NE', 'SCMP_CMP_MASKED_EQ'];
const masked = (index: number, mask: number, is = 0) => ({ index, value: mask, valueTwo: is, op: MASKED as string });
const is = (index: number, value: number) => ({ index, value, op: EQ as string });
const not = (index: number, value: number) => ({ index, value, op: NE as string });

/** To be let through on, where the rest is refused; the other way round in a filter that lets the rest through. */
export const CONDITIONS: readonly Condition[] = [
  { names: ['unshare'], args: [masked(0, CLONE_NEW)] },
  { names: ['unshare'], args: [masked(0, 0x1000_0000)] },
  { names: ['unshare'], args: [masked(0, CLONE_NEW, 0x1000_0000)] },
  { names: ['unshare'], args: [is(0, 0x0002_0000)] },
  ...[0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff].map((persona) => ({ names: ['personality'], args: [is(0, persona)] })),
  ...[1, 2, 10, 16, 17, 38, 40].map((domain) => ({ names: ['socket'], args: [is(0, domain)] })),
  { names: ['socket'], args: [not(0, 16)] },
  { names: ['socket'], args: [not(0, 40)] },
  { names: ['socket'], args: [is(0, 2), masked(1, 0xf, 1)] },
  { names: ['socket'], args: [is(0, 2), masked(1, 0xf, 3)] },
  { names: ['socketpair'], args: [is(0, 1)] },
  // TIOCSTI, TIOCLINUX; all 64 bits, and the 32 that the kernel looks at.
  { names: ['ioctl'], args: [not(1, 0x5412)] },
  { names: ['ioctl'], args: [not(1, 0x541c)] },
  { names: ['ioctl'], args: [masked(1, 0xffff_ffff, 0x5401)] },
  { names: ['keyctl'], args: [is(0, 0)] },
  { names: ['ptrace'], args: [is(0, 0)] },
  { names: ['bpf'], args: [not(0, 5)] },
  { names: ['mount'], args: [masked(3, 0x1000, 0x1000)] },
  { names: ['mknod', 'mknodat'], args: [masked(1, 0xf000, 0x8000)] },
  { names: ['chmod', 'fchmod'], args: [masked(1, 0xc00)] },
  { names: ['setsockopt'], args: [not(1, 41)] },
  { names: ['kcmp'], args: [is(2, 0)] },
];

/**
 * Calls that the stub, the runtimes and the probes make themselves: refused, or let through, in a part that none of them uses. A fork
 * asks for no namespace.
 */
export const SPARED_CONDITIONS: readonly {
  readonly name: string;
  readonly refused: Condition['args'][number];
  readonly passed: Condition['args'][number];
}[] = [
  ...[15, 16, 28, 35, 36, 53, 0x5961_6d61].map((option) => ({
    name: 'prctl',
    refused: is(0, option),
    passed: not(0, option),
  })),
  // CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET.
  ...[0x1000_0000, 0x2_0000, 0x2000_0000, 0x4000_0000].map((flag) => ({
    name: 'clone',
    refused: masked(0, flag, flag),
    passed: masked(0, flag),
  })),
  { name: 'clone', refused: masked(0, 0x1000_0000, 0x1000_0000), passed: masked(0, CLONE_NEW) },
  // PROT_READ | PROT_WRITE | PROT_EXEC.
  ...['mmap', 'mprotect'].map((name) => ({ name, refused: masked(2, 7, 7), passed: not(2, 7) })),
];

/** A call, and a capability that the kernel asks for in it: one of the two is taken away, or given. */
export const CALLS_OF_CAPABILITY: readonly (readonly [string, readonly string[]])[] = [
  [
    'CAP_SYS_ADMIN',
    ['mount', 'umount2', 'pivot_root', 'unshare', 'setns', 'fsopen', 'fsmount', 'move_mount', 'open_tree'],
  ],
  ['CAP_SYS_ADMIN', ['bpf', 'perf_event_open', 'quotactl', 'sethostname', 'setdomainname', 'swapon', 'swapoff']],
  ['CAP_SYS_MODULE', ['init_module', 'finit_module', 'delete_module']],
  ['CAP_SYS_BOOT', ['reboot', 'kexec_load', 'kexec_file_load']],
  ['CAP_SYS_PTRACE', ['ptrace', 'process_vm_readv', 'process_vm_writev', 'kcmp', 'process_madvise']],
  ['CAP_SYS_TIME', ['settimeofday', 'clock_settime', 'stime', 'adjtimex', 'clock_adjtime']],
  ['CAP_SYS_CHROOT', ['chroot']],
  ['CAP_SYS_RAWIO', ['iopl', 'ioperm']],
  ['CAP_SYS_PACCT', ['acct']],
  ['CAP_SYS_TTY_CONFIG', ['vhangup']],
  ['CAP_SYSLOG', ['syslog']],
  ['CAP_SYS_NICE', ['set_mempolicy', 'move_pages', 'mbind', 'sched_setattr', 'sched_setscheduler']],
  ['CAP_MKNOD', ['mknod', 'mknodat']],
  ['CAP_DAC_READ_SEARCH', ['open_by_handle_at', 'name_to_handle_at']],
  ['CAP_BPF', ['bpf']],
  ['CAP_PERFMON', ['perf_event_open']],
  ['CAP_NET_RAW', ['socket']],
  ['CAP_NET_ADMIN', ['socket', 'setsockopt']],
  ['CAP_CHECKPOINT_RESTORE', ['clone3']],
];

/** The interfaces of a kernel, by its machine; the native one may be left out, it is always there. */
export const ARCHITECTURES = {
  x86_64: [
    ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    ['SCMP_ARCH_X86_64'],
    ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'],
    ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X32'],
  ],
  aarch64: [['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'], ['SCMP_ARCH_AARCH64']],
} as const;
