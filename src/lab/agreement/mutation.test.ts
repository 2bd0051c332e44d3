import { expect, test } from 'vitest';
import { type Catalogue, compileCatalogue } from '../../check/index.ts';
import { type Expr, Judgement } from '../../model/index.ts';
import { Posture, type Statement } from '../../posture/index.ts';
import type { Missing } from '../../runtimes/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import type { Vector } from '../../vectors/index.ts';
import { allMutants, type Break, breakGate, drawMutants, type Mutant, titleOf } from './mutant.ts';
import { type MutantResult, MutationCheck, type RecordedSample } from './mutation.ts';

const MOUNTS: Expr = { gate: 'syscall', syscall: 'mount' };
const HOLDS: Expr = { gate: 'capability', capability: 'SYS_ADMIN', set: 'bounding' };
const ROOT: Expr = { gate: 'root-user' };
const SYSCTL: Expr = { gate: 'host', key: 'host.sysctl.kernel.kptr_restrict', is: 0 };

const [PROVABLE] = CATALOGUE.filter(({ probe, appliesTo }) => probe !== undefined && appliesTo.includes('workload'));

const vector = (id: string, ...gates: Expr[]): Vector => ({ ...(PROVABLE as Vector), id, routes: [gates] });

const SOME = compileCatalogue([
  vector('mounting', MOUNTS, HOLDS),
  vector('being-root', ROOT),
  vector('reading', SYSCTL),
]);

const FILTER = { kind: 'policy', policy: { defaultAction: 'SCMP_ACT_ERRNO' } } as const;
const ALL: Statement['facts'] = {
  seccomp: { kind: 'unconfined' },
  'capability.bounding.SYS_ADMIN': true,
  'process.uid': 0,
  'host.sysctl.kernel.kptr_restrict': '0',
};

/** A sample whose kernel says what the whole model says, but for what is given. */
function sample(catalogue: Catalogue, facts: Statement['facts'], given: Partial<RecordedSample> = {}): RecordedSample {
  const source = { kind: 'observed', from: 'a test' } as const;
  const posture = new Posture([{ phase: 'run', source, facts: { ...ALL, ...facts } }]);
  const judgement = new Judgement(catalogue.graph, posture);
  const answers = catalogue.vectors.flatMap(({ vector: { id }, routes }) => {
    const result = judgement.result(routes);
    return result === 'unknown' ? [] : [[id, result === 'passes' ? 'open' : 'blocked'] as const];
  });
  return { sample: 7, posture, proven: new Map(answers), missing: [], ...given };
}

function mutant(catalogue: Catalogue, gate: string, how: Break): Mutant {
  const found = allMutants(catalogue).find((one) => one.gate.gate.gate === gate && one.how === how);
  if (found === undefined) throw new Error(`no gate ${gate}`);
  return found;
}

function outcome(gate: string, how: Break, ...samples: readonly RecordedSample[]): MutantResult {
  const check = new MutationCheck(SOME, [mutant(SOME, gate, how)]);
  for (const one of samples) check.judge(one);
  return check.results[0] as MutantResult;
}

test.for([
  ['syscall', 'inverted', {}],
  ['syscall', 'deleted', { seccomp: FILTER }],
  ['capability', 'deleted', { 'capability.bounding.SYS_ADMIN': false }],
] as const)('a %s gate that is %s is found where it decides', ([gate, how, facts]) => {
  const result = outcome(gate, how, sample(SOME, facts));
  expect(result).toMatchObject({ found: { sample: 7, vector: 'mounting', after: 1 }, missed: undefined });
});

test('how many configurations it takes is counted', () => {
  const passing = sample(SOME, {});
  const closed = sample(SOME, { seccomp: FILTER }, { sample: 9 });
  expect(outcome('syscall', 'deleted', passing, passing, closed).found).toMatchObject({ sample: 9, after: 3 });
});

