/**
 * Our filters against those of libseccomp: the ones that runc installed for the engines' default profiles are kept beside this file
 * (`scripts/compare-seccomp.ts --fixtures`; the script compares more calls of all profiles), and where runc is present they are read anew and the kernel itself is asked.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFiltered, Machine, obstacle } from '../scripts/seccomp/machine.ts';
import { Dice, type Sample, samplesFor, wordsOf } from '../scripts/seccomp/samples.ts';
import { type BpfInstruction, type BpfProgram, operationOf } from '../src/kernel/bpf.ts';
import { runBpf } from '../src/kernel/bpf-run.ts';
import {
  bpfFromBase64,
  bpfProblem,
  compileSeccomp,
  judgeFilters,
  runFilters,
  type SeccompPolicy,
} from '../src/kernel/index.ts';
import { allowedCalls, judgeSyscall } from '../src/kernel/seccomp.ts';
import { syscallTable } from '../src/kernel/syscalls.ts';
import { type SyscallParams, syscall } from '../src/model/gates/seccomp.ts';
import { type FactTypes, Posture } from '../src/posture/index.ts';
import { CATALOGUE } from '../src/vectors/catalogue.generated.ts';

interface Fixture {
  readonly profile: string;
  readonly producedBy: string;
  readonly seccomp: SeccompPolicy;
  readonly programs: readonly string[];
}

const FOLDER = new URL('./seccomp-filters/', import.meta.url);
const fixtures = readdirSync(FOLDER).map((name): Fixture => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
const ARCHES = ['x86_64', 'i386', 'x32'] as const;

/** The first few calls that are answered in two ways. */
function differences(samples: readonly Sample[], ours: readonly number[], theirs: readonly number[]): unknown[] {
  return samples
    .map((sample, i) => ({ sample, ours: ours[i], theirs: theirs[i] }))
    .filter((one) => one.ours !== one.theirs)
    .slice(0, 5);
}

/** Every question about a call that the routes of the catalogue ask. */
const SYSCALL_GATES = CATALOGUE.flatMap(({ routes }) => syscallGates(routes));

function syscallGates(part: unknown): SyscallParams[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('gate' in part && part.gate === 'syscall') return [part as unknown as SyscallParams];
  return Object.values(part).flatMap(syscallGates);
}

test('the newest default profile of four engines is kept', () => {
  expect(fixtures.map(({ profile }) => profile.replace(/-.*/, ''))).toEqual(['common', 'containerd', 'crio', 'docker']);
});

describe.each(fixtures)('$profile', ({ seccomp, programs }) => {
  const installed = programs.map(bpfFromBase64);
  const program = compileSeccomp(seccomp, 'x86_64');
  // This call of x32 is younger than the libseccomp that made the filters.
  const accept = ({ nr }: Sample) => nr !== syscallTable('x32').get('map_shadow_stack');

  test('our filter answers as that of libseccomp, and is shorter', () => {
    const samples = samplesFor(seccomp, { arches: ARCHES, count: 30_000, accept });
    const words = samples.map(wordsOf);
    const ours = words.map((one) => runBpf(program, one));
    const theirs = words.map((one) => runFilters(installed, one));
    expect(differences(samples, ours, theirs)).toEqual([]);
    expect(program.length).toBeLessThan((installed[0]?.length ?? 0) / 2);
  });

  test('what libseccomp installed is judged as the profile', () => {
    let known = 0;
    for (const arch of ARCHES) {
      for (const [name, nr] of syscallTable(arch)) {
        if (!accept({ arch: 0, nr, args: [] })) continue;
        const judged = judgeSyscall(seccomp, { arch, syscall: name });
        if (judged.verdict === 'unknown') continue;
        expect({ name, verdict: judgeFilters(installed, { arch, syscall: name }).verdict }).toEqual({
          name,
          verdict: judged.verdict,
        });
        known += 1;
      }
    }
    expect(known).toBeGreaterThan(1000);
    expect(allowedCalls(seccomp, 'x86_64').length).toBeGreaterThan(200);
  });

  test('the gates of all vectors say the same of the profile and of what is installed', () => {
    const source = { kind: 'observed', from: 'a test' } as const;
    const posture = (setting: FactTypes['seccomp']) =>
      new Posture([
        { phase: 'run', source, facts: { seccomp: setting, 'host.arch': 'x86_64', 'host.kernel': '6.18' } },
      ]);
    const [written, read] = [posture({ kind: 'policy', policy: seccomp }), posture({ kind: 'filter', programs })];
    const contradictions = SYSCALL_GATES.filter((gate) => {
      const results = [syscall.evaluate(gate, written).result, syscall.evaluate(gate, read).result];
      // What the profile leaves open the filter settles.
      return results[0] !== results[1] && results[0] !== 'unknown';
    });
    expect(SYSCALL_GATES.length).toBeGreaterThan(100);
    expect(contradictions).toEqual([]);
  });

  test('a changed profile would be seen', () => {
    const [first, ...others] = seccomp.syscalls ?? [];
    const changed = {
      ...seccomp,
      syscalls: [{ ...first, names: ['bpf', ...(first?.names.slice(1) ?? [])] }, ...others],
    } as SeccompPolicy;
    const samples = samplesFor(seccomp, { arches: ARCHES, count: 5000 });
    const answers = (one: BpfProgram) => samples.map((sample) => runBpf(one, wordsOf(sample)));
    expect(differences(samples, answers(compileSeccomp(changed, 'x86_64')), answers(program))).not.toEqual([]);
  });
});

