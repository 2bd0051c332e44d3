/**
 * The frames that a session and a stub exchange; `agent/README.md` describes them, `agent/stub.c` is the other end. Nothing here
 * is trusted that comes from the stub: whoever answers may be anything that a sandbox chose to run.
 */

export const REQUEST = { WRITE: 1, READ: 2, CALLS: 3, FORK: 4, SPAWN: 5, EXIT: 6 } as const;
export const REPLY = {
  HELLO: 128,
  DONE: 129,
  DATA: 130,
  RESULTS: 131,
  PARENT: 132,
  CHILD: 133,
  ENDED: 134,
  STALE: 135,
  REFUSED: 255,
} as const;

/** Bytes of the replies that have a size of their own. */
const PAYLOAD_SIZE: Readonly<Record<number, number>> = {
  [REPLY.HELLO]: 32,
  [REPLY.DONE]: 0,
  [REPLY.PARENT]: 16,
  [REPLY.CHILD]: 16,
  [REPLY.ENDED]: 16,
  [REPLY.STALE]: 16,
  [REPLY.REFUSED]: 16,
};

export const MAGIC = '\nCOFFERDAM-STUB\n';
export const PROTOCOL_VERSION = 1;
/** Bytes of a frame's payload, and calls in a batch, at most (FRAME_MAX, CALLS_MAX of the stub). */
export const FRAME_MAX = 32_768;
export const CALLS_MAX = 512;
export const HEADER_SIZE = 8;
export const EXCHANGE_SIZE = 24;
export const CALL_SIZE = 56;

export interface Frame {
  readonly kind: number;
  readonly depth: number;
  readonly payload: Buffer;
}

/** What the stub says first. */
export interface Hello {
  readonly version: number;
  readonly arch: 'x86_64' | 'aarch64';
  /** Address of its memory, and bytes of it. */
  readonly base: number;
  readonly memory: number;
}

/** What a call looks like on the wire: its number and the way in. Its arguments are words; bit k of a byte between says that argument k is the number of an earlier call whose result is meant. */
export interface WireCall {
  readonly number: number;
  readonly entry: 'native' | 'int80';
}

export function requestFrame(kind: number, depth: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_SIZE + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt8(kind, 4);
  frame.writeUInt8(depth, 5);
  frame.writeUInt16LE(0, 6);
  frame.set(payload, HEADER_SIZE);
  return frame;
}

export function wordsPayload(...words: readonly bigint[]): Buffer {
  const payload = Buffer.allocUnsafe(8 * words.length);
  words.forEach((word, i) => {
    payload.writeBigUInt64LE(word, 8 * i);
  });
  return payload;
}

/** Undefined where it is not what a stub says. */
export function parseHello(payload: Buffer): Hello | undefined {
  if (payload.length !== PAYLOAD_SIZE[REPLY.HELLO]) return undefined;
  const arch = ({ 62: 'x86_64', 183: 'aarch64' } as const)[payload.readUInt32LE(4)];
  const [base, memory, frame] = [payload.readBigUInt64LE(8), payload.readUInt32LE(16), payload.readUInt32LE(20)];
  const possible = base + BigInt(memory) <= HIGHEST_ADDRESS && memory >= 4096 && memory <= MOST_MEMORY;
  if (arch === undefined || !possible || frame !== FRAME_MAX) return undefined;
  return { version: payload.readUInt32LE(0), arch, base: Number(base), memory };
}

/** User space of x86-64 ends there; that of aarch64 with its usual page tables ends a bit later, but the stub lies low. */
const HIGHEST_ADDRESS = 2n ** 47n;
const MOST_MEMORY = 2 ** 30;
/** PID_MAX_LIMIT, include/linux/threads.h */
const MOST_PID = 2n ** 22n;

/** A process id, or an error number with its sign turned. */
export function parsePid(payload: Buffer): number | undefined {
  const pid = payload.readBigInt64LE(0);
  return pid !== 0n && pid >= -4095n && pid <= MOST_PID ? Number(pid) : undefined;
}

/** The status in an ENDED. Undefined where wait4(2) failed, but for ECHILD: who ignores SIGCHLD gets that after the end. */
export function parseEnd(payload: Buffer): number | undefined {
  const ended = payload.readBigInt64LE(0);
  if (ended === -ECHILD) return 0;
  return ended > 0n ? Number(BigInt.asUintN(32, payload.readBigInt64LE(8))) : undefined;
}

const ECHILD = 10n;

/** Cuts the stub's output into frames. What comes before its first word (a runtime's banner) is kept as text, up to a limit. */
export class FrameReader {
  #buffer: Buffer = Buffer.alloc(0);
  #greeted = false;
  #noise = '';

  /** What was printed before the stub spoke. */
  get noise(): string {
    return this.#greeted ? this.#noise : this.#noise + this.#buffer.toString('utf8');
  }

  /** Frames that are complete now. `undefined`: this is no stub's language, and nothing more can be read from it. */
  push(chunk: Buffer): Frame[] | undefined {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    if (!this.#greeted && !this.#findGreeting()) return [];
    const frames: Frame[] = [];
    let at = 0;
    while (this.#buffer.length - at >= HEADER_SIZE) {
      const length = this.#buffer.readUInt32LE(at);
      const kind = this.#buffer.readUInt8(at + 4);
      if (length > FRAME_MAX || length !== (PAYLOAD_SIZE[kind] ?? length)) return undefined;
      const end = at + HEADER_SIZE + length;
      if (this.#buffer.length < end) break;
      const depth = this.#buffer.readUInt8(at + 5);
      frames.push({ kind, depth, payload: this.#buffer.subarray(at + HEADER_SIZE, end) });
      at = end;
    }
    this.#buffer = this.#buffer.subarray(at);
    return frames;
  }

  #findGreeting(): boolean {
    const at = this.#buffer.indexOf(MAGIC, 0, 'latin1');
    const before = at === -1 ? Math.max(0, this.#buffer.length - MAGIC.length) : at;
    this.#noise = (this.#noise + this.#buffer.toString('utf8', 0, before)).slice(-MOST_NOISE);
    this.#buffer = this.#buffer.subarray(at === -1 ? before : at + MAGIC.length);
    this.#greeted = at !== -1;
    return this.#greeted;
  }
}

const MOST_NOISE = 8192;
