import type { Arch } from './arch.ts';
import { errnoNumber } from './errno.ts';
import { type Condition, describeConditions, type Satisfiable, satisfiable } from './seccomp-argument.ts';
import {
  type ArchFilter,
  archFilter,
  type Clause,
  type CompiledPolicy,
  compile,
  type Entry,
  isReliable,
} from './seccomp-compile.ts';
import {
  type ActionOutcome,
  actionOutcome,
  FILTER_SEMANTICS,
  type FilterSemantics,
  type SeccompEffect,
  type SeccompPolicy,
} from './seccomp-policy.ts';
import type { ArgWish, ArgWishes } from './syscall-entries.ts';
import { isSyscallName, syscallNumber, syscallTable } from './syscalls.ts';

export type { FilterSemantics, SeccompArg, SeccompPolicy, SeccompRule } from './seccomp-policy.ts';

export interface SyscallQuestion {
  readonly arch: Arch;
  readonly syscall: string;
  /** Arguments that are not named are free. */
  readonly args?: ArgWishes;
}

/**
 * Whether the filter lets any call of the kind through to the kernel. `allowed` where at least one combination of the free arguments
 * passes; `refused` where none does, and on `unknown` a supervisor or something that could not be read decides (`because`).
 */
export interface SeccompDecision {
  readonly verdict: SeccompEffect;
  readonly action: string;
  readonly errno?: number;
  /** The rule of `policy.syscalls` that decided; absent where the default, the architecture or the tables did. */
  readonly rule?: number;
  /** What must hold of the arguments: of an allowed call the conditions of the rule, of a refused one those under which it would pass. */
  readonly condition?: string;
  readonly because?: string;
}

/** A call that the filter lets through, with what it demands of the arguments. */
export interface AllowedCall {
  readonly name: string;
  readonly condition?: string;
}

const compiledPolicies = new WeakMap<SeccompPolicy, Map<FilterSemantics, CompiledPolicy>>();
const decisions = new WeakMap<CompiledPolicy, Map<string, SeccompDecision>>();

/** The policy prepared for questions; the same object gives the same answer without further work. */
export function compilePolicy(
  policy: SeccompPolicy,
  semantics: FilterSemantics = FILTER_SEMANTICS.runc,
): CompiledPolicy {
  let bySemantics = compiledPolicies.get(policy);
  if (bySemantics === undefined) {
    bySemantics = new Map();
    compiledPolicies.set(policy, bySemantics);
  }
  let compiled = bySemantics.get(semantics);
  if (compiled === undefined) {
    compiled = compile(policy, semantics);
    bySemantics.set(semantics, compiled);
  }
  return compiled;
}

export function judgeSyscall(
  policy: SeccompPolicy,
  question: SyscallQuestion,
  semantics?: FilterSemantics,
): SeccompDecision {
  return judgeCompiled(compilePolicy(policy, semantics), question);
}

function judgeCompiled(compiled: CompiledPolicy, question: SyscallQuestion): SeccompDecision {
  let known = decisions.get(compiled);
  if (known === undefined) {
    known = new Map();
    decisions.set(compiled, known);
  }
  const key = questionKey(question);
  let decision = known.get(key);
  if (decision === undefined) {
    decision = decide(compiled, question);
    known.set(key, decision);
  }
  return decision;
}

/** The calls of an interface that the filter lets through, in alphabetical order; those left to a supervisor are not among them. */
export function allowedCalls(policy: SeccompPolicy, arch: Arch, semantics?: FilterSemantics): AllowedCall[] {
  const compiled = compilePolicy(policy, semantics);
  const calls: AllowedCall[] = [];
  for (const name of [...syscallTable(arch).keys()].sort()) {
    const decision = judgeCompiled(compiled, { arch, syscall: name });
    if (decision.verdict !== 'allowed') continue;
    const condition = passCondition(archFilter(compiled, arch)?.entries.get(name), compiled.fallback);
    calls.push(condition === undefined ? { name } : { name, condition });
  }
  return calls;
}

/** libseccomp never gets another action for interfaces outside the filter (SCMP_FLTATR_ACT_BADARCH; neither runc nor crun sets it). */
export const BAD_ARCH = actionOutcome('SCMP_ACT_KILL', undefined);
export const STUB = actionOutcome('SCMP_ACT_ERRNO', errnoNumber('ENOSYS'));

function decide(compiled: CompiledPolicy, { arch, syscall, args }: SyscallQuestion): SeccompDecision {
  const number = syscallNumber(arch, syscall);
  if (number === undefined) return absent(arch, syscall);
  const filter = archFilter(compiled, arch);
  if (filter === undefined)
    return { ...settle(BAD_ARCH), because: `the architectures of the policy leave out ${arch}` };
  if (stubAnswers(compiled, filter, number)) {
    return { ...settle(STUB), because: 'newer than every call that the policy names, so runc answers ENOSYS' };
  }
  const entry = filter.entries.get(syscall);
  if (entry === undefined) return settle(compiled.fallback);
  if (entry.always !== undefined) return settle(entry.always.outcome, entry.always);
  if (entry.unreadable)
    return { ...settle(compiled.fallback), verdict: 'unknown', because: 'a rule for this call could not be read' };
  if (mixesEffects(compiled.fallback, entry) && !isReliable(entry, filter.lastForeign)) {
    return {
      ...settle(compiled.fallback),
      verdict: 'unknown',
      because: 'the rules for this call are of a mixture that libseccomp does not translate as it reads',
    };
  }
  return weigh(compiled.fallback, entry, wishConditions(args, filter.bits), filter.bits);
}

