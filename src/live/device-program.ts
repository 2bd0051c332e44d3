import type { DeviceRule } from '../posture/index.ts';
import { isAllowed } from './devices.ts';

/** struct bpf_insn, include/uapi/linux/bpf.h. */
interface Instruction {
  readonly code: number;
  readonly to: number;
  readonly from: number;
  readonly offset: number;
  readonly immediate: number;
}

/** A program of BPF_PROG_TYPE_CGROUP_DEVICE (4.15), as far as runtimes and systemd write them: comparisons without memory or calls. */
export type DeviceProgram = readonly Instruction[];

export function decodeDeviceProgram(bytes: Buffer): DeviceProgram {
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => ({
    code: bytes.readUInt8(8 * i),
    to: bytes.readUInt8(8 * i + 1) & 0xf,
    from: bytes.readUInt8(8 * i + 1) >> 4,
    offset: bytes.readInt16LE(8 * i + 2),
    immediate: bytes.readInt32LE(8 * i + 4),
  }));
}

/** What is asked of it: struct bpf_cgroup_dev_ctx. */
export interface DeviceQuestion {
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly letter: string;
}

const ACCESS: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const TYPE = { b: 1, c: 2 } as const;

/** A way longer than any program without a loop. */
const MOST_STEPS = 10_000;

/** Whether the program lets it through; undefined where it does something that is not followed here. */
export function runDeviceProgram(program: DeviceProgram, question: DeviceQuestion): boolean | undefined {
  const context = [((ACCESS[question.letter] ?? 0) << 16) | TYPE[question.type], question.major, question.minor];
  const registers: (bigint | 'context' | undefined)[] = [undefined, 'context'];
  let at = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const instruction = program[at];
    if (instruction === undefined) return undefined;
    if (instruction.code === EXIT) {
      const answer = registers[0];
      return typeof answer === 'bigint' ? BigInt.asUintN(32, answer) !== 0n : undefined;
    }
    const skipped = perform(instruction, registers, context);
    if (skipped === undefined) return undefined;
    at += 1 + skipped;
  }
  return undefined;
}

/** Codes of include/uapi/linux/bpf_common.h and bpf.h. */
const EXIT = 0x95;
const MOVE = 0xb0;
const CLASS = { LDX: 0x01, ALU: 0x04, JMP: 0x05, JMP32: 0x06, ALU64: 0x07 } as const;
const SIZES: Readonly<Record<number, number>> = { 0: 4, 8: 2, 16: 1 };

/** How many instructions to skip then. */
function perform(
  one: Instruction,
  registers: (bigint | 'context' | undefined)[],
  context: readonly number[],
): number | undefined {
  const kind = one.code & 0x07;
  if (kind === CLASS.LDX) {
    const value = registers[one.from] === 'context' ? load(one, context) : undefined;
    if (value === undefined) return undefined;
    registers[one.to] = value;
    return 0;
  }
  const operand = (one.code & 0x08) === 0 ? BigInt(one.immediate) : registers[one.from];
  const jumps = kind === CLASS.JMP || kind === CLASS.JMP32;
  if (jumps && (one.code & 0xf0) === 0) return kind === CLASS.JMP ? one.offset : undefined;
  if (!jumps && kind !== CLASS.ALU && kind !== CLASS.ALU64) return undefined;
  // Moving the context's address on is all that is done with it.
  if (!jumps && (one.code & 0xf0) === MOVE) {
    registers[one.to] = typeof operand === 'bigint' ? BigInt.asUintN(kind === CLASS.ALU ? 32 : 64, operand) : operand;
    return 0;
  }
  const value = registers[one.to];
  if (typeof value !== 'bigint' || typeof operand !== 'bigint') return undefined;
  if (jumps) {
    const holds = compare(one.code & 0xf0, value, operand, kind === CLASS.JMP32 ? 32 : 64);
    return holds === undefined ? undefined : holds ? one.offset : 0;
  }
  const result = compute(one.code & 0xf0, value, operand, kind === CLASS.ALU ? 32 : 64);
  if (result === undefined) return undefined;
  registers[one.to] = result;
  return 0;
}

/** BPF_MEM loads of a word or a part of one. */
function load(one: Instruction, context: readonly number[]): bigint | undefined {
  const size = (one.code & 0xe0) === 0x60 ? SIZES[one.code & 0x18] : undefined;
  const word = context[Math.floor(one.offset / 4)];
  if (size === undefined || word === undefined || (one.offset % 4) + size > 4) return undefined;
  return BigInt.asUintN(8 * size, BigInt(word >>> 0) >> BigInt(8 * (one.offset % 4)));
}

/** Codes of ALU operations, include/uapi/linux/bpf_common.h. */
function compute(operation: number, a: bigint, b: bigint, bits: 32 | 64): bigint | undefined {
  const [x, y] = [BigInt.asUintN(bits, a), BigInt.asUintN(bits, b)];
  switch (operation) {
    case 0x00:
      return BigInt.asUintN(bits, x + y);
    case 0x10:
      return BigInt.asUintN(bits, x - y);
    case 0x40:
      return x | y;
    case 0x50:
      return x & y;
    case 0x60:
      return BigInt.asUintN(bits, x << (y & BigInt(bits - 1)));
    case 0x70:
      return x >> (y & BigInt(bits - 1));
    case 0xa0:
      return x ^ y;
    default:
      return undefined;
  }
}

