import type { CallResult, Session } from '../../agent/index.ts';
import { call } from '../../kernel/index.ts';
import type { Mechanism } from '../../model/index.ts';
import type { AttemptProbe } from '../../vectors/index.ts';
import { attribute } from '../attribution.ts';
import { isAnsweredByFilter } from '../filter-question.ts';
import type { Observation, Stage } from '../observation.ts';
import { decidersOf, existsOn, inChild, type Outcome, type Performed } from './attempt-child.ts';
import { credentialsOf, has } from './credentials.ts';
import { judgeHolding } from './holds.ts';
import { keyOf } from './per-stage.ts';
import { foretold, knownRefusal } from './together.ts';
import { blocked, open, unknown } from './told.ts';

export async function observeAttempt(probe: AttemptProbe, stage: Stage): Promise<Observation> {
  const { arch } = stage.sandbox.hello;
  if (!probe.calls.every((one) => existsOn(arch, one))) {
    return blocked('kernel', `${probe.title}: ${arch} has no such call`);
  }
  const performed =
    (await foretold(stage)).get(keyOf(probe)) ??
    (await perform(probe, stage.sandbox, await knownRefusal(probe, stage)));
  const { outcomes, evidence, unprepared } = performed;
  if (unprepared !== undefined) return notPrepared(probe, unprepared, evidence, stage);
  const hope = await hopeOf(probe, outcomes, stage);
  if (hope === 'open') return open(...evidence);
  if (hope === 'untold') return unknown('the filter may be what answers so', ...evidence);
  if (hope.length === 0) return blocked('seccomp', ...evidence, 'the filter itself answers so');
  const strange = hope.find(({ names }) => names.every((name) => probe.blocked[name] === undefined));
  if (strange !== undefined)
    return unknown(`${strange.call.name} answers ${strange.names[0]}, which tells nothing`, ...evidence);
  return refused(probe, { ...performed, outcomes: hope }, stage);
}

/**
 * What shows that nothing stood in the way may be what a filter answers: SECCOMP_RET_ERRNO takes any error, and 0, but gives no other
 * result (__seccomp_filter(), kernel/seccomp.c). Where all such answers are the filter's, the refusals that are left.
 */
async function hopeOf(
  { open, blocked: refusals, effects }: AttemptProbe,
  outcomes: readonly Outcome[],
  stage: Stage,
): Promise<'open' | 'untold' | readonly Outcome[]> {
  const left: Outcome[] = [];
  let untold = false;
  for (const outcome of outcomes) {
    const { call, names } = outcome;
    const shows = names.some((name) => open.includes(name));
    if (!shows && names.some((name) => refusals[name] !== undefined)) {
      left.push(outcome);
      continue;
    }
    const isResult = names.some((name) => /^= (?!0$)/.test(name));
    const answered = isResult ? false : await isAnsweredByFilter(stage, call, effects);
    if (shows && answered === false) return 'open';
    if (shows) untold ||= answered === undefined;
    else if (answered !== true) left.push(outcome);
  }
  return untold ? 'untold' : left;
}

async function refused(probe: AttemptProbe, { outcomes, evidence }: Performed, stage: Stage): Promise<Observation> {
  const attributed: { readonly by: Mechanism | null; readonly evidence: readonly string[] }[] = [];
  for (const { call, names } of outcomes) {
    const outcome = names.find((name) => probe.blocked[name] !== undefined) ?? '';
    const by = probe.blocked[outcome];
    if (by !== undefined && by !== 'find') attributed.push({ by, evidence: [] });
    else {
      const control = async (host: Session) => resultOfControl(await perform(probe, host));
      const { effects, needs } = probe;
      attributed.push(await attribute({ call, effects, outcome, control, ...(needs && { needs }) }, stage));
    }
    if (attributed.at(-1)?.by !== null) break;
  }
  const by = attributed.find((one) => one.by !== null)?.by ?? null;
  const lines = [...evidence, ...attributed.flatMap((one) => one.evidence)];
  const gain = by === 'seccomp' ? undefined : await mayGain(probe, stage);
  return gain === undefined ? blocked(by, ...lines) : unknown(gain, ...lines);
}

/** A capability that the process lacks may come with the next program that it executes: then a refusal says nothing. */
async function mayGain({ needs }: AttemptProbe, stage: Stage): Promise<string | undefined> {
  if (needs === undefined) return undefined;
  const credentials = await credentialsOf(stage);
  if (needs.some((name) => has(credentials.permitted, name))) return undefined;
  const judged = needs.map((name) => judgeHolding(name, credentials));
  if (judged.some(({ verdict }) => verdict === 'open'))
    return 'the process lacks the capability until it executes a program';
  return judged.find(({ verdict }) => verdict === 'unknown')?.why;
}

async function notPrepared(
  probe: AttemptProbe,
  refusal: CallResult,
  evidence: readonly string[],
  stage: Stage,
): Promise<Observation> {
  const outcome = refusal.errno ?? '';
  if (probe.as === 'unprivileged') return unknown('the child cannot give its capabilities up', ...evidence);
  const { by, evidence: more } = await attribute({ call: refusal.call, effects: ['makes-namespaces'], outcome }, stage);
  return blocked(by, ...evidence, ...more);
}

function resultOfControl({ outcomes }: Performed): string | undefined {
  return outcomes[0]?.names[0];
}

/** One child makes all calls; where it dies of one and others decide too, each of these gets a child of its own. */
async function perform(probe: AttemptProbe, session: Session, refusal?: CallResult): Promise<Performed> {
  const decides = decidersOf(probe);
  const whole = await inChild(probe, session, probe.calls.slice(0, 1 + Math.max(...decides)), decides, refusal);
  if (whole.died === undefined) return whole;
  if (decides.length === 1) return endedBy(probe, decides[0] ?? 0, whole.died, whole.evidence);
  const parts: Performed[] = [];
  for (const position of decides) {
    const calls = probe.calls
      .slice(0, position + 1)
      .map((one, i) => (i !== position && decides.includes(i) ? call('getpid') : one));
    const part = await inChild(probe, session, calls, [position], refusal);
    parts.push(part.died === undefined ? part : endedBy(probe, position, part.died, part.evidence));
  }
  return { outcomes: parts.flatMap((part) => part.outcomes), evidence: parts.flatMap((part) => part.evidence) };
}

const SIGNALS: Readonly<Record<number, string>> = { 9: 'SIGKILL', 11: 'SIGSEGV', 31: 'SIGSYS' };

function endedBy(probe: AttemptProbe, position: number, signal: number, evidence: readonly string[]): Performed {
  const decider = probe.calls[position];
  if (decider === undefined) throw new Error(`${probe.title}: no call ${position}`);
  const name = SIGNALS[signal] ?? `signal ${signal}`;
  return { outcomes: [{ call: decider, names: [name] }], evidence: [...evidence, `${decider.name}: ended by ${name}`] };
}
