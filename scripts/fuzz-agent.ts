/**
 * Fuzzes both ends of the agent's protocol: frames of any kind into the real stub, which must end or answer and never crash, and replies of any
 * kind into the session, which must give a value or its one error. `tsx scripts/fuzz-agent.ts --frames 1000000`; docs/fuzzing.md tells of long
 * runs. Everything follows from the seed.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { argv, exit, stdout } from 'node:process';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { stubCommand } from '../src/agent/fixtures/stub-process.ts';
import { Session } from '../src/agent/index.ts';
import { type Hello, MAGIC, parseHello, REPLY, REQUEST, requestFrame } from '../src/agent/protocol.ts';
import type { Machine } from '../src/agent/stub.ts';
import { encodeBatch } from '../src/agent/wire.ts';
import { encodeBpf } from '../src/kernel/bpf.ts';
import { type Call, call, out, pointer, struct, syscallNumber, u16 } from '../src/kernel/index.ts';
import { CofferdamError } from '../src/posture/index.ts';

/** Numbers that follow from a seed (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** At the edges of what a field can hold, or anywhere. */
  word(): number {
    const edges = [
      0, 1, 7, 8, 9, 23, 24, 25, 255, 256, 512, 513, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 0x7fffffff,
      0x80000000, 0xffffffff,
    ];
    return this.chance(60) ? this.one(edges) : this.below(0x100000000);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Uint8Array.from({ length }, () => this.below(256)));
  }
}

// --- into the stub ----------------------------------------------------------------------------------------------------

const FRAMES_EACH = 250;
const STUB_LIMIT_MS = 20_000;

/** Namespaces and the signal of a child: the only flags with which a fuzzed clone is let through. */
const CLONE_FLAGS = 0x7e0200ff;
const AUDIT: Readonly<Record<Machine, number>> = { x86_64: 0xc000003e, aarch64: 0xc00000b7 };

/** What the stub itself calls, and nothing else: a fuzzed call must not reach the machine. */
function fence(machine: Machine): Uint8Array {
  const allow = { code: 0x06, jt: 0, jf: 0, k: 0x7fff0000 };
  const refuse = { code: 0x06, jt: 0, jf: 0, k: 0x00050026 };
  const load = (k: number) => ({ code: 0x20, jt: 0, jf: 0, k });
  const number = (name: string): number => syscallNumber(machine, name) ?? -1;
  /** Skips `length` instructions unless the accumulator is `k`. */
  const unless = (k: number, length: number) => ({ code: 0x15, jt: 0, jf: length, k });
  const whole = ['exit', 'exit_group', 'wait4', 'getpid', 'setitimer'].flatMap((name) => [
    unless(number(name), 1),
    allow,
  ]);
  const argument = (name: string, at: number, k: number) => [
    unless(number(name), 3),
    load(16 + 8 * at),
    unless(k, 1),
    allow,
    load(0),
  ];
  return encodeBpf([
    load(4),
    { code: 0x15, jt: 1, jf: 0, k: AUDIT[machine] },
    refuse,
    load(0),
    ...whole,
    ...argument('read', 0, 0),
    ...argument('write', 0, 1),
    ...argument('prctl', 0, 1),
    unless(number('clone'), 4),
    load(16),
    { code: 0x54, jt: 0, jf: 0, k: ~CLONE_FLAGS >>> 0 },
    unless(0, 1),
    allow,
    refuse,
  ]);
}

function fencing(machine: Machine): readonly Call[] {
  const program = fence(machine);
  return [
    call('setresuid', 65_534, 65_534, 65_534),
    call('prctl', 38, 1, 0, 0, 0),
    call('seccomp', 1, 0, struct([u16(program.length / 8), pointer(program)])),
  ];
}

