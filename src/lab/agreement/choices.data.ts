/* What the generated configurations are made of. */

/** Paths of a host that containers are handed in practice; only those that are there are bound. */
export const BIND_SOURCES: readonly string[] = [
  '/',
  '/dev',
  '/etc',
  '/proc',
  '/proc/sys',
  '/run',
  '/sys',
  '/sys/fs/cgroup',
  '/sys/kernel',
  '/tmp',
  '/usr',
  '/var/lib',
  '/var/log',
  '/var/run',
  '/dev/shm',
  '/dev/pts',
  '/etc/passwd',
];

/** Devices that vectors ask about, by the path that the kernel gives them. */
export const DEVICE_PATHS: readonly string[] = [
  '/dev/console',
  '/dev/fuse',
  '/dev/kmem',
  '/dev/kmsg',
  '/dev/kvm',
  '/dev/loop-control',
  '/dev/loop0',
  '/dev/mem',
  '/dev/net/tun',
  '/dev/nvram',
  '/dev/port',
  '/dev/sda',
  '/dev/tty0',
  '/dev/uinput',
  '/dev/userfaultfd',
  '/dev/vda',
  '/dev/vhost-net',
  '/dev/vsock',
];

/** Nodes under names of their own, and of devices that the host has no node for (Documentation/admin-guide/devices.txt). */
export const OTHER_NODES: readonly {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
}[] = [
  { path: '/dev/mem', type: 'c', major: 1, minor: 1 },
  { path: '/dev/kmem', type: 'c', major: 1, minor: 2 },
  { path: '/dev/port', type: 'c', major: 1, minor: 4 },
  { path: '/dev/disk0', type: 'b', major: 8, minor: 0 },
  { path: '/dev/other-kmsg', type: 'c', major: 1, minor: 11 },
  { path: '/dev/net/tun', type: 'c', major: 10, minor: 200 },
  { path: '/dev/bus/usb/001/001', type: 'c', major: 189, minor: 0 },
  { path: '/dev/cpu/0/msr', type: 'c', major: 202, minor: 0 },
  { path: '/dev/fb0', type: 'c', major: 29, minor: 0 },
  { path: '/dev/hidraw0', type: 'c', major: 241, minor: 0 },
  { path: '/dev/i2c-0', type: 'c', major: 89, minor: 0 },
  { path: '/dev/input/event0', type: 'c', major: 13, minor: 64 },
  { path: '/dev/ipmi0', type: 'c', major: 242, minor: 0 },
  { path: '/dev/mapper/control', type: 'c', major: 10, minor: 236 },
  { path: '/dev/mtd0', type: 'c', major: 90, minor: 0 },
  { path: '/dev/sg0', type: 'c', major: 21, minor: 0 },
  { path: '/dev/snapshot', type: 'c', major: 10, minor: 231 },
  { path: '/dev/snd/controlC0', type: 'c', major: 116, minor: 0 },
  { path: '/dev/tpm0', type: 'c', major: 10, minor: 224 },
  { path: '/dev/ttyS0', type: 'c', major: 4, minor: 64 },
  { path: '/dev/uinput', type: 'c', major: 10, minor: 223 },
  { path: '/dev/vfio/vfio', type: 'c', major: 10, minor: 196 },
  { path: '/dev/vhost-net', type: 'c', major: 10, minor: 238 },
  { path: '/dev/video0', type: 'c', major: 81, minor: 0 },
  { path: '/dev/watchdog', type: 'c', major: 10, minor: 130 },
  { path: '/run/other-mem', type: 'c', major: 1, minor: 1 },
  { path: '/home/other-loop', type: 'b', major: 7, minor: 0 },
];

export const MASKABLE: readonly string[] = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/bus',
  '/proc/config.gz',
  '/proc/fs',
  '/proc/interrupts',
  '/proc/irq',
  '/proc/kallsyms',
  '/proc/kcore',
  '/proc/keys',
  '/proc/kmsg',
  '/proc/latency_stats',
  '/proc/modules',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/sys',
  '/proc/sys/fs',
  '/proc/sys/fs/binfmt_misc',
  '/proc/sys/kernel',
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/net',
  '/proc/sys/vm',
  '/proc/sysrq-trigger',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/bus',
  '/sys/class',
  '/sys/devices',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/cgroup',
  '/sys/fs/selinux',
  '/sys/kernel',
  '/sys/kernel/debug',
  '/sys/kernel/security',
  '/sys/kernel/uevent_helper',
  '/sys/module',
  '/sys/power',
  '/etc',
  '/home',
];

