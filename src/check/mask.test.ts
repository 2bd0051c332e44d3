import { expect, test } from 'vitest';
import { Unknown } from '../posture/index.ts';
import { readCompose } from '../readers/compose/index.ts';
import { readDockerfile } from '../readers/dockerfile/index.ts';
import type { ReadOptions, ReadResult } from '../readers/index.ts';
import { readRunLine } from '../readers/run-line/index.ts';
import { withoutValues } from './mask.ts';

const OPTIONS: ReadOptions = { read: () => new Unknown('nothing beside'), exists: () => false, environment: {} };
const SECRET = 'hunter2hunter2';

const texts = (result: ReadResult) =>
  result.subjects.flatMap((subject) =>
    withoutValues(subject).layers.flatMap((layer) =>
      layer.statements.flatMap(({ source }) => (source.kind === 'stated' ? source.text : [])),
    ),
  );

test.for([
  {
    form: 'compose mapping',
    result: readCompose(`services: { a: { image: i, environment: { TOKEN: ${SECRET} } } }`, 'compose.yaml', OPTIONS),
  },
  {
    form: 'compose list',
    result: readCompose(`services:\n  a:\n    image: i\n    environment: [TOKEN=${SECRET}]`, 'compose.yaml', OPTIONS),
  },
  {
    form: 'run line',
    result: readRunLine(`docker run -e TOKEN=${SECRET} i`, { path: 'x', engine: 'docker' }, OPTIONS),
  },
  {
    form: 'run line, long',
    result: readRunLine(`docker run --env=TOKEN=${SECRET} i`, { path: 'x', engine: 'docker' }, OPTIONS),
  },
  { form: 'Dockerfile ENV', result: readDockerfile(`FROM i\nENV TOKEN=${SECRET}`, 'Dockerfile', OPTIONS) },
  { form: 'Dockerfile ARG', result: readDockerfile(`FROM i\nARG TOKEN=${SECRET}`, 'Dockerfile', OPTIONS) },
])('$form: the name is quoted, the value is not', ({ result }) => {
  const quoted = texts(result).filter((text) => text.includes('TOKEN'));
  expect(quoted.some((text) => text.endsWith('TOKEN=…'))).toBe(true);
  expect(texts(result).some((text) => text.includes(SECRET))).toBe(false);
});
