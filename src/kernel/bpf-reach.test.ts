import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BpfInstruction, BpfProgram } from './bpf.ts';
import { reach, type WordWish } from './bpf-reach.ts';
import { runBpf, runFilters } from './bpf-run.ts';
import { bpfProblem } from './bpf-validate.ts';
import type { Condition } from './seccomp-argument.ts';
import { judgeFilters, judgeUnnamed } from './seccomp-installed.ts';
import { returnOutcome } from './seccomp-return.ts';

const op = (code: number, k = 0, jt = 0, jf = 0): BpfInstruction => ({ code, jt, jf, k });
const [ALLOW, LOG, TRACE, EPERM, ENOSYS, KILL] = [0x7fff0000, 0x7ffc0000, 0x7ff00000, 0x00050001, 0x00050026, 0];

/** The first word of two arguments, their values below 16: all that a test with constants below 8 can tell apart. */
const FREE = [4, 6] as const;
const VALUES = Array.from({ length: 16 }, (_, value) => value);

function everyAnswer(answer: (words: Uint32Array) => number, fits: (first: number) => boolean): Set<number> {
  const answers = new Set<number>();
  for (const first of VALUES.filter(fits)) {
    for (const second of VALUES) {
      const words = new Uint32Array(16);
      words.set([first], FREE[0]);
      words.set([second], FREE[1]);
      answers.add(answer(words));
    }
  }
  return answers;
}

function wishes(first: readonly Condition[] = []): WordWish[] {
  const words: WordWish[] = new Array(16).fill(0);
  words[FREE[0]] = first;
  words[FREE[1]] = [];
  return words;
}

const small = fc.nat(7);
const load = fc.constantFrom(...FREE).map((word) => op(0x20, word * 4));
const jump = fc
  .tuple(fc.constantFrom(0x15, 0x25, 0x35, 0x45), small, fc.nat(4), fc.nat(4))
  .map(([code, k, jt, jf]) => op(code, k, jt, jf));
const answering = fc.constantFrom(ALLOW, LOG, TRACE, EPERM, ENOSYS, KILL).map((k) => op(0x06, k));
const plain = fc.oneof(
  { weight: 3, arbitrary: load },
  { weight: 5, arbitrary: jump },
  small.map((k) => op(0x54, k)),
  answering,
);
const odd = fc.oneof(
  { weight: 6, arbitrary: plain },
  fc.tuple(fc.constantFrom(0x04, 0x14, 0x44, 0xa4, 0x24), small).map(([code, k]) => op(code, k)),
  fc.tuple(fc.constantFrom(0x02, 0x60, 0x61), fc.nat(1)).map(([code, k]) => op(code, k)),
  fc.constantFrom(op(0x07), op(0x87), op(0x01, 3), op(0x1d, 0, 1, 0), op(0x3c), op(0x5c), op(0x84)),
);
const programOf = (instructions: fc.Arbitrary<BpfInstruction>): fc.Arbitrary<BpfProgram> =>
  fc
    .tuple(load, fc.array(instructions, { maxLength: 12 }), fc.array(answering, { minLength: 5, maxLength: 6 }))
    .map(([first, middle, last]) => [first, ...middle, ...last])
    .filter((program) => bpfProblem(program) === undefined);

const wish = fc
  .tuple(small, small)
  .map(([mask, value]): Condition => ({ index: 0, op: '&', mask: BigInt(mask), value: BigInt(value & mask) }));
const fits = (one: Condition) => (first: number) => (BigInt(first) & one.mask) === one.value;

describe('against every call there is', () => {
  test('of a program of loads, masks and jumps the answers are exact', () => {
    fc.assert(
      fc.property(programOf(plain), wish, (program, one) => {
        const { answers, more } = reach([program], wishes([one]));
        const real = everyAnswer((words) => runBpf(program, words), fits(one));
        // An order under a mask is the one test that is not followed exactly.
        const certain = answers.filter((answer) => answer.certain).map(({ value }) => value);
        expect(more).toBe(false);
        for (const value of certain) expect(real).toContain(value);
        for (const value of real) expect(answers.map((answer) => answer.value)).toContain(value);
        if (certain.length === answers.length) expect(new Set(certain)).toEqual(real);
      }),
      { numRuns: 1000 },
    );
  });

  test('of any program no answer is missed, and none is called certain that does not come', () => {
    fc.assert(
      fc.property(programOf(odd), wish, (program, one) => {
        const { answers, more } = reach([program], wishes([one]));
        const real = everyAnswer((words) => runBpf(program, words), fits(one));
        for (const { value, certain } of answers) if (certain) expect(real).toContain(value);
        if (!more) for (const value of real) expect(answers.map((answer) => answer.value)).toContain(value);
      }),
      { numRuns: 1000 },
    );
  });

  test('of several programs the verdicts are those of the strictest answers', () => {
    fc.assert(
      fc.property(fc.array(programOf(plain), { minLength: 2, maxLength: 3 }), (programs) => {
        const { answers } = reach(programs, wishes());
        const effect = (value: number) => returnOutcome(value).effect;
        const real = new Set(
          [
            ...everyAnswer(
              (words) => runFilters(programs, words),
              () => true,
            ),
          ].map(effect),
        );
        for (const { value, certain } of answers) if (certain) expect(real).toContain(effect(value));
        for (const one of real) expect(answers.map(({ value }) => effect(value))).toContain(one);
      }),
      { numRuns: 500 },
    );
  });
});

