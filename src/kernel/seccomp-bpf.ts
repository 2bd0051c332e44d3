/*
 * Our compiler from the `linux.seccomp` section to classic BPF. The filter answers as libseccomp's does under runc (or crun), in
 * another form: per architecture one binary search over ranges of call numbers, then the conditions of the call.
 */
import { ARCHES, type Arch, AUDIT_ARCH, nativeArch, X32_SYSCALL_BIT } from './arch.ts';
import { type BpfProgram, CODE } from './bpf.ts';
import { assemble, branch, type Decision, step } from './bpf-assemble.ts';
import { BAD_ARCH, compilePolicy, STUB, stubAnswers } from './seccomp.ts';
import { compareArgument, inOrder } from './seccomp-clauses.ts';
import { type ArchFilter, archFilter, type CompiledPolicy, type Entry } from './seccomp-compile.ts';
import type { ActionOutcome, FilterSemantics, SeccompPolicy } from './seccomp-policy.ts';
import { returnValue } from './seccomp-return.ts';
import { syscallNumber } from './syscalls.ts';

/**
 * The filter for hosts of an architecture. 32-bit ARM is answered as an architecture that the section leaves out.
 * @throws RangeError for what libseccomp refuses too: an unknown action or operator, an argument beyond the sixth, a filter of
 * more than 4096 instructions.
 */
export function compileSeccomp(
  policy: SeccompPolicy,
  native: 'x86_64' | 'aarch64',
  semantics?: FilterSemantics,
): BpfProgram {
  return assemble(new Compilation(compilePolicy(policy, semantics)).filter(native));
}

/** From a number on, up to the next range, a call is decided so. */
interface Range {
  readonly from: number;
  readonly decision: Decision;
}

const NR = 0;
const ARCH = 4;
const HIGHEST = 0xffffffff;
const BIT_31 = 0x80000000;

class Compilation {
  readonly #compiled: CompiledPolicy;
  readonly #returns = new Map<number, Decision>();

  constructor(compiled: CompiledPolicy) {
    this.#compiled = compiled;
  }

  filter(native: Arch): Decision {
    let decision = this.#answer(BAD_ARCH);
    for (const arch of ARCHES) {
      // x32 shares the value of x86-64, and with it the search.
      const filter = arch !== 'x32' && nativeArch(arch) === native ? archFilter(this.#compiled, arch) : undefined;
      if (filter === undefined) continue;
      const ranges = arch === 'x86_64' ? this.#rangesOfX86(filter) : this.#ranges(arch, filter, 0);
      const search = step(CODE.LOAD, NR, searched(merged(ranges)));
      decision = branch(CODE.JEQ, AUDIT_ARCH[arch], search, decision);
    }
    return step(CODE.LOAD, ARCH, decision);
  }

  /** Bit 30 tells x32 from x86-64; the numbers above both are decided as libseccomp (gen_bpf.c, _gen_bpf_arch) and runc's stub do. */
  #rangesOfX86(filter: ArchFilter): Range[] {
    const lower = this.#ranges('x86_64', filter, 0);
    const x32 = archFilter(this.#compiled, 'x32');
    if (x32 !== undefined) {
      const upper = this.#ranges('x32', x32, X32_SYSCALL_BIT);
      const beyond = (ranges: readonly Range[]): Decision => ranges.at(-1)?.decision ?? this.#fallback();
      return [
        ...lower,
        ...upper,
        { from: BIT_31, decision: beyond(lower) },
        { from: BIT_31 + X32_SYSCALL_BIT, decision: beyond(upper) },
      ];
    }
    const refused = this.#answer(BAD_ARCH);
    const stubbed = stubAnswers(this.#compiled, filter, HIGHEST);
    return [
      ...lower,
      { from: X32_SYSCALL_BIT, decision: refused },
      { from: BIT_31, decision: stubbed ? this.#answer(STUB) : refused },
      { from: BIT_31 + X32_SYSCALL_BIT, decision: refused },
      // A tracer skips a call by this number (libseccomp lets it through to the default action).
      { from: HIGHEST, decision: this.#fallback() },
    ];
  }

  #ranges(arch: Arch, filter: ArchFilter, base: number): Range[] {
    const stubbed = stubAnswers(this.#compiled, filter, HIGHEST);
    const decisions = new Map<number, Decision>();
    for (const [name, entry] of filter.entries) {
      const number = syscallNumber(arch, name);
      if (number !== undefined && !(stubbed && number > filter.highest)) {
        decisions.set(number, this.#call(name, entry, filter.bits));
      }
    }
    const ranges: Range[] = [{ from: base, decision: this.#fallback() }];
    for (const [number, decision] of [...decisions].sort(([a], [b]) => a - b)) {
      ranges.push({ from: number, decision });
      if (!decisions.has(number + 1)) ranges.push({ from: number + 1, decision: this.#fallback() });
    }
    if (stubbed) ranges.push({ from: filter.highest + 1, decision: this.#answer(STUB) });
    return ranges;
  }

  #call(name: string, { always, clauses, unreadable }: Entry, bits: 32 | 64): Decision {
    if (unreadable) throw new RangeError(`a rule for ${name} cannot be read`);
    if (always !== undefined) return this.#answer(always.outcome);
    return inOrder(clauses).reduceRight<Decision>(
      (otherwise, { conditions, outcome }) =>
        conditions.reduceRight<Decision>(
          (met, condition) => compareArgument(condition, bits, met, otherwise),
          this.#answer(outcome),
        ),
      this.#fallback(),
    );
  }

  #fallback(): Decision {
    return this.#answer(this.#compiled.fallback);
  }

  #answer(outcome: ActionOutcome): Decision {
    const value = returnValue(outcome);
    const decision = this.#returns.get(value) ?? { kind: 'return', value };
    this.#returns.set(value, decision);
    return decision;
  }
}

/** Of ranges that begin at one number the last holds; neighbours with one answer become one. */
function merged(ranges: readonly Range[]): Range[] {
  const kept: Range[] = [];
  for (const range of ranges) {
    if (kept.at(-1)?.from === range.from) kept.pop();
    if (kept.at(-1)?.decision !== range.decision) kept.push(range);
  }
  return kept;
}

function searched(ranges: readonly Range[]): Decision {
  const middle = ranges.length >> 1;
  const { from, decision } = ranges[middle] as Range;
  if (middle === 0) return decision;
  return branch(CODE.JGE, from, searched(ranges.slice(middle)), searched(ranges.slice(0, middle)));
}