test.for([
  ['a gate that always passes', 'syscall', 'deleted', {}, 'constant'],
  ['the same, of a host fact', 'host', 'deleted', {}, 'equivalent'],
  [
    'a gate beside one that is closed as well',
    'syscall',
    'deleted',
    { seccomp: FILTER, 'capability.bounding.SYS_ADMIN': false },
    'covered',
  ],
] as const)('%s: broken, it is not found', ([, gate, how, facts, missed]) => {
  expect(outcome(gate, how, sample(SOME, facts))).toMatchObject({ found: undefined, missed });
});

test('an unknown gate stays unknown when it is inverted', () => {
  const source = { kind: 'observed', from: 'a test' } as const;
  const one: RecordedSample = {
    sample: 0,
    posture: new Posture([{ phase: 'run', source, facts: {} }]),
    proven: new Map([['being-root', 'open']]),
    missing: [],
  };
  expect(outcome('root-user', 'inverted', one)).toMatchObject({ missed: 'constant', answers: ['unknown'] });
});

test.for<[string, Partial<RecordedSample>, string]>([
  ['the kernel did not tell', { proven: new Map() }, 'silent'],
  ['the whole model is wrong already', { proven: new Map([['being-root', 'blocked']]) }, 'untold'],
])('where %s, nothing is noticed', ([, given, missed]) => {
  expect(outcome('root-user', 'inverted', sample(SOME, {}, given))).toMatchObject({ found: undefined, missed });
});

test('a vector is silent where the kernel never told, or tells of none that is open', () => {
  const unprivileged = sample(SOME, { 'capability.bounding.SYS_ADMIN': false });
  const open = sample(SOME, {});
  const untoldOpen = sample(SOME, {}, { proven: new Map() });
  const untold = sample(SOME, { seccomp: FILTER }, { proven: new Map() });
  expect(outcome('syscall', 'deleted', untold).missed).toBe('silent');
  expect(outcome('syscall', 'deleted', untold, unprivileged).missed).toBe('untold');
  expect(outcome('syscall', 'deleted', untold, unprivileged, untoldOpen).missed).toBe('silent');
  expect(outcome('syscall', 'deleted', untold, unprivileged, untoldOpen, open).missed).toBe('untold');
});

test('what the broken model says is not held against a sandbox that lacks what it leans on', () => {
  const missing: Missing = { step: 'user', why: 'not set', facts: ['process.uid'] };
  const facts = { seccomp: FILTER } as const;
  expect(outcome('root-user', 'inverted', sample(SOME, facts, { missing: [missing] })).missed).toBe('untold');
  expect(outcome('syscall', 'inverted', sample(SOME, facts, { missing: [missing] })).found).toBeDefined();
});

test('only what stands above the gate is made anew', () => {
  const broken = breakGate(SOME, mutant(SOME, 'root-user', 'inverted'));
  const same = broken.vectors.map(({ routes }, i) => routes === SOME.vectors[i]?.routes);
  expect(same).toEqual([true, false, true]);
  const { posture } = sample(SOME, {});
  const results = broken.vectors.map(({ routes }) => new Judgement(broken.graph, posture).result(routes));
  expect(results).toEqual(['passes', 'closed', 'passes']);
});

test('the same seed draws the same mutants, each once', () => {
  const all = allMutants(compileCatalogue(CATALOGUE));
  const titles = (seed: number): string[] => drawMutants(all, 200, seed).map((one) => `${one.gate.id} ${titleOf(one)}`);
  expect(new Set(titles(1)).size).toBe(200);
  expect(titles(1)).toEqual(titles(1));
  expect(titles(2)).not.toEqual(titles(1));
});

test('gates that no kernel is asked about are not broken', () => {
  const { probe: _, ...unprovable } = vector('unprovable', HOLDS);
  const gates = allMutants(compileCatalogue([unprovable, vector('being-root', ROOT)])).map(
    ({ gate }) => gate.gate.gate,
  );
  expect(new Set(gates)).toEqual(new Set(['root-user']));
});
