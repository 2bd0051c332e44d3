import type { Arg, Call, Pointee, Struct } from '../kernel/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { type Answers, CallResult, wireNumber } from './calls.ts';
import { CALL_SIZE, CALLS_MAX, EXCHANGE_SIZE, FRAME_MAX, HEADER_SIZE, type Hello, REQUEST } from './protocol.ts';

/** Where the bytes that argument `arg` of call `call` gave back lie, in what the stub sends. */
interface Returned {
  readonly call: number;
  readonly arg: number;
  readonly at: number;
  readonly size: number;
}

/** A batch of calls as one frame, and how to read its answer. */
export interface Batch {
  readonly frame: Buffer;
  /** Bytes of the answer. */
  readonly answer: number;
  readonly returned: readonly Returned[];
}

/**
 * Lays calls and what they point to out as one exchange: what goes in lies from the start of the stub's memory, room for answers behind
 * it, so that one stretch is written and one is read. Written straight into the frame: this is done for each call of each probe.
 */
export function encodeBatch(calls: readonly Call[], hello: Hello, depth: number): Batch {
  return new Encoder(calls, hello).encode(depth);
}

/** What the answer to a batch says of each call. */
export function resultsOf(calls: readonly Call[], { returned }: Batch, reply: Buffer): readonly CallResult[] {
  const answers = answersOf(calls.length, returned, reply);
  return calls.map((call, i) => new CallResult(call, readNumber(reply, 8 * i), answers[i]));
}

function answersOf(calls: number, returned: readonly Returned[], reply: Buffer): readonly (Answers | undefined)[] {
  const answers: { arg: number; bytes: Uint8Array }[][] = [];
  if (returned.length > 0) answers.length = calls;
  for (const { call, arg, at, size } of returned) {
    answers[call] ??= [];
    answers[call].push({ arg, bytes: reply.subarray(at, at + size) });
  }
  return answers;
}

/** Two halves are faster than one BigInt. */
function readNumber(from: Buffer, at: number): number {
  return from.readInt32LE(at + 4) * 2 ** 32 + from.readUInt32LE(at);
}

/** Frames are put together here, then copied to their size. */
const scratch = Buffer.alloc(HEADER_SIZE + FRAME_MAX);
const ALIGNMENT = 16;

interface Room {
  /** Position in the frame of the address that is to be filled in. */
  readonly slot: number;
  readonly size: number;
  readonly call: number;
  readonly arg: number;
}

class Encoder {
  readonly #calls: readonly Call[];
  readonly #hello: Hello;
  /** Position in the frame of the byte that goes to the start of the memory. */
  readonly #put: number;
  #end: number;
  readonly #rooms: Room[] = [];
  readonly #kept: Returned[] = [];

  constructor(calls: readonly Call[], hello: Hello) {
    this.#calls = calls;
    this.#hello = hello;
    this.#put = HEADER_SIZE + EXCHANGE_SIZE + calls.length * CALL_SIZE;
    this.#end = this.#put;
    if (calls.length > CALLS_MAX) throw this.#tooLarge();
  }