/** Of a mount of the host's files below `at`. */
export const MASKABLE_ELSEWHERE: readonly string[] = [
  '/sys/kernel',
  '/sys',
  '/etc',
  '/proc/sys',
  '/proc/kcore',
  '/kcore',
];

/** Folders of every root file system that containers are started with here. */
export const EXISTING_FOLDERS: readonly string[] = [
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/proc',
  '/root',
  '/run',
  '/sys',
  '/tmp',
  '/usr/bin',
  '/usr/lib',
  '/var/tmp',
];

/** Settings of a namespace: written only where the container has one of its own. */
export const SYSCTLS: readonly {
  readonly namespace: 'network' | 'ipc' | 'uts';
  readonly name: string;
  readonly values: readonly string[];
  /** A root of a child user namespace may write it. */
  readonly byChild?: true;
}[] = [
  { namespace: 'network', name: 'net.ipv4.ip_forward', values: ['0', '1'], byChild: true },
  { namespace: 'network', name: 'net.ipv4.ip_unprivileged_port_start', values: ['0', '80', '1024'], byChild: true },
  { namespace: 'network', name: 'net.ipv4.ping_group_range', values: ['0 0', '1 0'], byChild: true },
  { namespace: 'network', name: 'net.ipv4.icmp_echo_ignore_all', values: ['0', '1'], byChild: true },
  { namespace: 'network', name: 'net.ipv4.conf.all.route_localnet', values: ['1'], byChild: true },
  { namespace: 'network', name: 'net.ipv6.conf.all.accept_ra', values: ['0', '1', '2'], byChild: true },
  { namespace: 'ipc', name: 'kernel.shm_rmid_forced', values: ['0', '1'] },
  { namespace: 'ipc', name: 'kernel.msgmax', values: ['8192', '65536'] },
  { namespace: 'ipc', name: 'kernel.shmmni', values: ['64', '4096'] },
  { namespace: 'ipc', name: 'fs.mqueue.queues_max', values: ['16', '256'] },
  { namespace: 'uts', name: 'kernel.domainname', values: ['example.org'] },
];

/** Low enough to matter, high enough for a stub and its children. */
export const RLIMIT_VALUES: Readonly<Record<string, readonly number[]>> = {
  core: [0, 1_048_576],
  nproc: [256, 4096, 1_048_576],
  nofile: [64, 1024, 1_048_576],
  memlock: [0, 65_536, 8_388_608],
  stack: [1_048_576, 8_388_608],
  sigpending: [64, 4096],
  msgqueue: [0, 819_200],
  fsize: [1_048_576, 2_147_483_647],
  nice: [0, 40],
  rtprio: [0, 99],
};

/** Releases whose filters differ; each is loaded and resolved for the machine. */
export const ENGINE_CHOICES: readonly string[] = [
  'docker@20.10.3',
  'docker@20.10.9',
  'docker@20.10.20',
  'docker@20.10.25',
  'docker@23.0.5',
  'docker@23.0.10',
  'docker@25.0.2',
  'docker@27.5.1',
  'docker@28.5.0',
  'docker@29.5.0',
  'podman@4.0.2',
  'podman@4.3.1',
  'podman@4.9.4',
  'podman@5.4.0',
  'podman@5.8.0',
  'containerd@1.6.6',
  'containerd@1.6.28',
  'containerd@1.7.13',
  'containerd@1.7.32',
  'containerd@2.1.0',
  'containerd@2.3.7',
  'crio@1.24.6',
  'crio@1.29.9',
  'crio@1.32.0',
  'crio@1.35.1',
  'kubernetes@1.34/containerd@2.1',
  'kubernetes@1.30/crio@1.30',
];
