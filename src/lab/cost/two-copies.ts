import type { Session } from '../../agent/index.ts';
import { type Call, call, type ResultOf, resultOf, struct, u64 } from '../../kernel/index.ts';
import { type Around, succeeded } from './timing.ts';

const [SIGCHLD, SIGKILL, PR_SET_PDEATHSIG, ITIMER_REAL] = [17, 9, 1, 0];

/**
 * Two processes at work at the same time, out of one batch: both copies make the calls that follow a clone. `rt_sigprocmask` takes no
 * mask where clone gave 0; a process id is no address (the stub lies above all of them, PID_MAX_LIMIT), so its result tells the copies
 * apart: 0 in the child, an error in its parent. A call whose flags are that result is made by the child alone.
 */
export interface Copies {
  readonly calls: readonly Call[];
  /** Waits for the child's end. The child itself has none to wait for, and goes on. */
  readonly awaitChild: Call;
  /** What only the child can do. */
  readonly inChild: ResultOf;
  /** With nothing to answer on, the child ends where the batch does. */
  readonly silenceChild: Call;
}

/** `at`: position of the first call in the batch. */
export function copies(at: number): Copies {
  const inChild = resultOf(at + 1);
  return {
    calls: [call('clone', SIGCHLD, 0, 0, 0, 0), call('rt_sigprocmask', 0, resultOf(at), 0, 8)],
    awaitChild: call('wait4', resultOf(at), 0, 0, 0),
    inChild,
    silenceChild: call('close_range', 0, 1, inChild),
  };
}

/** Without this call (Linux 5.9) the child would answer in its parent's place. */
export async function canSilence(child: Session): Promise<void> {
  succeeded(await child.call(call('close_range', UNUSED, UNUSED, 0)));
}

const UNUSED = 1_000_000;

/** The child ends with its parent, and both after so many seconds. */
export function bounded(seconds: number): readonly Call[] {
  return [
    call('prctl', PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0),
    call('setitimer', ITIMER_REAL, struct([u64(0), u64(0), u64(seconds), u64(0)]), 0),
  ];
}

/** Descriptors of a conversation between the two. */
export interface Ends {
  readonly reads: number;
  readonly writes: number;
  /** Those that take their places in the child. */
  readonly childReads: number;
  readonly childWrites: number;
}

/**
 * A byte there and back, `rounds` times: the parent writes and reads, the child reads and writes. Both make the same calls, but the
 * child reads once more before, and is written to once more after.
 */
export function roundTrips({ hello }: Session, ends: Ends, rounds: number): RoundTrips {
  const byte = hello.base + SCRATCH;
  const there = call('write', ends.writes, byte, 1);
  const round = [there, call('read', ends.reads, byte, 1)];
  const { calls, inChild, silenceChild, awaitChild } = copies(0);
  const before: readonly Call[] = [
    ...calls,
    // An error number is no descriptor: the parent does not read at the end of these.
    call('dup3', ends.childReads, ends.reads, inChild),
    call('dup3', ends.childWrites, ends.writes, inChild),
    silenceChild,
    ...bounded(SECONDS),
    call('read', resultOf(calls.length), byte, 1),
    ...times(WARM_UP, round),
  ];
  return { calls: times(rounds, round), around: { before, after: [there, awaitChild] } };
}

export interface RoundTrips {
  readonly calls: readonly Call[];
  readonly around: Around;
}

export const times = <T>(count: number, items: readonly T[]): readonly T[] =>
  Array.from({ length: count }, () => items).flat();

/** In the memory of the stub, behind all that these batches lay there. */
const SCRATCH = 60_000;
const SECONDS = 4;
/** Rounds until both processes run. */
const WARM_UP = 6;
