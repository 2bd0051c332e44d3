import { expect, test } from 'vitest';
import { Unknown } from '../../posture/index.ts';
import { readRunLine } from './index.ts';

test('a variable without a name is a problem and no fact', () => {
  const options = { read: () => new Unknown('nothing'), exists: () => false, environment: {} };
  const { subjects, problems } = readRunLine("docker run -e '=x' image", { path: 'x', engine: 'docker' }, options);
  const keys =
    subjects[0]?.layers.flatMap((layer) => layer.statements.flatMap(({ facts }) => Object.keys(facts))) ?? [];
  expect(problems.map(({ code }) => code)).toEqual(['env-name']);
  expect(keys.filter((key) => key.startsWith('env.'))).toEqual([]);
});

test('a control file by the name of a method is no limit', () => {
  const options = { read: () => new Unknown('nothing'), exists: () => false, environment: {} };
  const { subjects } = readRunLine(
    'podman run --cgroup-conf toString=max image',
    { path: 'x', engine: 'podman' },
    options,
  );
  const keys =
    subjects[0]?.layers.flatMap((layer) => layer.statements.flatMap(({ facts }) => Object.keys(facts))) ?? [];
  expect(keys.filter((key) => key.startsWith('limit.'))).toEqual([]);
});
