import type { CallResult } from '../../agent/index.ts';
import { type Arg, type Call, CLONE, call, type Effect, resultOf } from '../../kernel/index.ts';
import type { AttemptProbe } from '../../vectors/index.ts';
import type { Stage } from '../observation.ts';
import { attemptsIn } from './asked.ts';
import { decidersOf, existsOn, inChild, type Outcome, type Performed } from './attempt-child.ts';
import { keyOf, perStage } from './per-stage.ts';

/**
 * A child costs more than all that is tried in it. So attempts that leave each other alone are made in one: what leaves nothing
 * behind comes first, then what opens something, then at most one that changes the process.
 */
export const foretold = perStage(async (stage: Stage): Promise<ReadonlyMap<string, Performed>> => {
  const groups = new Map<string, AttemptProbe[]>();
  for (const attempt of attemptsIn(stage.asked ?? [])) {
    if (!isOrdinary(attempt, stage)) continue;
    const setting = String(attempt.as ?? '');
    groups.set(setting, [...(groups.get(setting) ?? []), attempt]);
  }
  const performed = new Map<string, Performed>();
  for (const group of groups.values()) {
    const fitting = thatFit(group);
    if (fitting.length < 2) continue;
    for (const [attempt, what] of await inOneChild(fitting, stage)) performed.set(keyOf(attempt), what);
  }
  return performed;
});

/** Another entry into the kernel may end the process; many calls fill a frame. */
function isOrdinary({ calls }: AttemptProbe, { sandbox }: Stage): boolean {
  return (
    calls.length <= MOST_CALLS && calls.every((one) => one.entry === undefined && existsOn(sandbox.hello.arch, one))
  );
}

const MOST_CALLS = 16;

/** What an attempt leaves behind in its child: nothing, descriptors, a changed process. */
const LEAVES: Partial<Readonly<Record<Effect, number>>> = { looks: 0, 'cannot-succeed': 0, 'makes-objects': 1 };
const CHANGES = 2;
const leavings = ({ effects }: AttemptProbe): number =>
  effects.reduce((most, effect) => Math.max(most, LEAVES[effect] ?? CHANGES), 0);

function thatFit(group: readonly AttemptProbe[]): readonly AttemptProbe[] {
  const ordered = group.toSorted((a, b) => leavings(a) - leavings(b));
  const firstChange = ordered.findIndex((attempt) => leavings(attempt) === CHANGES);
  return firstChange < 0 ? ordered : ordered.slice(0, firstChange + 1);
}

/** Errors that come of what others have opened before. */
const CROWDED = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRINUSE']);

/** Nothing where the child came to an end before its time: then each is made alone, which tells by what. */
async function inOneChild(
  attempts: readonly AttemptProbe[],
  stage: Stage,
): Promise<readonly (readonly [AttemptProbe, Performed])[]> {
  const [first] = attempts;
  if (first === undefined) return [];
  const calls: Call[] = [];
  const places = attempts.map((attempt) => {
    const from = calls.length;
    calls.push(...attempt.calls.map((one) => moved(one, from)));
    return from;
  });
  const decides = attempts.flatMap((attempt, i) => decidersOf(attempt).map((position) => position + (places[i] ?? 0)));
  const effects = [...new Set(attempts.flatMap((attempt) => attempt.effects))];
  const whole = await inChild({ ...first, effects }, stage.sandbox, calls, decides, await knownRefusal(first, stage));
  const { unprepared, outcomes, evidence } = whole;
  if (unprepared !== undefined) return attempts.map((attempt) => [attempt, whole]);
  if (whole.died !== undefined || outcomes.length !== decides.length || evidence.length !== calls.length) return [];
  const decided = new Map(decides.map((position, k) => [position, outcomes[k]]));
  return attempts.flatMap((attempt, i) => {
    const [from, own] = [places[i] ?? 0, decidersOf(attempt)];
    const named = own.flatMap((position): Outcome[] => {
      const [outcome, one] = [decided.get(from + position), attempt.calls[position]];
      return outcome === undefined || one === undefined ? [] : [{ ...outcome, call: one }];
    });
    if (named.some(({ names }) => names.some((name) => CROWDED.has(name)))) return [];
    return [[attempt, { outcomes: named, evidence: evidence.slice(from, from + 1 + Math.max(...own)) }] as const];
  });
}

/** A call that leans on results of others, so many places further on. */
function moved(one: Call, by: number): Call {
  const shifted = (arg: Arg): Arg =>
    typeof arg === 'object' && 'kind' in arg && arg.kind === 'result' ? resultOf(arg.of + by) : arg;
  return { ...one, args: one.args.map(shifted) };
}

/**
 * The calls of unshare(2) that are refused. One that is refused changes nothing, so one child makes one after the other until one
 * succeeds; what comes after that is not told.
 */
const refusedSettings = perStage(async (stage: Stage): Promise<ReadonlyMap<bigint, CallResult>> => {
  const wanted = new Set(attemptsIn(stage.asked ?? []).map(firstFlags));
  const refused = new Map<bigint, CallResult>();
  await stage.sandbox.guarded(['changes-itself', 'makes-namespaces']).child(async (child) => {
    for (const one of CHEAPEST_FIRST.filter((flags) => wanted.has(flags))) {
      const result = await child.call(call('unshare', one));
      if (result.ok) return;
      refused.set(one, result);
    }
  });
  return refused;
});

const CHEAPEST_FIRST: readonly bigint[] = [
  ...[CLONE.NEWUTS, CLONE.NEWIPC, CLONE.NEWCGROUP, CLONE.NEWTIME, CLONE.NEWNS, CLONE.NEWPID, CLONE.NEWNET],
  CLONE.NEWUSER,
];

const firstFlags = ({ as }: AttemptProbe): bigint | undefined => (as === 'unprivileged' ? undefined : as?.[0]);

/** What refuses the process that the attempt is made by, where it is known. */
export async function knownRefusal(attempt: AttemptProbe, stage: Stage): Promise<CallResult | undefined> {
  const flags = firstFlags(attempt);
  return flags === undefined ? undefined : (await refusedSettings(stage)).get(flags);
}
