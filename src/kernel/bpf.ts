/*
 * Classic BPF as seccomp uses it: the form of an instruction (struct sock_filter, include/uapi/linux/filter.h), and the operations
 * that a filter may consist of.
 */

export interface BpfInstruction {
  readonly code: number;
  /** Instructions to skip where a conditional jump is taken, and where not. */
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

export type BpfProgram = readonly BpfInstruction[];

export type AluFunction = 'add' | 'sub' | 'mul' | 'div' | 'or' | 'and' | 'lsh' | 'rsh' | 'neg' | 'xor';
/** `data` is a word of seccomp_data, `length` its size. */
export type LoadSource = 'data' | 'constant' | 'memory' | 'length';
export type JumpTest = 'always' | 'eq' | 'gt' | 'ge' | 'set';

/** What an instruction does; A and X are the registers, M the sixteen cells of memory. */
export type Operation =
  | { readonly kind: 'load'; readonly to: 'A' | 'X'; readonly from: LoadSource }
  | { readonly kind: 'store'; readonly from: 'A' | 'X' }
  | { readonly kind: 'alu'; readonly function: AluFunction; readonly by: 'K' | 'X' }
  | { readonly kind: 'jump'; readonly test: JumpTest; readonly against: 'K' | 'X' }
  | { readonly kind: 'return'; readonly from: 'K' | 'A' }
  | { readonly kind: 'copy'; readonly to: 'A' | 'X' };

/** Codes that are written by our own compiler; the rest are only read. */
export const CODE = { LOAD: 0x20, AND: 0x54, JUMP: 0x05, JEQ: 0x15, JGT: 0x25, JGE: 0x35, RETURN: 0x06 } as const;

const ALU = ['add', 'sub', 'mul', 'div', 'or', 'and', 'lsh', 'rsh'] as const;
const TESTS = ['eq', 'gt', 'ge', 'set'] as const;
const OPERAND_X = 0x08;

/** What seccomp_check_filter, kernel/seccomp.c, lets through: all of classic BPF but packet loads, the modulo and loads of bytes. */
const OPERATIONS: readonly (Operation | undefined)[] = table();

function table(): (Operation | undefined)[] {
  const operations = new Array<Operation | undefined>(0x100).fill(undefined);
  const both = (code: number, make: (operand: 'K' | 'X') => Operation): void => {
    operations[code] = make('K');
    operations[code | OPERAND_X] = make('X');
  };
  operations[CODE.LOAD] = { kind: 'load', to: 'A', from: 'data' };
  for (const [code, from] of [
    [0x00, 'constant'],
    [0x60, 'memory'],
    [0x80, 'length'],
  ] as const) {
    operations[code] = { kind: 'load', to: 'A', from };
    operations[code | 1] = { kind: 'load', to: 'X', from };
  }
  operations[0x02] = { kind: 'store', from: 'A' };
  operations[0x03] = { kind: 'store', from: 'X' };
  for (const [i, name] of ALU.entries()) both(0x04 | (i << 4), (by) => ({ kind: 'alu', function: name, by }));
  operations[0x84] = { kind: 'alu', function: 'neg', by: 'K' };
  both(0xa4, (by) => ({ kind: 'alu', function: 'xor', by }));
  operations[CODE.JUMP] = { kind: 'jump', test: 'always', against: 'K' };
  for (const [i, test] of TESTS.entries()) both(CODE.JEQ + (i << 4), (against) => ({ kind: 'jump', test, against }));
  operations[CODE.RETURN] = { kind: 'return', from: 'K' };
  operations[0x16] = { kind: 'return', from: 'A' };
  operations[0x07] = { kind: 'copy', to: 'X' };
  operations[0x87] = { kind: 'copy', to: 'A' };
  return operations;
}

export function operationOf(instruction: BpfInstruction): Operation | undefined {
  return OPERATIONS[instruction.code];
}

/** The operation on 32 bits; undefined for a division by zero, which ends the program with 0 (net/core/filter.c, bpf_convert_filter). */
export function compute(name: AluFunction, a: number, b: number): number | undefined {
  switch (name) {
    case 'add':
      return (a + b) >>> 0;
    case 'sub':
      return (a - b) >>> 0;
    case 'mul':
      return Math.imul(a, b) >>> 0;
    case 'div':
      return b === 0 ? undefined : Math.floor(a / b);
    case 'or':
      return (a | b) >>> 0;
    case 'and':
      return (a & b) >>> 0;
    case 'xor':
      return (a ^ b) >>> 0;
    // JavaScript shifts by the low five bits, as eBPF does on 32 bits.
    case 'lsh':
      return (a << b) >>> 0;
    case 'rsh':
      return a >>> b;
    case 'neg':
      return -a >>> 0;
  }
}

export function holds(test: JumpTest, a: number, b: number): boolean {
  switch (test) {
    case 'always':
      return true;
    case 'eq':
      return a === b;
    case 'gt':
      return a > b;
    case 'ge':
      return a >= b;
    case 'set':
      return (a & b) !== 0;
  }
}

const INSTRUCTION_BYTES = 8;

/** struct sock_filter after struct sock_filter, as seccomp(2) takes them on a little-endian machine. */
export function encodeBpf(program: BpfProgram): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [i, { code, jt, jf, k }] of program.entries()) {
    const at = i * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, jt);
    view.setUint8(at + 3, jf);
    view.setUint32(at + 4, k, true);
  }
  return bytes;
}

/** @throws RangeError where the bytes are not whole instructions. */
export function decodeBpf(bytes: Uint8Array): BpfProgram {
  if (bytes.length % INSTRUCTION_BYTES !== 0) {
    throw new RangeError(`a BPF program consists of 8 bytes an instruction, ${bytes.length} are not a multiple`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / INSTRUCTION_BYTES }, (_, i) => {
    const at = i * INSTRUCTION_BYTES;
    return {
      code: view.getUint16(at, true),
      jt: view.getUint8(at + 2),
      jf: view.getUint8(at + 3),
      k: view.getUint32(at + 4, true),
    };
  });
}

/** A program as text, in which postures keep it. */
export function bpfToBase64(program: BpfProgram): string {
  return Buffer.from(encodeBpf(program)).toString('base64');
}

/** @throws RangeError where the text is not base64, or not of whole instructions. */
export function bpfFromBase64(text: string): BpfProgram {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new RangeError('this is not base64');
  return decodeBpf(bytes);
}
