import { CofferdamError } from '../posture/index.ts';
import type { Channel } from './channel.ts';
import {
  type Frame,
  FrameReader,
  type Hello,
  PROTOCOL_VERSION,
  parseEnd,
  parseHello,
  parsePid,
  REPLY,
  requestFrame,
} from './protocol.ts';

/** What parent and child say of a fork. `pid`: as its parent sees it; `itself`: as it sees itself. */
type Forked =
  | { readonly kind: 'forked'; readonly pid: number; readonly itself: number }
  | { readonly kind: 'refused'; readonly pid: number }
  | { readonly kind: 'ended' };

interface Waiter {
  readonly take: (frame: Frame) => void;
  readonly fail: (error: CofferdamError) => void;
}

const LAST_WORDS_MS = 50;

/**
 * Frames in and out of one channel, with time limits. Every way in which the other end can fail ends here in one error, and
 * the sandbox is taken away with it.
 */
export class Conversation {
  readonly #channel: Channel;
  readonly #timeoutMs: number;
  readonly #reader = new FrameReader();
  readonly #frames: Frame[] = [];
  #failure: CofferdamError | undefined;
  #waiter: Waiter | undefined;
  /** Until when the answer to the last request must be there, however much comes before it. */
  #deadline: number;
  /** How deep the process is that listens now. */
  #depth = 0;
  /** wait(2) status of the child that ended last. */
  #status = 0;

  constructor(channel: Channel, timeoutMs: number) {
    this.#channel = channel;
    this.#timeoutMs = timeoutMs;
    this.#deadline = performance.now() + timeoutMs;
    channel.fromStub.on('data', (chunk: Buffer) => this.#receive(chunk));
    // What it said beside comes by another pipe, and may come later.
    const ended = (): void => void setTimeout(() => this.#fail('ended before it answered'), LAST_WORDS_MS);
    channel.fromStub.on('end', ended);
    channel.fromStub.on('close', ended);
    channel.fromStub.on('error', (error) => this.#fail(`cannot be read from: ${error.message}`));
    channel.toStub.on('error', (error) => this.#fail(`cannot be written to: ${error.message}`));
  }

  /** Nothing more can be said. */
  get broken(): boolean {
    return this.#failure !== undefined;
  }

  get depth(): number {
    return this.#depth;
  }

  get status(): number {
    return this.#status;
  }

  async greeting(): Promise<Hello> {
    const { kind, payload } = await this.#frame();
    const hello = kind === REPLY.HELLO ? parseHello(payload) : undefined;
    if (hello === undefined) throw this.#fail('did not greet as the stub does');
    if (hello.version !== PROTOCOL_VERSION) {
      throw this.#fail(`speaks version ${hello.version} of the protocol, not ${PROTOCOL_VERSION}`);
    }
    return hello;
  }

  ask(kind: number, payload: Buffer): void {
    this.send(requestFrame(kind, this.#depth, payload));
  }

  send(frame: Buffer): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#deadline = performance.now() + this.#timeoutMs;
    this.#channel.toStub.write(frame);
  }

  /** The answer of who listens now; undefined where that one died, as its parent says, to whom the conversation went back. */
  async answer(expected: number, size: number): Promise<Buffer | undefined> {
    for (;;) {
      const frame = await this.#frame();
      if (frame.kind === REPLY.STALE) continue;
      if (frame.depth === this.#depth && frame.kind === expected) {
        if (frame.payload.length === size) return frame.payload;
        throw this.#fail(`answered with ${frame.payload.length} bytes instead of ${size}`);
      }
      if (!this.#isEnd(frame)) throw this.#outOfTurn(frame);
      return undefined;
    }
  }

  /** What parent and child say after a fork, whichever comes first. A parent whose fork failed has no child. */
  async forked(): Promise<Forked> {
    let pid: number | undefined;
    let itself: number | undefined;
    while (pid === undefined || itself === undefined) {
      const frame = await this.#frame();
      if (frame.kind === REPLY.PARENT && frame.depth === this.#depth && pid === undefined) {
        pid = this.#pid(frame);
        if (pid < 0) return { kind: 'refused', pid };
      } else if (frame.kind === REPLY.CHILD && frame.depth === this.#depth + 1 && itself === undefined) {
        itself = this.#pid(frame);
      } else if (frame.kind === REPLY.ENDED && frame.depth === this.#depth && pid !== undefined) {
        this.#learnEnd(frame);
        return { kind: 'ended' };
      } else if (frame.kind !== REPLY.STALE) {
        if (!this.#isEnd(frame)) throw this.#outOfTurn(frame);
        throw new ListenerDied('the process died before it answered');
      }
    }
    this.#depth++;
    return { kind: 'forked', pid, itself };
  }

  /** Waits until the parent of who listened says that it has ended. */
  async ended(): Promise<void> {
    for (;;) {
      const frame = await this.#frame();
      if (frame.kind === REPLY.STALE) continue;
      if (!this.#isEnd(frame)) throw this.#outOfTurn(frame);
      return;
    }
  }

  close(): void {
    this.#failure ??= new CofferdamError('agent', 'the conversation is over', 'open another session');
    this.#channel.toStub.end();
  }

  /** Whether the frame says that who listens has ended; then its parent listens. */
  #isEnd(frame: Frame): boolean {
    if (frame.kind !== REPLY.ENDED || this.#depth === 0 || frame.depth !== this.#depth - 1) return false;
    this.#depth--;
    this.#learnEnd(frame);
    return true;
  }

  #learnEnd({ payload }: Frame): void {
    const end = parseEnd(payload);
    // The child goes on beside its parent then, and both would answer.
    if (end === undefined) throw this.#fail('may not wait for its children (wait4 is refused)');
    this.#status = end;
  }

  #pid({ payload }: Frame): number {
    const pid = parsePid(payload);
    if (pid === undefined) throw this.#fail('names a process that cannot be');
    return pid;
  }

  #outOfTurn({ kind, depth }: Frame): CofferdamError {
    return this.#fail(
      kind === REPLY.REFUSED ? 'refused a request' : `answered out of turn (kind ${kind}, depth ${depth})`,
    );
  }

  #frame(): Promise<Frame> {
    const ready = this.#frames.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const left = this.#deadline - performance.now();
    if (left <= 0) return Promise.reject(this.#late());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#late(), left);
      const done = <T>(act: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          this.#waiter = undefined;
          act(value);
        };
      };
      this.#waiter = { take: done(resolve), fail: done(reject) };
    });
  }

  #late(): CofferdamError {
    return this.#fail(`gave no answer within ${this.#timeoutMs / 1000} s`);
  }

