import { type Arch, type Arg, type Call, callNumber, errnoName, errnoNumber } from '../kernel/index.ts';
import { CofferdamError } from '../posture/index.ts';
import type { Hello, WireCall } from './protocol.ts';

/** What the kernel wrote, by argument. */
export type Answers = readonly { readonly arg: number; readonly bytes: Uint8Array }[];

const NO_ANSWERS: Answers = [];

/** What came of a call. */
export class CallResult {
  readonly call: Call;
  /** As the kernel gives it: below zero, an error number with its sign turned. */
  readonly value: number;
  readonly #answers: Answers;
  readonly #notMade: string | undefined;

  constructor(call: Call, value: number, answers: Answers = NO_ANSWERS, notMade?: string) {
    this.call = call;
    this.value = value;
    this.#answers = answers;
    this.#notMade = notMade;
  }

  get ok(): boolean {
    return this.errno === undefined;
  }

  /** `EPERM`; undefined where the call succeeded. Errors are the last 4095 values (include/linux/err.h). */
  get errno(): string | undefined {
    return this.value < 0 && this.value >= -4095 ? (errnoName(-this.value) ?? `errno ${-this.value}`) : undefined;
  }

  /** What the kernel wrote where argument `index` pointed to. */
  bytes(index: number): Buffer {
    const answer = this.#answers.find(({ arg }) => arg === index);
    if (answer === undefined) throw new Error(`argument ${index} of ${this.call.name} gives nothing back`);
    return Buffer.from(answer.bytes);
  }

  /** The text that a read or readlink gave. */
  text(index: number): string {
    return this.bytes(index).subarray(0, Math.max(0, this.value)).toString('utf8');
  }

  /** The same outcome, told of the call as somebody else wrote it. */
  of(call: Call): CallResult {
    return new CallResult(call, this.value, this.#answers, this.#notMade);
  }

  /** Of a call that never left (ECANCELED): what was missing. */
  static notMade(call: Call, why: string): CallResult {
    return new CallResult(call, -(errnoNumber('ECANCELED') ?? 0), NO_ANSWERS, why);
  }

  /** `openat(-100, "/proc/kcore", 0x0) = EACCES`, as evidence. */
  toString(): string {
    const made = describeCall(this.call);
    return this.#notMade === undefined ? `${made} = ${this.errno ?? this.value}` : `${made} not made: ${this.#notMade}`;
  }
}

export function describeCall({ name, args, entry }: Call): string {
  return `${name}${entry === undefined ? '' : `[${entry}]`}(${args.map(describeArg).join(', ')})`;
}

function describeArg(arg: Arg): string {
  if (typeof arg === 'string') return JSON.stringify(arg);
  if (typeof arg === 'number') return Number.isSafeInteger(arg) && arg < 1024 ? String(arg) : `0x${arg.toString(16)}`;
  if (typeof arg === 'bigint') return `0x${BigInt.asUintN(64, arg).toString(16)}`;
  if (arg instanceof Uint8Array) return `${arg.length} bytes`;
  return arg.kind === 'result'
    ? `result ${arg.of}`
    : arg.kind === 'out'
      ? `room for ${arg.size}`
      : `{${arg.bytes.length} bytes}`;
}

/** The number by which the stub makes the call, and the way in. */
export function wireNumber({ name, entry }: Call, { arch }: Hello): Pick<WireCall, 'number' | 'entry'> {
  const through: Arch = entry ?? arch;
  if (entry !== undefined && arch !== 'x86_64') {
    throw new CofferdamError('agent', `${arch} has no ${entry} interface`, 'make the call natively');
  }
  const number = callNumber(through, name);
  if (number === undefined) {
    throw new CofferdamError('agent', `${through} has no call ${name}`, 'choose another call');
  }
  return { number: number, entry: entry === 'i386' ? 'int80' : 'native' };
}