const reason = obstacle();
const required = process.env.COFFERDAM_REQUIRE_RUNTIMES === '1';

describe.skipIf(reason !== undefined && !required)(
  `on this machine${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let machine: Machine;
    beforeAll(() => {
      machine = new Machine();
    });
    afterAll(() => machine?.close());

    test.each(fixtures)('$profile: runc and the kernel answer as our filter', ({ seccomp }) => {
      const policy = machine.knownPart(seccomp);
      const accept = (sample: Sample) => isFiltered(sample) && machine.sameNumber(sample);
      const samples = samplesFor(policy, { arches: ARCHES, count: 10_000, accept, seed: 2 });
      const program = compileSeccomp(policy, 'x86_64');
      const ours = samples.map((sample) => runBpf(program, wordsOf(sample)));
      const filters = machine.runcFilters(policy);
      expect(
        differences(
          samples,
          ours,
          samples.map((sample) => runFilters(filters, wordsOf(sample))),
        ),
      ).toEqual([]);
      expect(differences(samples, ours, machine.kernelAnswers(program, samples))).toEqual([]);
    });

    test('the kernel calculates as our interpreter', () => {
      const dice = new Dice(3);
      for (let round = 0; round < 60; round += 1) {
        const program = refusingProgram(dice);
        const samples = Array.from({ length: 20 }, () => ({
          arch: 0xc000003e,
          nr: dice.below(300),
          args: Array.from({ length: 6 }, () => BigInt.asUintN(64, dice.word() << BigInt(dice.below(20)))),
        }));
        const ours = samples.map((sample) => runBpf(program, wordsOf(sample)) & 0xffff);
        expect(differences(samples, ours, machine.kernelErrors(program, program, samples))).toEqual([]);
      }
    });
  },
);

const CODES = Array.from({ length: 0x100 }, (_, code) => code).filter((code) => {
  const operation = operationOf({ code, jt: 0, jf: 0, k: 0 });
  // Division by an X of 0 would end the caller.
  return operation !== undefined && operation.kind !== 'return' && code !== 0x3c;
});

/** A program of any instructions whose answer is an error number made of what it has calculated. */
function refusingProgram(dice: Dice): BpfProgram {
  // Not where the call comes from (8, 12), which is not the same here and there.
  const operands = [0, 4, 16, 20, 28, 32, 60, 1, 3, 31, 0x80000000, 0xffffffff];
  for (;;) {
    const middle = Array.from({ length: 12 }, (): BpfInstruction => {
      const code = dice.pick(CODES);
      const k = code === 0x05 ? dice.below(3) : dice.pick(operands);
      return { code, jt: dice.below(3), jf: dice.below(3), k };
    });
    const ending = [
      // The bits of both halves count: A = ((A >> 11) ^ A) & 0x7ff | SECCOMP_RET_ERRNO.
      { code: 0x07, jt: 0, jf: 0, k: 0 },
      { code: 0x74, jt: 0, jf: 0, k: 11 },
      { code: 0xac, jt: 0, jf: 0, k: 0 },
      { code: 0x54, jt: 0, jf: 0, k: 0x7ff },
      { code: 0x44, jt: 0, jf: 0, k: 0x00050000 },
      { code: 0x16, jt: 0, jf: 0, k: 0 },
    ];
    const cells = [
      { code: 0x02, jt: 0, jf: 0, k: 0 },
      { code: 0x02, jt: 0, jf: 0, k: 1 },
      { code: 0x02, jt: 0, jf: 0, k: 3 },
    ];
    const program = [...cells, ...middle, ...ending];
    if (bpfProblem(program) === undefined) return program;
  }
}