describe('tests on words', () => {
  const branching = (...test: BpfInstruction[]): BpfProgram => [
    op(0x20, 16),
    ...test,
    op(0x06, ALLOW),
    op(0x06, EPERM),
  ];
  const answersTo = (program: BpfProgram, mask: bigint, value: bigint) =>
    judgeFilters([program], { arch: 'x86_64', syscall: 'ioctl', args: { 0: { mask, value } } }).verdict;

  test.for([
    {
      when: 'a bit that is asked for is tested',
      test: [op(0x45, 0x10, 0, 1)],
      mask: 0x10n,
      value: 0x10n,
      verdict: 'allowed',
    },
    {
      when: 'a bit that is asked not to be set is tested',
      test: [op(0x45, 0x10, 0, 1)],
      mask: 0x10n,
      value: 0n,
      verdict: 'refused',
    },
    { when: 'another bit is tested', test: [op(0x45, 0x30, 0, 1)], mask: 0x10n, value: 0n, verdict: 'allowed' },
    { when: 'equality excludes the bit', test: [op(0x15, 0x20, 0, 1)], mask: 0x10n, value: 0x10n, verdict: 'refused' },
    { when: 'the order excludes the bit', test: [op(0x35, 0x10, 1, 0)], mask: 0x10n, value: 0x10n, verdict: 'refused' },
    {
      when: 'masked bits are compared',
      test: [op(0x54, 0x30), op(0x15, 0x10, 0, 1)],
      mask: 0x20n,
      value: 0x20n,
      verdict: 'refused',
    },
    {
      when: 'a comparison can never hold',
      test: [op(0x54, 0x30), op(0x15, 1, 0, 1)],
      mask: 0n,
      value: 0n,
      verdict: 'refused',
    },
    {
      when: 'masked bits are ordered',
      test: [op(0x54, 0x30), op(0x25, 0x10, 1, 0)],
      mask: 0n,
      value: 0n,
      verdict: 'unknown',
    },
    {
      when: 'what is computed is compared',
      test: [op(0x04, 1), op(0x15, 1, 0, 1)],
      mask: 0n,
      value: 0n,
      verdict: 'unknown',
    },
  ])('$when: $verdict', ({ test: instructions, mask, value, verdict }) => {
    expect(answersTo(branching(...instructions), mask, value)).toBe(verdict);
  });

  test('the upper half of an argument is free where an interface uses the lower one alone', () => {
    const onUpper: BpfProgram = [op(0x20, 20), op(0x15, 0, 1, 0), op(0x06, ALLOW), op(0x06, EPERM)];
    const ask = (arch: 'x86_64' | 'i386') =>
      judgeFilters([onUpper], { arch, syscall: 'ioctl', args: { 0: 1n } }).verdict;
    expect(ask('x86_64')).toBe('refused');
    expect(ask('i386')).toBe('allowed');
  });

  test('where a call comes from is not for the caller to choose', () => {
    expect(
      judgeFilters([[op(0x20, 8), op(0x15, 1, 0, 1), op(0x06, ALLOW), op(0x06, EPERM)]], {
        arch: 'x86_64',
        syscall: 'read',
      }),
    ).toMatchObject({
      verdict: 'unknown',
    });
  });
});

describe('answers', () => {
  const one = (...values: number[]) =>
    judgeFilters(
      values.map((k) => [op(0x06, k)]),
      { arch: 'x86_64', syscall: 'read' },
    );
  test.for([
    { values: [], verdict: 'allowed', action: 'SCMP_ACT_ALLOW' },
    { values: [LOG], verdict: 'allowed', action: 'SCMP_ACT_LOG' },
    { values: [ALLOW, EPERM], verdict: 'refused', action: 'SCMP_ACT_ERRNO', errno: 1 },
    { values: [KILL], verdict: 'refused', action: 'SCMP_ACT_KILL_THREAD' },
    { values: [0x7fc00000, ALLOW], verdict: 'unknown', action: 'SCMP_ACT_NOTIFY' },
    { values: [TRACE, EPERM], verdict: 'refused', action: 'SCMP_ACT_ERRNO', errno: 1 },
    // The kernel kills for an action that it does not know.
    { values: [0x12340000], verdict: 'refused', action: 'SCMP_ACT_KILL_PROCESS' },
  ])('of $values the call is $verdict', ({ values, ...decision }) => {
    expect(one(...values)).toEqual(decision);
  });

  test('a call that the interface lacks is refused by it', () => {
    expect(judgeFilters([], { arch: 'aarch64', syscall: 'open' }).verdict).toBe('refused');
  });

  test('what is answered to calls without a name', () => {
    expect(judgeUnnamed([[op(0x06, ALLOW)]], 'x86_64').verdict).toBe('allowed');
    expect(judgeUnnamed([[op(0x06, EPERM)]], 'aarch64').verdict).toBe('refused');
  });

  test('behind a division by what a word holds nothing is certain: it may be 0 for every call', () => {
    // A word that is 0 where it is taken over, and X is 0 where it is not.
    const program = [op(0x20, 16), op(0x15, 0, 0, 1), op(0x07), op(0x3c), op(0x06, 0x7fff0000)];
    const { answers } = reach([program], wishes());
    expect(answers.filter(({ certain }) => certain).map(({ value }) => value)).toEqual([0]);
  });

  test('a hostile program is given up in time', () => {
    const doubling = Array.from({ length: 1000 }, (_, bit) => [
      op(0x20, 16 + 8 * (bit % 6)),
      op(0x45, 1 << (bit % 31), 0, 0),
    ]).flat();
    const started = performance.now();
    const decision = judgeFilters([[...doubling, op(0x06, EPERM)]], { arch: 'x86_64', syscall: 'read' });
    expect(decision.verdict).toBe('unknown');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