function fuzzedCalls(dice: Dice, machine: Machine): Buffer {
  const count = dice.below(6);
  // None that may wait for ever: a stub that does as it is told would count as hung.
  const names = ['read', 'write', 'getpid', 'getppid', 'openat', 'mmap'];
  const body = Buffer.alloc(24 + 56 * count);
  const put = dice.below(64);
  [
    dice.chance(80) ? dice.below(65_000) : dice.word(),
    put,
    dice.chance(80) ? dice.below(65_000) : dice.word(),
    dice.chance(80) ? dice.below(500) : dice.word(),
    dice.chance(95) ? count : dice.word(),
    dice.word(),
  ].forEach((word, i) => {
    body.writeUInt32LE(word, 4 * i);
  });
  for (let i = 0; i < count; i++) {
    const at = 24 + 56 * i;
    body.writeUInt32LE(dice.chance(70) ? (syscallNumber(machine, dice.one(names)) ?? 0) : dice.word(), at);
    body.writeUInt32LE(dice.chance(50) ? 0 : dice.word(), at + 4);
    for (let k = 0; k < 6; k++)
      body.writeBigUInt64LE(BigInt(dice.word()) << (dice.chance(10) ? 32n : 0n), at + 8 + 8 * k);
  }
  return Buffer.concat([body, dice.bytes(put)]);
}

function fuzzedPayload(kind: number, dice: Dice, machine: Machine): Buffer {
  const words = (...values: readonly number[]): Buffer => {
    const payload = Buffer.alloc(8 * values.length);
    values.forEach((value, i) => {
      payload.writeBigUInt64LE(BigInt(value), 8 * i);
    });
    return payload;
  };
  const halves = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
  switch (kind) {
    case REQUEST.WRITE:
      return Buffer.concat([halves(dice.word()), dice.bytes(dice.below(300))]);
    case REQUEST.READ:
      return halves(dice.word(), dice.chance(80) ? dice.below(400) : dice.word());
    case REQUEST.CALLS:
      return fuzzedCalls(dice, machine);
    case REQUEST.FORK:
      return words(dice.chance(70) ? 0 : dice.word(), dice.one([0, 1, 0xffffffff]));
    case REQUEST.SPAWN:
      return words(dice.chance(70) ? 0 : dice.word());
    case REQUEST.EXIT:
      return Buffer.alloc(dice.one([0, 4]));
    default:
      return dice.bytes(dice.below(40));
  }
}

/** A frame, most of the time well formed around its fuzzed fields; now and then broken, cut, or no frame at all. */
function fuzzedFrame(dice: Dice, depth: number, machine: Machine): Buffer {
  const usual = [REQUEST.WRITE, REQUEST.READ, REQUEST.CALLS, REQUEST.CALLS, REQUEST.CALLS];
  const kind = dice.chance(90)
    ? dice.one(usual)
    : dice.chance(60)
      ? dice.one([REQUEST.FORK, REQUEST.SPAWN])
      : dice.below(256);
  if (kind === REQUEST.EXIT && dice.chance(80)) return Buffer.alloc(0);
  const frame = requestFrame(kind, dice.chance(90) ? depth : dice.below(256), fuzzedPayload(kind, dice, machine));
  if (dice.chance(3)) frame[dice.below(frame.length)] = dice.below(256);
  if (dice.chance(1)) return dice.chance(50) ? frame.subarray(0, dice.below(frame.length)) : dice.bytes(dice.below(60));
  return frame;
}

/**
 * An emulator needs calls of its own, so no filter can be put around it: namespaces of their own are, in which nobody has a right and no
 * process is but the stub's and a shell that is process 1, which signals of its own cannot kill, and tells of them as 128 and their number.
 */
const JAIL = [
  'unshare',
  '--user',
  '--pid',
  '--net',
  '--ipc',
  '--uts',
  '--mount',
  '--fork',
  '--kill-child',
  'sh',
  '-c',
  '"$@"; exit $?',
  'sh',
];

