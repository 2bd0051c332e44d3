import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { call, out } from '../kernel/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { type Channel, Session } from './index.ts';
import { MAGIC, REPLY } from './protocol.ts';

const LIMIT_MS = 300;

interface Peer {
  readonly channel: Channel;
  readonly say: (...parts: readonly (Buffer | string)[]) => void;
  readonly hangUp: () => void;
  readonly abandoned: () => number;
  /** Answers each request with these, one after the other. */
  readonly answer: (...replies: readonly Buffer[]) => void;
}

function peer(messages = ''): Peer {
  const [toStub, fromStub] = [new PassThrough(), new PassThrough()];
  let abandoned = 0;
  return {
    channel: { toStub, fromStub, messages: () => messages, abandon: () => abandoned++ },
    say: (...parts) => {
      for (const part of parts) fromStub.write(part);
    },
    hangUp: () => fromStub.end(),
    abandoned: () => abandoned,
    answer: (...replies) => {
      const left = [...replies];
      toStub.on('data', () => fromStub.write(left.shift() ?? Buffer.alloc(0)));
    },
  };
}

function frame(kind: number, depth: number, payload: Buffer = Buffer.alloc(0), length = payload.length): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(length, 0);
  head[4] = kind;
  head[5] = depth;
  return Buffer.concat([head, payload]);
}

function words(...values: readonly number[]): Buffer {
  const payload = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => {
    payload.writeBigInt64LE(BigInt(value), 8 * i);
  });
  return payload;
}

function hello({ version = 1, machine = 62, base = 0x420000n, memory = 65536, most = 32768 } = {}): Buffer {
  const payload = Buffer.alloc(32);
  [version, machine].forEach((word, i) => {
    payload.writeUInt32LE(word, 4 * i);
  });
  payload.writeBigUInt64LE(base, 8);
  payload.writeUInt32LE(memory, 16);
  payload.writeUInt32LE(most, 20);
  return Buffer.concat([Buffer.from(MAGIC), frame(REPLY.HELLO, 0, payload)]);
}

/** The one error that all of it must end in, within the limit. */
async function failure(work: Promise<unknown>): Promise<CofferdamError> {
  const started = performance.now();
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(performance.now() - started).toBeLessThan(20 * LIMIT_MS);
  expect(error).toBeInstanceOf(CofferdamError);
  expect((error as CofferdamError).code).toBe('sandbox');
  return error as CofferdamError;
}

test.for([
  { what: 'says nothing', parts: [], why: 'gave no answer within 0.3 s' },
  { what: 'speaks a later version', parts: [hello({ version: 2 })], why: 'speaks version 2' },
  { what: 'is of no machine', parts: [hello({ machine: 3 })], why: 'did not greet' },
  { what: 'has its memory where none is', parts: [hello({ base: 2n ** 63n })], why: 'did not greet' },
  { what: 'has more memory than there is', parts: [hello({ memory: 0xffffffff })], why: 'did not greet' },
  { what: 'has no memory', parts: [hello({ memory: 0 })], why: 'did not greet' },
  { what: 'takes other frames', parts: [hello({ most: 1 })], why: 'did not greet' },
  { what: 'greets with another reply', parts: [MAGIC, frame(REPLY.DONE, 0)], why: 'did not greet' },
  { what: 'greets too shortly', parts: [MAGIC, frame(REPLY.HELLO, 0, words(1))], why: 'no stub sends' },
  {
    what: 'announces more than a frame',
    parts: [MAGIC, frame(REPLY.DATA, 0, words(1), 2 ** 31)],
    why: 'no stub sends',
  },
])('a peer that $what', async ({ parts, why }) => {
  const { channel, say, abandoned } = peer('runtime: no such image\n');
  say(...parts);
  const error = await failure(Session.open(channel, { timeoutMs: LIMIT_MS }));
  expect(error.message).toContain(why);
  expect(error.message).toContain('runtime: no such image');
  expect(abandoned()).toBe(1);
});

test('what a runtime prints first is skipped, and told where the stub never comes', async () => {
  const first = peer();
  first.say('starting…\n', hello());
  expect((await Session.open(first.channel, { timeoutMs: LIMIT_MS })).hello.arch).toBe('x86_64');
  const second = peer();
  second.say('no stub, but \u001b[31mred\u0007 words');
  second.hangUp();
  const { message } = await failure(Session.open(second.channel, { timeoutMs: LIMIT_MS }));
  expect(message).toContain('ended before it answered');
  expect(message).toContain('red');
  expect([...message].filter((character) => character < ' ')).toEqual([]);
});

