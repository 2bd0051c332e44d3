import { expect, test } from 'vitest';
import { compileCatalogue } from '../../check/index.ts';
import type { Expr } from '../../model/index.ts';
import { Posture, type Statement } from '../../posture/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import type { Vector } from '../../vectors/index.ts';
import { canBeTold, fixedAnswers } from './fixed.ts';
import { allMutants, type Break } from './mutant.ts';

const [PROVABLE] = CATALOGUE.filter(({ probe, appliesTo }) => probe !== undefined && appliesTo.includes('workload'));

const ROOT: Expr = { gate: 'root-user' };
const FLAG: Expr = { gate: 'privilege-gain' };
const sysctl = (is: number): Expr => ({ gate: 'host', key: 'host.sysctl.kernel.kptr_restrict', is });
const UNSEEN: Expr = { gate: 'host', key: 'host.lockdown', is: 'none' };

const FACTS: Statement['facts'] = { 'host.sysctl.kernel.kptr_restrict': '0', 'process.uid': 0 };

/** Whether some configuration tells the model with the first such gate broken from the whole one. */
function tellable(routes: Expr[][], gate: string, how: Break, when?: Expr): boolean {
  const vector: Vector = { ...(PROVABLE as Vector), id: 'one', routes, ...(when !== undefined && { when }) };
  const catalogue = compileCatalogue([vector]);
  const source = { kind: 'observed', from: 'a test' } as const;
  const fixed = fixedAnswers(catalogue, new Posture([{ phase: 'run', source, facts: FACTS }]));
  const mutant = allMutants(catalogue).find((one) => one.gate.gate.gate === gate && one.how === how);
  if (mutant === undefined) throw new Error(`no gate ${gate}`);
  return canBeTold(catalogue.vectors, mutant, fixed);
}

test.for<[string, Expr[][], string, Break, boolean]>([
  ['what a configuration decides', [[ROOT]], 'root-user', 'deleted', true],
  ['the same, beside a gate that the host closes', [[ROOT, sysctl(1)]], 'root-user', 'deleted', false],
  ['the same, beside one that the host opens', [[ROOT, sysctl(0)]], 'root-user', 'deleted', true],
  ['the same, where the host opens another route', [[ROOT], [sysctl(0)]], 'root-user', 'deleted', false],
  ['the same, where the host closes another route', [[ROOT], [sysctl(1)]], 'root-user', 'deleted', true],
  ['the same, beside what is not known of the host', [[ROOT, UNSEEN]], 'root-user', 'deleted', false],
  ['the same, where another route is not known', [[ROOT], [UNSEEN]], 'root-user', 'deleted', false],
  ['a gate that the host opens, deleted', [[sysctl(0), ROOT]], 'host', 'deleted', false],
  ['a gate that the host opens, inverted', [[sysctl(0), ROOT]], 'host', 'inverted', true],
  ['a gate that the host closes, inverted', [[sysctl(1), ROOT]], 'host', 'inverted', true],
  ['one that another route has alone as well', [[FLAG, ROOT], [FLAG]], 'root-user', 'deleted', false],
  ['the same, one that only the longer route has', [[FLAG, ROOT], [FLAG]], 'privilege-gain', 'deleted', true],
  [
    'one that both routes have',
    [
      [FLAG, ROOT],
      [ROOT, sysctl(0)],
    ],
    'privilege-gain',
    'deleted',
    false,
  ],
  ['what is not known, deleted', [[UNSEEN, ROOT]], 'host', 'deleted', false],
  ['one of two in a row that the host closes', [[sysctl(1), sysctl(2)]], 'host', 'deleted', false],
])('%s', ([, routes, gate, how, told]) => {
  expect(tellable(routes, gate, how)).toBe(told);
});

test('what no configuration makes applicable is never asked', () => {
  expect(tellable([[ROOT]], 'root-user', 'deleted', sysctl(1))).toBe(false);
  expect(tellable([[ROOT]], 'root-user', 'deleted', sysctl(0))).toBe(true);
  expect(tellable([[ROOT]], 'root-user', 'deleted', FLAG)).toBe(true);
});