function mixesEffects(fallback: ActionOutcome, { clauses }: Entry): boolean {
  return clauses.some(({ outcome }) => outcome.effect !== fallback.effect);
}

export function absent(arch: Arch, syscall: string): SeccompDecision {
  return isSyscallName(syscall)
    ? { verdict: 'refused', action: 'none', because: `${arch} has no call of this name` }
    : { verdict: 'unknown', action: 'none', because: 'no call of this name is known' };
}

/** runc patchbpf `generatePatch`: no stub where the default action is permissive; crun has none. */
export function stubAnswers({ semantics, fallback }: CompiledPolicy, filter: ArchFilter, number: number): boolean {
  const permissive = fallback.effect === 'allowed' || fallback.action === 'SCMP_ACT_TRACE';
  return semantics.enosysStub && !permissive && filter.highest > 0 && number > filter.highest;
}

function settle(outcome: ActionOutcome, clause?: Clause): SeccompDecision {
  return {
    verdict: outcome.effect,
    action: outcome.action,
    ...(outcome.errno === undefined ? {} : { errno: outcome.errno }),
    ...(clause === undefined ? {} : { rule: clause.rule }),
    ...(clause === undefined || clause.conditions.length === 0
      ? {}
      : { condition: describeConditions(clause.conditions) }),
  };
}

/**
 * Which outcome some call of the kind can get, the most permissive first. Where a clause meets only calls that a clause of another
 * effect meets as well, the answer is unknown: libseccomp orders its tree by the shape of the comparisons, not by the order of the rules.
 */
function weigh(fallback: ActionOutcome, entry: Entry, wish: readonly Condition[], bits: 32 | 64): SeccompDecision {
  let doubt: string | undefined;
  for (const effect of ['allowed', 'unknown'] as const) {
    const others = entry.clauses.filter(({ outcome }) => outcome.effect !== effect).map(({ conditions }) => conditions);
    for (const candidate of candidates(effect, fallback, entry.clauses)) {
      const required = [...wish, ...(candidate?.conditions ?? [])];
      const found = satisfiable(required, others, bits);
      if (found === 'yes') return settle(candidate?.outcome ?? fallback, candidate);
      doubt ??= doubtAbout(found, candidate, required, bits);
    }
  }
  const refusal = refusedBy(fallback, entry, wish, bits);
  return doubt === undefined ? refusal : { ...refusal, verdict: 'unknown', because: doubt };
}

/** The clauses of an effect, and the default (undefined) where it has it too. */
function candidates(
  effect: SeccompEffect,
  fallback: ActionOutcome,
  clauses: readonly Clause[],
): (Clause | undefined)[] {
  const found: (Clause | undefined)[] = clauses.filter(({ outcome }) => outcome.effect === effect);
  if (fallback.effect === effect) found.push(undefined);
  return found;
}

function doubtAbout(
  found: Satisfiable,
  candidate: Clause | undefined,
  required: readonly Condition[],
  bits: 32 | 64,
): string | undefined {
  if (found === 'unknown') return 'the rules for this call are too many to weigh against each other';
  if (candidate === undefined || satisfiable(required, [], bits) === 'no') return undefined;
  return 'rules with different actions meet the same arguments';
}

function refusedBy(fallback: ActionOutcome, entry: Entry, wish: readonly Condition[], bits: 32 | 64): SeccompDecision {
  const meets = (clause: Clause): boolean => satisfiable([...wish, ...clause.conditions], [], bits) !== 'no';
  const clause = entry.clauses.find((one) => one.outcome.effect === 'refused' && meets(one));
  const { condition: _, ...decision } = settle(clause?.outcome ?? fallback, clause);
  const passes = passCondition(entry, fallback);
  return passes === undefined ? decision : { ...decision, condition: passes };
}

/** What must hold of the arguments for the call to pass; undefined where nothing must, or where nothing helps. */
function passCondition(entry: Entry | undefined, fallback: ActionOutcome): string | undefined {
  if (entry === undefined || entry.always !== undefined) return undefined;
  const texts = (effect: SeccompEffect): string[] =>
    entry.clauses
      .filter(({ outcome }) => outcome.effect === effect)
      .map(({ conditions }) => describeConditions(conditions));
  const allowing = texts('allowed');
  if (fallback.effect !== 'allowed') return allowing.length === 0 ? undefined : allowing.join(' or ');
  const refusing = texts('refused');
  return refusing.length === 0 ? undefined : `not (${refusing.join(' or ')})`;
}

function wishConditions(args: ArgWishes | undefined, bits: 32 | 64): Condition[] {
  const conditions: Condition[] = [];
  for (const [index, wish] of Object.entries(args ?? {}) as [string, ArgWish][]) {
    const cut = (value: bigint): bigint => BigInt.asUintN(bits, value);
    if (typeof wish === 'bigint') conditions.push({ index: Number(index), op: '==', value: cut(wish), mask: 0n });
    else conditions.push({ index: Number(index), op: '&', value: cut(wish.value & wish.mask), mask: cut(wish.mask) });
  }
  return conditions;
}

function questionKey({ arch, syscall, args }: SyscallQuestion): string {
  let key = `${arch} ${syscall}`;
  if (args === undefined) return key;
  for (const [index, wish] of Object.entries(args) as [string, ArgWish][]) {
    key += typeof wish === 'bigint' ? ` ${index}=${wish}` : ` ${index}&${wish.mask}=${wish.value}`;
  }
  return key;
}
