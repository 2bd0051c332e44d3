/*
 * Values that rules on arguments need. All are `bigint`, because a filter compares 64-bit arguments.
 */

/** include/uapi/linux/sched.h. clone(2) cannot ask for NEWTIME: the low byte of its flags is the exit signal (kernel/fork.c, CSIGNAL). */
export const CLONE = {
  NEWTIME: 0x80n,
  NEWNS: 0x20000n,
  NEWCGROUP: 0x2000000n,
  NEWUTS: 0x4000000n,
  NEWIPC: 0x8000000n,
  NEWUSER: 0x10000000n,
  NEWPID: 0x20000000n,
  NEWNET: 0x40000000n,
} as const;

/** include/linux/socket.h of Linux 6.1; families that ever had a protocol in the kernel. */
export const AF = {
  UNSPEC: 0n,
  UNIX: 1n,
  INET: 2n,
  AX25: 3n,
  IPX: 4n,
  APPLETALK: 5n,
  NETROM: 6n,
  BRIDGE: 7n,
  ATMPVC: 8n,
  X25: 9n,
  INET6: 10n,
  ROSE: 11n,
  KEY: 15n,
  NETLINK: 16n,
  PACKET: 17n,
  ATMSVC: 20n,
  RDS: 21n,
  PPPOX: 24n,
  LLC: 26n,
  IB: 27n,
  CAN: 29n,
  TIPC: 30n,
  BLUETOOTH: 31n,
  IUCV: 32n,
  RXRPC: 33n,
  ISDN: 34n,
  PHONET: 35n,
  IEEE802154: 36n,
  CAIF: 37n,
  ALG: 38n,
  NFC: 39n,
  VSOCK: 40n,
  KCM: 41n,
  QIPCRTR: 42n,
  SMC: 43n,
  XDP: 44n,
  MCTP: 45n,
} as const;

/** include/uapi/asm-generic/ioctls.h */
export const IOCTL = {
  TIOCSTI: 0x5412n,
  TIOCLINUX: 0x541cn,
} as const;

/** include/uapi/linux/personality.h; QUERY is the value that changes nothing (kernel/exec_domain.c). */
export const PERSONALITY = {
  LINUX: 0x0n,
  LINUX32: 0x8n,
  UNAME26: 0x20000n,
  ADDR_NO_RANDOMIZE: 0x40000n,
  MMAP_PAGE_ZERO: 0x100000n,
  READ_IMPLIES_EXEC: 0x400000n,
  QUERY: 0xffffffffn,
} as const;
