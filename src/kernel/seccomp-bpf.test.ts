import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Arch, AUDIT_ARCH } from './arch.ts';
import { decodeBpf, encodeBpf } from './bpf.ts';
import { dataWords, runBpf } from './bpf-run.ts';
import { bpfProblem } from './bpf-validate.ts';
import { judgeSyscall, type SeccompPolicy, type SeccompRule } from './seccomp.ts';
import { compileSeccomp } from './seccomp-bpf.ts';
import { judgeFilters } from './seccomp-installed.ts';
import { FILTER_SEMANTICS } from './seccomp-policy.ts';
import { returnOutcome, returnText } from './seccomp-return.ts';
import { syscallNumber } from './syscalls.ts';

const CALLS = ['read', 'socket', 'clone', 'semop', 'socketcall', 'personality', 'openat2', 'clone3', 'mount'];

const value = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 37n, 38n, 40n, 0x7e020000n, 0xffffffffn, 0x100000000n, 0x100000026n, (1n << 64n) - 1n),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
);
const condition = fc.record({
  index: fc.integer({ min: 0, max: 2 }),
  op: fc.constantFrom('EQ', 'NE', 'LT', 'LE', 'GT', 'GE', 'MASKED_EQ').map((name) => `SCMP_CMP_${name}`),
  value,
  valueTwo: value,
});
const rule: fc.Arbitrary<SeccompRule> = fc.record({
  names: fc.uniqueArray(fc.constantFrom(...CALLS), { minLength: 1, maxLength: 4 }),
  action: fc
    .constantFrom('ALLOW', 'ALLOW', 'LOG', 'ERRNO', 'TRAP', 'NOTIFY', 'KILL_PROCESS')
    .map((name) => `SCMP_ACT_${name}`),
  errnoRet: fc.constantFrom(1, 38),
  args: fc.array(condition, { maxLength: 3 }),
});
const policy: fc.Arbitrary<SeccompPolicy> = fc.record({
  defaultAction: fc.constantFrom('SCMP_ACT_ERRNO', 'SCMP_ACT_KILL', 'SCMP_ACT_ALLOW', 'SCMP_ACT_TRACE'),
  architectures: fc.constantFrom(
    [],
    ['SCMP_ARCH_X86'],
    ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    ['SCMP_ARCH_AARCH64'],
  ),
  syscalls: fc.array(rule, { maxLength: 5 }),
});
const question = fc.record({
  arch: fc.constantFrom<Arch>('x86_64', 'i386', 'x32', 'aarch64'),
  syscall: fc.constantFrom(...CALLS),
  args: fc.record({ 0: value, 1: value, 2: value, 3: value, 4: value, 5: value }),
});
const semantics = fc.constantFrom(FILTER_SEMANTICS.runc, FILTER_SEMANTICS.crun);

const nativeOf = (arch: Arch) => (arch === 'aarch64' ? 'aarch64' : 'x86_64');

test('the filter of any policy answers as the policy is judged', () => {
  let compared = 0;
  fc.assert(
    fc.property(policy, question, semantics, (one, ask, runtime) => {
      const nr = syscallNumber(ask.arch, ask.syscall);
      fc.pre(nr !== undefined);
      const program = compileSeccomp(one, nativeOf(ask.arch), runtime);
      expect(bpfProblem(program)).toBeUndefined();
      const judged = judgeSyscall(one, ask, runtime);
      // Where libseccomp goes its own way, the judge does not know.
      if (judged.because !== undefined && judged.verdict === 'unknown') return;
      const args = Object.values(ask.args);
      const answer = returnOutcome(runBpf(program, dataWords({ arch: AUDIT_ARCH[ask.arch], nr: nr ?? 0, args })));
      expect(answer.effect).toBe(judged.verdict);
      // Which of several rules of one effect is meant the judge does not ask.
      if ((one.syscalls ?? []).length <= 1) {
        expect({ action: answer.action, errno: answer.errno }).toEqual({ action: judged.action, errno: judged.errno });
      }
      compared += 1;
    }),
    { numRuns: 2000 },
  );
  expect(compared).toBeGreaterThan(1000);
});

test('what is read from the filter is what is read from the policy', () => {
  const wish = fc.oneof(value, fc.record({ mask: fc.constantFrom(0xffffffffn, 0x7e020000n, 1n, 0n), value }));
  const asked = fc.record({
    arch: fc.constantFrom<Arch>('x86_64', 'i386', 'x32', 'aarch64'),
    syscall: fc.constantFrom(...CALLS),
    args: fc.oneof(fc.constant({}), fc.record({ 0: wish }), fc.record({ 0: wish, 1: wish })),
  });
  let compared = 0;
  fc.assert(
    fc.property(policy, asked, (one, ask) => {
      const judged = judgeSyscall(one, ask);
      // The filter is known exactly: it may tell where the policy's judge does not (a supervisor for some arguments, an allow for others).
      fc.pre(judged.verdict !== 'unknown');
      expect(judgeFilters([compileSeccomp(one, nativeOf(ask.arch))], ask).verdict).toBe(judged.verdict);
      compared += 1;
    }),
    { numRuns: 2000 },
  );
  expect(compared).toBeGreaterThan(1000);
});

