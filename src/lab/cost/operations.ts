/**
 * What is timed inside of a sandbox. Each operation is put together from raw calls that the stub makes by itself, without a word from us
 * in between, in a throw-away process. What the stub's own loop takes (some ten nanoseconds a call) is in all of them.
 */
import type { Session } from '../../agent/index.ts';
import { bigEndian, type Call, call, out, pointer, raw, resultOf, struct, u16, u64 } from '../../kernel/index.ts';
import type { Price } from '../study.ts';
import { prepared } from './machine-code.ts';
import { notPossible, readingTwice, succeeded, timed } from './timing.ts';
import { canSilence, copies, type Ends, roundTrips, times } from './two-copies.ts';
import { writableFolder } from './writable-folder.ts';

export interface Operation {
  readonly name: string;
  readonly unit: Price['unit'];
  /** What exactly is done. */
  readonly does: string;
  /** Nanoseconds of one, in a child that is thrown away after it. Fails where the sandbox does not permit it. */
  measure(child: Session): Promise<number>;
}

const [AT_FDCWD, O_RDONLY, O_CREAT, O_EXCL, O_WRONLY] = [-100, 0, 0o100, 0o200, 1];
const [PROT_READ, PROT_WRITE, MAP_PRIVATE_ANONYMOUS] = [1, 2, 0x22];
const PAGE = 4096;
/** In the memory of the stub, behind all that these batches lay there. */
const SPARE = 57_344;

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'getpid',
    unit: 'ns',
    does: 'getpid(2), which does nothing: the way into the kernel and back',
    measure: (child) => each(child, 200, () => [call('getpid')]),
  },
  {
    name: 'read',
    unit: 'ns',
    does: 'pread64(2) of 4 KiB of a file in memory (memfd)',
    async measure(child) {
      const [file] = await child.batch([call('memfd_create', 'file', 0), call('ftruncate', resultOf(0), PAGE)]);
      const descriptor = succeeded(file).value;
      return each(child, 100, () => [call('pread64', descriptor, child.hello.base + SPARE, PAGE, 0)]);
    },
  },
  {
    name: 'open',
    unit: 'ns',
    does: 'openat(2) of the root folder, and close(2)',
    measure: (child) => each(child, 60, (at) => [call('openat', AT_FDCWD, '/', O_RDONLY), call('close', resultOf(at))]),
  },
  {
    name: 'mmap',
    unit: 'ns',
    does: 'mmap(2) of 64 KiB of anonymous memory that nobody touches, and munmap(2)',
    measure: (child) => each(child, 60, (at) => [map(16 * PAGE), call('munmap', resultOf(at), 16 * PAGE)]),
  },
  {
    name: 'fork-exec',
    unit: 'us',
    does: 'clone(2), execve(2) of the stub (2 KB, no libraries), its end, and wait4(2)',
    measure: forkExec,
  },
  {
    name: 'page-fault',
    unit: 'ns',
    does: 'the first write of a program to a page of new anonymous memory, less the second (256 pages)',
    measure: pageFault,
  },
  {
    name: 'pipe',
    unit: 'us',
    does: 'a byte to another process and back through two pipes',
    async measure(child) {
      const [one, other] = await child.batch([call('pipe2', out(8), 0), call('pipe2', out(8), 0)]);
      const [childReads, writes] = pairOf(succeeded(one).bytes(0));
      const [reads, childWrites] = pairOf(succeeded(other).bytes(0));
      return roundTrip(child, { reads, writes, childReads, childWrites });
    },
  },
  {
    name: 'loopback',
    unit: 'us',
    does: 'a datagram of one byte to another process and back, UDP on 127.0.0.1',
    async measure(child) {
      const [mine, other] = await twoSockets(child);
      return roundTrip(child, { reads: mine, writes: mine, childReads: other, childWrites: other });
    },
  },
  {
    name: 'cpu',
    unit: 'us',
    does: 'a loop of a million steps, two instructions each, without any system call',
    measure: countToAMillion,
  },
  {
    name: 'create-delete',
    unit: 'us',
    does: 'openat(2) with O_CREAT of a new file, close(2), unlinkat(2)',
    async measure(child) {
      const path = `${await writableFolder(child)}/.cofferdam-${child.hello.base}`;
      return each(child, 20, (at) => [
        call('openat', AT_FDCWD, path, O_CREAT | O_EXCL | O_WRONLY, 0o600),
        call('close', resultOf(at)),
        call('unlinkat', AT_FDCWD, path, 0),
      ]);
    },
  },
];

export const map = (bytes: number): Call =>
  call('mmap', 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);

/** The same calls, `count` times in a batch; a first batch is not counted. `calls` is told the position of its first call. */
async function each(child: Session, count: number, calls: (at: number) => readonly Call[]): Promise<number> {
  const size = calls(0).length;
  // The reading of the clock comes first.
  const batch = Array.from({ length: count }, (_, i) => calls(1 + i * size)).flat();
  for (const result of (await timed(child, batch.slice(0, size * 2))).results) succeeded(result);
  const clock = await readingTwice(child);
  const { nanoseconds, results } = await timed(child, batch);
  for (const result of results) succeeded(result);
  return Math.max(0, nanoseconds - clock) / count;
}

