import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import { compileCatalogue } from './catalogue.ts';
import { judgeExample } from './example.ts';

/** `VECTOR=cap-sys-module npx vitest run src/check/example.test.ts` runs one vector's examples. */
const only = process.env.VECTOR?.split(',');
const vectors = CATALOGUE.filter((vector) => only === undefined || only.includes(vector.id));
const catalogue = compileCatalogue(vectors);

describe.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
  test.each(vector.examples.map((example, i) => [i, example] as const))('example %i', async (_, example) => {
    const { verdict, judged, because } = await judgeExample(vector, example, catalogue);
    const why = [JSON.stringify(example), ...because].join('\n');
    expect(verdict, why).toBe(example.verdict);
    if (example.depth !== undefined) expect(judged?.depth, why).toBe(example.depth);
  });

  test('has an open and a blocked example', () => {
    const verdicts = new Set(vector.examples.map((example) => example.verdict));
    expect(verdicts.has('open') && verdicts.has('blocked')).toBe(true);
  });
});
