import { type BpfInstruction, type BpfProgram, type Operation, operationOf } from './bpf.ts';

/** include/uapi/linux/bpf_common.h, BPF_MAXINSNS; include/uapi/linux/filter.h, BPF_MEMWORDS; sizeof(struct seccomp_data). */
export const MOST_INSTRUCTIONS = 4096;
const MEMORY_CELLS = 16;
const DATA_BYTES = 64;

/**
 * Why seccomp(2) would refuse the program; undefined where it takes it. Equal to bpf_check_classic and check_load_and_stores
 * (net/core/filter.c) with seccomp_check_filter (kernel/seccomp.c).
 */
export function bpfProblem(program: BpfProgram): string | undefined {
  if (program.length === 0) return 'the program is empty';
  if (program.length > MOST_INSTRUCTIONS)
    return `${program.length} instructions, and the kernel takes ${MOST_INSTRUCTIONS}`;
  for (const [at, instruction] of program.entries()) {
    const problem = instructionProblem(instruction, program.length - at - 1);
    if (problem !== undefined) return `instruction ${at}: ${problem}`;
  }
  const last = program.at(-1);
  if (last === undefined || operationOf(last)?.kind !== 'return') return 'the last instruction does not return';
  return memoryProblem(program);
}

function instructionProblem(instruction: BpfInstruction, after: number): string | undefined {
  const operation = operationOf(instruction);
  if (operation === undefined) return `code 0x${instruction.code.toString(16)} is not allowed in a seccomp filter`;
  if (operation.kind === 'jump') return jumpProblem(operation.test, instruction, after);
  return operandProblem(operation, instruction.k);
}

function jumpProblem(test: string, { jt, jf, k }: BpfInstruction, after: number): string | undefined {
  const farthest = test === 'always' ? k : Math.max(jt, jf);
  return farthest >= after ? `it jumps over ${farthest} of the ${after} instructions that follow` : undefined;
}

function operandProblem(operation: Operation, k: number): string | undefined {
  if (operation.kind === 'load' && operation.from === 'data' && (k >= DATA_BYTES || k % 4 !== 0)) {
    return `offset ${k} is not a word of seccomp_data`;
  }
  const usesMemory = operation.kind === 'store' || (operation.kind === 'load' && operation.from === 'memory');
  if (usesMemory && k >= MEMORY_CELLS) return `memory has no cell ${k}`;
  if (operation.kind !== 'alu' || operation.by !== 'K') return undefined;
  if (operation.function === 'div' && k === 0) return 'division by zero';
  const shifts = operation.function === 'lsh' || operation.function === 'rsh';
  return shifts && k >= 32 ? `a shift by ${k} bits` : undefined;
}

/**
 * A cell may be read only where every way to the instruction has written it. Jumps go forward, so one pass tells. As in the kernel,
 * what stands behind a return is looked at as if it were reached.
 */
function memoryProblem(program: BpfProgram): string | undefined {
  const ALL = (1 << MEMORY_CELLS) - 1;
  const written = new Array<number>(program.length).fill(ALL);
  let here = 0;
  const arrive = (at: number): void => {
    written[at] = (written[at] ?? ALL) & here;
  };
  for (const [at, instruction] of program.entries()) {
    here &= written[at] ?? ALL;
    const operation = operationOf(instruction);
    if (operation?.kind === 'store') here |= 1 << instruction.k;
    else if (operation?.kind === 'load' && operation.from === 'memory' && (here & (1 << instruction.k)) === 0) {
      return `instruction ${at}: cell ${instruction.k} of memory is read before it is written`;
    } else if (operation?.kind === 'jump') {
      if (operation.test === 'always') arrive(at + 1 + instruction.k);
      else {
        arrive(at + 1 + instruction.jt);
        arrive(at + 1 + instruction.jf);
      }
      here = ALL;
    }
  }
  return undefined;
}
