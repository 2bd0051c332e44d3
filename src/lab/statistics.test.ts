import { expect, test } from 'vitest';
import { wilson } from './statistics.ts';

// By hand from the formula; the middle ones are those of any table of Wilson intervals.
test.for([
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [5, 10, 0.2366, 0.7634],
  [999, 1000, 0.9944, 0.9998],
] as const)('%d of %d', ([successes, trials, low, high]) => {
  const interval = wilson(successes, trials);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test('without trials nothing is known', () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
});