  encode(depth: number): Batch {
    let at = HEADER_SIZE + EXCHANGE_SIZE;
    for (let i = 0; i < this.#calls.length; i++) {
      this.#call(this.#calls[i] as Call, i, at);
      at += CALL_SIZE;
    }
    const put = this.#end - this.#put;
    const { take, length, returned } = this.#answers(put);
    const answer = 8 * this.#calls.length + length;
    if (Math.max(put, take + length) > this.#hello.memory || answer > FRAME_MAX) throw this.#tooLarge();
    header(this.#end, depth);
    [0, put, take, length, this.#calls.length, 0].forEach((word, i) => {
      scratch.writeUInt32LE(word, HEADER_SIZE + 4 * i);
    });
    return { frame: Buffer.from(scratch.subarray(0, this.#end)), answer, returned };
  }

  #call(call: Call, index: number, at: number): void {
    const { number, entry } = wireNumber(call, this.#hello);
    let results = 0;
    for (let k = 0; k < 6; k++) {
      const arg = call.args[k];
      if (arg !== undefined && isResult(arg)) results |= 1 << k;
      this.#argument(arg ?? 0, index, k, at + 8 + 8 * k);
    }
    scratch.writeUInt32LE(number, at);
    scratch[at + 4] = results;
    scratch[at + 5] = entry === 'int80' ? 1 : 0;
    scratch.writeUInt16LE(0, at + 6);
  }

  #argument(arg: Arg, call: number, index: number, slot: number): void {
    if (typeof arg === 'number') writeNumber(arg, slot);
    else if (typeof arg === 'bigint') scratch.writeBigUInt64LE(BigInt.asUintN(64, arg), slot);
    else if (typeof arg === 'object' && 'kind' in arg && arg.kind === 'result') writeNumber(arg.of, slot);
    else this.#pointee(arg, call, index, slot);
  }

  /** Puts what is pointed to into its place, and its address into `slot`. */
  #pointee(to: Pointee, call: number, arg: number, slot: number): void {
    if (typeof to === 'object' && 'kind' in to && to.kind === 'out') {
      this.#rooms.push({ slot, size: to.size, call, arg });
      return;
    }
    if (typeof to === 'string') this.#text(to, slot);
    else if (to instanceof Uint8Array) scratch.set(to, this.#reserve(to.length, slot));
    else this.#struct(to, call, arg, slot);
  }

  #text(text: string, slot: number): void {
    const length = Buffer.byteLength(text);
    const at = this.#reserve(length + 1, slot);
    scratch.write(text, at, 'utf8');
    scratch[at + length] = 0;
  }

  #struct({ bytes, pointers, returned }: Struct, call: number, arg: number, slot: number): void {
    const at = this.#reserve(bytes.length, slot);
    scratch.set(bytes, at);
    if (returned) this.#kept.push({ call, arg, at: at - this.#put, size: bytes.length });
    for (const pointer of pointers) {
      if (pointer.at < 0 || pointer.at + 8 > bytes.length) throw new Error('a pointer lies outside of its struct');
      this.#pointee(pointer.to, call, NOBODY, at + pointer.at);
    }
  }

  #reserve(size: number, slot: number): number {
    const start = this.#end - this.#put;
    const aligned = this.#put + align(start);
    if (aligned + size > scratch.length) throw this.#tooLarge();
    scratch.fill(0, this.#end, aligned);
    this.#end = aligned + size;
    writeNumber(this.#hello.base + aligned - this.#put, slot);
    return aligned;
  }

  /** Room behind what is put, and the stretch that is to come back. */
  #answers(put: number): { readonly take: number; readonly length: number; readonly returned: readonly Returned[] } {
    const returned = this.#kept;
    let end = put;
    for (const { slot, size, call, arg } of this.#rooms) {
      const at = align(end);
      writeNumber(this.#hello.base + at, slot);
      end = at + size;
      returned.push({ call, arg, at, size });
    }
    if (returned.length === 0) return { take: 0, length: 0, returned };
    const take = returned.reduce((least, span) => Math.min(least, span.at), Number.MAX_SAFE_INTEGER);
    const until = returned.reduce((most, span) => Math.max(most, span.at + span.size), take);
    const shown = returned.map((span) => ({ ...span, at: 8 * this.#calls.length + span.at - take }));
    return { take, length: until - take, returned: shown.filter(({ arg }) => arg !== NOBODY) };
  }

  #tooLarge(): CofferdamError {
    return new CofferdamError(
      'agent',
      `a batch of ${this.#calls.length} calls is too large`,
      'make it in several batches',
    );
  }
}

/** What a struct points to comes back with the stretch, but is no argument. */
const NOBODY = -1;

function isResult(arg: Arg): boolean {
  return typeof arg === 'object' && 'kind' in arg && arg.kind === 'result';
}

function align(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}

/** Two halves are faster than one BigInt. Below zero: two's complement. */
function writeNumber(value: number, at: number): void {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is no word`);
  scratch.writeInt32LE(value | 0, at);
  scratch.writeInt32LE(Math.floor(value / 2 ** 32) | 0, at + 4);
}

function header(end: number, depth: number): void {
  scratch.writeUInt32LE(end - HEADER_SIZE, 0);
  scratch[4] = REQUEST.CALLS;
  scratch[5] = depth;
  scratch.writeUInt16LE(0, 6);
}