/** In `around.before`, so that the clock does not stand between. */
async function roundTrip(child: Session, ends: Ends): Promise<number> {
  await canSilence(child);
  const { calls, around } = roundTrips(child, ends, ROUNDS);
  const clock = await readingTwice(child);
  const { nanoseconds, results, before } = await timed(child, calls, around);
  succeeded(before[0]);
  for (const result of results) succeeded(result);
  return Math.max(0, nanoseconds - clock) / ROUNDS;
}

const ROUNDS = 60;

function pairOf(bytes: Buffer): readonly [number, number] {
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
}

const AF_INET = 2;
const SOCK_DGRAM = 2;

/** Two sockets of UDP, connected to each other. */
async function twoSockets(child: Session): Promise<readonly [number, number]> {
  const made = await child.batch(
    [0, 2].flatMap((at) => [call('socket', AF_INET, SOCK_DGRAM, 0), call('bind', resultOf(at), addressOf(0), 16)]),
  );
  const [one, other] = [succeeded(made[0]).value, succeeded(made[2]).value];
  for (const result of made) succeeded(result);
  const length = (): Uint8Array => Uint8Array.of(16, 0, 0, 0);
  const names = await child.batch([one, other].map((socket) => call('getsockname', socket, out(16), length())));
  const [portOfOne, portOfOther] = names.map((name) => succeeded(name).bytes(1).readUInt16BE(2));
  const connected = await child.batch([
    call('connect', one, addressOf(portOfOther ?? 0), 16),
    call('connect', other, addressOf(portOfOne ?? 0), 16),
  ]);
  for (const result of connected) succeeded(result);
  return [one, other];
}

/** struct sockaddr_in of 127.0.0.1. */
function addressOf(port: number): ReturnType<typeof struct> {
  return struct([u16(AF_INET), raw(bigEndian(port, 2)), raw(bigEndian(0x7f00_0001, 4)), u64(0)]);
}

const [F_SETFD, FD_CLOEXEC] = [2, 1];

async function forkExec(child: Session): Promise<number> {
  await canSilence(child);
  // The program that comes up finds nothing to speak to, and ends.
  await child.batch([call('fcntl', 0, F_SETFD, FD_CLOEXEC), call('fcntl', 1, F_SETFD, FD_CLOEXEC)]);
  const program = await programOf(child);
  const { calls, inChild, silenceChild, awaitChild } = copies(1);
  const words = (): ReturnType<typeof struct> => struct([pointer(program), u64(0)]);
  const batch = [...calls, call('execveat', AT_FDCWD, program, words(), 0, inChild), silenceChild, awaitChild];
  const samples: number[] = [];
  for (let i = 0; i < 4; i++) {
    const { nanoseconds, results } = await timed(child, batch);
    succeeded(results[0]);
    succeeded(results.at(-1));
    samples.push(nanoseconds);
  }
  // The first pays for what is new.
  return samples.slice(1).reduce((sum, one) => sum + one, 0) / (samples.length - 1);
}

/** A path of the stub that can be executed: tried in a process of its own, which is gone then. */
async function programOf(child: Session): Promise<string> {
  const seen: string[] = [];
  for (const path of ['/proc/self/exe', '/stub', '/init']) {
    const words = struct([pointer(path), u64(0)]);
    const end = await child.child((copy) => copy.call(call('execve', path, words, 0)));
    if (end.kind === 'died' && end.signal === 0) return path;
    seen.push(end.kind === 'returned' ? `${end.value}` : `${path}: ${end.kind}`);
  }
  throw notPossible(seen.join('; '));
}

const PAGES = 256;
const MADV_NOHUGEPAGE = 15;

/** Both times the same instructions, brought about by the same signal. */
async function pageFault(child: Session): Promise<number> {
  // Below the size of a huge page; where the kernel has none, the advice is refused, and not needed.
  const [mapped] = await child.batch([map(PAGES * PAGE), call('madvise', resultOf(0), PAGES * PAGE, MADV_NOHUGEPAGE)]);
  const from = succeeded(mapped).value;
  const { run } = await prepared(child, { kind: 'touch', from, times: PAGES, stride: PAGE });
  const first = await timed(child, [run]);
  const second = await timed(child, [run]);
  succeeded(first.results[0]);
  return Math.max(0, first.nanoseconds - second.nanoseconds) / PAGES;
}

async function countToAMillion(child: Session): Promise<number> {
  const once = await prepared(child, { kind: 'count', times: 1 });
  await timed(child, [once.run]);
  const signal = await timed(child, times(4, [once.run]));
  const { run } = await prepared(child, { kind: 'count', times: 1_000_000 });
  const whole = await timed(child, [run]);
  succeeded(whole.results[0]);
  return Math.max(0, whole.nanoseconds - signal.nanoseconds / 4);
}
