import { type BpfInstruction, type BpfProgram, compute, holds, type LoadSource, operationOf } from './bpf.ts';
import { RETURN_ALLOW, stricter } from './seccomp-return.ts';

/** struct seccomp_data, include/uapi/linux/seccomp.h. */
export interface SeccompData {
  /** An AUDIT_ARCH value. */
  readonly arch: number;
  readonly nr: number;
  readonly instructionPointer?: bigint;
  /** Those that are missing are 0. */
  readonly args?: readonly bigint[];
}

export const DATA_WORDS = 16;

/** The data as a filter sees it, in words of 32 bits. */
export function dataWords({ arch, nr, instructionPointer = 0n, args = [] }: SeccompData): Uint32Array {
  const words = new Uint32Array(DATA_WORDS);
  words[0] = nr;
  words[1] = arch;
  for (const [i, value] of [instructionPointer, ...args.slice(0, 6)].entries()) {
    words[2 + 2 * i] = Number(value & 0xffffffffn);
    words[3 + 2 * i] = Number((value >> 32n) & 0xffffffffn);
  }
  return words;
}

/** What the filters of a task answer, the oldest first, as PTRACE_SECCOMP_GET_FILTER numbers them. */
export function runFilters(programs: readonly BpfProgram[], words: Uint32Array): number {
  let answer = RETURN_ALLOW;
  for (const program of programs.toReversed()) answer = stricter(answer, runBpf(program, words));
  return answer;
}

interface Machine {
  A: number;
  X: number;
  readonly memory: Uint32Array;
}

/** What a valid program returns. @throws RangeError where it is not valid. */
export function runBpf(program: BpfProgram, words: Uint32Array): number {
  const machine: Machine = { A: 0, X: 0, memory: new Uint32Array(16) };
  for (let at = 0; at < program.length; at += 1) {
    const instruction = program[at] as BpfInstruction;
    const operation = operationOf(instruction);
    const { k } = instruction;
    switch (operation?.kind) {
      case 'load':
        machine[operation.to] = loaded(operation.from, k, words, machine.memory);
        break;
      case 'store':
        machine.memory[k] = machine[operation.from];
        break;
      case 'copy':
        machine[operation.to] = operation.to === 'A' ? machine.X : machine.A;
        break;
      case 'alu': {
        const result = compute(operation.function, machine.A, operation.by === 'K' ? k : machine.X);
        if (result === undefined) return 0;
        machine.A = result;
        break;
      }
      case 'jump': {
        const taken = holds(operation.test, machine.A, operation.against === 'K' ? k : machine.X);
        at += operation.test === 'always' ? k : taken ? instruction.jt : instruction.jf;
        break;
      }
      case 'return':
        return operation.from === 'K' ? k : machine.A;
      default:
        throw new RangeError(`code 0x${instruction.code.toString(16)} is not allowed in a seccomp filter`);
    }
  }
  throw new RangeError('the program ends without a return');
}

function loaded(from: LoadSource, k: number, words: Uint32Array, memory: Uint32Array): number {
  switch (from) {
    case 'data':
      return words[k >> 2] ?? 0;
    case 'memory':
      return memory[k] ?? 0;
    case 'constant':
      return k;
    case 'length':
      return DATA_WORDS * 4;
  }
}
