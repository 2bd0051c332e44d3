import { expect, test } from 'vitest';
import capSysModule from '../vectors/capability/cap-sys-module.ts';
import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import { renderVector, renderVectors, vectorPage } from './catalogue.ts';
import { PAGE_HEADINGS, vectorIndexPage } from './vector-page.ts';

test.for(CATALOGUE.map((vector) => [vector.id, vector] as const))(
  'the page of %s has every heading, in order, with something below',
  ([, vector]) => {
    const parts = vectorPage(vector).split(/^## /m).slice(1);
    expect(parts.map((part) => part.split('\n', 1)[0])).toEqual(PAGE_HEADINGS);
    for (const part of parts) expect(part.split('\n').slice(1).join('').trim()).not.toBe('');
    expect(
      renderVector(vector, { width: 80, color: false })
        .split('\n')
        .filter((line) => [...line].length > 80),
    ).toEqual([]);
  },
);

test('the index links every page', () => {
  const page = vectorIndexPage(CATALOGUE);
  for (const { id } of CATALOGUE) expect(page).toContain(`](${id}.md)`);
});

test('JSON gives what a program needs', () => {
  const [first] = JSON.parse(renderVectors([capSysModule], 'json'));
  expect(Object.keys(first)).toEqual([
    'id',
    'title',
    'phase',
    'mechanism',
    'goal',
    'severity',
    'stride',
    'appliesTo',
    'routes',
    'examples',
    'fix',
    'why',
    'refs',
  ]);
  expect(first.routes).toEqual(JSON.parse(JSON.stringify(capSysModule.routes)));
});

test('one vector, as text and as a page', async () => {
  await expect(renderVector(capSysModule, { width: 80, color: false })).toMatchFileSnapshot('goldens/vector.txt');
  await expect(vectorPage(capSysModule)).toMatchFileSnapshot('goldens/vector.md');
  await expect(renderVectors([capSysModule], 'text', { width: 80, color: false })).toMatchFileSnapshot(
    'goldens/vectors.txt',
  );
});
