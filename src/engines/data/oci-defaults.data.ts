import type { DeviceRule } from '../../posture/keys.ts';
import type { MountDefault } from '../types.ts';

/*
 * What several engines share word for word: they took it from one another, and from the example of the OCI specification.
 */

/** /dev nodes that the OCI runtime makes in every container (runtime-spec config-linux.md, "Default Devices"); /dev/console with a terminal. */
export const OCI_DEVICES = [
  '/dev/null',
  '/dev/zero',
  '/dev/full',
  '/dev/random',
  '/dev/urandom',
  '/dev/tty',
  '/dev/ptmx',
];

export const DENY_ALL_DEVICES: DeviceRule = { allow: false, type: 'a', access: 'rwm' };

export function characterDevice(major: number, minor: number, allow = true): DeviceRule {
  return { allow, type: 'c', major, minor, access: 'rwm' };
}

export const PROC: MountDefault = {
  destination: '/proc',
  type: 'proc',
  source: 'proc',
  options: ['nosuid', 'noexec', 'nodev'],
};

export const DEV: MountDefault = {
  destination: '/dev',
  type: 'tmpfs',
  source: 'tmpfs',
  options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
};

export const DEV_PTS: MountDefault = {
  destination: '/dev/pts',
  type: 'devpts',
  source: 'devpts',
  options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
};

export const SYS: MountDefault = {
  destination: '/sys',
  type: 'sysfs',
  source: 'sysfs',
  options: ['nosuid', 'noexec', 'nodev', 'ro'],
};

export const DEV_MQUEUE: MountDefault = {
  destination: '/dev/mqueue',
  type: 'mqueue',
  source: 'mqueue',
  options: ['nosuid', 'noexec', 'nodev'],
};

export const DEV_SHM: MountDefault = {
  destination: '/dev/shm',
  type: 'tmpfs',
  source: 'shm',
  options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
};

export const CGROUP: MountDefault = {
  destination: '/sys/fs/cgroup',
  type: 'cgroup',
  source: 'cgroup',
  options: ['nosuid', 'noexec', 'nodev', 'relatime', 'ro'],
};

/** One path for each CPU the host may have, where it exists. Interrupt counts tell when the CPU was hot (GHSA-6fw5-f8r9-fgfm). */
export const THERMAL_PATHS = ['/proc/interrupts', '/sys/devices/system/cpu/cpu*/thermal_throttle'];

/** Energy counters of RAPL (GHSA-jq35-85cj-fj4p). */
export const POWERCAP_PATH = '/sys/devices/virtual/powercap';

/** The list of runc's example, which Docker, containerd and the kubelet began with. */
export const OCI_MASKED_PATHS = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/firmware',
];

export const OCI_READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
