/*
 * Judges what strace wrote of the probes: which calls had an effect beyond the processes that made them. Written without the guard's rules, so
 * that one finds what the other missed.
 */

interface Made {
  readonly pid: string;
  readonly name: string;
  readonly args: string;
  readonly result: number;
  readonly line: string;
}

/** Calls with an effect on the whole machine, whoever makes them. Success alone is forbidden. */
const NEVER =
  /^(?:init_module|finit_module|delete_module|kexec_load|kexec_file_load|reboot|swapon|swapoff|acct|clock_settime|quotactl|quotactl_fd|vhangup|sync|nfsservctl|uselib|execve|execveat)$/;
/** Calls that act on the mount namespace of the caller. */
const MOUNTS = /^(?:mount|umount2|umount|pivot_root|move_mount|mount_setattr)$/;
const NAMES = /^(?:sethostname|setdomainname)$/;
/** Calls that change files by their paths. */
const FILES =
  /^(?:creat|mkdir|mkdirat|mknod|mknodat|unlink|unlinkat|rmdir|rename|renameat|renameat2|link|linkat|symlink|symlinkat|chmod|fchmodat|fchmodat2|chown|lchown|fchownat|truncate|utime|utimes|utimensat|futimesat|setxattr|lsetxattr|removexattr|lremovexattr)$/;
const WRITES =
  /^(?:write|writev|pwrite64|pwritev|pwritev2|sendfile|ftruncate|fallocate|fchmod|fchown|fsetxattr|fremovexattr)$/;
const SENDS = /^(?:sendto|sendmsg|sendmmsg)$/;
/** Files of the process itself, and objects that nobody else holds. */
const OWN_TARGETS =
  /^(?:\/proc\/(?:self|thread-self|\d+)\/(?:task\/\d+\/)?(?:uid_map|gid_map|projid_map|setgroups|timens_offsets|oom_score_adj|oom_adj|comm|coredump_filter|loginuid|attr\/[a-z/]+)|\/memfd:.*|pipe:.*|anon_inode:.*|(?:UNIX|UNIX-STREAM|UNIX-DGRAM|socket|NETLINK).*|.*\/#\d+.*|\/dev\/(?:ptmx|pts\/\d+).*)$/;

interface Process {
  mountsItsOwn: boolean;
  mountsPrivate: boolean;
  userItsOwn: boolean;
  namesItsOwn: boolean;
  networkItsOwn: boolean;
  /** Where it mounted something of its own. */
  readonly trees: string[];
}

/** Lines of calls that had an effect outside. */
export function violations(trace: string): readonly string[] {
  const processes = new Map<string, Process>();
  const found: string[] = [];
  const family = new Set<string>();
  for (const made of calls(trace)) {
    const process = processes.get(made.pid) ?? born();
    processes.set(made.pid, process);
    family.add(made.pid);
    if (made.result < 0) continue;
    if (/^(?:clone|clone3|fork|vfork)$/.test(made.name)) {
      const child = { ...process, trees: [...process.trees] };
      take(child, made.args);
      processes.set(String(made.result), child);
      family.add(String(made.result));
    }
    if (!isHarmless(made, process, family)) found.push(made.line);
    if (made.name === 'unshare') take(process, made.args);
    if (made.name === 'setns') processes.set(made.pid, born());
    if (made.name === 'mount') learnMount(process, made.args);
  }
  return found;
}

function born(): Process {
  return {
    mountsItsOwn: false,
    mountsPrivate: false,
    userItsOwn: false,
    namesItsOwn: false,
    networkItsOwn: false,
    trees: [],
  };
}

function take(process: Process, flags: string): void {
  if (flags.includes('CLONE_NEWUSER')) process.userItsOwn = true;
  if (flags.includes('CLONE_NEWNS')) {
    process.mountsItsOwn = true;
    process.mountsPrivate = process.userItsOwn;
  }
  if (flags.includes('CLONE_NEWUTS')) process.namesItsOwn = true;
  if (flags.includes('CLONE_NEWNET')) process.networkItsOwn = true;
}

function learnMount(process: Process, args: string): void {
  if (/MS_REC.*MS_(?:PRIVATE|SLAVE)|MS_(?:PRIVATE|SLAVE).*MS_REC/.test(args)) process.mountsPrivate = true;
  const [, target] = [...args.matchAll(/"([^"]*)"/g)].map(([, text]) => text);
  if (target !== undefined && /"(?:tmpfs|ramfs)"/.test(args)) process.trees.push(target);
}

function isHarmless({ name, args, result }: Made, process: Process, family: ReadonlySet<string>): boolean {
  if (NEVER.test(name)) return name === 'execve' && family.size <= 1;
  if (name === 'settimeofday') return /^NULL, NULL$/.test(args);
  if (name === 'adjtimex' || name === 'clock_adjtime') return /modes=0[,}]/.test(args);
  if (name === 'syslog')
    return /^(?:0|1|3|9|10|0x3|0xa|SYSLOG_ACTION_(?:CLOSE|OPEN|READ_ALL|SIZE_UNREAD|SIZE_BUFFER))/.test(args);
  if (MOUNTS.test(name)) return mountIsHarmless(args, process);
  if (NAMES.test(name)) return process.namesItsOwn;
  if (/^open(?:at|at2)?$/.test(name)) return openIsHarmless(args, process);
  if (FILES.test(name)) return [...args.matchAll(/"([^"]*)"/g)].every(([, path]) => inOwnTree(path ?? '', process));
  if (WRITES.test(name)) return writeIsHarmless(args, process);
  if (SENDS.test(name)) return process.networkItsOwn || /NETLINK|nlmsg/.test(args);
  if (/^(?:kill|tkill|tgkill|rt_sigqueueinfo)$/.test(name)) return killIsHarmless(args, family);
  if (name === 'connect')
    return !/sin_port=.*sin_addr=inet_addr\("(?!127\.)/.test(args) || /UDP/.test(args) || process.networkItsOwn;
  return name !== 'bpf' || !/BPF_(?:OBJ_PIN|PROG_ATTACH|LINK_CREATE|RAW_TRACEPOINT_OPEN)/.test(args) || result < 0;
}

function mountIsHarmless(args: string, { mountsItsOwn, mountsPrivate }: Process): boolean {
  if (!mountsItsOwn) return false;
  if (/MS_REMOUNT/.test(args) && !/MS_BIND/.test(args)) return false;
  return mountsPrivate || /MS_PRIVATE|MS_SLAVE/.test(args);
}

function openIsHarmless(args: string, process: Process): boolean {
  if (!/O_CREAT|O_TRUNC/.test(args)) return true;
  const path = /"([^"]*)"/.exec(args)?.[1] ?? '';
  return inOwnTree(path, process);
}

