/**
 * The safety guard: lets a call through only where a rule of guard.data.ts says why it is harmless, and the probe has declared the effect.
 * It judges before anything leaves. Where a rule leans on an earlier call of the batch (a namespace that was made), that one is
 * made first and its result looked at; a call that lacks what it leans on is not made.
 */
import { type Call, type Effect, resultOf } from '../kernel/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { type CallResult, describeCall } from './calls.ts';
import { RULES } from './guard.data.ts';
import { type Argument, argumentsOf, type Descriptor } from './guard-arguments.ts';
import { NAMESPACE, NAMESPACE_FLAGS, type Namespace, type Rule, type Within } from './guard-rule.ts';
import { forgetClosed, GuardRun, withResults } from './guard-run.ts';
import { GuardState, ITSELF } from './guard-state.ts';

/** Effects that end with the process: in a throw-away child only. */
const CHILD_ONLY: ReadonlySet<Effect> = new Set(['changes-itself', 'makes-namespaces', 'mounts-in-own-namespace']);

/** In a rehearsal, for a process id that is known only when the call was made; above any that can be (PID_MAX_LIMIT). */
const ITS_OWN = 2 ** 22 + 1;

interface Judged {
  /** The rule that lets it through. */
  readonly rule?: Rule;
  readonly gives?: Descriptor | undefined;
  /** What is missing where none does: an effect, or a namespace. */
  readonly wants?: Effect | undefined;
  readonly lacks?: Within | undefined;
}

const SETTING: Readonly<Record<Within, string>> = {
  ...(Object.fromEntries(
    Object.keys(NAMESPACE).map((name) => [name, `the process has made no ${name} namespace of its own`]),
  ) as Record<Namespace, string>),
  'new-mount': 'the process has made no mount namespace of its own',
  mount: 'the process has no mount namespace of its own from which nothing propagates',
};

export class Guard {
  readonly #effects: ReadonlySet<Effect>;
  readonly #throwAway: boolean;
  readonly #state: GuardState;

  private constructor(effects: ReadonlySet<Effect>, throwAway: boolean, state: GuardState) {
    this.#effects = effects;
    this.#throwAway = throwAway;
    this.#state = state;
  }

  static of(effects: readonly Effect[]): Guard {
    return new Guard(new Set<Effect>([...effects, 'looks']), false, new GuardState());
  }

  /** For the same process, with those of its effects that are among these. */
  narrowed(effects: readonly Effect[]): Guard {
    const left = effects.filter((effect) => this.#effects.has(effect));
    return new Guard(new Set<Effect>([...left, 'looks']), this.#throwAway, this.#state);
  }

  /** For a child that was made with these flags. */
  ofChild(flags: bigint, itself: number): Guard {
    return new Guard(this.#effects, true, GuardState.ofChild(this.#state, Number(flags), itself));
  }

  /** Before a child is made. */
  admitChild(flags: bigint): void {
    const known = (Number(flags) & ~NAMESPACE_FLAGS) === 0 && flags < 2n ** 32n;
    if (!known || (flags !== 0n && !this.#effects.has('makes-namespaces'))) {
      throw this.#refusal(`clone(0x${flags.toString(16)})`, known ? 'makes-namespaces' : undefined);
    }
  }

  admitIdleChild(flags: bigint): void {
    if (!this.#effects.has('handles-own-children')) throw this.#refusal('an idle child', 'handles-own-children');
    this.admitChild(flags);
  }

  started(child: number): void {
    this.#state.family.add(child);
  }

  /** Makes the calls through `make`, in as few batches as safety allows. */
  async batch(
    calls: readonly Call[],
    make: (calls: readonly Call[]) => Promise<readonly CallResult[]>,
  ): Promise<readonly CallResult[]> {
    const before = new GuardState(this.#state);
    const run = new GuardRun(this.#state, make);
    for (const call of calls) {
      let judged = this.#judge(run.placed(call), this.#state, run.given);
      if (judged.rule === undefined) {
        // Nothing leaves unless the whole batch may.
        if (!run.begun) this.#rehearse(calls, before);
        await run.flush();
        judged = this.#judge(run.placed(call), this.#state, run.given);
      }
      if (judged.rule === undefined) run.skip(call);
      else run.add(call, judged.gives);
    }
    await run.flush();
    return run.results();
  }

  /** Whether all of them are harmless if each does what it can do. Nothing leaves before. */
  #rehearse(calls: readonly Call[], before: GuardState): void {
    const state = new GuardState(before);
    state.family.add(ITS_OWN);
    const given: (Descriptor | undefined)[] = [];
    for (const call of calls) {
      const known = withResults(call, ({ of }) => (ITSELF.has(calls[of]?.name ?? '') ? ITS_OWN : resultOf(of)));
      const { rule, gives, wants, lacks } = this.#judge(known, state, given);
      if (rule === undefined) throw this.#refusal(describeCall(call), wants, lacks);
      state.expect(call);
      state.assume(call);
      forgetClosed(call, given);
      given.push(gives);
    }
  }

  #judge(call: Call, state: GuardState, given: readonly (Descriptor | undefined)[]): Judged {
    const args = argumentsOf(call, ({ of }) => given[of]);
    let wants: Effect | undefined;
    let lacks: Within | undefined;
    for (const rule of RULES.get(call.name) ?? []) {
      if (!rule.tests.every(({ at, test }) => test(args[at] as Argument, state))) continue;
      const missing = (rule.within ?? []).find((within) => !state.isWithin(within));
      if (missing !== undefined) {
        lacks ??= missing;
        continue;
      }
      if (this.#effects.has(rule.effect) && (this.#throwAway || !CHILD_ONLY.has(rule.effect))) {
        return { rule, gives: typeof rule.gives === 'function' ? rule.gives(args, state) : rule.gives };
      }
      wants ??= rule.effect;
    }
    return { wants, lacks };
  }

  #refusal(what: string, wants: Effect | undefined, lacks?: Within): CofferdamError {
    const why =
      wants === undefined
        ? lacks === undefined
          ? 'nothing says that it is harmless'
          : SETTING[lacks]
        : this.#effects.has(wants)
          ? `'${wants}' belongs into a throw-away child`
          : `its effect '${wants}' is not declared`;
    return new CofferdamError('guard', `${what} was not made: ${why}`, 'declare the effect, or choose a harmless call');
  }
}
