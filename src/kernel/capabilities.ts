import { type KernelVersion, parseKernelVersion } from './version.ts';

/** The name without `CAP_`; its place in the list is its number. */
export type Capability = (typeof ROWS)[number][0];

/*
 * include/uapi/linux/capability.h of Linux 6.1 (CAP_LAST_CAP is 40; the same up to 6.18). Releases: man-pages capabilities(7);
 * 2.2 stands for "since there are capabilities". The texts say which decision turns on it, not everything it allows.
 */
const ROWS = [
  ['CHOWN', '2.2', 'change the owner and group of any file'],
  ['DAC_OVERRIDE', '2.2', 'read, write and (where an execute bit is set) execute any file whatever its mode'],
  ['DAC_READ_SEARCH', '2.2', 'read any file, search any directory, and open files by handle (open_by_handle_at)'],
  ['FOWNER', '2.2', 'act as the owner of any file: chmod, utimes, ACLs, sticky directories'],
  ['FSETID', '2.2', 'keep the setuid and setgid bits when a file is written or its mode set'],
  ['KILL', '2.2', 'send signals to processes of any user'],
  ['SETGID', '2.2', 'take any group id, change supplementary groups, write gid maps'],
  ['SETUID', '2.2', 'take any user id, write uid maps, claim any uid over a socket'],
  [
    'SETPCAP',
    '2.2',
    'drop from the bounding set, add bounded capabilities to the inheritable set, set the secure bits',
  ],
  ['LINUX_IMMUTABLE', '2.2', 'set and clear the immutable and append-only flags of files'],
  ['NET_BIND_SERVICE', '2.2', 'bind ports below ip_unprivileged_port_start'],
  ['NET_BROADCAST', '2.2', 'listen to multicast (asked nowhere in today’s kernels)'],
  ['NET_ADMIN', '2.2', 'configure interfaces, routes, firewall, traffic control and tunnels of the network namespace'],
  ['NET_RAW', '2.2', 'open raw and packet sockets: read the segment’s traffic, forge packets'],
  ['IPC_LOCK', '2.2', 'lock memory beyond RLIMIT_MEMLOCK, use huge-page memory'],
  ['IPC_OWNER', '2.2', 'ignore the modes of System V IPC objects and POSIX message queues'],
  ['SYS_MODULE', '2.2', 'load and unload kernel modules; asked in the initial user namespace only'],
  ['SYS_RAWIO', '2.2', 'raw I/O: ports (iopl, ioperm), /dev/mem, /proc/kcore, SCSI commands, MSRs'],
  ['SYS_CHROOT', '2.2', 'chroot, and join a mount namespace together with SYS_ADMIN'],
  ['SYS_PTRACE', '2.2', 'trace, read and write any process of the user namespace, and read its /proc links'],
  ['SYS_PACCT', '2.2', 'switch process accounting'],
  ['SYS_ADMIN', '2.2', 'mount, namespaces, quotas, swap, device configuration and much else'],
  ['SYS_BOOT', '2.2', 'reboot, and load another kernel (kexec)'],
  ['SYS_NICE', '2.2', 'raise priorities, set real-time classes, affinity and memory policy of any process'],
  ['SYS_RESOURCE', '2.2', 'exceed limits: rlimits, quotas, reserved blocks, ids of processes, pipes and queues'],
  ['SYS_TIME', '2.2', 'set the system clock and the hardware clock'],
  ['SYS_TTY_CONFIG', '2.2', 'hang up and configure terminals and virtual consoles'],
  ['MKNOD', '2.4', 'create device nodes; asked in the initial user namespace only'],
  ['LEASE', '2.4', 'take leases on files of others'],
  ['AUDIT_WRITE', '2.6.11', 'write records to the kernel’s audit log'],
  ['AUDIT_CONTROL', '2.6.11', 'configure and switch auditing'],
  ['SETFCAP', '2.6.24', 'give files capabilities; map uid 0 of the parent into a user namespace (5.12)'],
  ['MAC_OVERRIDE', '2.6.25', 'override the mandatory access control of Smack'],
  ['MAC_ADMIN', '2.6.25', 'configure mandatory access control (Smack, AppArmor policy, raw SELinux labels)'],
  ['SYSLOG', '2.6.37', 'read and clear the kernel log where dmesg_restrict is set; see kernel addresses'],
  ['WAKE_ALARM', '3.0', 'set timers that wake the machine'],
  ['BLOCK_SUSPEND', '3.5', 'keep the machine from suspending'],
  ['AUDIT_READ', '3.16', 'read the audit log over multicast netlink'],
  ['PERFMON', '5.8', 'monitor performance beyond perf_event_paranoid, run tracing BPF programs'],
  ['BPF', '5.8', 'load BPF programs and maps that need privilege'],
  ['CHECKPOINT_RESTORE', '5.9', 'choose process ids, read map_files, restore what a checkpoint saved'],
] as const;

export interface CapabilityFacts {
  readonly name: Capability;
  readonly number: number;
  readonly since: KernelVersion;
  /** What turns on it, in one line. */
  readonly gates: string;
}

/** All capabilities in the order of their numbers. */
export const CAPABILITIES: readonly Capability[] = ROWS.map(([name]) => name);

const facts: ReadonlyMap<string, CapabilityFacts> = new Map(
  ROWS.map(([name, since, gates], number) => [name, { name, number, since: release(since), gates }]),
);

/** The bits of all capabilities that are known here. */
export const ALL_CAPABILITIES_MASK = (1n << BigInt(ROWS.length)) - 1n;

export function capabilityFacts(capability: Capability): CapabilityFacts {
  const found = facts.get(capability);
  if (found === undefined) throw new RangeError(`no capability of the name ${capability}`);
  return found;
}

/** Accepts what the engines accept: any case, with or without `CAP_`. Undefined for a name the kernel does not have (also for `ALL`). */
export function parseCapability(text: string): Capability | undefined {
  return facts.get(text.trim().toUpperCase().replace(/^CAP_/, ''))?.name;
}

/** The bits as in `CapEff:` of /proc/PID/status. */
export function capabilityMask(capabilities: Iterable<Capability>): bigint {
  let mask = 0n;
  for (const capability of capabilities) mask |= 1n << BigInt(capabilityFacts(capability).number);
  return mask;
}

/** The capabilities whose bits are set; bits above the last known capability are ignored. */
export function capabilitiesOfMask(mask: bigint): Capability[] {
  return CAPABILITIES.filter((_, number) => ((mask >> BigInt(number)) & 1n) === 1n);
}

/** Reads the hexadecimal value of a `Cap…:` line; undefined where it is none. */
export function parseCapabilityMask(hex: string): bigint | undefined {
  const digits = hex.trim().replace(/^0x/i, '');
  return /^[0-9a-f]{1,16}$/i.test(digits) ? BigInt(`0x${digits}`) : undefined;
}

export function formatCapabilityMask(mask: bigint): string {
  return mask.toString(16).padStart(16, '0');
}

function release(text: string): KernelVersion {
  const version = parseKernelVersion(text);
  if (version === undefined) throw new RangeError(`no kernel release: ${text}`);
  return version;
}
