import type { Arch } from './arch.ts';
import { isSyscallName, syscallNumber } from './syscalls.ts';
import { type KernelVersion, parseKernelVersion } from './version.ts';

/** What an argument must be: an exact value, or certain bits of it (`(arg & mask) == value`), the rest free. */
export type ArgWish = bigint | { readonly mask: bigint; readonly value: bigint };

/**
 * The wish for an argument that the kernel takes as a 32-bit int (socket's domain, ioctl's command, personality): the upper half of the
 * register is ignored by the kernel but compared by a filter, so a rule such as `!= 40` is passed by 0x100000028 (CVE-2019-10063).
 */
export function int32(value: bigint): ArgWish {
  return { mask: 0xffffffffn, value: value & 0xffffffffn };
}

type ArgIndex = 0 | 1 | 2 | 3 | 4 | 5;
export type ArgWishes = { readonly [index in ArgIndex]?: ArgWish };

/** Another entry into the kernel that reaches the same function. */
export interface AlternativeEntry {
  readonly syscall: string;
  /** Where the arguments that matter travel: in registers, or in memory, which no filter can read. */
  readonly carries: 'registers' | 'memory';
  /** What the entry itself needs in its registers to mean this function. */
  readonly args?: ArgWishes;
  readonly since?: KernelVersion;
}

/** include/uapi/linux/net.h: the sub-commands of socketcall(2), SYS_SOCKET (1) onwards. */
const SOCKETCALL =
  'socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg'.split(
    ' ',
  );

/** include/uapi/linux/ipc.h: the sub-commands of ipc(2). */
const IPC: Readonly<Record<string, bigint>> = {
  semop: 1n,
  semget: 2n,
  semctl: 3n,
  semtimedop: 4n,
  msgsnd: 11n,
  msgrcv: 12n,
  msgget: 13n,
  msgctl: 14n,
  shmat: 21n,
  shmdt: 22n,
  shmget: 23n,
  shmctl: 24n,
};

/** The sub-command under which socketcall(2) or ipc(2) of i386 serves a call; libseccomp adds a companion rule for it. */
export function multiplexed(
  name: string,
): { readonly syscall: 'socketcall' | 'ipc'; readonly command: bigint } | undefined {
  const socket = SOCKETCALL.indexOf(name);
  if (socket >= 0) return { syscall: 'socketcall', command: BigInt(socket + 1) };
  const command = Object.hasOwn(IPC, name) ? IPC[name] : undefined;
  return command === undefined ? undefined : { syscall: 'ipc', command };
}

/*
 * Calls that end in one kernel function, so that refusing one alone closes nothing: for most, the `do_…` helper which the SYSCALL_DEFINEs
 * share. unshare stands with clone and clone3 for the making of namespaces (kernel/nsproxy.c, create_new_namespaces). Left out on purpose:
 * mount against fsopen, open_tree, move_mount (each does a part only), and open_by_handle_at (other checks).
 */
const SAME_FUNCTION: readonly (readonly string[])[] = [
  ['clone', 'clone3', 'unshare'],
  ['open', 'openat', 'openat2', 'creat'],
  ['execve', 'execveat'],
  ['init_module', 'finit_module'],
  ['kexec_load', 'kexec_file_load'],
  ['umount', 'umount2'],
  ['mknod', 'mknodat'],
  ['chmod', 'fchmod', 'fchmodat', 'fchmodat2'],
  ['chown', 'fchown', 'lchown', 'fchownat', 'chown32', 'fchown32', 'lchown32'],
  ['link', 'linkat'],
  ['symlink', 'symlinkat'],
  ['rename', 'renameat', 'renameat2'],
  ['setxattr', 'lsetxattr', 'fsetxattr', 'setxattrat'],
  ['settimeofday', 'clock_settime', 'clock_settime64', 'stime'],
  ['adjtimex', 'clock_adjtime', 'clock_adjtime64'],
  ['quotactl', 'quotactl_fd'],
  ['setrlimit', 'prlimit64'],
  ['kill', 'tkill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo', 'pidfd_send_signal'],
  ['accept', 'accept4'],
];

/** Of those, the ones that read the arguments that matter from memory. */
const IN_MEMORY: ReadonlySet<string> = new Set(['clone3', 'openat2']);

/** io_uring/opdef.c: operations that a ring does on behalf of its owner, and their first release (include/uapi/linux/io_uring.h). */
const RING_OPERATIONS: Readonly<Record<string, string>> = {
  socket: '5.19',
  bind: '6.11',
  listen: '6.11',
  connect: '5.5',
  accept: '5.5',
  accept4: '5.5',
  sendmsg: '5.3',
  recvmsg: '5.3',
  open: '5.6',
  openat: '5.6',
  openat2: '5.6',
  rename: '5.11',
  renameat2: '5.11',
  unlinkat: '5.11',
  mkdirat: '5.15',
  symlinkat: '5.15',
  linkat: '5.15',
  setxattr: '5.19',
  fsetxattr: '5.19',
};

/** The other ways to the same kernel function that an interface offers. */
export function alternativeEntries(name: string, arch: Arch): readonly AlternativeEntry[] {
  if (!isSyscallName(name)) return [];
  const entries: AlternativeEntry[] = [];
  for (const group of SAME_FUNCTION) {
    if (!group.includes(name)) continue;
    for (const syscall of group)
      if (syscall !== name) entries.push({ syscall, carries: IN_MEMORY.has(syscall) ? 'memory' : 'registers' });
  }
  const mux = multiplexed(name);
  // Both take the sub-command from the low bits: ipc(2) keeps a version above bit 16 (ipc/syscall.c).
  if (mux?.syscall === 'socketcall')
    entries.push({ syscall: mux.syscall, carries: 'memory', args: { 0: mux.command } });
  if (mux?.syscall === 'ipc')
    entries.push({ syscall: mux.syscall, carries: 'registers', args: { 0: { mask: 0xffffn, value: mux.command } } });
  const since = Object.hasOwn(RING_OPERATIONS, name) ? parseKernelVersion(RING_OPERATIONS[name] ?? '') : undefined;
  if (since !== undefined) entries.push({ syscall: 'io_uring_enter', carries: 'memory', since });
  return entries.filter((entry) => syscallNumber(arch, entry.syscall) !== undefined);
}
