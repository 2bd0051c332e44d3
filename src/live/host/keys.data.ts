/**
 * What of a host is read: the `host.` keys that gates and vectors ask for. `keys.test.ts` holds these lists against the catalogue.
 */

export interface SysctlKey {
  readonly name: string;
  /** What holds where the kernel has no such switch, with since when it has one. Without it the answer is unknown there. */
  readonly absent?: string;
  /** First kernel that has the switch, and what held before, where that differs from `absent`. */
  readonly before?: { readonly kernel: string; readonly value: string };
  /** It belongs to a namespace: only a reader in the host's sees the host's. */
  readonly of?: 'net' | 'user';
}

/** Documentation/admin-guide/sysctl of Linux 6.18; the distributions' own from their kernel trees (Debian, Ubuntu). */
export const SYSCTLS: readonly SysctlKey[] = [
  // 6.2; before, everybody could.
  { name: 'dev.tty.legacy_tiocsti', absent: '1' },
  { name: 'fs.file-max' },
  // 4.5; before, there was no quota.
  { name: 'fs.pipe-user-pages-soft', absent: '0' },
  // 4.19
  { name: 'fs.protected_fifos', absent: '0' },
  { name: 'fs.protected_hardlinks', absent: '0' },
  { name: 'fs.protected_regular', absent: '0' },
  { name: 'fs.protected_symlinks', absent: '0' },
  { name: 'fs.suid_dumpable' },
  // Of Ubuntu and kernels with its AppArmor.
  { name: 'kernel.apparmor_restrict_unprivileged_userns', absent: '0' },
  { name: 'kernel.core_pattern' },
  { name: 'kernel.dmesg_restrict' },
  // 6.6
  { name: 'kernel.io_uring_disabled', absent: '0' },
  // Without it the kernel is built without kexec.
  { name: 'kernel.kexec_load_disabled', absent: '1' },
  { name: 'kernel.kptr_restrict' },
  // Without it the kernel is built without modules.
  { name: 'kernel.modules_disabled', absent: '1' },
  { name: 'kernel.perf_event_paranoid' },
  { name: 'kernel.pty.max' },
  { name: 'kernel.randomize_va_space' },
  // Without it the kernel is built without SysRq.
  { name: 'kernel.sysrq', absent: '0' },
  // Without it the kernel is built without bpf(2).
  { name: 'kernel.unprivileged_bpf_disabled', absent: '2' },
  // Of Debian and Ubuntu; others do not restrict it.
  { name: 'kernel.unprivileged_userns_clone', absent: '1' },
  // Without Yama no scope is kept.
  { name: 'kernel.yama.ptrace_scope', absent: '0' },
  { name: 'net.ipv4.ip_unprivileged_port_start', absent: '1024', of: 'net' },
  // Without it the kernel is built without user namespaces.
  { name: 'user.max_user_namespaces', absent: '0', of: 'user' },
  // 6.3
  { name: 'vm.memfd_noexec', absent: '0' },
  { name: 'vm.mmap_min_addr' },
  // 5.2; before, everybody could; without userfaultfd nobody can.
  { name: 'vm.unprivileged_userfaultfd', absent: '0', before: { kernel: '5.2', value: '1' } },
];

export const KERNEL_CONFIG: readonly string[] = `
  AUDIT BINFMT_MISC BPF_EVENTS BPF_SYSCALL BSD_PROCESS_ACCT CGROUPS CGROUP_NET_PRIO CRYPTO_USER_API DEBUG_FS DEVKMEM DEVMEM
  DEVPORT DMIID DYNAMIC_DEBUG FANOTIFY FTRACE FUSE_FS HIBERNATION HOTPLUG_CPU IA32_EMULATION IKCONFIG_PROC IO_URING KEXEC
  KEXEC_CORE KEXEC_FILE KEYS MAGIC_SYSRQ MODIFY_LDT_SYSCALL MODULES MODULE_SIG_FORCE NET_KEY NET_SCHED NF_TABLES NUMA
  OVERLAY_FS PERF_EVENTS PROC_KCORE PROC_PAGE_MONITOR PSI RDS RT_GROUP_SCHED SCHEDSTATS SCSI_PROC_FS
  SECURITY_PERF_EVENTS_RESTRICT SLUB_DEBUG SMP
  STATIC_USERMODEHELPER SUSPEND TIME_NS TIPC TUN UEVENT_HELPER USERFAULTFD USER_NS X86_IOPL_IOPERM X86_MSR X86_X32_ABI
  XDP_SOCKETS XFRM_USER
`
  .trim()
  .split(/\s+/);

/** Symbols that came (or changed their name) later than what they stand for: absent from an older kernel's file they say nothing. */
export const CONFIG_SINCE: Readonly<Record<string, string>> = {
  X86_IOPL_IOPERM: '5.5',
  X86_X32_ABI: '5.18',
  KEXEC_CORE: '4.3',
  MODIFY_LDT_SYSCALL: '4.3',
  DEVMEM: '4.0',
};

/** Names that the build gives to a user's choice of several (lib/Kconfig, init/Kconfig of Linux 6.18). */
export const CONFIG_ALIASES: Readonly<Record<string, readonly string[]>> = {
  // Chosen by its users; has no line of its own in kernels that build none of them.
  CRYPTO_USER_API: ['CRYPTO_USER_API_HASH', 'CRYPTO_USER_API_SKCIPHER', 'CRYPTO_USER_API_AEAD', 'CRYPTO_USER_API_RNG'],
};

/** Modules with the symbol that builds each; the families of `rare-socket-modules` are marked. */
export const MODULES: readonly { readonly name: string; readonly symbol: string; readonly rare?: true }[] = [
  { name: 'vsock', symbol: 'VSOCKETS' },
  { name: 'tipc', symbol: 'TIPC', rare: true },
  { name: 'rds', symbol: 'RDS', rare: true },
  { name: 'can', symbol: 'CAN', rare: true },
  { name: 'kcm', symbol: 'AF_KCM', rare: true },
  { name: 'rxrpc', symbol: 'AF_RXRPC', rare: true },
  { name: 'pppox', symbol: 'PPPOE', rare: true },
  { name: 'bluetooth', symbol: 'BT', rare: true },
  { name: 'nf_tables', symbol: 'NF_TABLES' },
  { name: 'nf_conntrack', symbol: 'NF_CONNTRACK' },
  { name: 'msr', symbol: 'X86_MSR' },
  { name: 'tun', symbol: 'TUN' },
];

/** Of the command line. `module.sig_enforce` is also a file. */
export const KERNEL_PARAMETERS: readonly string[] = [
  'cgroup_no_v1',
  'ia32_emulation',
  'mitigations',
  'module.sig_enforce',
  'syscall.x32',
];

export const FILE_MODES: readonly string[] = ['/dev/kvm', '/run/docker.sock', '/var/run/docker.sock'];
