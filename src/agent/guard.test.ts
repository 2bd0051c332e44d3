import { describe, expect, onTestFinished, test } from 'vitest';
import { type Call, call, type Effect, out, resultOf, struct, u16, u32, u64 } from '../kernel/index.ts';
import { openStub } from './fixtures/stub-process.ts';
import type { ChildEnd, Session } from './index.ts';

async function guarded(...effects: readonly Effect[]): Promise<Session> {
  const { session } = await openStub();
  onTestFinished(() => session.end());
  return session.guarded(effects);
}

/** What comes of calls in a throw-away child: `REFUSED`, or what each gave. */
async function outcome(session: Session, calls: readonly Call[]): Promise<readonly string[]> {
  try {
    const end: ChildEnd<readonly string[]> = await session.child(async (child) =>
      (await child.batch(calls)).map(({ errno }) => errno ?? 'ok'),
    );
    return end.kind === 'returned' ? end.value : [end.kind];
  } catch (error) {
    return [`REFUSED: ${(error as Error).message}`];
  }
}

const AT_FDCWD = -100;
const [O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_TMPFILE] = [1, 2, 0o100, 0o200, 0o1000, 0o20200000];
const [MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE] = [32, 4096, 1 << 14, 1 << 18];
const [NEWNS, NEWUTS, NEWUSER] = [0x20000, 0x4000000, 0x10000000];
const ALL: readonly Effect[] = [
  'opens-for-writing',
  'changes-itself',
  'makes-namespaces',
  'mounts-in-own-namespace',
  'makes-objects',
  'connects',
  'handles-own-children',
  'cannot-succeed',
  'makes-own-files',
];
const PRIVATE = call('mount', 'none', '/', 0, MS_REC | MS_PRIVATE, 0);
const TMPFS = call('mount', 'none', '/mnt', 'tmpfs', 0, 0);
const inet = (first: number, port = 80) => struct([u16(2), u16(port), u32(first), u64(0)]);

