import { type BpfInstruction, type BpfProgram, type LoadSource, operationOf } from './bpf.ts';
import { returnText } from './seccomp-return.ts';

const SYMBOLS = { eq: '==', gt: '>', ge: '>=', set: '&' } as const;

/** A program for people, one line an instruction: `12: if A == 0x3b goto 40 else 13`. */
export function describeBpf(program: BpfProgram): string {
  const width = String(program.length - 1).length;
  return program.map((instruction, at) => `${String(at).padStart(width)}: ${describe(instruction, at)}\n`).join('');
}

function describe(instruction: BpfInstruction, at: number): string {
  const { k, jt, jf, code } = instruction;
  const operation = operationOf(instruction);
  if (operation === undefined) return `code 0x${code.toString(16)} is not known`;
  switch (operation.kind) {
    case 'load':
      return `${operation.to} = ${sourceText(operation.from, k)}`;
    case 'store':
      return `M[${k}] = ${operation.from}`;
    case 'alu':
      return operation.function === 'neg' ? 'A = -A' : `A = A ${operation.function} ${operandText(operation.by, k)}`;
    case 'jump':
      if (operation.test === 'always') return `goto ${at + 1 + k}`;
      return `if A ${SYMBOLS[operation.test]} ${operandText(operation.against, k)} goto ${at + 1 + jt} else ${at + 1 + jf}`;
    case 'return':
      return `return ${operation.from === 'A' ? 'A' : returnText(k)}`;
    case 'copy':
      return operation.to === 'X' ? 'X = A' : 'A = X';
  }
}

function operandText(operand: 'K' | 'X', k: number): string {
  return operand === 'X' ? 'X' : hex(k);
}

function sourceText(from: LoadSource, k: number): string {
  if (from === 'data') return wordText(k);
  if (from === 'memory') return `M[${k}]`;
  return from === 'constant' ? hex(k) : '64';
}

/** struct seccomp_data, include/uapi/linux/seccomp.h. */
function wordText(offset: number): string {
  if (offset === 0) return 'nr';
  if (offset === 4) return 'arch';
  const half = offset % 8 === 0 ? 'low' : 'high';
  return offset < 16 ? `instruction_pointer.${half}` : `args[${Math.floor((offset - 16) / 8)}].${half}`;
}

function hex(value: number): string {
  return value < 10 ? String(value) : `0x${value.toString(16)}`;
}
