import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { write } from './output.ts';
import { Terminal } from './terminal.ts';

const root = mkdtempSync(join(tmpdir(), 'cofferdam-output-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Reads so many pieces, then nothing more. */
class Reader extends Terminal {
  readonly got: string[] = [];
  readonly #most: number;

  constructor(most = Number.POSITIVE_INFINITY) {
    super();
    this.#most = most;
  }

  override result(text: string): void {
    this.got.push(text);
  }

  override get closed(): boolean {
    return this.got.length >= this.#most;
  }
}

test('pieces come out whole and in order, small ones together', () => {
  const reader = new Reader();
  const pieces = Array.from({ length: 1000 }, (_, i) => `${i} ✓ ${'x'.repeat(1000)}\n`);
  write(pieces, undefined, reader);
  expect(reader.got.join('')).toBe(pieces.join(''));
  expect(reader.got.length).toBeLessThan(10);
});

test('the same in a file, in place of what it held', () => {
  const path = join(root, 'out');
  write(['much longer than what follows'], path, new Reader());
  write(['ä', '✓', 'b'], path, new Reader());
  expect(readFileSync(path, 'utf8')).toBe('ä✓b');
});

test('nothing more is made once nobody reads', () => {
  let made = 0;
  function* pieces() {
    for (; made < 1000; made++) yield 'x'.repeat(100_000);
  }
  write(pieces(), undefined, new Reader(1));
  expect(made).toBeLessThan(10);
});

test('a file that cannot be written is said by its name', () => {
  const path = join(root, 'no-such-folder', 'out');
  expect(() => write(['x'], path, new Reader())).toThrow(`\`${path}\` cannot be written`);
  expect(existsSync(path)).toBe(false);
});