/** Undefined: it ended by itself. Otherwise how it went wrong. */
export async function fuzzStub(
  seed: number,
  machine: Machine,
  command: readonly string[],
): Promise<string | undefined> {
  const dice = new Dice(seed);
  const emulated = command.length > 1;
  const [program = '', ...args] = emulated ? [...JAIL, ...command] : command;
  const stub = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  stub.stdin.on('error', () => undefined);
  const ended = new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => {
      stub.kill('SIGKILL');
      resolve('hung');
    }, STUB_LIMIT_MS);
    stub.once('error', (error) => resolve(error.message));
    stub.once('close', (code, signal) => {
      clearTimeout(timer);
      const told = emulated && (code ?? 0) > 128 ? `signal ${(code ?? 0) - 128}` : null;
      const cause = signal ?? told;
      resolve(cause === null ? undefined : `died of ${cause}`);
    });
  });
  const greeting = await bytesOf(stub.stdout, MAGIC.length + 8 + 32);
  const hello = greeting && parseHello(greeting.subarray(MAGIC.length + 8));
  if (hello === undefined) return (await ended) ?? 'did not greet';
  if (!emulated && !(await fencedIn(stub, machine, hello))) {
    stub.kill('SIGKILL');
    return 'could not be fenced in';
  }
  stub.stdout.resume();
  let depth = 0;
  const frames = Array.from({ length: FRAMES_EACH }, () => {
    const made = fuzzedFrame(dice, depth, machine);
    if (made[4] === REQUEST.FORK && depth < 3) depth++;
    return made;
  });
  stub.stdin.end(Buffer.concat(frames));
  return ended;
}

async function fencedIn(
  stub: ChildProcessByStdio<Writable, Readable, null>,
  machine: Machine,
  hello: Hello,
): Promise<boolean> {
  const { frame, answer } = encodeBatch(fencing(machine), hello, 0);
  stub.stdin.write(frame);
  const results = await bytesOf(stub.stdout, 8 + answer);
  return results?.readBigInt64LE(8 + 16) === 0n;
}

function bytesOf(stream: NodeJS.ReadableStream, count: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let all = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      all = Buffer.concat([all, chunk]);
      if (all.length >= count) done(all);
    };
    const done = (result?: Buffer): void => {
      stream.off('data', take);
      stream.off('end', done);
      resolve(result);
    };
    stream.on('data', take);
    stream.once('end', () => done());
  });
}

// --- into the session -------------------------------------------------------------------------------------------------

const SESSION_LIMIT_MS = 2000;

function fuzzedReply(dice: Dice): Buffer {
  const kinds = Object.values(REPLY);
  const kind = dice.chance(95) ? dice.one(kinds) : dice.below(256);
  const sizes: Readonly<Record<number, number>> = {
    [REPLY.HELLO]: 32,
    [REPLY.DONE]: 0,
    [REPLY.RESULTS]: dice.one([8, 16, 24]),
    [REPLY.DATA]: 8,
  };
  const size = dice.chance(90) ? (sizes[kind] ?? 16) : dice.below(200);
  const payload = Buffer.alloc(size);
  for (let at = 0; at + 8 <= size; at += 8) {
    payload.writeBigInt64LE(dice.chance(70) ? BigInt(dice.below(100)) - 10n : BigInt(dice.word()) << 31n, at);
  }
  const frame = requestFrame(kind, dice.chance(80) ? dice.below(3) : dice.below(256), payload);
  if (dice.chance(5)) frame[dice.below(frame.length)] = dice.below(256);
  return dice.chance(3) ? frame.subarray(0, dice.below(frame.length)) : frame;
}

function goodHello(): Buffer {
  const payload = Buffer.alloc(32);
  [1, 62, 0x420000, 0, 65_536, 32_768].forEach((word, i) => {
    payload.writeUInt32LE(word, 4 * i);
  });
  return Buffer.concat([Buffer.from(MAGIC), requestFrame(REPLY.HELLO, 0, payload)]);
}

