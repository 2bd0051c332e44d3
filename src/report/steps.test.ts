import { expect, test } from 'vitest';
import { finding, fix, target } from '../check/sample-result.ts';
import { planOf } from './steps.ts';

const HERE = { path: 'compose.yaml', line: 4, column: 5 };

test.for([
  {
    when: 'one fix closes all',
    findings: [
      finding('a', { fixes: [fix(['both'], ['b']), fix(['only a'])] }),
      finding('b', { fixes: [fix(['only b']), fix(['both'], ['a'])] }),
    ],
    expected: [['both', 'a b']],
  },
  {
    when: 'the worst comes first',
    findings: [
      finding('l1', { severity: 'low', fixes: [fix(['x'], ['l2'])] }),
      finding('l2', { severity: 'low', fixes: [fix(['x'], ['l1'])] }),
      finding('c', { fixes: [fix(['y'])] }),
    ],
    expected: [
      ['y', 'c'],
      ['x', 'l1 l2'],
    ],
  },
  {
    when: 'taking back is as good as adding',
    findings: [finding('a', { fixes: [fix(['add']), fix(['remove'], [], [HERE])] })],
    expected: [['remove', 'a']],
  },
  {
    when: 'two changes close no more than one',
    findings: [finding('a', { fixes: [fix(['one', 'two']), fix(['three'])] })],
    expected: [['three', 'a']],
  },
  {
    when: 'suppressed',
    findings: [finding('a', { fixes: [fix(['x'])], suppressed: { reason: 'r', place: HERE } })],
    expected: [],
  },
])('the plan where $when', ({ findings, expected }) => {
  expect(
    planOf(target('web', findings)).steps.map(({ fix: chosen, closes }) => [
      chosen.changes.join(' + '),
      closes.map((one) => one.vector).join(' '),
    ]),
  ).toEqual(expected);
});

test('what nothing closes is kept apart', () => {
  const plan = planOf(target('web', [finding('a', { fixes: [fix(['x'])] }), finding('b')]));
  expect(plan.without.map((one) => one.vector)).toEqual(['b']);
});
