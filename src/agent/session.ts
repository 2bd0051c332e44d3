import { type Call, type Effect, errnoName } from '../kernel/index.ts';
import type { CallResult } from './calls.ts';
import type { Channel } from './channel.ts';
import { Conversation, ListenerDied } from './conversation.ts';
import { Guard } from './guard.ts';
import { type Hello, parsePid, REPLY, REQUEST, wordsPayload } from './protocol.ts';
import { encodeBatch, resultsOf } from './wire.ts';

export interface SessionOptions {
  /** For the stub's first word, and for every answer. */
  readonly timeoutMs: number;
}

export interface ChildOptions {
  /** Flags of clone(2) beside the signal: CLONE_NEWPID and others. */
  readonly flags?: bigint;
  /** The kernel ends it after so long (SIGALRM); 0: never. Process 1 of a PID namespace takes no such signal. */
  readonly seconds?: number;
}

/** How a child came to its end. */
export type ChildEnd<T> =
  | { readonly kind: 'returned'; readonly value: T }
  /** Killed by a signal, or gone by itself, with its work half done. */
  | { readonly kind: 'died'; readonly signal: number; readonly status: number }
  /** clone(2) refused. */
  | { readonly kind: 'refused'; readonly errno: string };

/**
 * The conversation with a stub: raw system calls made where it runs. One exchange a batch. A child takes the conversation
 * over until it ends; meanwhile its parent waits, and cannot be spoken to.
 */
export class Session {
  readonly hello: Hello;
  readonly #conversation: Conversation;
  readonly #depth: number;
  readonly #guard: Guard | undefined;

  private constructor(hello: Hello, conversation: Conversation, depth: number, guard?: Guard) {
    this.hello = hello;
    this.#conversation = conversation;
    this.#depth = depth;
    this.#guard = guard;
  }

  /** Waits for the stub's first word. Fails with what was printed instead. */
  static async open(channel: Channel, options: SessionOptions): Promise<Session> {
    const conversation = new Conversation(channel, options.timeoutMs);
    return new Session(await conversation.greeting(), conversation, 0);
  }

  /** The same process, but for calls outside of these effects: they are refused before they leave, in its children too. */
  guarded(effects: readonly Effect[]): Session {
    const guard = this.#guard?.narrowed(effects) ?? Guard.of(effects);
    return new Session(this.hello, this.#conversation, this.#depth, guard);
  }

  /** Raw calls, in order, each result with what the kernel wrote. */
  async batch(calls: readonly Call[]): Promise<readonly CallResult[]> {
    return this.#guard === undefined ? this.#make(calls) : this.#guard.batch(calls, (part) => this.#make(part));
  }

  async call(call: Call): Promise<CallResult> {
    const [result] = await this.batch([call]);
    if (result === undefined) throw new Error('a batch of one call gave no result');
    return result;
  }

  /**
   * A throw-away copy of the stub's process, which ends with `body`. What it changes about itself (namespaces, limits,
   * credentials, filters) ends with it.
   */
  async child<T>(body: (child: Session, pid: number) => Promise<T>, options: ChildOptions = {}): Promise<ChildEnd<T>> {
    const { flags = 0n, seconds = 5 } = options;
    this.#guard?.admitChild(flags);
    this.#mayAsk();
    this.#conversation.ask(REQUEST.FORK, wordsPayload(flags, BigInt(seconds)));
    const forked = await this.#conversation.forked();
    if (forked.kind === 'refused') return { kind: 'refused', errno: errnoOf(forked.pid) };
    if (forked.kind === 'ended') return died(this.#conversation.status);
    const guard = this.#guard?.ofChild(flags, forked.itself);
    const child = new Session(this.hello, this.#conversation, this.#depth + 1, guard);
    return this.#whole(child, () => body(child, forked.pid));
  }

  /** The body of a child, and the child's end, whatever comes of the body. */
  async #whole<T>(child: Session, body: () => Promise<T>): Promise<ChildEnd<T>> {
    try {
      const value = await body();
      return child.#listens ? await child.#leave(value) : died(this.#conversation.status);
    } catch (error) {
      if (error instanceof ListenerDied && this.#listens) return died(this.#conversation.status);
      // The body failed by itself: the child is let go, and the error goes on.
      if (child.#listens && !this.#conversation.broken) await child.#leave(undefined);
      throw error;
    }
  }

  async #leave<T>(value: T): Promise<ChildEnd<T>> {
    this.#conversation.ask(REQUEST.EXIT, Buffer.alloc(4));
    await this.#conversation.ended();
    return { kind: 'returned', value };
  }

  /** A child that does nothing, to be looked at or traced; kill and reap it with calls. Gives its process id, or an error number below zero. */
  async idleChild(flags = 0n): Promise<number> {
    this.#guard?.admitIdleChild(flags);
    this.#mayAsk();
    this.#conversation.ask(REQUEST.SPAWN, wordsPayload(flags));
    const pid = parsePid(await this.#answer(REPLY.PARENT, 16)) ?? 0;
    if (pid > 0) this.#guard?.started(pid);
    return pid;
  }

  /** Ends the stub. */
  end(): void {
    if (!this.#conversation.broken) this.#conversation.ask(REQUEST.EXIT, Buffer.alloc(4));
    this.#conversation.close();
  }

  async #make(calls: readonly Call[]): Promise<readonly CallResult[]> {
    this.#mayAsk();
    const batch = encodeBatch(calls, this.hello, this.#depth);
    this.#conversation.send(batch.frame);
    return resultsOf(calls, batch, await this.#answer(REPLY.RESULTS, batch.answer));
  }

  async #answer(expected: number, size: number): Promise<Buffer> {
    const payload = await this.#conversation.answer(expected, size);
    if (payload === undefined) throw new ListenerDied('the process died before it answered');
    return payload;
  }

  get #listens(): boolean {
    return this.#conversation.depth === this.#depth;
  }

  #mayAsk(): void {
    if (this.#listens) return;
    if (this.#conversation.depth > this.#depth) throw new Error('this process waits for its child; speak to the child');
    throw new ListenerDied('the process is gone');
  }
}

function errnoOf(value: number): string {
  return errnoName(-value) ?? `errno ${-value}`;
}

/** wait(2): the low seven bits hold the signal, the next byte the status. */
function died(status: number): ChildEnd<never> {
  return { kind: 'died', signal: status & 0x7f, status: (status >> 8) & 0xff };
}