describe('rules that meet the same arguments are asked in the order of libseccomp', () => {
  const arg = (index: number, op: string, value: number) => ({ index, op: `SCMP_CMP_${op}`, value });
  const rules = (...conditions: ReturnType<typeof arg>[]) =>
    conditions.map((condition, i) => ({
      names: ['socket'],
      action: i === 0 ? 'SCMP_ACT_ALLOW' : 'SCMP_ACT_LOG',
      args: [condition],
    }));
  // Each was tried with libseccomp 2.7.0 (revision 90d3f7d).
  test.for([
    { first: arg(0, 'NE', 16), second: arg(0, 'EQ', 40), args: [40n], answers: 'SCMP_ACT_LOG' },
    { first: arg(0, 'LT', 50), second: arg(0, 'EQ', 40), args: [40n], answers: 'SCMP_ACT_LOG' },
    { first: arg(0, 'EQ', 40), second: arg(1, 'EQ', 2), args: [40n, 2n], answers: 'SCMP_ACT_LOG' },
    { first: arg(0, 'GT', 10), second: arg(0, 'GT', 20), args: [30n], answers: 'SCMP_ACT_LOG' },
    { first: arg(0, 'LT', 20), second: arg(0, 'LT', 10), args: [5n], answers: 'SCMP_ACT_LOG' },
    { first: arg(0, 'GT', 10), second: arg(0, 'LT', 30), args: [20n], answers: 'SCMP_ACT_LOG' },
  ])('$first.op against $second.op', ({ first, second, args, answers }) => {
    for (const syscalls of [rules(first, second), rules(first, second).reverse()]) {
      const program = compileSeccomp({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, 'x86_64');
      const words = dataWords({ arch: AUDIT_ARCH.x86_64, nr: syscallNumber('x86_64', 'socket') ?? 0, args });
      expect(returnText(runBpf(program, words))).toBe(answers);
    }
  });
});

describe('numbers outside every table', () => {
  const answer = (architectures: string[], nr: number, arch: Arch = 'x86_64') => {
    const one = {
      defaultAction: 'SCMP_ACT_ERRNO',
      architectures,
      syscalls: [{ names: ['read', 'getrandom'], action: 'SCMP_ACT_ALLOW' }],
    };
    return returnText(runBpf(compileSeccomp(one, 'x86_64'), dataWords({ arch: AUDIT_ARCH[arch], nr })));
  };
  // As libseccomp 2.5.4 under runc 1.1.5 answers.
  test.for([
    { listed: [], nr: 400, answers: 'SCMP_ACT_ERRNO 38' },
    { listed: [], nr: 317, answers: 'SCMP_ACT_ERRNO 1' },
    { listed: [], nr: 0x40000000, answers: 'SCMP_ACT_KILL_THREAD' },
    { listed: [], nr: 0x80000000, answers: 'SCMP_ACT_ERRNO 38' },
    { listed: [], nr: 0xfffffffe, answers: 'SCMP_ACT_KILL_THREAD' },
    { listed: [], nr: 0xffffffff, answers: 'SCMP_ACT_ERRNO 1' },
    { listed: ['SCMP_ARCH_X32'], nr: 0x40000000, answers: 'SCMP_ACT_ALLOW' },
    { listed: ['SCMP_ARCH_X32'], nr: 0x40000190, answers: 'SCMP_ACT_ERRNO 38' },
    { listed: ['SCMP_ARCH_X32'], nr: 0xffffffff, answers: 'SCMP_ACT_ERRNO 38' },
  ])('$nr with $listed is answered $answers', ({ listed, nr, answers }) => {
    expect(answer(listed, nr)).toBe(answers);
  });

  test('an interface that is not listed ends the thread', () => {
    expect(answer([], 0, 'i386')).toBe('SCMP_ACT_KILL_THREAD');
    expect(answer([], 0, 'aarch64')).toBe('SCMP_ACT_KILL_THREAD');
  });
});

describe('what cannot be compiled', () => {
  test.for([
    ['an unknown operator', { names: ['read'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, op: 'ABOUT', value: 1 }] }],
    ['an unknown action', { names: ['read'], action: 'SCMP_ACT_PERHAPS' }],
  ] as const)('%s', ([, one]) => {
    expect(() => compileSeccomp({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [one] }, 'x86_64')).toThrow(RangeError);
  });

  test('more rules than the kernel takes instructions for', () => {
    const syscalls = Array.from({ length: 100_000 }, (_, i) => ({
      names: ['ioctl'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 1, op: 'SCMP_CMP_EQ', value: i }],
    }));
    expect(() => compileSeccomp({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, 'x86_64')).toThrow(/instructions/);
  });
});

test('jumps farther than 255 instructions are helped', () => {
  const syscalls = ['ioctl', 'prctl', 'fcntl'].flatMap((name) =>
    Array.from({ length: 200 }, (_, i) => ({
      names: [name],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 1, op: 'SCMP_CMP_EQ', value: 2 * i }],
    })),
  );
  const program = compileSeccomp({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, 'x86_64');
  expect(bpfProblem(program)).toBeUndefined();
  const answer = (name: string, arg: bigint) =>
    returnText(
      runBpf(program, dataWords({ arch: AUDIT_ARCH.x86_64, nr: syscallNumber('x86_64', name) ?? 0, args: [0n, arg] })),
    );
  for (let arg = 0n; arg < 400n; arg += 1n) {
    for (const name of ['ioctl', 'prctl', 'fcntl'])
      expect(answer(name, arg)).toBe(arg % 2n === 0n ? 'SCMP_ACT_ALLOW' : 'SCMP_ACT_ERRNO 1');
  }
});

test('no jump is longer than its field', () => {
  for (let count = 40; count < 140; count += 1) {
    const syscalls = ['ioctl', 'prctl'].map((name, i) => ({
      names: [name],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: i, op: 'SCMP_CMP_EQ', value: 7 }],
    }));
    const many = Array.from({ length: count }, (_, value) => ({
      names: ['fcntl'],
      action: 'SCMP_ACT_LOG',
      args: [{ index: value % 3, op: 'SCMP_CMP_EQ', value }],
    }));
    const program = compileSeccomp({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [...syscalls, ...many] }, 'x86_64');
    expect(decodeBpf(encodeBpf(program))).toEqual(program);
  }
});
