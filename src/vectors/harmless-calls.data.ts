import { type Call, call, type Effect, struct, u32 } from '../kernel/index.ts';

interface HarmlessCall {
  readonly call: Call;
  readonly effects: readonly Effect[];
}

const vain = (made: Call): HarmlessCall => ({ call: made, effects: ['cannot-succeed'] });
const own = (made: Call): HarmlessCall => ({ call: made, effects: ['makes-objects'] });
const itself = (made: Call): HarmlessCall => ({ call: made, effects: ['changes-itself'] });
const looking = (made: Call): HarmlessCall => ({ call: made, effects: [] });

/** struct __kernel_timex: ADJ_TICK with a tick of zero, which no clock takes (timekeeping_validate_timex(), kernel/time/timekeeping.c). */
const impossibleTick = struct([u32(0x4000), ...Array.from({ length: 51 }, () => u32(0))]);

/**
 * Of each system call that a probe asks about, a call that does nothing: its arguments lead to an error, or what it does ends with
 * the child. Where a filter looks at arguments, probes name their own.
 */
export const HARMLESS = {
  acct: vain(call('acct', '')),
  adjtimex: vain(call('adjtimex', impossibleTick)),
  bpf: vain(call('bpf', 2000, 0, 0)),
  cachestat: looking(call('cachestat', -1, 0, 0, 0)),
  capset: vain(call('capset', 0, 0)),
  chroot: itself(call('chroot', '/')),
  clock_adjtime: vain(call('clock_adjtime', 0, impossibleTick)),
  clock_settime: vain(call('clock_settime', 0, 0)),
  clone3: vain(call('clone3', 0, 0)),
  epoll_ctl: own(call('epoll_ctl', -1, 0, -1, 0)),
  execve: vain(call('execve', '', 0, 0)),
  execveat: vain(call('execveat', -1, '', 0, 0, 0)),
  fanotify_init: vain(call('fanotify_init', 0x40000000, 0)),
  fanotify_mark: vain(call('fanotify_mark', -1, 0, 0, -1, 0)),
  fcntl: looking(call('fcntl', 0, 1025, 0)),
  finit_module: vain(call('finit_module', -1, '', 0)),
  fsconfig: vain(call('fsconfig', -1, 1000, 0, 0, 0)),
  fsmount: vain(call('fsmount', -1, 0, 0)),
  fsopen: vain(call('fsopen', 0, 0)),
  init_module: vain(call('init_module', 0, 0, '')),
  io_uring_setup: vain(call('io_uring_setup', 0, 0)),
  ioctl: vain(call('ioctl', -1, 0, 0)),
  iopl: vain(call('iopl', 4)),
  ioperm: itself(call('ioperm', 0, 0, 0)),
  kexec_file_load: vain(call('kexec_file_load', -1, -1, 0, 0, 0)),
  kexec_load: vain(call('kexec_load', 0, 17, 0, 0)),
  keyctl: vain(call('keyctl', 2000, 0, 0, 0, 0)),
  mbind: itself(call('mbind', 0, 0, 0, 0, 0, 0xff00)),
  memfd_create: own(call('memfd_create', 'cofferdam', 0)),
  mincore: looking(call('mincore', 1, 0, 0)),
  mount: vain(call('mount', 0, '', 0, 0, 0)),
  mount_setattr: vain(call('mount_setattr', -1, '', 0, 0, 0)),
  move_mount: vain(call('move_mount', -1, 0, -1, 0, 0x40000000)),
  move_pages: looking(call('move_pages', 0, 0, 0, 0, 0, 0)),
  pidfd_getfd: vain(call('pidfd_getfd', -1, -1, 0)),
  prctl: vain(call('prctl', 0x70000000, 0, 0, 0, 0)),
  process_vm_readv: vain(call('process_vm_readv', 0, 0, 0, 0, 0, 1)),
  process_vm_writev: vain(call('process_vm_writev', 0, 0, 0, 0, 0, 1)),
  ptrace: vain(call('ptrace', 0x4207, -1, 0, 0)),
  quotactl: vain(call('quotactl', 0xff, 0, 0, 0)),
  reboot: vain(call('reboot', 0, 0, 0, 0)),
  sched_setattr: itself(call('sched_setattr', 0, 0, 0)),
  sched_setscheduler: itself(call('sched_setscheduler', 0, 0, 0)),
  set_mempolicy: itself(call('set_mempolicy', 99, 0, 0)),
  setdomainname: vain(call('setdomainname', '', -1)),
  setgid: itself(call('setgid', -1)),
  setgroups: itself(call('setgroups', -1, 0)),
  sethostname: vain(call('sethostname', '', -1)),
  setns: vain(call('setns', -1, 0)),
  setresgid: itself(call('setresgid', -1, -1, -1)),
  setresuid: itself(call('setresuid', -1, -1, -1)),
  setreuid: itself(call('setreuid', -1, -1)),
  settimeofday: vain(call('settimeofday', 0, 0)),
  setuid: itself(call('setuid', -1)),
  splice: vain(call('splice', -1, 0, -1, 0, 1, 0)),
  swapoff: vain(call('swapoff', '')),
  swapon: vain(call('swapon', '', 0)),
  sysfs: looking(call('sysfs', 99, 0, 0)),
  syslog: vain(call('syslog', 8, 0, 0)),
  timer_create: own(call('timer_create', -1, 0, 0)),
  timerfd_create: own(call('timerfd_create', 9, 0)),
  umount2: vain(call('umount2', '', 0x1000)),
  uselib: vain(call('uselib', '')),
  userfaultfd: vain(call('userfaultfd', 0x40000000)),
  ustat: looking(call('ustat', 0, 0)),
} as const satisfies Readonly<Record<string, HarmlessCall>>;

export type HarmlessName = keyof typeof HARMLESS;
