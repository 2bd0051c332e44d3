/** Calls to try a filter with: every number around those that interfaces have, and arguments around those that its rules name. */
import { type Arch, AUDIT_ARCH, X32_SYSCALL_BIT } from '../../src/kernel/arch.ts';
import { dataWords } from '../../src/kernel/bpf-run.ts';
import type { SeccompPolicy } from '../../src/kernel/seccomp-policy.ts';
import { syscallTable } from '../../src/kernel/syscalls.ts';

export interface Sample {
  readonly arch: number;
  readonly nr: number;
  readonly args: readonly bigint[];
}

/** Reproducible, so that a difference can be looked at again (Park and Miller's generator). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed % 2147483646) + 1;
  }

  below(limit: number): number {
    this.#state = (this.#state * 48271) % 2147483647;
    return this.#state % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  word(): bigint {
    return (BigInt(this.below(1 << 30)) << 34n) ^ (BigInt(this.below(1 << 30)) << 17n) ^ BigInt(this.below(1 << 30));
  }
}

/** Beside those of the tables: the gaps and ends where interfaces and runc's stub meet. */
const ODD_NUMBERS = [0x0fffffff, 0x3fffffff, 0x7fffffff, 0x80000000, 0x80000001, 0xbfffffff, 0xc0000000, 0xfffffffe];
const BEYOND_TABLES = 40;

function numbers(arch: Arch): number[] {
  const table = [...syscallTable(arch).values()];
  const base = arch === 'x32' ? X32_SYSCALL_BIT : 0;
  const last = Math.max(...table) + BEYOND_TABLES;
  return [...Array.from({ length: last - base }, (_, i) => base + i), ...ODD_NUMBERS];
}

/** What arguments are compared with by the rules, by number of the call; '' for those of any. */
function interesting(policy: SeccompPolicy, arch: Arch): ReadonlyMap<number, readonly bigint[]> {
  const values = new Map<number, bigint[]>();
  for (const { names, args = [] } of policy.syscalls ?? []) {
    for (const name of args.length > 0 ? names : []) {
      const number = syscallTable(arch).get(name);
      if (number === undefined) continue;
      const known = values.get(number) ?? [];
      values.set(number, known);
      for (const { value, valueTwo = 0 } of args) known.push(BigInt(value), BigInt(valueTwo));
    }
  }
  return values;
}

function argument(dice: Dice, around: readonly bigint[]): bigint {
  const near =
    around.length > 0 && dice.below(8) > 0 ? dice.pick(around) : dice.pick([0n, 1n, 2n, 9n, 16n, 40n, 0xffffffffn]);
  const moved = [
    near,
    near,
    near + 1n,
    near - 1n,
    near ^ (1n << BigInt(dice.below(64))),
    dice.word(),
    dice.word() & near,
  ];
  const upper = dice.below(6) === 0 ? dice.word() << 32n : 0n;
  return BigInt.asUintN(64, dice.pick(moved) ^ upper);
}

export interface Wanted {
  readonly arches: readonly Arch[];
  readonly count: number;
  readonly accept?: (sample: Sample) => boolean;
  readonly seed?: number;
}

/** At least `count` samples, of all interfaces alike; calls with rules on arguments are tried most. */
export function samplesFor(policy: SeccompPolicy, { arches, count, accept = () => true, seed = 1 }: Wanted): Sample[] {
  const dice = new Dice(seed);
  const samples: Sample[] = [];
  const random = (arch: Arch, nr: number, around: readonly bigint[]): void => {
    const sample = { arch: AUDIT_ARCH[arch], nr, args: Array.from({ length: 6 }, () => argument(dice, around)) };
    if (accept(sample)) samples.push(sample);
  };
  for (const [i, arch] of arches.entries()) {
    const all = numbers(arch);
    const ruled = [...interesting(policy, arch)];
    for (const nr of all) random(arch, nr, []);
    const until = Math.ceil((count * (i + 1)) / arches.length);
    while (samples.length < until) {
      const [nr, around] = dice.below(4) > 0 && ruled.length > 0 ? dice.pick(ruled) : [dice.pick(all), []];
      random(arch, nr, around);
    }
  }
  return samples;
}

/** A count and the samples, as kernel-answers.c reads them. */
export function encodeSamples(samples: readonly Sample[]): Buffer {
  const SIZE = 56;
  const bytes = Buffer.alloc(4 + SIZE * samples.length);
  bytes.writeUInt32LE(samples.length);
  for (const [i, { arch, nr, args }] of samples.entries()) {
    const at = 4 + SIZE * i;
    bytes.writeUInt32LE(arch, at);
    bytes.writeUInt32LE(nr, at + 4);
    for (const [index, value] of args.entries()) bytes.writeBigUInt64LE(value, at + 8 + 8 * index);
  }
  return bytes;
}

export function wordsOf(sample: Sample): Uint32Array {
  return dataWords(sample);
}