  #receive(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    const frames = this.#reader.push(chunk);
    if (frames === undefined) {
      this.#fail('sent what no stub sends');
      return;
    }
    for (const frame of frames) {
      if (this.#waiter === undefined) this.#frames.push(frame);
      else this.#waiter.take(frame);
    }
    // Nobody asks for more than a few answers at a time; whoever sends on and on is no stub.
    if (this.#frames.length > MOST_UNASKED) this.#fail('sends without being asked');
  }

  #fail(what: string): CofferdamError {
    if (this.#failure === undefined) {
      const said = [this.#channel.messages(), this.#reader.noise].map(printable).filter((text) => text !== '');
      this.#failure = new CofferdamError(
        'sandbox',
        `the sandbox ${what}${said.length === 0 ? '' : `; it said: ${said.join(' / ')}`}`,
        'try the same command by hand with `true` in the place of the stub',
      );
      this.#frames.length = 0;
      // Who is not listened to any more cannot keep this program busy.
      this.#channel.fromStub.destroy();
      this.#channel.toStub.destroy();
      this.#channel.abandon();
    }
    this.#waiter?.fail(this.#failure);
    return this.#failure;
  }
}

/** The process that listened has died, and its parent listens. */
export class ListenerDied extends CofferdamError {
  constructor(message: string) {
    super('sandbox', message, 'a filter may have ended it: look at what it answers to the call');
  }
}

const MOST_UNASKED = 16;
const MOST_SAID = 2048;

/** What a sandbox says may hold anything: control characters could speak to a terminal. */
function printable(text: string): string {
  return text
    .slice(-MOST_SAID)
    .replace(/[^\P{C}\n\t]/gu, '�')
    .trim();
}
