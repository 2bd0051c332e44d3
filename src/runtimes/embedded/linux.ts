/*
 * Values of Linux that the steps pass to system calls: include/uapi/linux/{mount,sched,prctl,fcntl,stat,capability}.h. They are the same
 * on x86-64 and aarch64.
 */

export const MS = {
  RDONLY: 0x1,
  NOSUID: 0x2,
  NODEV: 0x4,
  NOEXEC: 0x8,
  SYNCHRONOUS: 0x10,
  REMOUNT: 0x20,
  MANDLOCK: 0x40,
  DIRSYNC: 0x80,
  NOSYMFOLLOW: 0x100,
  NOATIME: 0x400,
  NODIRATIME: 0x800,
  BIND: 0x1000,
  REC: 0x4000,
  SILENT: 0x8000,
  UNBINDABLE: 0x20000,
  PRIVATE: 0x40000,
  SLAVE: 0x80000,
  SHARED: 0x100000,
  RELATIME: 0x200000,
  I_VERSION: 0x800000,
  STRICTATIME: 0x1000000,
  LAZYTIME: 0x2000000,
} as const;

export const MOUNT_ATTR = {
  RDONLY: 0x1,
  NOSUID: 0x2,
  NODEV: 0x4,
  NOEXEC: 0x8,
  NOATIME: 0x10,
  STRICTATIME: 0x20,
  NODIRATIME: 0x80,
  NOSYMFOLLOW: 0x200000,
} as const;
/** Relatime is 0; whoever sets one of the three clears the field first. */
export const ATTR_ATIME = 0x70;

export const CLONE_FLAG = {
  time: 0x80n,
  mount: 0x20000n,
  cgroup: 0x2000000n,
  uts: 0x4000000n,
  ipc: 0x8000000n,
  user: 0x10000000n,
  pid: 0x20000000n,
  network: 0x40000000n,
} as const;

export const PR = {
  SET_PDEATHSIG: 1,
  SET_DUMPABLE: 4,
  SET_KEEPCAPS: 8,
  SET_SECCOMP: 22,
  CAPBSET_DROP: 24,
  SET_NO_NEW_PRIVS: 38,
  CAP_AMBIENT: 47,
} as const;
export const CAP_AMBIENT = { RAISE: 2, CLEAR_ALL: 4 } as const;

export const AT_FDCWD = -100;
export const AT_RECURSIVE = 0x8000;
export const MNT_DETACH = 2;
export const O = { RDONLY: 0, WRONLY: 1, CREAT: 0x40, CLOEXEC: 0x80000 } as const;
/** O_DIRECTORY and O_PATH have other values on aarch64; the kernel tells a folder without them. */
export const S = { IFREG: 0o100000, IFCHR: 0o020000, IFBLK: 0o060000, IFIFO: 0o010000 } as const;

export const SIGKILL = 9;

/** include/uapi/asm-generic/resource.h, by the names of runtime-spec config.md, POSIX process. */
export const RLIMITS: Readonly<Record<string, number>> = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
};
export const RLIM_INFINITY = 2n ** 64n - 1n;

/** makedev(3): MKDEV of the user interface, include/linux/kdev_t.h new_encode_dev(). */
export function deviceNumber(major: number, minor: number): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}