/** Codes of jumps; those that compare with a sign are not used on numbers without one. */
function compare(operation: number, a: bigint, b: bigint, bits: 32 | 64): boolean | undefined {
  const [x, y] = [BigInt.asUintN(bits, a), BigInt.asUintN(bits, b)];
  switch (operation) {
    case 0x10:
      return x === y;
    case 0x20:
      return x > y;
    case 0x30:
      return x >= y;
    case 0x40:
      return (x & y) !== 0n;
    case 0x50:
      return x !== y;
    case 0xa0:
      return x < y;
    case 0xb0:
      return x <= y;
    default:
      return undefined;
  }
}

/**
 * The rules that programs which must all agree amount to: asked for each number that one of them compares with, and for one that
 * none does. undefined: one of them cannot be followed.
 */
export function rulesOf(programs: readonly DeviceProgram[]): readonly DeviceRule[] | undefined {
  const compared = programs.map(numbersIn);
  if (compared.includes(undefined)) return undefined;
  const [majors, minors] = (['major', 'minor'] as const).map((field) => [
    ...new Set(compared.flatMap((numbers) => [...(numbers?.[field] ?? [])])),
  ]) as [number[], number[]];
  if (majors.length * minors.length > MOST_PAIRS) return undefined;
  const other = [1, 2, 3, 4]
    .map((i) => 1_000_003 * i)
    .find((number) => !majors.includes(number) && !minors.includes(number)) as number;
  const rules: DeviceRule[] = [{ allow: false, type: 'a', access: 'rwm' }];
  const groups: readonly (readonly [number | undefined, number | undefined])[] = [
    [undefined, undefined],
    ...majors.map((major) => [major, undefined] as const),
    ...minors.map((minor) => [undefined, minor] as const),
    ...majors.flatMap((major) => minors.map((minor) => [major, minor] as const)),
  ];
  for (const type of ['b', 'c'] as const) {
    for (const [major, minor] of groups) {
      const asked = { type, major: major ?? other, minor: minor ?? other };
      const allowed = lettersOf(programs, asked);
      if (allowed === undefined) return undefined;
      const known = [...'rwm'].filter((letter) => isAllowed(rules, type, asked.major, asked.minor, letter)).join('');
      if (known === allowed) continue;
      const where = { type, ...(major !== undefined && { major }), ...(minor !== undefined && { minor }) };
      rules.push({ allow: false, ...where, access: 'rwm' });
      if (allowed !== '') rules.push({ allow: true, ...where, access: allowed });
    }
  }
  return rules;
}

/** A bound on what is asked; runtimes write some ten numbers of each kind. */
const MOST_PAIRS = 4096;

function lettersOf(programs: readonly DeviceProgram[], asked: Omit<DeviceQuestion, 'letter'>): string | undefined {
  let letters = '';
  for (const letter of 'rwm') {
    const answers = programs.map((program) => runDeviceProgram(program, { ...asked, letter }));
    if (answers.includes(undefined)) return undefined;
    if (!answers.includes(false)) letters += letter;
  }
  return letters;
}

type Field = 'access' | 'major' | 'minor';
const FIELDS: readonly Field[] = ['access', 'major', 'minor'];

interface Compared {
  readonly major: ReadonlySet<number>;
  readonly minor: ReadonlySet<number>;
}

/**
 * What majors and minors are compared with. undefined: one of them is computed with, or compared with another register, so that
 * the numbers that matter are not those that are written.
 */
function numbersIn(program: DeviceProgram): Compared | undefined {
  const held = fieldsIn(program);
  const numbers = { major: new Set<number>(), minor: new Set<number>() };
  for (const one of program) {
    const [kind, operation] = [one.code & 0x07, one.code & 0xf0];
    const [fields, others] = [held.get(one.to) ?? NO_FIELDS, held.get(one.from) ?? NO_FIELDS];
    const byRegister = (one.code & 0x08) !== 0;
    const concerned = (['major', 'minor'] as const).filter((field) => fields.has(field));
    const concerns = concerned.length > 0 || (byRegister && (others.has('major') || others.has('minor')));
    if (kind === CLASS.ALU || kind === CLASS.ALU64) {
      if (operation !== MOVE && concerns) return undefined;
    } else if ((kind === CLASS.JMP || kind === CLASS.JMP32) && operation !== 0 && one.code !== EXIT && concerns) {
      if (byRegister) return undefined;
      const exact = operation === 0x10 || operation === 0x50;
      for (const near of exact ? [0] : [-1, 0, 1])
        for (const field of concerned) if (one.immediate + near >= 0) numbers[field].add(one.immediate + near);
    }
  }
  return numbers;
}

const NO_FIELDS: ReadonlySet<Field> = new Set();

/** Which parts of the question a register may hold anywhere in the program, whatever the way there. */
function fieldsIn(program: DeviceProgram): ReadonlyMap<number, ReadonlySet<Field>> {
  const held = new Map<number, Set<Field>>();
  const of = (register: number) =>
    held.get(register) ?? held.set(register, new Set()).get(register) ?? new Set<Field>();
  let before = -1;
  const count = () => [...held.values()].reduce((sum, fields) => sum + fields.size, 0);
  while (before !== count()) {
    before = count();
    for (const one of program) {
      const kind = one.code & 0x07;
      const field = FIELDS[Math.floor(one.offset / 4)];
      if (kind === CLASS.LDX && field !== undefined) of(one.to).add(field);
      else if ((kind === CLASS.ALU || kind === CLASS.ALU64) && (one.code & 0xf8) === (MOVE | 0x08))
        for (const moved of of(one.from)) of(one.to).add(moved);
    }
  }
  return held;
}
