import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { medianWithInterval, wilson } from './statistics.ts';

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

describe('a median with its interval', () => {
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

  // Ranks as in tables of the sign test at 95 % (from the exact binomial sums).
  test.for([
    [1, 1, 1, 1],
    [5, 3, 1, 5],
    [6, 3.5, 1, 6],
    [8, 4.5, 1, 8],
    [9, 5, 2, 8],
    [10, 5.5, 2, 9],
    [15, 8, 4, 12],
    [25, 13, 8, 18],
    [100, 50.5, 40, 61],
    [1000, 500.5, 469, 532],
  ] as const)('of %d values', ([count, median, low, high]) => {
    expect(medianWithInterval(upTo(count))).toEqual({ median, low, high, count });
  });

  it('is found where two to the power of the count is no number', () => {
    const { low, high } = medianWithInterval(upTo(20_000));
    // 1.96 standard deviations of a binomial are 138.6 here.
    expect(low).toBeGreaterThan(10_000 - 142);
    expect(low).toBeLessThan(10_000 - 136);
    expect(low + high).toBe(20_001);
  });

  it('does not exist without values', () => {
    expect(() => medianWithInterval([])).toThrow(RangeError);
  });

  it('does not depend on the order, lies within its interval, and goes with the scale', () => {
    const values = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, (list) => {
        const found = medianWithInterval(list);
        expect(medianWithInterval([...list].reverse())).toEqual(found);
        expect(found.low).toBeLessThanOrEqual(found.median);
        expect(found.high).toBeGreaterThanOrEqual(found.median);
        expect(list).toContain(found.low);
        expect(list).toContain(found.high);
        const doubled = medianWithInterval(list.map((value) => 2 * value));
        expect(doubled).toEqual({ ...found, median: 2 * found.median, low: 2 * found.low, high: 2 * found.high });
      }),
    );
  });

  it('holds the true median in 95 of 100 samples or more', () => {
    let state = 12_345;
    const next = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    // A skewed distribution, as times are: the square of a uniform number, with the median ¼.
    const holds = Array.from({ length: 2000 }, () => medianWithInterval(Array.from({ length: 15 }, () => next() ** 2)));
    const share = holds.filter(({ low, high }) => low <= 0.25 && 0.25 <= high).length / holds.length;
    expect(share).toBeGreaterThan(0.95);
    expect(share).toBeLessThan(0.99);
  });
});