describe('whatever is declared, this is refused', () => {
  test.for<{ what: string; calls: readonly Call[] }>([
    { what: 'a file is made', calls: [call('openat', AT_FDCWD, '/root/cofferdam-test', O_WRONLY | O_CREAT, 0o600)] },
    {
      what: 'a file is made for one user',
      calls: [call('openat', AT_FDCWD, '/root/cofferdam-test', O_WRONLY | O_CREAT | O_EXCL, 0o600)],
    },
    { what: 'a file is emptied', calls: [call('openat', AT_FDCWD, '/etc/motd', O_WRONLY | O_TRUNC)] },
    {
      what: 'a file is emptied, with the upper half of the register set',
      calls: [call('openat', AT_FDCWD, '/etc/motd', (1n << 40n) | BigInt(O_WRONLY | O_TRUNC))],
    },
    {
      what: 'a file is written to',
      calls: [call('openat', AT_FDCWD, '/proc/sys/kernel/hostname', O_WRONLY), call('write', resultOf(0), 'x', 1)],
    },
    { what: 'somebody else is written to', calls: [call('write', 1, 'x', 1)] },
    {
      what: 'a closed file of its own has given its number away',
      calls: [
        call('memfd_create', 'x', 0),
        call('close', resultOf(0)),
        call('openat', AT_FDCWD, '/dev/null', O_WRONLY),
        call('write', resultOf(0), 'x', 1),
      ],
    },
    { what: 'a watchdog is opened', calls: [call('openat', AT_FDCWD, '/dev/watchdog', O_WRONLY)] },
    {
      what: "the kernel's log is read away",
      calls: [call('openat', AT_FDCWD, '/proc/kmsg', 0), call('read', resultOf(0), out(8), 8)],
    },
    { what: 'the input of the session is read', calls: [call('read', 0, out(8), 8)] },
    { what: 'a mount in a namespace of others', calls: [TMPFS] },
    { what: 'a mount that would propagate', calls: [call('unshare', NEWNS), TMPFS] },
    { what: 'propagation is changed for others', calls: [PRIVATE] },
    {
      what: 'a file system is remounted for all',
      calls: [call('unshare', NEWNS), PRIVATE, call('mount', 'none', '/', 0, MS_REMOUNT | 1, 0)],
    },
    {
      what: 'a disk is mounted',
      calls: [call('unshare', NEWNS), PRIVATE, call('mount', '/dev/vda', '/mnt', 'ext4', 1, 0)],
    },
    {
      what: 'debugfs is mounted',
      calls: [call('unshare', NEWNS), PRIVATE, call('mount', 'none', '/mnt', 'debugfs', 0, 0)],
    },
    {
      what: 'cgroup2 is mounted with the options of the first namespace',
      calls: [call('unshare', NEWNS), PRIVATE, call('mount', 'none', '/mnt', 'cgroup2', 0, 0)],
    },
    {
      what: 'files are made where a bind mount covers its own',
      calls: [
        call('unshare', NEWNS),
        PRIVATE,
        TMPFS,
        call('mount', '/root', '/mnt', 0, MS_BIND, 0),
        call('mkdir', '/mnt/x', 0o700),
      ],
    },
    {
      what: 'files are made beside its own',
      calls: [call('unshare', NEWNS), PRIVATE, TMPFS, call('mkdir', '/mnt/../root/x', 0o700)],
    },
    { what: 'the name of the host', calls: [call('sethostname', 'x', 1)] },
    { what: 'a process that is not its own', calls: [call('kill', 1, 15)] },
    { what: 'all processes', calls: [call('kill', -1, 9)] },
    {
      what: 'the process that an error number names',
      calls: [call('openat', AT_FDCWD, '/no/such', 0), call('kill', resultOf(0), 9)],
    },
    { what: 'a trace of another', calls: [call('ptrace', 0x4206, 1, 0, 0)] },
    {
      what: 'a file system that is broken off for all',
      calls: [call('unshare', NEWNS), PRIVATE, call('umount2', '/mnt', 1)],
    },
    { what: 'a module', calls: [call('init_module', Buffer.alloc(4096), 4096, '')] },
    { what: 'a kernel image that is unloaded', calls: [call('kexec_load', 0, 0, 0, 0)] },
    { what: 'a crash kernel that is freed', calls: [call('kexec_file_load', -1, -1, 0, 0, 2)] },
    { what: 'a reboot', calls: [call('reboot', 0xfee1dead, 672274793, 0x1234567, 0)] },
    {
      what: 'a reboot, with the upper half of the register set',
      calls: [call('reboot', 0x1_fee1_deadn, 672274793, 0x1234567, 0)],
    },
    { what: 'accounting that is turned off', calls: [call('acct', 0)] },
    { what: 'the clock', calls: [call('settimeofday', struct([u64(1), u64(0)]), 0)] },
    { what: 'the log that is cleared', calls: [call('syslog', 5, 0, 0)] },
    { what: 'a child that shares its memory', calls: [call('clone', 0x111, 0, 0, 0, 0)] },
    { what: 'a program', calls: [call('execve', '/bin/true', 0, 0)] },
    { what: 'a family that a module would bring', calls: [call('socket', 30, 1, 0)] },
    {
      what: 'a stream to another machine',
      calls: [call('socket', 2, 1, 0), call('connect', resultOf(0), inet(0x08080808), 16)],
    },
    {
      what: 'a datagram that is sent',
      calls: [call('socket', 2, 2, 0), call('sendto', resultOf(0), 'x', 1, 0, inet(0x0100007f), 16)],
    },
    {
      what: 'a packet filter that is replaced',
      calls: [call('socket', 2, 3, 255), call('setsockopt', resultOf(0), 0, 64, Buffer.alloc(8), 8)],
    },
    { what: 'a key that starts a helper', calls: [call('request_key', 'user', 'x', 'callout', 0)] },
    { what: 'a file by a path that the guard cannot read', calls: [call('openat', AT_FDCWD, 0x420000, O_WRONLY)] },
    { what: 'memory of a page that is poisoned', calls: [call('madvise', 0, 4096, 100)] },
    { what: 'a call of a later kernel', calls: [call('rseq_slice_yield')] },
  ])('$what', async ({ calls }) => {
    const [first] = await outcome(await guarded(...ALL), calls);
    expect(first).toMatch(/^REFUSED: .* was not made/);
  });
});

