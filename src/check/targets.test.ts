import { expect, test } from 'vitest';
import { readAll } from './targets.ts';

test.each([
  'docker-run:--cap-add SYS_MODULE debian',
  "docker-run:'--cap-add SYS_MODULE debian'",
  'docker-run:"--cap-add SYS_MODULE debian"',
])('%s asks for the capability, quoted or not', async (target) => {
  const { subjects } = await readAll([target], {});
  const facts = subjects.flatMap(({ layers }) =>
    layers.flatMap(({ statements }) => statements.map((one) => one.facts)),
  );
  expect(subjects[0]?.name).toBe('debian');
  expect(facts.some((one) => one['request.capability.SYS_MODULE'] === 'add')).toBe(true);
});
