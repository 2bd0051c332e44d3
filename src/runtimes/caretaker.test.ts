import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Caretaker } from './caretaker.ts';

test('what was made goes with the release, the last first', async () => {
  const caretaker = new Caretaker();
  const path = caretaker.folder();
  writeFileSync(join(path, 'file'), '');
  const order: string[] = [];
  caretaker.add(() => void order.push('first'));
  caretaker.add(() => void order.push(existsSync(path) ? 'last' : 'too late'));
  await caretaker.release();
  await caretaker.release();
  expect(order).toEqual(['last', 'first']);
  expect(existsSync(path)).toBe(false);
});

test('what could not be done by us is done by the shell that outlives us', async () => {
  const caretaker = new Caretaker();
  const path = caretaker.folder();
  const odd = join(path, "it's $HOME; `id`");
  writeFileSync(odd, '');
  caretaker.add(() => {
    throw new Error('as if we had been killed before it');
  }, ['rm', '-f', '--', odd]);
  await caretaker.release();
  await expect.poll(() => existsSync(path), { timeout: 10_000 }).toBe(false);
});
