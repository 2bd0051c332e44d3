import type { Arg, Call, ResultOf } from '../kernel/index.ts';

/** What a descriptor stands for, as far as the guard must know it. */
export type Descriptor =
  /** Opened to look: a file for reading, a folder, a path. */
  | 'looked-at'
  /** Opened for writing, and not to be written to. */
  | 'write-opened'
  /** A file of /proc/self through which a process changes itself: its id maps, its label. */
  | 'self-file'
  /** What is read from it is gone for everybody else: the kernel's log, a trace pipe. */
  | 'draining'
  /** An object that ends with the process and that nobody else holds: memory, a pipe, an event. */
  | 'own'
  /** A file made in a file system of its own making, or one that has no name. */
  | 'own-file'
  | 'unix-socket'
  | 'stream-socket'
  | 'datagram-socket'
  | 'route-socket'
  | 'other-socket'
  | 'ring'
  | 'file-system-context'
  | 'detached-mount'
  /** A terminal of its own (both ends are its own). */
  | 'terminal';

/** An argument as the guard sees it before the call is made. */
export type Argument =
  | { readonly kind: 'word'; readonly value: bigint }
  /** Text that it was given as, or bytes; neither where the kernel is to write there. */
  | { readonly kind: 'memory'; readonly given: string | Uint8Array | undefined }
  /** The result of an earlier call of the same batch, which may have failed: then an error number with its sign turned. */
  | { readonly kind: 'result'; readonly gives: Descriptor | undefined };

export interface Circumstances {
  readonly descriptors: ReadonlyMap<number, Descriptor>;
  /** Process ids of its children, and its own. */
  readonly family: ReadonlySet<number>;
  /** Paths of file systems that it mounted. */
  readonly trees: ReadonlySet<string>;
}

/** Whether an argument is harmless at its place. */
export type Test = (argument: Argument, circumstances: Circumstances) => boolean;

const NOTHING: Argument = { kind: 'word', value: 0n };

/** The arguments of a call, absent ones as the zeros that the stub sends. The i386 entry takes the lower half of each. */
export function argumentsOf(
  { args, entry }: Call,
  resultGives: (result: ResultOf) => Descriptor | undefined,
): readonly Argument[] {
  const bits = entry === 'i386' ? 32 : 64;
  return SIX.map((at): Argument => {
    const arg = args[at];
    if (arg === undefined) return NOTHING;
    if (typeof arg === 'number' || typeof arg === 'bigint') {
      return { kind: 'word', value: BigInt.asUintN(bits, BigInt(arg)) };
    }
    if (typeof arg === 'string' || arg instanceof Uint8Array) return { kind: 'memory', given: arg };
    if (arg.kind === 'result') return { kind: 'result', gives: resultGives(arg) };
    return { kind: 'memory', given: arg.kind === 'struct' ? arg.bytes : undefined };
  });
}

const SIX = [0, 1, 2, 3, 4, 5];

/** The string of C that lies there; undefined where the guard cannot tell. */
export function textOf(argument: Argument | undefined): string | undefined {
  if (argument?.kind !== 'memory' || argument.given === undefined) return undefined;
  const { given } = argument;
  if (typeof given === 'string') return given.split('\0', 1)[0];
  const end = given.indexOf(0);
  return end === -1 ? undefined : Buffer.from(given.subarray(0, end)).toString('utf8');
}

export const isResult = (arg: Arg): arg is ResultOf =>
  typeof arg === 'object' && !(arg instanceof Uint8Array) && arg.kind === 'result';

// --- words ------------------------------------------------------------------------------------------------------------

const word = (argument: Argument): bigint | undefined => (argument.kind === 'word' ? argument.value : undefined);

/** The kernel takes most arguments as 32-bit ints, whatever the upper half of the register holds. */
export const low = (argument: Argument): number | undefined => {
  const value = word(argument);
  return value === undefined ? undefined : Number(BigInt.asUintN(32, value));
};
const signed = (argument: Argument): number | undefined => {
  const value = word(argument);
  return value === undefined ? undefined : Number(BigInt.asIntN(32, value));
};

