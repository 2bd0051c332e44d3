import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeBpf } from '../kernel/bpf.ts';
import { call, out, pointer, raw, resultOf, struct, u16, u64 } from '../kernel/index.ts';
import { openStub, type StubProcess, startStub, stubCommand } from './fixtures/stub-process.ts';
import type { Session } from './index.ts';
import { MAGIC } from './protocol.ts';
import type { Machine } from './stub.ts';

const MACHINES: readonly Machine[] = ['x86_64', 'aarch64'];
const REQUIRED = process.env.COFFERDAM_REQUIRE_RUNTIMES === '1';
const SIGKILL = 9;
const SIGALRM = 14;

describe.for(MACHINES)('the stub of %s', (machine) => {
  const command = stubCommand(machine);
  const here = test.skipIf(command === undefined && !REQUIRED);

  async function open(): Promise<StubProcess> {
    if (command === undefined) throw new Error(`nothing runs programs of ${machine} here: install qemu-user-static`);
    const stub = await openStub(command);
    onTestFinished(() => {
      stub.session.end();
      stub.process.kill('SIGKILL');
    });
    return stub;
  }

  here('makes calls with strings, structs, room for answers, and results of earlier calls', async () => {
    const { session } = await open();
    expect(session.hello.arch).toBe(machine);
    const [opened, read, closed, missing] = await session.batch([
      call('openat', -100, '/proc/self/comm', 0),
      call('read', resultOf(0), out(64), 64),
      call('close', resultOf(0)),
      call('openat', -100, '/no/such/file', 0),
    ]);
    expect(opened?.ok).toBe(true);
    expect(read?.text(1)).not.toBe('');
    expect(closed?.value).toBe(0);
    expect(missing?.errno).toBe('ENOENT');
    const asked = struct([u64(1), u64(0)], { returned: true });
    const clock = await session.call(call('clock_gettime', 0, asked));
    expect(Number(clock.bytes(1).readBigInt64LE(0))).toBeGreaterThan(1_700_000_000);
    const vector = struct([pointer('ab'), u64(2), pointer(Buffer.from('cd')), u64(2)]);
    const through = await session.batch([
      call('memfd_create', 'x', 0),
      call('writev', resultOf(0), vector, 2),
      call('pread64', resultOf(0), out(8), 8, 0),
    ]);
    expect(through[2]?.text(1)).toBe('abcd');
  });

  here('takes 512 calls in a batch, and 64-bit words of either sign', async () => {
    const { session } = await open();
    const results = await session.batch(Array.from({ length: 512 }, () => call('getppid')));
    expect(new Set(results.map(({ value }) => value)).size).toBe(1);
    const far = 2 ** 44 + 4096;
    const [memory, , sought, back] = await session.batch([
      call('memfd_create', 'x', 0),
      call('ftruncate', resultOf(0), 2n ** 45n),
      call('lseek', resultOf(0), far, 0),
      call('lseek', resultOf(0), -4096, 1),
    ]);
    expect(memory?.ok).toBe(true);
    expect(sought?.value).toBe(far);
    expect(back?.value).toBe(2 ** 44);
  });

  here('tells how a child ended', async () => {
    const { session } = await open();
    const kill = async (child: Session): Promise<string> => {
      const pid = (await child.call(call('getpid'))).value;
      await child.call(call('kill', pid, SIGKILL));
      return 'alive';
    };
    expect(await session.child(kill)).toEqual({ kind: 'died', signal: SIGKILL, status: 0 });
    expect(await session.child(async (child) => (await child.call(call('getppid'))).ok)).toEqual({
      kind: 'returned',
      value: true,
    });
    // The body may not notice: it goes on after its child is gone.
    expect((await session.child((child) => kill(child).catch(() => 'gone'))).kind).toBe('died');
    await expect(session.child(() => Promise.reject(new Error('ours')))).rejects.toThrow('ours');
    const nested = session.child((outer) => outer.child(kill));
    expect(await nested).toEqual({ kind: 'returned', value: { kind: 'died', signal: SIGKILL, status: 0 } });
    const left = session.child(async (child) => {
      await child.call(call('exit_group', 7));
    });
    expect(await left).toEqual({ kind: 'died', signal: 0, status: 7 });
  });

  here('ends a child that takes too long', async () => {
    const { session } = await open();
    const slow = session.child((child) => child.call(call('ppoll', 0, 0, 0, 0, 0)), { seconds: 1 });
    expect(await slow).toEqual({ kind: 'died', signal: SIGALRM, status: 0 });
    expect((await session.call(call('getpid'))).ok).toBe(true);
  });

  here('refuses a child that would share its memory', async () => {
    const { session } = await open();
    await expect(session.child(async () => 1, { flags: 0x100n })).rejects.toThrow('refused a request');
  });

  here('has idle children that can be killed and waited for', async () => {
    const { session } = await open();
    const pid = await session.idleChild();
    const [killed, waited] = await session.batch([call('kill', pid, SIGKILL), call('wait4', pid, 0, 0x40000000, 0)]);
    expect(killed?.value).toBe(0);
    expect(waited?.value).toBe(pid);
  });

  here('ends with its standard input', async () => {
    const { process: stub, ended } = await open();
    stub.stdin?.end();
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  here('puts a request together from single bytes', async () => {
    if (command === undefined) throw new Error('cannot run');
    const { process: stub, ended } = startStub(command);
    const [greeting] = (await once(stub.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    expect(greeting.subarray(0, MAGIC.length).toString('latin1')).toBe(MAGIC);
    for (const byte of [4, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0]) {
      stub.stdin?.write(Buffer.from([byte]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await ended).toEqual({ code: 3, signal: null });
  });
});

/** struct sock_fprog with a filter that returns `otherwise` for all calls but these. */
function onlyCalls(numbers: readonly number[], otherwise: number): Parameters<typeof call>[1] {
  const load = { code: 0x20, jt: 0, jf: 0, k: 0 };
  const jumps = numbers.map((k, i) => ({ code: 0x15, jt: numbers.length - i, jf: 0, k }));
  const returns = [otherwise, 0x7fff0000].map((k) => ({ code: 0x06, jt: 0, jf: 0, k }));
  const program = encodeBpf([load, ...jumps, ...returns]);
  return struct([u16(program.length / 8), pointer(program)]);
}

const [READ, WRITE, EXIT_GROUP, CLONE] = [0, 1, 231, 56];
const [KILL_PROCESS, GIVE_EPERM] = [0x80000000, 0x00050001];
const native = test.skipIf(process.arch !== 'x64');

describe('the stub under a policy', () => {
  async function under(numbers: readonly number[], otherwise: number): Promise<StubProcess> {
    const stub = await openStub();
    onTestFinished(() => void stub.process.kill('SIGKILL'));
    const [first, second] = await stub.session.batch([
      call('prctl', 38, 1, 0, 0, 0),
      call('seccomp', 1, 0, onlyCalls(numbers, otherwise)),
    ]);
    expect([first?.value, second?.value]).toEqual([0, 0]);
    return stub;
  }

  native('needs read, write and exit_group alone', async () => {
    const { session, ended } = await under([READ, WRITE, EXIT_GROUP], KILL_PROCESS);
    expect((await session.call(call('write', -1, 0, 0))).errno).toBe('EBADF');
    session.end();
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  native('leaves by exit where exit_group is refused', async () => {
    const { session, ended } = await under([READ, WRITE, 60], GIVE_EPERM);
    expect((await session.call(call('getpid'))).errno).toBe('EPERM');
    expect(await session.child(async () => 1)).toEqual({ kind: 'refused', errno: 'EPERM' });
    session.end();
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  native('says so where it may fork and not wait', async () => {
    const { session } = await under([READ, WRITE, EXIT_GROUP, CLONE], GIVE_EPERM);
    await expect(session.child(async (child) => child.call(call('write', -1, 0, 0)))).rejects.toThrow('may not wait');
  });

  test.for([
    { how: 'prctl', strict: call('prctl', 22, 1, 0, 0, 0) },
    { how: 'seccomp', strict: call('seccomp', 0, 0, 0) },
  ])("leaves seccomp's first mode alive, set by $how", async ({ strict }) => {
    const { session, ended } = await openStub();
    expect((await session.call(strict)).value).toBe(0);
    expect((await session.call(call('write', -1, 0, 0))).errno).toBe('EBADF');
    session.end();
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  native('reports a child that a policy kills', async () => {
    const { session } = await openStub();
    const end = await session.child(async (child) => {
      await child.batch([
        call('prctl', 38, 1, 0, 0, 0),
        call('seccomp', 1, 0, onlyCalls([READ, WRITE, EXIT_GROUP], KILL_PROCESS)),
      ]);
      return child.call(call('getpid'));
    });
    expect(end).toEqual({ kind: 'died', signal: 31, status: 0 });
    session.end();
  });
});

test('runs with nothing around it: no folder but an empty root, nobody as its user, no new privileges', async () => {
  const { session } = await openStub();
  const seen = await session.child(async (child) => {
    await child.call(call('unshare', 0x10000000 | 0x20000));
    return child.child(async (inner) => {
      const [denied] = await inner.batch([
        call('prctl', 38, 1, 0, 0, 0),
        call('chroot', '/proc/self/fdinfo'),
        call('chdir', '/'),
        call('setresuid', 65534, 65534, 65534),
      ]);
      const [proc, alive] = await inner.batch([call('openat', -100, '/proc', 0), call('getppid')]);
      return [denied?.value, proc?.errno, alive?.ok];
    });
  });
  expect(seen).toEqual({ kind: 'returned', value: { kind: 'returned', value: [0, 'ENOENT', true] } });
  session.end();
});

test('bytes in a struct are left where they are', async () => {
  const { session } = await openStub();
  const given = struct([raw(Buffer.from('12345678'))], { returned: true });
  expect((await session.call(call('write', -1, given, 8))).bytes(1).toString()).toBe('12345678');
  session.end();
});
