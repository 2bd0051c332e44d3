import { expect, test } from 'vitest';
import { compileCatalogue } from '../../check/index.ts';
import { type Expr, Judgement } from '../../model/index.ts';
import { Posture, type Statement } from '../../posture/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import type { Vector } from '../../vectors/index.ts';
import { Deciders, Results } from './decisive.ts';
import { allMutants, breakGate, broken, drawMutants } from './mutant.ts';

const [PROVABLE] = CATALOGUE.filter(({ probe, appliesTo }) => probe !== undefined && appliesTo.includes('workload'));

const ROOT: Expr = { gate: 'root-user' };
const GAIN: Expr = { gate: 'privilege-gain' };
const MOUNTS: Expr = { gate: 'syscall', syscall: 'mount' };

const postureOf = (facts: Statement['facts']): Posture =>
  new Posture([{ phase: 'run', source: { kind: 'observed', from: 'a test' }, facts }]);

const OPEN = { seccomp: { kind: 'unconfined' } } as const;
const SHUT = { seccomp: { kind: 'policy', policy: { defaultAction: 'SCMP_ACT_ERRNO' } } } as const;

/** The gates that decide, with what they answer. */
function deciding(routes: Expr[][], facts: Statement['facts'], when?: Expr): readonly string[] {
  const vector: Vector = { ...(PROVABLE as Vector), id: 'one', routes, ...(when !== undefined && { when }) };
  const deciders = new Deciders(compileCatalogue([vector]));
  return deciders
    .of(new Results(postureOf(facts), new Map()))
    .map(({ gate, answer }) => `${gate.gate.gate} ${answer}`)
    .sort();
}

test.for<[string, Expr[][], Statement['facts'], string[]]>([
  ['all that pass', [[ROOT, MOUNTS]], { 'process.uid': 0, ...OPEN }, ['root-user passes', 'syscall passes']],
  ['the only one that is closed', [[ROOT, MOUNTS]], { 'process.uid': 1, ...OPEN }, ['root-user closed']],
  ['neither of two that are closed', [[ROOT, MOUNTS]], { 'process.uid': 1, ...SHUT }, []],
  ['the only route that is open', [[ROOT], [MOUNTS]], { 'process.uid': 0, ...SHUT }, ['root-user passes']],
  ['neither of two that are open', [[ROOT], [MOUNTS]], { 'process.uid': 0, ...OPEN }, []],
  ['one that both routes have', [[ROOT, MOUNTS], [ROOT]], { 'process.uid': 0, ...OPEN }, ['root-user passes']],
  ['none beside what is not known', [[ROOT, MOUNTS]], { 'process.uid': 0 }, []],
])('it decides: %s', ([, routes, facts, expected]) => {
  expect(deciding(routes, facts)).toEqual(expected);
});

test('where a vector does not apply, nothing decides', () => {
  const facts = { 'process.uid': 0, 'process.no-new-privileges': true };
  expect(deciding([[ROOT]], facts, GAIN)).toEqual([]);
  expect(deciding([[ROOT]], { ...facts, 'process.no-new-privileges': false }, GAIN)).toEqual(['root-user passes']);
});

test('what turns is what the model with the gate broken says otherwise', () => {
  const catalogue = compileCatalogue(CATALOGUE);
  const deciders = new Deciders(catalogue);
  const posture = postureOf({
    'process.uid': 0,
    'process.no-new-privileges': false,
    'namespace.user': 'host',
    ...OPEN,
  });
  const whole = new Judgement(catalogue.graph, posture);
  const results = new Results(posture, new Map());
  for (const mutant of drawMutants(allMutants(catalogue), 60, 5)) {
    const copy = breakGate(catalogue, mutant);
    const judgement = new Judgement(copy.graph, posture);
    const otherwise = copy.vectors.filter(
      ({ vector, routes }, i) =>
        vector.probe !== undefined &&
        vector.appliesTo.includes('workload') &&
        judgement.result(routes) !== whole.result(catalogue.vectors[i]?.routes ?? routes),
    );
    const turned = deciders.turnedBy(mutant.gate, broken(mutant, results.result(mutant.gate)), results);
    expect(turned.map(({ of }) => of.vector.id).sort()).toEqual(otherwise.map(({ vector }) => vector.id).sort());
  }
});
