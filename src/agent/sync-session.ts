import type { Call } from '../kernel/index.ts';
import { CofferdamError } from '../posture/index.ts';
import type { CallResult } from './calls.ts';
import { type Frame, FrameReader, type Hello, parseHello, REPLY } from './protocol.ts';
import { encodeBatch, resultsOf } from './wire.ts';

/** The two ends of a pipe pair, of which neither waits: each gives the bytes that went through, `undefined` where none would now. */
export interface SyncChannel {
  write(bytes: Buffer): number | undefined;
  /** 0 at the end. */
  read(into: Buffer): number | undefined;
}

/**
 * A conversation that this program waits for, as it does for its own files: what reads the files of another machine, in rooms that read
 * synchronously. Without children.
 */
export class SyncSession {
  readonly #channel: SyncChannel;
  readonly #timeoutMs: number;
  readonly #reader = new FrameReader();
  readonly #chunk = Buffer.allocUnsafe(65_536);
  #hello: Hello | undefined;
  #frames: Frame[] = [];
  #over = false;

  constructor(channel: SyncChannel, timeoutMs: number) {
    this.#channel = channel;
    this.#timeoutMs = timeoutMs;
  }

  /** The stub has greeted by then, or does within the time. */
  batch(calls: readonly Call[]): readonly CallResult[] {
    if (this.#over) throw this.#fail('is gone');
    const batch = encodeBatch(calls, this.#greeted(), 0);
    this.#send(batch.frame);
    const { kind, payload } = this.#frame();
    if (kind !== REPLY.RESULTS || payload.length !== batch.answer) throw this.#fail('answered out of turn');
    return resultsOf(calls, batch, payload);
  }

  #greeted(): Hello {
    if (this.#hello !== undefined) return this.#hello;
    const { kind, payload } = this.#frame();
    const hello = kind === REPLY.HELLO ? parseHello(payload) : undefined;
    if (hello === undefined) throw this.#fail('did not greet as the stub does');
    this.#hello = hello;
    return hello;
  }

  #send(frame: Buffer): void {
    const until = performance.now() + this.#timeoutMs;
    for (let at = 0; at < frame.length; ) {
      const put = this.#channel.write(frame.subarray(at));
      if (put === undefined) this.#wait(until, 0);
      else at += put;
    }
  }

  #frame(): Frame {
    const until = performance.now() + this.#timeoutMs;
    for (let tries = 0; ; tries++) {
      const ready = this.#frames.shift();
      if (ready !== undefined) return ready;
      const got = this.#channel.read(this.#chunk);
      if (got === undefined) this.#wait(until, tries);
      else if (got === 0) throw this.#fail('ended before it answered');
      else this.#receive(Buffer.from(this.#chunk.subarray(0, got)));
    }
  }

  #receive(chunk: Buffer): void {
    const frames = this.#reader.push(chunk);
    if (frames === undefined) throw this.#fail('sent what no stub sends');
    this.#frames = frames;
  }

  /** Longer and longer, up to a millisecond: the other end may need this processor. */
  #wait(until: number, tries: number): void {
    if (performance.now() > until) throw this.#fail(`gave no answer within ${this.#timeoutMs / 1000} s`);
    Atomics.wait(NOBODY_WAKES, 0, 0, Math.min(1, 0.02 * (1 + tries)));
  }

  #fail(what: string): CofferdamError {
    this.#over = true;
    return new CofferdamError('sandbox', `the machine ${what}`, 'start it again');
  }
}

const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));
