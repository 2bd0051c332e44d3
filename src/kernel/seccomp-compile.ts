import { ARCHES, type Arch, archFromOciName, filterBits, nativeArch } from './arch.ts';
import type { CompareOp, Condition } from './seccomp-argument.ts';
import {
  type ActionOutcome,
  actionOutcome,
  type FilterSemantics,
  type SeccompArg,
  type SeccompPolicy,
  type SeccompRule,
  sameOutcome,
} from './seccomp-policy.ts';
import { multiplexed } from './syscall-entries.ts';
import { syscallNumber } from './syscalls.ts';

/** One rule of libseccomp: the outcome applies where all conditions hold. */
export interface Clause {
  readonly outcome: ActionOutcome;
  /** The place in `policy.syscalls`. */
  readonly rule: number;
  readonly conditions: readonly Condition[];
}

/** What the filter holds for one call. */
export interface Entry {
  /** Overrides all conditional clauses, whichever was added first (libseccomp db.c, `db_rule_add`). */
  readonly always?: Clause;
  readonly clauses: readonly Clause[];
  /** A rule for this call cannot be read (unknown operator, inexact value), so what it matches is not known. */
  readonly unreadable: boolean;
}

/**
 * Whether libseccomp's filter answers as the rules read. It merges the conditional rules of a call into one tree and compares 64-bit
 * values by halves, which goes wrong for some mixtures: `arg0 <= 1` beside `arg0 >= 0x100000000` lets 2 through, and `arg0 == 1 and arg1 != 2`
 * beside `arg1 == 2` loses a rule (tried with libseccomp 2.5.4 and revision 90d3f7d). The shapes below agreed in every trial.
 */
export function isReliable({ clauses }: Entry, lastForeign: number): boolean {
  if (clauses.some(({ rule }) => rule <= lastForeign)) return false;
  const conditions = clauses.flatMap((clause) => clause.conditions);
  if (clauses.length < 2 || conditions.every(({ op }) => op === '==' || op === '&')) return true;
  if (conditions.length > clauses.length) return false;
  const ordered = conditions.filter(({ op }) => op !== '==' && op !== '&' && op !== '!=');
  const indices = new Set(conditions.map(({ index }) => index));
  const halves = new Set(ordered.map(({ value }) => value >> 32n));
  return ordered.length === 0 || indices.size === conditions.length || (indices.size === 1 && halves.size <= 1);
}

/** The filter of one interface; undefined in a `CompiledPolicy` where the interface is refused as a whole. */
export interface ArchFilter {
  readonly bits: 32 | 64;
  readonly entries: ReadonlyMap<string, Entry>;
  /**
   * The last rule, where the policy lists a second interface, that names a multiplexer or a call which only a multiplexer serves there
   * (recv, semop), or puts conditions on a call that the host's own interface lacks. libseccomp was seen to lose or widen conditional
   * rules added before such a rule, and any where it has conditions itself (2.5.4 and revision 90d3f7d): these are not reliable.
   */
  readonly lastForeign: number;
  /** The highest number named by any rule: above it, the stub of runc answers. */
  readonly highest: number;
}

export interface CompiledPolicy {
  readonly policy: SeccompPolicy;
  readonly semantics: FilterSemantics;
  readonly fallback: ActionOutcome;
  readonly filters: Map<Arch, ArchFilter | undefined>;
}

/** Prepares a policy for questions; the filter of an interface is made when first asked for. */
export function compile(policy: SeccompPolicy, semantics: FilterSemantics): CompiledPolicy {
  return {
    policy,
    semantics,
    fallback: actionOutcome(policy.defaultAction, policy.defaultErrnoRet),
    filters: new Map(),
  };
}

export function archFilter(compiled: CompiledPolicy, arch: Arch): ArchFilter | undefined {
  if (!compiled.filters.has(arch))
    compiled.filters.set(arch, listed(compiled.policy, arch) ? buildFilter(compiled, arch) : undefined);
  return compiled.filters.get(arch);
}

function listed(policy: SeccompPolicy, arch: Arch): boolean {
  if (arch === nativeArch(arch)) return true;
  return (policy.architectures ?? []).some((name) => archFromOciName(name) === arch);
}

interface MutableEntry {
  always?: Clause;
  clauses: Clause[];
  unreadable: boolean;
}

