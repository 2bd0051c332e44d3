import { expect, test } from 'vitest';
import { LIFECYCLE, PHASES } from './index.ts';

test('every phase is described once, in order', () => {
  expect(LIFECYCLE.map((description) => description.phase)).toEqual([...PHASES]);
});

test('a phase that crosses no trust boundary is the host alone', () => {
  expect(
    LIFECYCLE.filter((description) => description.boundaries.length === 0).map((description) => description.phase),
  ).toEqual(['host']);
});
