import type { CallResult, ChildEnd, Session } from '../agent/index.ts';
import {
  type Arg,
  type Call,
  call,
  callNumber,
  type Effect,
  pointer,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../kernel/index.ts';
import { HARMLESS } from '../vectors/harmless-calls.data.ts';
import type { Stage } from './observation.ts';
import { attemptsIn, passesIn, settingsOf } from './probes/asked.ts';
import { existsOn } from './probes/attempt-child.ts';
import { keyOf, perStage, perStageAndKey } from './probes/per-stage.ts';

export type FilterAnswer =
  | { readonly answer: 'passes' | 'refuses'; readonly evidence: readonly string[] }
  | { readonly answer: 'untold'; readonly why: string; readonly evidence: readonly string[] };

const PR = { GET_SECCOMP: 21, SET_NO_NEW_PRIVS: 38 } as const;
const SET_MODE_FILTER = 1;
const NEW_LISTENER = 8;
/** include/uapi/linux/seccomp.h. Of all filters the sternest answer counts, in this order: kill, trap, errno, user notification, trace, log, allow. */
const RET = { USER_NOTIF: 0x7fc00000, TRACE: 0x7ff00000, ALLOW: 0x7fff0000 } as const;
const SIGALRM = 14;
const SIGSYS = 31;
const SIGSEGV = 11;

/** What prctl(PR_GET_SECCOMP) says: no filter at all, or one. */
const filterPresence = perStage(
  async ({ sandbox }: Stage): Promise<{ readonly present: boolean; readonly evidence: string }> => {
    // In a child: the strict mode would end the caller.
    const asked = await sandbox
      .guarded(['looks'])
      .child((child) => child.call(call('prctl', PR.GET_SECCOMP, 0, 0, 0, 0)));
    const evidence = asked.kind === 'returned' ? `${asked.value}` : 'prctl(PR_GET_SECCOMP): the process was ended';
    return { present: !(asked.kind === 'returned' && asked.value.ok && asked.value.value === 0), evidence };
  },
);

const memory = perStageAndKey<FilterAnswer>();
const seenAlone = perStageAndKey<Seen>();

/** Whether the filters of the sandbox let this very call through, arguments included. The call is not made. */
export async function askFilter(stage: Stage, asked: Call, effects: readonly Effect[]): Promise<FilterAnswer> {
  const { present, evidence } = await filterPresence(stage);
  if (!present) return { answer: 'passes', evidence: [evidence] };
  const alone = withoutResults(asked);
  return memory(stage, keyOf(alone), () => question(stage, alone, effects));
}

/**
 * Whether the filters themselves answer this call, with whatever error (or none: SECCOMP_RET_ERRNO of 0) that they choose: what came
 * of it then says nothing about the kernel. undefined: that is not told.
 */
export async function isAnsweredByFilter(
  stage: Stage,
  asked: Call,
  effects: readonly Effect[],
): Promise<boolean | undefined> {
  if (SPEAKING.has(asked.name) || !(await filterPresence(stage)).present) return false;
  const alone = withoutResults(asked);
  const { answer } = await traced(stage, alone, effects);
  return answer === 'ENOSYS' ? false : answer === 'refuses' ? true : undefined;
}

/** The call behind a filter that answers ENOSYS to it, where no sterner one stands before that. */
async function traced(stage: Stage, asked: Call, effects: readonly Effect[]): Promise<Seen> {
  const known = (await tracedTogether(stage)).get(keyOf(asked));
  if (known !== undefined) return answerOf(known);
  return seenAlone(stage, keyOf(asked), () => behind(stage.sandbox, asked, effects, RET.TRACE));
}

interface Question {
  readonly call: Call;
  readonly effects: readonly Effect[];
  /** Asked only if an attempt is refused. */
  readonly perhaps?: true;
}

/** What most questions are about: the calls of the table, those that the probes ask about, and those that may be refused to them. */
const questionsOf = perStage(async ({ sandbox, asked = [] }: Stage): Promise<readonly Question[]> => {
  const attempts = attemptsIn(asked).flatMap(({ calls, effects, as }): Question[] => [
    ...calls.map((one): Question => ({ call: withoutResults(one), effects, perhaps: true })),
    ...settingsOf(as).map((one): Question => ({ call: one, effects: ['makes-namespaces'], perhaps: true })),
  ]);
  const passing = passesIn(asked).flatMap(({ calls, effects }) => calls.map((one) => ({ call: one, effects })));
  const all = [...Object.values(HARMLESS), ...passing, ...attempts].filter(
    ({ call: one }) => one.entry === undefined && !SPEAKING.has(one.name) && existsOn(sandbox.hello.arch, one),
  );
  return [...new Map(all.toReversed().map((one) => [keyOf(one.call), one])).values()].slice(0, MOST_ASKED);
});

/** A child that these are stopped in cannot answer. */
const SPEAKING: ReadonlySet<string> = new Set(['read', 'write', 'exit', 'exit_group']);
/** A jump of a filter goes over 255 instructions at most. */
const MOST_ASKED = 250;

/** How the calls end behind a filter that stops them all: of one child instead of one each. Nothing where it was ended for one of them. */
const tracedTogether = perStage(async (stage: Stage): Promise<ReadonlyMap<string, CallResult>> => {
  const questions = await questionsOf(stage);
  const { sandbox } = stage;
  const numbers = new Set(questions.flatMap(({ call: { name } }) => callNumber(sandbox.hello.arch, name) ?? []));
  const traced = await sandbox.guarded(effectsOf(questions)).child(async (one) => {
    const setup = await one.batch(installing([...numbers], RET.TRACE));
    return setup.every(({ ok }) => ok) ? one.batch(questions.map((each) => each.call)) : [];
  });
  return byCall(questions, traced);
});

/** The same for the calls themselves, where that says more: of those that are asked about in any case and get in no other's way. */
const madeTogether = perStage(async (stage: Stage): Promise<ReadonlyMap<string, CallResult>> => {
  const table = new Set<Call>(Object.values(HARMLESS).map((one) => one.call));
  const seen = await tracedTogether(stage);
  const questions = (await questionsOf(stage)).filter(
    ({ call: one, effects, perhaps }) =>
      seen.get(keyOf(one))?.errno === 'ENOSYS' &&
      perhaps !== true &&
      (table.has(one) || effects.every((effect) => IN_NOBODYS_WAY.has(effect))),
  );
  const made = await stage.sandbox
    .guarded(effectsOf(questions))
    .child((one) => one.batch(questions.map((each) => each.call)));
  return byCall(questions, made);
});

const IN_NOBODYS_WAY: ReadonlySet<Effect> = new Set(['looks', 'cannot-succeed', 'makes-objects']);

function effectsOf(questions: readonly Question[]): readonly Effect[] {
  return [...new Set<Effect>(['changes-itself', 'cannot-succeed', ...questions.flatMap(({ effects }) => effects)])];
}

function byCall(questions: readonly Question[], end: ChildEnd<readonly CallResult[]>): ReadonlyMap<string, CallResult> {
  if (end.kind !== 'returned') return new Map();
  return new Map(
    end.value.flatMap((result, i) => (questions[i] === undefined ? [] : [[keyOf(questions[i].call), result]])),
  );
}

/** In a question nothing has been made before. */
function withoutResults(asked: Call): Call {
  if (!asked.args.some(isResultOf)) return asked;
  return { ...asked, args: asked.args.map((arg) => (isResultOf(arg) ? NO_DESCRIPTOR : arg)) };
}

/** In the place of what an earlier call would give: here there is none. */
const NO_DESCRIPTOR = -1;

function isResultOf(arg: Arg): boolean {
  return typeof arg === 'object' && !(arg instanceof Uint8Array) && arg.kind === 'result';
}

/**
 * A filter of one's own answers the call with TRACE, which ends in ENOSYS where nobody traces (__seccomp_filter(),
 * kernel/seccomp.c): any other error is the answer of a sterner filter before it. ENOSYS itself may be such an answer, too: then the
 * call, which is a harmless one, is made. Where the kernel does not have it, a second filter of one's own makes it wait for a
 * supervisor that never answers: whoever waits until an alarm ends him was let through.
 */
async function question(stage: Stage, asked: Call, effects: readonly Effect[]): Promise<FilterAnswer> {
  const first = await traced(stage, asked, effects);
  if (first.answer !== 'ENOSYS') return settle(first);
  const made = (await madeTogether(stage)).get(keyOf(asked)) ?? (await madeAlone(stage, asked, effects));
  const line = made === undefined ? `${asked.name}: the process was ended` : `${made}`;
  const evidence = [...first.evidence, line];
  if (made !== undefined && made.errno !== 'ENOSYS') return { answer: 'passes', evidence };
  const waiting = await behind(stage.sandbox, asked, effects, RET.USER_NOTIF);
  const all = [...evidence, ...waiting.evidence];
  return waiting.answer === 'ENOSYS' ? { answer: 'refuses', evidence: all } : { ...settle(waiting), evidence: all };
}

async function madeAlone(stage: Stage, asked: Call, effects: readonly Effect[]): Promise<CallResult | undefined> {
  const made = await stage.sandbox.guarded([...effects, 'cannot-succeed']).child((one) => one.call(asked));
  return made.kind === 'returned' ? made.value : undefined;
}

interface Seen {
  readonly answer: 'ENOSYS' | 'refuses' | 'waited' | 'not installed' | 'no such entry';
  readonly evidence: readonly string[];
}

function settle({ answer, evidence }: Seen): FilterAnswer {
  if (answer === 'waited') return { answer: 'passes', evidence };
  if (answer === 'refuses') return { answer: 'refuses', evidence };
  const why =
    answer === 'no such entry'
      ? 'this kernel does not serve the interface at all'
      : 'no filter of its own can be put behind those that are there';
  return { answer: 'untold', why, evidence };
}

async function behind(sandbox: Session, asked: Call, effects: readonly Effect[], ret: number): Promise<Seen> {
  const number = callNumber(asked.entry ?? sandbox.hello.arch, asked.name);
  if (number === undefined) return { answer: 'no such entry', evidence: [`${asked.name} has no number here`] };
  const waits = ret === RET.USER_NOTIF;
  let installed = '';
  // The call is stopped whatever it asks for; its effects are declared for the case that it were not.
  const guarded = sandbox.guarded(['changes-itself', 'cannot-succeed', ...effects]);
  const child = await guarded.child(async (one) => {
    const setup = await one.batch(installing([number], ret));
    installed = setup.map(String).join(', ');
    if (setup.some(({ ok }) => !ok)) return undefined;
    if (!waits) return one.call(asked);
    const [, answer] = await one.batch([alarm(ALARM_MICROSECONDS), asked, alarm(0)]);
    return answer;
  });
  if (child.kind === 'refused') return { answer: 'not installed', evidence: evidence(`clone = ${child.errno}`) };
  if (child.kind === 'died') {
    const ended = evidence(`${asked.name} ended by signal ${child.signal}`);
    if (child.signal === SIGALRM && waits)
      return { answer: 'waited', evidence: evidence(`${asked.name} was let through`) };
    if (child.signal === SIGSEGV && asked.entry === 'i386') return { answer: 'no such entry', evidence: ended };
    return {
      answer: child.signal === SIGSYS || child.signal === SIGKILL ? 'refuses' : 'not installed',
      evidence: ended,
    };
  }
  if (child.value === undefined) return { answer: 'not installed', evidence: evidence(installed) };
  return answerOf(child.value);
}

const evidence = (what: string): readonly string[] => [`behind a filter of its own: ${what}`];

const answerOf = (result: CallResult): Seen => ({
  answer: result.errno === 'ENOSYS' ? 'ENOSYS' : 'refuses',
  evidence: evidence(`${result}`),
});

const SIGKILL = 9;
/** Long enough for the next call to begin on a busy machine. */
const ALARM_MICROSECONDS = 5000;
const alarm = (microseconds: number): Call =>
  call('setitimer', 0, struct([u64(0), u64(0), u64(0), u64(microseconds)]), 0);

function installing(numbers: readonly number[], ret: number): readonly Call[] {
  return [
    call('prctl', PR.SET_NO_NEW_PRIVS, 1, 0, 0, 0),
    call('seccomp', SET_MODE_FILTER, ret === RET.USER_NOTIF ? NEW_LISTENER : 0, program(numbers, ret)),
  ];
}

/** ld [nr]; jeq each number → ret; else allow. The interface is not looked at: the child makes these calls, and what the stub needs. */
function program(numbers: readonly number[], ret: number) {
  const step = (code: number, yes: number, no: number, value: number) => [u16(code), u8(yes), u8(no), u32(value)];
  const steps = struct([
    ...step(0x20, 0, 0, 0),
    ...numbers.flatMap((number, i) => step(0x15, numbers.length - i, 0, number)),
    ...step(0x06, 0, 0, RET.ALLOW),
    ...step(0x06, 0, 0, ret),
  ]);
  return struct([u16(numbers.length + 3), pointer(steps)]);
}