function buildFilter(compiled: CompiledPolicy, arch: Arch): ArchFilter {
  const entries = new Map<string, MutableEntry>();
  const bits = filterBits(arch);
  const native = nativeArch(arch);
  const single = ARCHES.every(
    (other) => nativeArch(other) !== native || other === native || !listed(compiled.policy, other),
  );
  let highest = 0;
  let lastForeign = -1;
  for (const [rule, entry] of (compiled.policy.syscalls ?? []).entries()) {
    for (const name of entry.names) highest = Math.max(highest, highestCounted(arch, name));
    const clauses = clausesOf(compiled, entry, rule, bits);
    if (!single && entry.names.some((name) => isForeign(native, name, entry)))
      lastForeign = (entry.args ?? []).length > 0 ? Infinity : Math.max(rule, lastForeign);
    for (const name of clauses === undefined || clauses.length > 0 ? entry.names : []) {
      add(entries, name, clauses);
      const mux = arch === 'i386' ? multiplexed(name) : undefined;
      if (mux !== undefined)
        add(
          entries,
          mux.syscall,
          clauses?.map((clause) => companion(clause, mux.command)),
        );
    }
  }
  return { bits, entries, highest, lastForeign };
}

function isForeign(native: Arch, name: string, { args }: SeccompRule): boolean {
  if (name === 'socketcall' || name === 'ipc') return true;
  if (multiplexed(name) !== undefined && syscallNumber('i386', name) === undefined) return true;
  return syscallNumber(native, name) === undefined && args !== undefined && args.length > 0;
}

/** What runc's `findLastSyscalls` counts; for multiplexed calls libseccomp tells it a negative number (`abi_syscall_resolve_name_munge`). */
function highestCounted(arch: Arch, name: string): number {
  return arch === 'i386' && multiplexed(name) !== undefined ? 0 : (syscallNumber(arch, name) ?? 0);
}

/** libseccomp syscalls.c, `abi_rule_add`: the same rule for the multiplexer, its first argument being the sub-command instead. */
function companion(clause: Clause, command: bigint): Clause {
  const isCommand: Condition = { index: 0, op: '==', value: command, mask: 0n };
  return { ...clause, conditions: [isCommand, ...clause.conditions.filter(({ index }) => index !== 0)] };
}

function add(entries: Map<string, MutableEntry>, name: string, clauses: readonly Clause[] | undefined): void {
  let entry = entries.get(name);
  if (entry === undefined) {
    entry = { clauses: [], unreadable: false };
    entries.set(name, entry);
  }
  if (clauses === undefined) entry.unreadable = true;
  for (const clause of clauses ?? []) {
    if (clause.conditions.length > 0) entry.clauses.push(clause);
    else entry.always ??= clause;
  }
}

/** The clauses that one rule of the section becomes; none where its action is the default one; undefined where it cannot be read. */
function clausesOf(
  compiled: CompiledPolicy,
  entry: SeccompRule,
  rule: number,
  bits: 32 | 64,
): readonly Clause[] | undefined {
  const outcome = actionOutcome(entry.action, entry.errnoRet);
  if (sameOutcome(outcome, compiled.fallback)) return [];
  const conditions: Condition[] = [];
  for (const arg of entry.args ?? []) {
    const condition = readCondition(arg, bits);
    if (condition === undefined) return undefined;
    conditions.push(condition);
  }
  const repeated = new Set(conditions.map(({ index }) => index)).size < conditions.length;
  const alone = conditions.length > 0 && (repeated || compiled.semantics.conditions === 'each-alone');
  const groups = alone ? conditions.map((condition) => [condition]) : [conditions];
  return groups.map((group) => ({ outcome, rule, conditions: group.filter((condition) => !isVoid(condition)) }));
}

const OPERATORS: Readonly<Record<string, CompareOp>> = {
  SCMP_CMP_EQ: '==',
  SCMP_CMP_NE: '!=',
  SCMP_CMP_LT: '<',
  SCMP_CMP_LE: '<=',
  SCMP_CMP_GT: '>',
  SCMP_CMP_GE: '>=',
  SCMP_CMP_MASKED_EQ: '&',
};

/** 32-bit interfaces compare the low halves (libseccomp db.c, `_db_rule_gen_32`); what is compared under a mask is masked first. */
function readCondition(arg: SeccompArg, bits: 32 | 64): Condition | undefined {
  const op = Object.hasOwn(OPERATORS, arg.op) ? OPERATORS[arg.op] : undefined;
  const first = exact(arg.value);
  const second = exact(arg.valueTwo ?? 0);
  if (op === undefined || first === undefined || second === undefined) return undefined;
  if (!Number.isInteger(arg.index) || arg.index < 0 || arg.index > 5) return undefined;
  if (op !== '&') return { index: arg.index, op, value: BigInt.asUintN(bits, first), mask: 0n };
  const mask = BigInt.asUintN(bits, first);
  return { index: arg.index, op, value: second & mask, mask };
}

/** A mask of zero bits compares nothing and is left out (libseccomp db.c, `_db_arg_cmp_need_lo` and `_hi`). */
function isVoid(condition: Condition): boolean {
  return condition.op === '&' && condition.mask === 0n;
}

function exact(value: bigint | number): bigint | undefined {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const big = BigInt(value);
  return big < 0n || big >= 1n << 64n ? undefined : big;
}