/** One of these 32-bit values. */
export const is =
  (...values: readonly number[]): Test =>
  (argument) => {
    const value = low(argument);
    return value !== undefined && values.some((one) => one >>> 0 === value);
  };
export const isNot =
  (...values: readonly number[]): Test =>
  (argument, circumstances) =>
    low(argument) !== undefined && !is(...values)(argument, circumstances);
/** At least one bit outside of these is set. */
export const beyondBits =
  (bits: number): Test =>
  (argument) => {
    const value = low(argument);
    return value !== undefined && (value & ~bits) !== 0;
  };
/** No bit outside of these is set, in all 64. */
export const onlyBits =
  (bits: number): Test =>
  (argument) => {
    const value = word(argument);
    return value !== undefined && (value & ~BigInt(bits >>> 0)) === 0n;
  };
/** None of these bits is set. */
export const withoutBits =
  (bits: number): Test =>
  (argument) => {
    const value = word(argument);
    return value !== undefined && (value & BigInt(bits >>> 0)) === 0n;
  };
/** All of these are set. */
export const withBits =
  (bits: number): Test =>
  (argument) => {
    const value = low(argument);
    return value !== undefined && (value & bits) >>> 0 === bits >>> 0;
  };
export const negative: Test = (argument) => (signed(argument) ?? 0) < 0;
export const above =
  (limit: number): Test =>
  (argument) =>
    (word(argument) ?? 0n) > BigInt(limit);
export const below =
  (limit: number): Test =>
  (argument) => {
    const value = word(argument);
    return value !== undefined && value < BigInt(limit);
  };
/** Above `limit` or below zero, as a 32-bit int. */
export const outsideInt =
  (limit: number): Test =>
  (argument) => {
    const value = signed(argument);
    return value !== undefined && (value < 0 || value > limit);
  };
export const isNull: Test = (argument) => word(argument) === 0n;

// --- memory -----------------------------------------------------------------------------------------------------------

export const emptyText: Test = (argument) => textOf(argument) === '';
/** A path that getname() refuses: EFAULT, ENOENT. */
export const noPath: Test = either(isNull, emptyText);
export const text =
  (pattern: RegExp): Test =>
  (argument) => {
    const given = textOf(argument);
    return given !== undefined && pattern.test(given);
  };
/** Bytes that the guard can read, and that `holds` is true of. */
export const bytes =
  (holds: (view: DataView) => boolean): Test =>
  (argument) =>
    argument.kind === 'memory' && argument.given instanceof Uint8Array && holds(viewOf(argument.given));

function viewOf(of: Uint8Array): DataView {
  return new DataView(of.buffer, of.byteOffset, of.length);
}

/** Beneath a file system that the process itself mounted, whatever way the path is written. */
export const ownPath: Test = (argument, { trees }) => {
  const path = textOf(argument);
  if (path === undefined || path.split('/').includes('..')) return false;
  return [...trees].some((tree) => path.startsWith(`${tree}/`));
};

/** The root of such a file system. */
export const ownTree: Test = (argument, { trees }) => trees.has(textOf(argument) ?? '');

// --- descriptors and processes ----------------------------------------------------------------------------------------

/** A descriptor that this session opened, of one of these kinds; or one that was not opened after all, which is none. */
export const opened =
  (...kinds: readonly Descriptor[]): Test =>
  (argument, { descriptors }) => {
    if (argument.kind === 'result') return argument.gives !== undefined && kinds.includes(argument.gives);
    const number = signed(argument);
    if (number === undefined) return false;
    const kind = descriptors.get(number);
    return kind !== undefined && kinds.includes(kind);
  };
/** Itself, or a child of its own. `0` often means the caller. */
export const family: Test = (argument, circumstances) => {
  const pid = signed(argument);
  return pid !== undefined && pid > 0 && circumstances.family.has(pid);
};

export function either(...tests: readonly Test[]): Test {
  return (argument, circumstances) => tests.some((test) => test(argument, circumstances));
}
export function both(...tests: readonly Test[]): Test {
  return (argument, circumstances) => tests.every((test) => test(argument, circumstances));
}