test('noise that never ends is neither kept nor waited for', async () => {
  const { channel, abandoned } = peer();
  const source = channel.fromStub as PassThrough;
  const noise = setInterval(() => source.write(Buffer.alloc(60_000, 'x')), 1);
  const { message } = await failure(Session.open(channel, { timeoutMs: LIMIT_MS }));
  clearInterval(noise);
  expect(message.length).toBeLessThan(10_000);
  expect(abandoned()).toBe(1);
});

const results = (count: number, extra = 0): Buffer => Buffer.alloc(8 * count + extra);

test.for([
  { what: 'too short an answer', replies: [frame(REPLY.RESULTS, 0, results(1))], why: 'instead of 16' },
  { what: 'too long an answer', replies: [frame(REPLY.RESULTS, 0, results(400))], why: 'instead of 16' },
  { what: 'the answer to another request', replies: [frame(REPLY.DATA, 0, results(2))], why: 'out of turn' },
  { what: 'an answer of another depth', replies: [frame(REPLY.RESULTS, 1, results(2))], why: 'out of turn' },
  { what: 'an end without a child', replies: [frame(REPLY.ENDED, 255, words(1, 0))], why: 'out of turn' },
  { what: 'a refusal', replies: [frame(REPLY.REFUSED, 0, words(22, 3))], why: 'refused a request' },
  { what: 'a short refusal', replies: [frame(REPLY.REFUSED, 0, words(22))], why: 'no stub sends' },
  { what: 'a frame cut off', replies: [frame(REPLY.RESULTS, 0, results(1), 16)], why: 'gave no answer' },
  { what: 'nothing but stale answers', replies: [frame(REPLY.STALE, 0, words(3, 0))], why: 'gave no answer' },
  {
    what: 'a flood',
    replies: [Buffer.concat(Array.from({ length: 400 }, () => frame(REPLY.STALE, 0, words(3, 0))))],
    why: 'without being asked',
  },
])('$what to a call is an error, and the sandbox goes', async ({ replies, why }) => {
  const { channel, say, answer, abandoned } = peer();
  say(hello());
  const session = await Session.open(channel, { timeoutMs: LIMIT_MS });
  answer(...replies);
  const error = await failure(session.call(call('read', 0, out(8), 8)));
  expect(error.message).toContain(why);
  expect(abandoned()).toBe(1);
  await failure(session.call(call('getpid')));
  session.end();
});

test.for([
  { what: 'a process that cannot be', replies: [frame(REPLY.PARENT, 0, words(0, 0))], why: 'cannot be' },
  { what: 'a child of the wrong depth', replies: [frame(REPLY.CHILD, 3, words(5, 0))], why: 'out of turn' },
  {
    what: 'two parents',
    replies: [Buffer.concat([frame(REPLY.PARENT, 0, words(5, 0)), frame(REPLY.PARENT, 0, words(5, 0))])],
    why: 'out of turn',
  },
  { what: 'a parent alone', replies: [frame(REPLY.PARENT, 0, words(5, 0))], why: 'gave no answer' },
  { what: 'a short parent', replies: [frame(REPLY.PARENT, 0, words(5))], why: 'no stub sends' },
  {
    what: 'a parent that may not wait',
    replies: [Buffer.concat([frame(REPLY.PARENT, 0, words(5, 0)), frame(REPLY.ENDED, 0, words(-1, 0))])],
    why: 'may not wait',
  },
])('$what after a fork is an error', async ({ replies, why }) => {
  const { channel, say, answer } = peer();
  say(hello());
  const session = await Session.open(channel, { timeoutMs: LIMIT_MS });
  answer(...replies);
  expect((await failure(session.child(async () => 1))).message).toContain(why);
});

test('a slow flood of stale answers ends with the limit', async () => {
  const { channel, say } = peer();
  say(hello());
  const session = await Session.open(channel, { timeoutMs: LIMIT_MS });
  const noise = setInterval(() => say(frame(REPLY.STALE, 0, words(3, 0))), 1);
  const { message } = await failure(session.call(call('getpid')));
  clearInterval(noise);
  expect(message).toContain('gave no answer');
});

test('what does not fit is told before it leaves', async () => {
  const { channel, say } = peer();
  say(hello());
  const session = await Session.open(channel, { timeoutMs: LIMIT_MS });
  const many = Array.from({ length: 513 }, () => call('getpid'));
  await expect(session.batch(many)).rejects.toThrow('too large');
  await expect(session.call(call('write', 1, Buffer.alloc(40_000), 1))).rejects.toThrow('too large');
  await expect(session.call(call('read', 0, out(40_000), 1))).rejects.toThrow('too large');
  await expect(session.call(call('no_such_call'))).rejects.toThrow('has no call no_such_call');
});
