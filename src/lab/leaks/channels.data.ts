/**
 * Ways in which a kernel tells of the whole machine (Gao et al., ContainerLeaks, DSN 2017, looked for anew in the tree of Linux 6.18;
 * the calls beside them say the same without any file). Where a container reads the host's own value, nothing stands between.
 */
export interface Channel {
  readonly name: string;
  /** A file; or a call that is asked (`reading.ts`). */
  readonly path: string;
  /** What of the text is compared: its groups. Default: the whole text. */
  readonly pick?: RegExp;
  /**
   * `text`: equal to the letter; `counter`: a number that moves, equal within `slack` and what it moved on the host meanwhile; `clock`: a
   * time in seconds that goes with the wall, equal where its beginning is.
   */
  readonly compare: 'text' | 'counter' | 'clock';
  /** A share of the value. */
  readonly slack?: number;
  /** No two machines have it in common, so that two sandboxes that both see it know that they are neighbours. */
  readonly unique?: boolean;
  /** A value that many machines have: that two have it tells nothing. */
  readonly common?: RegExp;
  /** A value that stands in for what is hidden. */
  readonly hidden?: RegExp;
}

const text = (name: string, path: string, rest: Partial<Channel> = {}): Channel => ({
  name,
  path,
  compare: 'text',
  ...rest,
});
const counter = (name: string, path: string, pick: RegExp, slack = 0.02): Channel => ({
  ...{ name, path, pick, slack },
  compare: 'counter',
  unique: true,
});
const clock = (name: string, path: string, pick: RegExp): Channel => ({
  name,
  path,
  pick,
  compare: 'clock',
  unique: true,
});

const UNIQUE = { unique: true } as const;
const FIRST_NUMBER = /(\d+(?:\.\d+)?)/;
/** Rows of a table, without the numbers that move. */
const FIRST_WORDS = /^\s*(\S+)/gm;

