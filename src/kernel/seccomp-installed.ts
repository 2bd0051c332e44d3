import { type Arch, AUDIT_ARCH, filterBits } from './arch.ts';
import type { BpfProgram } from './bpf.ts';
import { type Reach, reach, type WordWish } from './bpf-reach.ts';
import { absent, type SeccompDecision, type SyscallQuestion } from './seccomp.ts';
import { returnOutcome } from './seccomp-return.ts';
import type { ArgWish, ArgWishes } from './syscall-entries.ts';
import { syscallNumber } from './syscalls.ts';

/**
 * Whether filters that are installed let any call of the kind through: what `judgeSyscall` says of a policy, said of the programs
 * themselves. They are valid ones, the oldest first.
 */
export function judgeFilters(
  programs: readonly BpfProgram[],
  { arch, syscall, args = {} }: SyscallQuestion,
): SeccompDecision {
  const number = syscallNumber(arch, syscall);
  if (number === undefined) return absent(arch, syscall);
  return decided(reach(programs, dataWishes(arch, number, args)));
}

/** What the filters answer to a call of a number that no table has: their default action. */
export function judgeUnnamed(programs: readonly BpfProgram[], arch: Arch): SeccompDecision {
  return decided(reach(programs, dataWishes(arch, UNNAMED, {})));
}

/** 64-bit interfaces have no call of this number and will have none: 335 to 423 on x86-64, 295 to 423 on arm64 were left out. */
const UNNAMED = 400;

function dataWishes(arch: Arch, number: number, args: ArgWishes): WordWish[] {
  const wishes: WordWish[] = [number, AUDIT_ARCH[arch], 'unknown', 'unknown'];
  for (const index of [0, 1, 2, 3, 4, 5] as const) wishes.push(...halves(args[index], filterBits(arch) === 32));
  return wishes;
}

/**
 * The kernel does not clear the upper halves of the registers of an i386 call before a filter sees them (tried on Linux 6.18 with
 * int 0x80 in a 64-bit program), and uses the lower ones alone: there and on x32 the upper halves are free.
 */
function halves(wish: ArgWish | undefined, narrow: boolean): [WordWish, WordWish] {
  if (wish === undefined) return [[], []];
  const { mask, value } = typeof wish === 'bigint' ? { mask: (1n << 64n) - 1n, value: wish } : wish;
  return [half(mask & LOW, value & LOW), narrow ? [] : half(mask >> 32n, (value >> 32n) & LOW)];
}

const LOW = 0xffffffffn;

function half(mask: bigint, value: bigint): WordWish {
  if (mask === LOW) return Number(value);
  return mask === 0n ? [] : [{ index: 0, op: '&', mask, value: value & mask }];
}

/** The most permissive answer that some call gets, as for a policy. */
function decided({ answers, more }: Reach): SeccompDecision {
  const outcomes = answers
    .map(({ value, certain }) => ({ certain, outcome: returnOutcome(value) }))
    .sort((a, b) => Number(b.certain) - Number(a.certain));
  const allowing = outcomes.find(({ outcome }) => outcome.effect === 'allowed');
  const delegating = outcomes.find(({ outcome }) => outcome.effect === 'unknown');
  const best = allowing?.certain ? allowing : (delegating ?? allowing ?? outcomes[0]);
  if (best === undefined) return { verdict: 'unknown', action: 'none', because: TOO_LARGE };
  const because = more ? TOO_LARGE : allowing !== undefined && !allowing.certain ? UNCLEAR : undefined;
  const open = because !== undefined && !allowing?.certain;
  return {
    verdict: open ? 'unknown' : best.outcome.effect,
    action: best.outcome.action,
    ...(best.outcome.errno !== undefined && { errno: best.outcome.errno }),
    ...(open && { because }),
  };
}

const TOO_LARGE = 'not every way through the filter could be followed';
const UNCLEAR = 'whether any arguments pass one of its tests is not known';
