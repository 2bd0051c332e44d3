import { expect, test } from 'vitest';
import { Posture, type Statement } from '../../posture/index.ts';
import { fact } from './fact.ts';

const stated = (facts: Statement['facts']) =>
  Posture.fold([
    {
      phase: 'request',
      statements: [
        { phase: 'request', source: { kind: 'stated', text: 'x', path: 'a.yaml', line: 1, column: 1 }, facts },
      ],
    },
  ]);

test('what a line asks for can be taken back, what an object is cannot', () => {
  const posture = stated({ 'namespace.ipc': 'host', 'kubernetes.kind': 'Pod', 'engine.name': 'kubernetes' });
  const closes = (key: string) => fact.close?.({ key, matches: '.', mechanism: 'mount' }, posture);
  expect(closes('namespace.ipc')).toMatchObject([[{ kind: 'withdraw', source: { line: 1 } }]]);
  expect(closes('kubernetes.kind')).toEqual([]);
  expect(closes('engine.name')).toEqual([]);
});