/** How many frames the session was given, and how it went wrong, if it did. */
export async function fuzzSession(
  seed: number,
): Promise<{ readonly frames: number; readonly fault: string | undefined }> {
  const dice = new Dice(seed);
  const [toStub, fromStub] = [new PassThrough(), new PassThrough()];
  let frames = 1;
  fromStub.write(dice.chance(95) ? goodHello() : Buffer.concat([Buffer.from(MAGIC), fuzzedReply(dice)]));
  let left = 30;
  toStub.on('data', () => {
    const replies = Array.from({ length: dice.chance(90) ? 1 + dice.below(2) : dice.below(40) }, () =>
      fuzzedReply(dice),
    );
    frames += replies.length;
    left--;
    if (fromStub.writable) fromStub.write(dice.chance(95) ? Buffer.concat(replies) : dice.bytes(dice.below(100)));
    if (left <= 0 || dice.chance(30)) fromStub.end();
  });
  const started = performance.now();
  try {
    const session = await Session.open(
      { toStub, fromStub, messages: () => '', abandon: () => undefined },
      { timeoutMs: 20 },
    );
    for (let i = 0; i < 10; i++) await converse(session, dice);
    session.end();
  } catch (error) {
    if (!(error instanceof CofferdamError))
      return { frames, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  fromStub.destroy();
  const took = performance.now() - started;
  return { frames, fault: took > SESSION_LIMIT_MS ? `took ${Math.round(took)} ms` : undefined };
}

async function converse(session: Session, dice: Dice): Promise<void> {
  const what = dice.below(4);
  if (what === 0) await session.child((child) => converse(child, dice));
  else if (what === 1) await session.idleChild();
  else (await session.call(call('read', 0, out(8), 8))).text(1);
}

// --- long runs --------------------------------------------------------------------------------------------------------

interface Tally {
  frames: number;
  readonly faults: string[];
}

async function fuzzStubs(machine: Machine, frames: number, seed: number): Promise<Tally> {
  const command = stubCommand(machine);
  if (command === undefined) return { frames: 0, faults: [`nothing runs programs of ${machine} here`] };
  const tally: Tally = { frames: 0, faults: [] };
  for (let i = 0; tally.frames < frames; i++, tally.frames += FRAMES_EACH) {
    const fault = await fuzzStub(seed + i, machine, command);
    if (fault !== undefined) tally.faults.push(`--seed ${seed + i}: ${fault}`);
  }
  return tally;
}

async function fuzzSessions(frames: number, seed: number): Promise<Tally> {
  const tally: Tally = { frames: 0, faults: [] };
  for (let i = 0; tally.frames < frames; i++) {
    const { frames: given, fault } = await fuzzSession(seed + i);
    tally.frames += given;
    if (fault !== undefined) tally.faults.push(`--seed ${seed + i}: ${fault}`);
  }
  return tally;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      frames: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      end: { type: 'string' },
    },
  });
  const [frames, seed] = [Number(values.frames), Number(values.seed)];
  const ends: Readonly<Record<string, () => Promise<Tally>>> = {
    'stub of x86_64': () => fuzzStubs('x86_64', frames, seed),
    'stub of aarch64': () => fuzzStubs('aarch64', frames, seed),
    session: () => fuzzSessions(frames, seed),
  };
  let failed = false;
  for (const [end, run] of Object.entries(ends)) {
    if (values.end !== undefined && !end.includes(values.end)) continue;
    const started = performance.now();
    const { frames: given, faults } = await run();
    const rate = Math.round((1000 * given) / (performance.now() - started));
    stdout.write(`${end}: ${given} frames, ${rate}/s, ${faults.length} failures\n`);
    for (const fault of faults.slice(0, 20)) stdout.write(`  ${fault}\n`);
    failed ||= faults.length > 0;
  }
  if (failed) exit(1);
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) await main();
