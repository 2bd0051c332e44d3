import { expect, test } from 'vitest';
import { linear, logarithmic, short } from './chart.ts';

test.for([
  { most: 38, ticks: [0, 10, 20, 30, 40] },
  { most: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
  { most: 100, ticks: [0, 20, 40, 60, 80, 100] },
])('a linear axis up to $most has round ticks that contain it', ({ most, ticks }) => {
  const scale = linear(most, 100);
  expect(scale.ticks).toEqual(ticks);
  expect(scale.at(0)).toBe(0);
  expect(scale.at(ticks.at(-1) ?? 0)).toBeCloseTo(100);
});

test.for([
  { least: 12, most: 360, ticks: [10, 100, 1000] },
  { least: 1, most: 1, ticks: [1, 10] },
  { least: 0.02, most: 1, ticks: [0.01, 0.1, 1] },
])('a logarithmic axis from $least to $most has whole decades', ({ least, most, ticks }) => {
  const scale = logarithmic(least, most, 100);
  scale.ticks.forEach((tick, i) => {
    expect(tick).toBeCloseTo(ticks[i] ?? Number.NaN);
  });
  expect(scale.at(least)).toBeGreaterThanOrEqual(0);
  expect(scale.at(most)).toBeLessThanOrEqual(100);
});

test.for([
  [0, '0'],
  [1.2345, '1.23'],
  [1234, '1230'],
  [45_600, '45.6k'],
  [2_500_000, '2.5M'],
] as const)('%d is written %s', ([value, text]) => expect(short(value)).toBe(text));