export const CHANNELS: readonly Channel[] = [
  text('boot-id', '/proc/sys/kernel/random/boot_id', UNIQUE),
  text('machine-id', '/etc/machine-id', UNIQUE),
  text('hostname', '/proc/sys/kernel/hostname'),
  text('kernel-version', '/proc/version'),
  text('kernel-release', '/proc/sys/kernel/osrelease'),
  text('uname', 'uname(2)'),
  text('boot-command-line', '/proc/cmdline'),
  text('processor', '/proc/cpuinfo', { pick: /^(?:model name|CPU part)\s*:\s*(.+)$/m }),
  text('processor-count', '/proc/cpuinfo', { pick: /^(processor)\s*:/gm }),
  { ...counter('processor-frequency', '/proc/cpuinfo', /^cpu MHz\s*:\s*(\S+)$/m), unique: false },
  text('processors-online', '/sys/devices/system/cpu/online'),
  text('memory-total', '/proc/meminfo', { pick: /^MemTotal:\s+(\d+)/m }),
  counter('memory-free', '/proc/meminfo', /^MemFree:\s+(\d+)/m, 0.05),
  text('memory-total-call', 'sysinfo(2) totalram'),
  clock('uptime', '/proc/uptime', FIRST_NUMBER),
  clock('uptime-call', 'clock_gettime(2) CLOCK_BOOTTIME', FIRST_NUMBER),
  clock('uptime-monotonic', 'clock_gettime(2) CLOCK_MONOTONIC', FIRST_NUMBER),
  text('boot-time', '/proc/stat', { pick: /^btime (\d+)/m, unique: true }),
  counter('processes-started', '/proc/stat', /^processes (\d+)/m),
  counter('context-switches', '/proc/stat', /^ctxt (\d+)/m),
  counter('load', '/proc/loadavg', /^\S+ \S+ (\S+)/, 0.05),
  counter('last-process', '/proc/loadavg', /(\d+)$/m),
  counter('interrupts', '/proc/interrupts', /^\s*LOC:\s+(\d+)/m),
  text('interrupt-lines', '/proc/interrupts', { pick: FIRST_WORDS }),
  counter('soft-interrupts', '/proc/softirqs', /^\s*TIMER:\s+(\d+)/m),
  counter('scheduler-statistics', '/proc/schedstat', /^timestamp (\d+)/m),
  counter('page-events', '/proc/vmstat', /^pgfault (\d+)/m),
  // The first zones are small and hardly used: nearly the same on every machine.
  counter('memory-zones', '/proc/zoneinfo', /zone +Normal\s+pages free +(\d+)/, 0.1),
  text('memory-blocks', '/proc/buddyinfo', { pick: /zone\s+(\S+)/g }),
  text('kernel-caches', '/proc/slabinfo', { pick: FIRST_WORDS }),
  text('modules', '/proc/modules', { pick: FIRST_WORDS }),
  text('kernel-addresses', '/proc/kallsyms', {
    pick: /^([0-9a-f]+) \S (?:_text|_stext|startup_64)$/m,
    hidden: /^0+$/,
    ...UNIQUE,
  }),
  counter('scheduler-clock', '/proc/timer_list', /^now at (\d+)/m),
  text('devices', '/proc/devices'),
  text('partitions', '/proc/partitions', { pick: /\d+\s+\d+\s+\d+\s+(\S+)/g }),
  counter('disk-reads', '/proc/diskstats', /^\s*\d+\s+\d+\s+(?!loop|ram)\S+\s+(\d+)/m),
  text('file-systems', '/proc/filesystems'),
  text('swaps', '/proc/swaps', { common: /^[^\n]*$/ }),
  text('input-output-ports', '/proc/ioports', { pick: /^\s*([0-9a-f]+-[0-9a-f]+)/gm, hidden: /^[0\-,]+$/ }),
  text('input-output-memory', '/proc/iomem', { pick: /^\s*([0-9a-f]+-[0-9a-f]+)/gm, hidden: /^[0\-,]+$/ }),
  text('crypto', '/proc/crypto', { pick: /^driver\s*:\s*(\S+)/gm }),
  text('locks', '/proc/locks', { pick: /\d+:\s+(\S+\s+\S+\s+\S+)\s+\d+/g }),
  text('key-users', '/proc/key-users', { pick: FIRST_WORDS, common: /^0:$/ }),
  text('console', '/proc/consoles', { common: /^(tty|hvc|ttyS)0 [^\n]*$/ }),
  text('control-groups', '/proc/cgroups', { pick: FIRST_WORDS }),
  text('mounts', '/proc/self/mountinfo'),
  text('network-interfaces', '/proc/net/dev', { pick: /^\s*(\S+):/gm }),
  text('sockets-of-unix', '/proc/net/unix'),
  text('routes', '/proc/net/route'),
  counter('open-files', '/proc/sys/fs/file-nr', /^(\d+)/, 0.05),
  counter('directory-entries', '/proc/sys/fs/dentry-state', /^(\d+)/, 0.05),
  counter('inodes', '/proc/sys/fs/inode-nr', /^(\d+)/, 0.05),
  text('open-files-limit', '/proc/sys/fs/file-max'),
  // PID_MAX_DEFAULT, and what systemd raises it to.
  text('process-id-limit', '/proc/sys/kernel/pid_max', { common: /^(32768|4194304)$/ }),
  text('terminals', '/proc/sys/kernel/pty/nr', { common: /^0$/ }),
  // Always 256 since 5.18 (drivers/char/random.c, POOL_BITS).
  text('entropy', '/proc/sys/kernel/random/entropy_avail', { common: /^256$/ }),
  text('firmware-vendor', '/sys/class/dmi/id/sys_vendor'),
  text('product-id', '/sys/class/dmi/id/product_uuid', UNIQUE),
  text('temperature', '/sys/class/thermal/thermal_zone0/temp'),
  text('energy', '/sys/class/powercap/intel-rapl:0/energy_uj'),
  text('idle-states', '/sys/devices/system/cpu/cpu0/cpuidle/state0/time'),
  text('thermal-throttle', '/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count'),
  counter('memory-node', '/sys/devices/system/node/node0/meminfo', /MemFree:\s+(\d+)/, 0.05),
  text('huge-pages', '/sys/kernel/mm/transparent_hugepage/enabled'),
  text('security-modules', '/sys/kernel/security/lsm'),
];
