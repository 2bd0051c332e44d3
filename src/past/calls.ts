import { AF } from '../kernel/index.ts';
import { type AnyOf, all, any, compatSyscall, type Expr, int32, opensSocket, syscall } from '../model/words.ts';

/**
 * System calls of the vocabulary that take more than their name: with arguments, or by one of several calls that do the same. Each
 * numbered fact is the value of the constant in the kernel's uapi headers.
 */

type Wish = NonNullable<Parameters<typeof syscall>[1]>;

const PROTOCOL = { ICMP: 1, SCTP: 132, ROUTE: 0, XFRM: 6, ISCSI: 8, NETFILTER: 12 } as const;

const flag = (bit: string): Wish[string] => ({ mask: bit, value: bit });

const either = (title: string, ...names: readonly string[]): AnyOf => any(title, ...names.map((name) => syscall(name)));

/** The 32-bit entry takes the arguments of socketcall from memory, where no filter sees them. */
const setsSocketOption = (name: string, args: Wish): AnyOf =>
  any(
    `sets the socket option ${name}`,
    syscall('setsockopt', args),
    compatSyscall('i386', 'setsockopt', args),
    compatSyscall('i386', 'socketcall', { 0: int32(14) }),
  );

/** Level and option, include/uapi/linux. */
const option = (name: string, level: number, number: number): AnyOf =>
  setsSocketOption(name, { 1: int32(level), 2: int32(number) });

const sends = (name: string, bit: string): AnyOf =>
  any(
    `sends with ${name}`,
    syscall('sendto', { 3: flag(bit) }),
    syscall('sendmsg', { 2: flag(bit) }),
    syscall('sendmmsg', { 3: flag(bit) }),
  );

const ioctl = (request: number): Expr => syscall('ioctl', { 1: int32(request) });

/** By what stands behind `syscall:`. What is not here is a call by its name, with free arguments. */
export const CALLS: Readonly<Record<string, Expr>> = {
  chmod: either('changes the mode of a file', 'chmod', 'fchmod', 'fchmodat'),
  clone: either('starts threads or processes', 'clone', 'clone3', 'fork', 'vfork'),
  execve: either('executes a program', 'execve', 'execveat'),
  pipe: either('makes a pipe', 'pipe', 'pipe2'),
  rename: either('renames a file', 'rename', 'renameat', 'renameat2'),
  'ioctl(request=FICLONE)': ioctl(0x4004_9409),
  'ioctl(request=KDSKBSENT)': ioctl(0x4b49),
  'ioctl(request=TIOCSETD)': ioctl(0x5423),
  'ioctl(request=TIOCSPGRP)': ioctl(0x5410),
  'ioctl(request=TIOCSTI)': ioctl(0x5412),
  'open(flags=O_DIRECT)': any(
    'opens with O_DIRECT',
    syscall('openat', { 2: flag('0x4000') }),
    syscall('open', { 1: flag('0x4000') }),
    syscall('openat2'),
  ),
  'pipe2(flags=O_NOTIFICATION_PIPE)': syscall('pipe2', { 1: flag('0x80') }),
  'ptrace(request=PTRACE_TRACEME)': syscall('ptrace', { 0: '0' }),
  'recvmmsg(abi=x32)': compatSyscall('x32', 'recvmmsg'),
  'setrlimit(resource=RLIMIT_STACK)': any(
    'raises its limit of the stack',
    syscall('setrlimit', { 0: int32(3) }),
    syscall('prlimit64', { 1: int32(3) }),
  ),
  // The type of a key lies in memory.
  'add_key(type=rxrpc)': syscall('add_key'),
  'sendto(flags=MSG_MORE)': sends('MSG_MORE', '0x8000'),
  'sendto(flags=MSG_OOB)': sends('MSG_OOB', '0x1'),
  'setsockopt(level=SOL_IP,optname=IPT_SO_SET_REPLACE)': option('IPT_SO_SET_REPLACE', 0, 64),
  'setsockopt(optname=IPV6_ADDRFORM)': option('IPV6_ADDRFORM', 41, 1),
  'setsockopt(optname=IP_ADD_MEMBERSHIP)': option('IP_ADD_MEMBERSHIP', 0, 35),
  'setsockopt(optname=PACKET_RX_RING)': option('PACKET_RX_RING', 263, 5),
  'setsockopt(optname=SO_SNDBUFFORCE)': option('SO_SNDBUFFORCE', 1, 32),
  'setsockopt(optname=TCP_ULP)': option('TCP_ULP', 6, 31),
  'socket(domain=AF_ALG)': all("opens a socket of the kernel's crypto interface", opensSocket(AF.ALG), {
    gate: 'lsm',
    operation: 'socket',
    family: 'alg',
  }),
  'socket(domain=AF_CAN)': opensSocket(AF.CAN),
  'socket(domain=AF_INET,type=SOCK_DGRAM,protocol=IPPROTO_ICMP)': opensSocket(AF.INET, PROTOCOL.ICMP),
  'socket(domain=AF_INET6,type=SOCK_DGRAM)': opensSocket(AF.INET6),
  'socket(domain=AF_INET6,type=SOCK_STREAM)': opensSocket(AF.INET6),
  'socket(domain=AF_NETLINK)': opensSocket(AF.NETLINK),
  'socket(domain=AF_NETLINK,protocol=NETLINK_ISCSI)': opensSocket(AF.NETLINK, PROTOCOL.ISCSI),
  'socket(domain=AF_NETLINK,protocol=NETLINK_NETFILTER)': opensSocket(AF.NETLINK, PROTOCOL.NETFILTER),
  'socket(domain=AF_NETLINK,protocol=NETLINK_ROUTE)': opensSocket(AF.NETLINK, PROTOCOL.ROUTE),
  'socket(domain=AF_NETLINK,protocol=NETLINK_XFRM)': opensSocket(AF.NETLINK, PROTOCOL.XFRM),
  'socket(domain=AF_PACKET)': opensSocket(AF.PACKET),
  'socket(domain=AF_RDS)': opensSocket(AF.RDS),
  'socket(domain=AF_RXRPC)': opensSocket(AF.RXRPC),
  'socket(domain=AF_TIPC)': opensSocket(AF.TIPC),
  'socket(domain=AF_UNIX)': opensSocket(AF.UNIX),
  'socket(domain=AF_VSOCK)': opensSocket(AF.VSOCK),
  'socket(protocol=IPPROTO_SCTP)': opensSocket(AF.INET, PROTOCOL.SCTP),
  // A type alone: profiles filter by the family, if at all.
  'socket(type=SOCK_DCCP)': opensSocket(AF.INET),
  'socket(type=SOCK_RAW)': opensSocket(AF.INET),
};
