import { expect, test } from 'vitest';
import { LIFECYCLE } from '../lifecycle/index.ts';
import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import { THREATS } from './stride.data.ts';
import { belongs } from './threats.ts';
import { FLOWS } from './zones.data.ts';

/** Letters of a vector for which no place that it belongs to has a row. */
const lettersWithout = (vector: (typeof CATALOGUE)[number]) => {
  const places = THREATS.filter((place) => belongs(vector, place));
  return [...vector.stride].filter((letter) => !places.some(({ titles }) => letter in titles));
};

test('no vector is without a threat, in any of its letters', () => {
  const without = CATALOGUE.map((vector) => [vector.id, lettersWithout(vector).join('')]).filter(
    ([, letters]) => letters,
  );
  expect(without).toEqual([]);
});

test('no threat is without a vector', () => {
  const rows = THREATS.flatMap((place) => Object.keys(place.titles).map((letter) => ({ place, letter })));
  const empty = rows.filter(
    ({ place, letter }) => !CATALOGUE.some((vector) => belongs(vector, place) && vector.stride.includes(letter)),
  );
  expect(empty.map(({ place, letter }) => `${place.id}-${letter}`)).toEqual([]);
});

test('a place has a row for each letter of the vectors that belong to it', () => {
  const missing = THREATS.flatMap((place) =>
    CATALOGUE.filter((vector) => belongs(vector, place)).flatMap((vector) =>
      [...vector.stride]
        .filter((letter) => !(letter in place.titles))
        .map((letter) => `${place.id} ${letter} ${vector.id}`),
    ),
  );
  expect(missing).toEqual([]);
});

test('ids of places are unique', () => {
  expect(new Set(THREATS.map(({ id }) => id)).size).toBe(THREATS.length);
});

test('every boundary that a flow crosses is one of the life-cycle', () => {
  const known = LIFECYCLE.flatMap(({ boundaries }) => boundaries.map(({ from, to }) => `${from} → ${to}`));
  const named = Object.values(FLOWS).flatMap(({ boundary, boundaryOfHost }) => [boundary, boundaryOfHost ?? boundary]);
  expect(named.filter((boundary) => !known.includes(boundary))).toEqual([]);
});
