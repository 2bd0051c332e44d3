import { expect, test } from 'vitest';
import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import type { Vector } from '../vectors/index.ts';
import { compileCatalogue } from './catalogue.ts';
import { catalogueOf, dataOf } from './catalogue-data.ts';

const compiled = compileCatalogue(CATALOGUE);
const data = JSON.parse(JSON.stringify(dataOf(compiled))) as ReturnType<typeof dataOf>;

test('the graph is the same, node by node', () => {
  expect(catalogueOf(data, () => CATALOGUE).graph.nodes).toEqual(compiled.graph.nodes);
});

test('vectors read the same, whatever is asked of them', () => {
  const read = catalogueOf(data, () => CATALOGUE);
  const keys = new Set(CATALOGUE.flatMap((vector) => Object.keys(vector) as (keyof Vector)[]));
  expect(read.vectors.length).toBe(CATALOGUE.length);
  for (const [i, { vector, routes, when }] of read.vectors.entries()) {
    for (const key of keys) expect(vector[key]).toEqual(CATALOGUE[i]?.[key]);
    expect([routes.id, when?.id]).toEqual([compiled.vectors[i]?.routes.id, compiled.vectors[i]?.when?.id]);
  }
});

test('judging and results need nothing but the head', () => {
  const read = catalogueOf(data, () => {
    throw new Error('the whole catalogue was asked for');
  });
  for (const { vector } of read.vectors) expect([vector.id, vector.title, vector.appliesTo]).not.toContain(undefined);
  expect(() => read.vectors[0]?.vector.why).toThrow('asked for');
});
