import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BpfProgram, bpfFromBase64, bpfToBase64, decodeBpf, encodeBpf } from './bpf.ts';
import { dataWords, runBpf, runFilters } from './bpf-run.ts';
import { describeBpf } from './bpf-text.ts';
import { bpfProblem } from './bpf-validate.ts';

const op = (code: number, k = 0, jt = 0, jf = 0) => ({ code, jt, jf, k });
const ALLOW = 0x7fff0000;
const RETURN_A = op(0x16);
const allow = op(0x06, ALLOW);

const instruction = fc.record({
  code: fc.nat(0xffff),
  jt: fc.nat(0xff),
  jf: fc.nat(0xff),
  k: fc.nat(0xffffffff),
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.array(instruction), (program) => {
      expect(decodeBpf(encodeBpf(program))).toEqual(program);
      expect(bpfFromBase64(bpfToBase64(program))).toEqual(program);
    }),
  );
});

test('instructions are struct sock_filter', () => {
  expect([...encodeBpf([op(0x15, 0xc000003e, 1, 2)])]).toEqual([0x15, 0, 1, 2, 0x3e, 0, 0, 0xc0]);
});

test.for([
  ['half an instruction', 'AAAA'],
  ['other characters', 'AAAAAAAAAA!='],
])('%s is no program', ([, text]) => {
  expect(() => bpfFromBase64(text ?? '')).toThrow(RangeError);
});

/** Each was shown to the kernel (6.18), as were 57,000 more programs, most of them random. */
describe('what seccomp(2) refuses', () => {
  test.for([
    { program: [], problem: 'the program is empty' },
    { program: new Array(4097).fill(allow), problem: '4097 instructions, and the kernel takes 4096' },
    { program: [op(0x20, 4)], problem: 'the last instruction does not return' },
    { program: [op(0x94, 3), allow], problem: 'instruction 0: code 0x94 is not allowed in a seccomp filter' },
    { program: [op(0x30, 0), allow], problem: 'instruction 0: code 0x30 is not allowed in a seccomp filter' },
    { program: [op(0x120, 0), allow], problem: 'instruction 0: code 0x120 is not allowed in a seccomp filter' },
    { program: [op(0x20, 2), allow], problem: 'instruction 0: offset 2 is not a word of seccomp_data' },
    { program: [op(0x20, 64), allow], problem: 'instruction 0: offset 64 is not a word of seccomp_data' },
    { program: [op(0x34, 0), allow], problem: 'instruction 0: division by zero' },
    { program: [op(0x64, 32), allow], problem: 'instruction 0: a shift by 32 bits' },
    { program: [op(0x02, 16), allow], problem: 'instruction 0: memory has no cell 16' },
    { program: [op(0x60, 1), allow], problem: 'instruction 0: cell 1 of memory is read before it is written' },
    { program: [op(0x05, 1), allow], problem: 'instruction 0: it jumps over 1 of the 1 instructions that follow' },
    {
      program: [op(0x15, 0, 0, 1), allow],
      problem: 'instruction 0: it jumps over 1 of the 1 instructions that follow',
    },
    // Written on one way only.
    {
      program: [op(0x15, 0, 0, 1), op(0x02, 3), op(0x60, 3), allow],
      problem: 'instruction 2: cell 3 of memory is read before it is written',
    },
    // The kernel follows no returns here.
    { program: [allow, op(0x60, 3), allow], problem: 'instruction 1: cell 3 of memory is read before it is written' },
  ])('$problem', ({ program, problem }) => {
    expect(bpfProblem(program)).toBe(problem);
  });

  test.for<{ program: BpfProgram }>([
    { program: new Array(4096).fill(allow) },
    { program: [op(0x15, 0, 0, 1), op(0x02, 3), op(0x02, 3), op(0x60, 3), RETURN_A] },
    { program: [op(0x3c), allow] },
    { program: [op(0x80), op(0x81), op(0x07), op(0x87), RETURN_A] },
  ])('not $program.length instructions', ({ program }) => {
    expect(bpfProblem(program)).toBeUndefined();
  });
});

describe('a run', () => {
  const words = dataWords({ arch: 0xc000003e, nr: 59, args: [0x1122334455667788n, 0n, 0n, 0n, 0n, 1n] });
  test.for([
    { does: 'nr', program: [op(0x20, 0)], gives: 59 },
    { does: 'arch', program: [op(0x20, 4)], gives: 0xc000003e },
    { does: 'low half', program: [op(0x20, 16)], gives: 0x55667788 },
    { does: 'high half', program: [op(0x20, 20)], gives: 0x11223344 },
    { does: 'sixth argument', program: [op(0x20, 56)], gives: 1 },
    { does: 'length', program: [op(0x80)], gives: 64 },
    { does: 'unsigned subtraction', program: [op(0x14, 1)], gives: 0xffffffff },
    { does: 'product of 32 bits', program: [op(0x00, 0xffffffff), op(0x24, 0xffffffff)], gives: 1 },
    { does: 'unsigned quotient', program: [op(0x00, 0xfffffffe), op(0x34, 2)], gives: 0x7fffffff },
    { does: 'division by an X of 0', program: [op(0x00, 8), op(0x3c)], gives: 0 },
    { does: 'shift by an X beyond 31', program: [op(0x01, 33), op(0x00, 1), op(0x6c)], gives: 2 },
    { does: 'negation', program: [op(0x00, 1), op(0x84)], gives: 0xffffffff },
    { does: 'memory', program: [op(0x00, 7), op(0x02, 15), op(0x00, 1), op(0x60, 15)], gives: 7 },
    { does: 'jump', program: [op(0x20, 0), op(0x15, 59, 1, 0), op(0x00, 1), op(0x45, 8, 0, 1), op(0x00, 2)], gives: 2 },
  ])('$does gives $gives', ({ program, gives }) => {
    expect(runBpf([...program, RETURN_A], words)).toBe(gives);
  });
});

describe('of several filters the strictest holds', () => {
  const words = dataWords({ arch: 0, nr: 0 });
  const ERRNO = 0x00050000;
  test.for([
    { returns: [], answer: ALLOW },
    { returns: [ALLOW, 0x7ffc0000], answer: 0x7ffc0000 },
    { returns: [0x7ff00000, 0x7fc00000], answer: 0x7fc00000 },
    { returns: [0x00030000, ERRNO | 1], answer: 0x00030000 },
    { returns: [0, 0x80000000], answer: 0x80000000 },
    { returns: [0x80000000, 0], answer: 0x80000000 },
    // Of equal ones the newest.
    { returns: [ERRNO | 1, ERRNO | 38], answer: ERRNO | 38 },
  ])('$returns', ({ returns, answer }) => {
    expect(
      runFilters(
        returns.map((k) => [op(0x06, k)]),
        words,
      ),
    ).toBe(answer);
  });
});

test('a program for people', () => {
  const program = [
    op(0x20, 4),
    op(0x15, 0xc000003e, 0, 3),
    op(0x20, 20),
    op(0x54, 0xff),
    op(0x06, 0x00050026),
    op(0x06, 0),
  ];
  expect(describeBpf(program)).toBe(`0: A = arch
1: if A == 0xc000003e goto 2 else 5
2: A = args[0].high
3: A = A and 0xff
4: return SCMP_ACT_ERRNO 38
5: return SCMP_ACT_KILL_THREAD
`);
});