function inOwnTree(path: string, { trees, mountsItsOwn }: Process): boolean {
  return mountsItsOwn && trees.some((tree) => path.startsWith(`${tree}/`)) && !path.includes('/../');
}

function writeIsHarmless(args: string, process: Process): boolean {
  const [, number = '', target = ''] = /^(\d+)<(.*?)>(?:, |$)/.exec(args) ?? [];
  if (number === '1') return true;
  return OWN_TARGETS.test(target) || inOwnTree(target, process);
}

function killIsHarmless(args: string, family: ReadonlySet<string>): boolean {
  const [pid = '', ...rest] = args.split(', ');
  // Process 1 of a PID namespace of its own is itself; strace shows the number that was given.
  return rest.at(-1) === '0' || family.has(pid);
}

/** Calls with their results, those that were interrupted put together again. */
function* calls(trace: string): Generator<Made> {
  const begun = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, pid, rest] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (pid === undefined || rest === undefined) continue;
    if (rest.endsWith('<unfinished ...>')) {
      begun.set(pid, rest.replace(/ *<unfinished \.\.\.>$/, ''));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const whole = resumed === null ? rest : `${begun.get(pid) ?? ''}${resumed[1]}`;
    const [, name, args, result] = /^(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)/.exec(whole) ?? [];
    if (name === undefined || args === undefined || result === undefined) continue;
    yield {
      pid,
      name,
      args,
      result: result === '?' ? -1 : Number(result),
      line: resumed === null ? line : `${pid} ${whole}`,
    };
  }
}
