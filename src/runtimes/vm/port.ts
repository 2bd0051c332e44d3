import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Channel } from '../../agent/index.ts';

/** A port of a guest. Stubs come and go behind it, one after the other; each conversation has streams of its own that may be ended. */
export class Port {
  readonly number: number;
  readonly #socket: Socket;
  #open: Duplex | undefined;

  constructor(number: number, socket: Socket) {
    this.number = number;
    this.#socket = socket;
    // What comes while nobody listens is the end of an earlier conversation.
    socket.on('data', (chunk: Buffer) => this.#open?.push(chunk));
    socket.on('close', () => this.#open?.push(null));
  }

  /** `abandon`: ends the process behind it. */
  channel(messages: () => string, abandon: () => void): Channel {
    const stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _, done) => this.#socket.write(chunk, () => done()),
      final: (done) => done(),
    });
    this.#open = stream;
    return { toStub: stream, fromStub: stream, messages, abandon };
  }

  close(): void {
    this.#open = undefined;
  }
}
