import type { CallResult, ChildEnd, Session } from '../../agent/index.ts';
import { type Arch, type Call, CLONE, call, callNumber, struct, u32 } from '../../kernel/index.ts';
import type { AttemptProbe } from '../../vectors/index.ts';
import { settingsOf } from './asked.ts';

/** How one deciding call ended: `ok`, `= 3`, `EPERM`, `SIGSYS`. */
export interface Outcome {
  readonly call: Call;
  readonly names: readonly string[];
}

export interface Performed {
  readonly outcomes: readonly Outcome[];
  readonly evidence: readonly string[];
  /** The call before the attempt proper that was refused. */
  readonly unprepared?: CallResult;
}

/** Whether a machine has the call, by the interface that is meant. */
export function existsOn(arch: Arch, { name, entry }: Call): boolean {
  if (entry !== undefined && arch !== 'x86_64') return false;
  return callNumber(entry ?? arch, name) !== undefined;
}

/** Positions of the calls that decide. */
export const decidersOf = ({ decides, calls }: AttemptProbe): readonly number[] => decides ?? [calls.length - 1];

export interface Attempted extends Performed {
  /** The signal that ended the child. */
  readonly died?: number;
}

/** `refusal`: of what it is made to be before, where that is known to be refused. */
export async function inChild(
  probe: AttemptProbe,
  session: Session,
  calls: readonly Call[],
  decides: readonly number[],
  refusal?: CallResult,
): Promise<Attempted> {
  const guarded = session.guarded([...probe.effects, ...(probe.as === undefined ? [] : PREPARING)]);
  const first: ChildEnd<Attempted> =
    refusal === undefined
      ? await guarded.child(async (child): Promise<Attempted> => {
          const refused = await prepare(child, preparing(probe.as));
          return refused === undefined ? made(await child.batch(calls), decides) : unprepared(refused);
        })
      : { kind: 'returned', value: unprepared(refusal) };
  if (first.kind === 'returned' && first.value.unprepared === undefined) return first.value;
  if (probe.as === undefined || probe.as === 'unprivileged') return ended(first);
  const flags = probe.as.reduce((all, some) => all | some, 0n);
  if (probe.as.length > 1) {
    // A filter that looks at some of the flags may let through all at once.
    const together = await guarded.child(async (child): Promise<Attempted> => {
      const refused = await prepare(child, settingsOf([flags]));
      return refused === undefined ? made(await child.batch(calls), decides) : unprepared(refused);
    });
    if (together.kind === 'returned' && together.value.unprepared === undefined) return together.value;
  }
  // What unshare(2) may not do, clone(2) perhaps may; but it takes CLONE_NEWTIME for a part of the exit signal (CSIGNAL).
  if ((flags & CLONE.NEWTIME) !== 0n) return ended(first);
  const second = await guarded.child(async (child) => made(await child.batch(calls), decides), { flags });
  return second.kind === 'refused' ? ended(first) : ended(second);
}

const PREPARING = ['changes-itself', 'makes-namespaces'] as const;

function made(results: readonly CallResult[], decides: readonly number[]): Performed {
  const outcomes = decides.flatMap((position): Outcome[] => {
    const result = results[position];
    if (result === undefined) return [];
    return [{ call: result.call, names: result.errno === undefined ? ['ok', `= ${result.value}`] : [result.errno] }];
  });
  return { outcomes, evidence: results.map(String) };
}

function unprepared(refusal: CallResult): Performed {
  return { outcomes: [], evidence: [`${refusal}`], unprepared: refusal };
}

function ended(end: ChildEnd<Attempted>): Attempted {
  if (end.kind === 'returned') return end.value;
  if (end.kind === 'died') return { outcomes: [], evidence: [], died: end.signal };
  return { outcomes: [], evidence: [`clone = ${end.errno}`] };
}

function preparing(as: AttemptProbe['as']): readonly Call[] {
  if (as !== 'unprivileged') return settingsOf(as);
  const none = struct(Array.from({ length: 6 }, () => u32(0)));
  return [call('capset', struct([u32(0x20080522), u32(0)]), none)];
}

async function prepare(child: Session, calls: readonly Call[]): Promise<CallResult | undefined> {
  return (await child.batch(calls)).find(({ ok }) => !ok);
}
