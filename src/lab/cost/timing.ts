import type { CallResult, ChildEnd, Session } from '../../agent/index.ts';
import { type Call, call, out } from '../../kernel/index.ts';
import { CofferdamError } from '../../posture/index.ts';

const CLOCK_MONOTONIC = 1;
const CLOCK = call('clock_gettime', CLOCK_MONOTONIC, out(16));

/** What a sandbox does not permit cannot be measured in it: the call that was refused says why. */
export function notPossible(why: string): CofferdamError {
  return new CofferdamError('sandbox', why, 'measure it in a sandbox that permits it');
}

export function succeeded(result: CallResult | undefined): CallResult {
  if (result?.ok) return result;
  throw notPossible(`${result}`);
}

export function returned<T>(end: ChildEnd<T>): T {
  if (end.kind === 'returned') return end.value;
  throw notPossible(
    end.kind === 'refused' ? `clone() = ${end.errno}` : `its process was ended by signal ${end.signal}`,
  );
}

export interface Timed {
  readonly nanoseconds: number;
  readonly results: readonly CallResult[];
  readonly before: readonly CallResult[];
}

/**
 * How long calls take where they are made. The clock is read there, before the first and after the last of them in the same batch, so the
 * way to the stub and back is not in it; the two readings themselves are (`readingTwice`).
 */
export async function timed(session: Session, calls: readonly Call[], around: Around = {}): Promise<Timed> {
  const { before = [], after = [] } = around;
  const all = await session.batch([...before, CLOCK, ...calls, CLOCK, ...after]);
  const first = before.length;
  const last = first + calls.length + 1;
  const nanoseconds = Number(readingOf(succeeded(all[last])) - readingOf(succeeded(all[first])));
  return { nanoseconds, results: all.slice(first + 1, last), before: all.slice(0, first) };
}

/** Calls of the same batch that are not timed. */
export interface Around {
  readonly before?: readonly Call[];
  readonly after?: readonly Call[];
}

/** What the clock takes. The smaller of two: the first pays for what is new. */
export async function readingTwice(session: Session): Promise<number> {
  return Math.min((await timed(session, [])).nanoseconds, (await timed(session, [])).nanoseconds);
}

function readingOf(result: CallResult): bigint {
  const time = result.bytes(1);
  return time.readBigInt64LE(0) * 1_000_000_000n + time.readBigInt64LE(8);
}