describe('each effect lets its own calls through, and none without it', () => {
  test.for<{ effect: Effect; calls: readonly Call[]; gives: readonly string[] }>([
    { effect: 'opens-for-writing', calls: [call('openat', AT_FDCWD, '/dev/null', O_RDWR)], gives: ['ok'] },
    { effect: 'changes-itself', calls: [call('setresuid', 1000, 1000, 1000)], gives: ['ok'] },
    {
      effect: 'changes-itself',
      calls: [call('openat', AT_FDCWD, '/proc/self/oom_score_adj', O_WRONLY), call('write', resultOf(0), '1000', 4)],
      gives: ['ok', 'ok'],
    },
    {
      effect: 'makes-namespaces',
      calls: [call('unshare', NEWUTS), call('sethostname', 'inside', 6)],
      gives: ['ok', 'ok'],
    },
    {
      effect: 'makes-namespaces',
      calls: [
        call('unshare', NEWUSER),
        call('openat', AT_FDCWD, '/proc/self/uid_map', O_WRONLY),
        call('write', resultOf(1), '0 0 1', 5),
      ],
      gives: ['ok', 'ok', 'ok'],
    },
    {
      effect: 'makes-objects',
      calls: [call('memfd_create', 'x', 0), call('write', resultOf(0), 'x', 1), call('socket', 1, 1, 0)],
      gives: ['ok', 'ok', 'ok'],
    },
    {
      effect: 'connects',
      calls: [call('socket', 2, 2, 0), call('connect', resultOf(0), inet(0x0100007f), 16)],
      gives: ['ok', 'ok'],
    },
    {
      effect: 'makes-own-files',
      calls: [call('openat', AT_FDCWD, '/tmp', O_RDWR | O_TMPFILE, 0o600), call('write', resultOf(0), 'x', 1)],
      gives: ['ok', 'ok'],
    },
    { effect: 'cannot-succeed', calls: [call('socket', 30, 15, 0)], gives: ['EINVAL'] },
    { effect: 'handles-own-children', calls: [call('getpid'), call('kill', resultOf(0), 17)], gives: ['ok', 'ok'] },
  ])('$effect', async ({ effect, calls, gives }) => {
    expect(await outcome(await guarded(effect), calls)).toEqual(gives);
    const [refused] = await outcome(
      await guarded(...ALL.filter((one) => one !== effect && one !== 'makes-objects')),
      calls,
    );
    if (effect !== 'handles-own-children') expect(refused).toMatch(/^REFUSED/);
  });

  test('mounts and files of its own, in a namespace of its own', async () => {
    const calls = [
      call('unshare', NEWNS),
      PRIVATE,
      TMPFS,
      call('mkdir', '/mnt/x', 0o700),
      call('mknod', '/mnt/x/n', 0o20600, 0x103),
    ];
    const session = await guarded('makes-namespaces', 'mounts-in-own-namespace', 'makes-own-files');
    expect(await outcome(session, calls)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    const [refused] = await outcome(await guarded('makes-namespaces', 'mounts-in-own-namespace'), calls);
    expect(refused).toContain("its effect 'makes-own-files' is not declared");
  });

  test('in a new user namespace nothing propagates: no change is needed first', async () => {
    const session = await guarded('makes-namespaces', 'mounts-in-own-namespace');
    expect(await outcome(session, [call('unshare', NEWUSER | NEWNS), TMPFS])).toEqual(['ok', 'ok']);
  });

  test('an idle child may be killed, and nobody else', async () => {
    const session = await guarded('handles-own-children');
    const pid = await session.idleChild();
    expect((await session.call(call('kill', pid, 9))).ok).toBe(true);
    expect((await session.call(call('wait4', pid, 0, 0x40000000, 0))).value).toBe(pid);
    await expect(session.call(call('kill', process.pid, 18))).rejects.toThrow('was not made');
    await expect((await guarded()).idleChild()).rejects.toThrow('handles-own-children');
  });
});

test('what leans on a call that was refused is not made', async () => {
  const session = await guarded('changes-itself', 'makes-namespaces', 'mounts-in-own-namespace');
  const seen = await session.child(async (child) => {
    await child.call(call('setresuid', 1000, 1000, 1000));
    return (await child.batch([call('unshare', NEWNS), PRIVATE, TMPFS, call('getuid')])).map(String);
  });
  expect(seen).toEqual({
    kind: 'returned',
    value: [
      'unshare(0x20000) = EPERM',
      expect.stringContaining('not made: it leans on unshare(0x20000) = EPERM'),
      expect.stringContaining('not made'),
      'getuid() = 1000',
    ],
  });
});

test('outside of a throw-away child nothing changes the process', async () => {
  const session = await guarded(...ALL);
  await expect(session.call(call('setresuid', 1000, 1000, 1000))).rejects.toThrow('belongs into a throw-away child');
  await expect(session.call(call('unshare', NEWUTS))).rejects.toThrow('belongs into a throw-away child');
});

test('evidence tells the calls as they were written', async () => {
  const session = await guarded('makes-objects', 'changes-itself', 'handles-own-children');
  const lines = await session.child(async (child) =>
    (
      await child.batch([
        call('getpid'),
        call('kill', resultOf(0), 17),
        call('memfd_create', 'x', 0),
        call('write', resultOf(2), 'x', 1),
      ])
    ).map((result) => String(result).replace(/ = .*/, '')),
  );
  expect(lines).toEqual({
    kind: 'returned',
    value: ['getpid()', 'kill(result 0, 17)', 'memfd_create("x", 0)', 'write(result 2, "x", 1)'],
  });
});

/*
 * As root of the machine: what the table says of these is what its kernel answers. `EPERM` where the test has no such right,
 * `ENOSYS` where the kernel is built without the call.
 */
const tick = Buffer.alloc(208);
tick.writeUInt32LE(0x4000, 0);
const shortLink = Buffer.alloc(20);
shortLink.writeUInt32LE(20, 0);
shortLink.writeUInt16LE(16, 4);
shortLink.writeUInt16LE(5, 6);

test.for<{ calls: readonly Call[]; gives: string }>([
  { calls: [call('init_module', 0, 0, '')], gives: 'ENOEXEC' },
  { calls: [call('finit_module', -1, '', 0)], gives: 'EBADF' },
  { calls: [call('delete_module', '', 0)], gives: 'ENOENT' },
  { calls: [call('kexec_load', 0, 17, 0, 0)], gives: 'EINVAL' },
  { calls: [call('kexec_file_load', -1, -1, 0, 0, 0)], gives: 'EBADF' },
  { calls: [call('reboot', 1, 2, 3, 0)], gives: 'EINVAL' },
  { calls: [call('settimeofday', 0, 0)], gives: 'ok' },
  { calls: [call('clock_settime', 0, 0)], gives: 'EFAULT' },
  { calls: [call('adjtimex', tick)], gives: 'EINVAL' },
  { calls: [call('clock_adjtime', 0, tick)], gives: 'EINVAL' },
  { calls: [call('swapon', '', 0)], gives: 'ENOENT' },
  { calls: [call('swapoff', '')], gives: 'ENOENT' },
  { calls: [call('acct', '')], gives: 'ENOENT' },
  { calls: [call('sethostname', 'x', 65)], gives: 'EINVAL' },
  { calls: [call('setdomainname', 'x', -1)], gives: 'EINVAL' },
  { calls: [call('quotactl', 3, 0, 0, 0)], gives: 'EINVAL' },
  { calls: [call('syslog', 2, 0, 0)], gives: 'EINVAL' },
  { calls: [call('syslog', 4, 0, 0)], gives: 'EINVAL' },
  { calls: [call('syslog', 8, 0, 9)], gives: 'EINVAL' },
  { calls: [call('iopl', 4)], gives: 'EINVAL' },
  { calls: [call('umount2', '', 0)], gives: 'ENOENT' },
  { calls: [call('pivot_root', '', '')], gives: 'ENOENT' },
  { calls: [call('setns', -1, 0)], gives: 'EBADF' },
  { calls: [call('mount', 'none', '/', 0, 0, 0)], gives: 'EINVAL' },
  { calls: [call('mount', 'none', '/mnt', 'cgroup', 0, 'all,none')], gives: 'EINVAL' },
  { calls: [call('fsopen', 'tmpfs', 4)], gives: 'EINVAL' },
  { calls: [call('move_mount', -1, '', -1, '', 0x40000000)], gives: 'EINVAL' },
  { calls: [call('move_mount', -100, '/', -100, '/', 0)], gives: 'ELOOP' },
  { calls: [call('fspick', -100, '/', 16)], gives: 'EINVAL' },
  { calls: [call('open_tree', -100, '/', 0x40000000)], gives: 'EINVAL' },
  { calls: [call('bpf', 0, 0, 65537)], gives: 'E2BIG' },
  { calls: [call('bpf', 1001, 0, 0)], gives: 'EINVAL' },
  { calls: [call('perf_event_open', 0, 0, -1, -1, 0)], gives: 'EFAULT' },
  { calls: [call('io_uring_setup', 0, out(120))], gives: 'EINVAL' },
  { calls: [call('userfaultfd', 0x40000000)], gives: 'EINVAL' },
  { calls: [call('fanotify_init', 0x40000000, 0)], gives: 'EINVAL' },
  { calls: [call('clone', NEWNS | 0x200, 0, 0, 0, 0)], gives: 'EINVAL' },
  { calls: [call('clone', 0x10000, 0, 0, 0, 0)], gives: 'EINVAL' },
  { calls: [call('clone3', 0, 0)], gives: 'EINVAL' },
  { calls: [call('socket', 38, 15, 0)], gives: 'EINVAL' },
  { calls: [call('socket', 16, 1, 12)], gives: 'ESOCKTNOSUPPORT' },
  { calls: [call('add_key', '', 'x', 0, 0, -2)], gives: 'EINVAL' },
  { calls: [call('keyctl', 1001)], gives: 'EOPNOTSUPP' },
  { calls: [call('execve', '', 0, 0)], gives: 'ENOENT' },
  { calls: [call('ptrace', 0x4206, 0, 0, 0)], gives: 'ESRCH' },
  { calls: [call('pidfd_send_signal', -1, 9, 0, 0)], gives: 'EBADF' },
  { calls: [call('mknodat', -100, '', 0o20600, 0x103)], gives: 'ENOENT' },
  { calls: [call('init_module', 0, 51, '')], gives: 'ENOEXEC' },
])('$calls cannot succeed', async ({ calls, gives }) => {
  const session = await guarded('cannot-succeed');
  const [outcomeOfIt] = await outcome(session, calls);
  expect([gives, 'EPERM', 'ENOSYS']).toContain(outcomeOfIt);
});

test('a change of a link that is shorter than its header is refused for that', async () => {
  const session = await guarded('cannot-succeed', 'makes-objects');
  const calls = [
    call('socket', 16, 3, 0),
    call('sendto', resultOf(0), shortLink, 20, 0, 0, 0),
    call('recvfrom', resultOf(0), out(64), 64, 0, 0, 0),
  ];
  const end = await session.child(async (child) => (await child.batch(calls))[2]?.bytes(1).readInt32LE(16));
  expect(end).toEqual({ kind: 'returned', value: expect.toBeOneOf([-22, -1]) });
});

test('a guarded session can be narrowed, not widened', async () => {
  const session = await guarded('makes-objects', 'changes-itself');
  const narrow = session.guarded(['makes-objects', 'cannot-succeed']);
  expect((await narrow.call(call('memfd_create', 'x', 0))).ok).toBe(true);
  await expect(narrow.call(call('reboot', 1, 2, 3, 0))).rejects.toThrow("'cannot-succeed' is not declared");
  expect(await outcome(narrow, [call('setresuid', 1, 1, 1)])).toEqual([expect.stringMatching(/^REFUSED/)]);
});

test('a socket of the former network namespace is not spoken through', async () => {
  const session = await guarded('makes-objects', 'makes-namespaces');
  const calls = [
    call('socket', 2, 2, 0),
    call('unshare', 0x40000000),
    call('sendto', resultOf(0), 'x', 1, 0, inet(0x0100007f), 16),
  ];
  expect(await outcome(session, calls)).toEqual(['ok', 'ok', 'ECANCELED']);
});

test('a child that was waited for is no longer its own', async () => {
  const session = await guarded('handles-own-children');
  const pid = await session.idleChild();
  await session.batch([call('kill', pid, 9), call('wait4', pid, 0, 0x40000000, 0)]);
  await expect(session.call(call('kill', pid, 9))).rejects.toThrow('was not made');
});
