import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { runCompiled } from './compiled.ts';

const root = mkdtempSync(join(tmpdir(), 'cofferdam-compiled-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Program {
  readonly answer: (n: number) => number;
  readonly where: string;
}

let folder: string;
let path: string;
let count = 0;
beforeEach(() => {
  const at = join(root, String(count++));
  folder = join(at, 'cache', 'cofferdam');
  path = programIn(at);
});

/** V8 keeps what it has compiled in the process by its source: every program has another. */
function programIn(at: string): string {
  mkdirSync(at, { recursive: true });
  const file = join(at, 'program.cjs');
  writeFileSync(file, `exports.answer = (n) => n + 1;\nexports.where = __filename; // ${at}`);
  return file;
}

const run = (purpose = 'check') => runCompiled<Program>(path, purpose, folder);
const cached = () => readdirSync(folder);
const cachePath = () => join(folder, cached()[0] ?? 'nothing is kept');

describe('a program', () => {
  test('runs as a CommonJS module does', () => {
    const { exports } = run();
    expect([exports.answer(1), exports.where]).toEqual([2, path]);
  });

  test('is kept once, for its owner alone', () => {
    run().keep();
    expect(cached()).toHaveLength(1);
    expect(statSync(cachePath()).mode & 0o777).toBe(0o600);
    const before = statSync(cachePath()).mtimeMs;
    const again = run();
    expect(again.exports.answer(2)).toBe(3);
    again.keep();
    expect(statSync(cachePath()).mtimeMs).toBe(before);
  });

  test('is kept for each purpose', () => {
    run('check').keep();
    run('explain').keep();
    expect(cached()).toHaveLength(2);
  });
});

describe('what is kept and is of no use', () => {
  test.for([
    { what: 'of another version', content: 'no code' },
    { what: 'empty', content: '' },
  ])('$what: does without and makes it anew', ({ content }) => {
    run().keep();
    const good = readFileSync(cachePath());
    writeFileSync(cachePath(), content);
    const again = runCompiled<Program>(programIn(join(root, `${count}-again`)), 'check', folder);
    expect(again.exports.answer(1)).toBe(2);
    again.keep();
    expect(readFileSync(cachePath()).length).toBeGreaterThan(good.length / 2);
  });

  test('writable by others: it may be anybody’s code', () => {
    run().keep();
    chmodSync(cachePath(), 0o666);
    const before = statSync(cachePath()).ino;
    const again = run();
    expect(again.exports.answer(1)).toBe(2);
    again.keep();
    expect(statSync(cachePath()).ino).not.toBe(before);
    expect(statSync(cachePath()).mode & 0o022).toBe(0);
  });

  test('a link is not followed, and is replaced', () => {
    run().keep();
    const [link, target] = [cachePath(), join(root, 'elsewhere')];
    renameSync(link, target);
    symlinkSync(target, link);
    run().keep();
    expect(lstatSync(link).isFile()).toBe(true);
  });
});

describe('where nothing can be kept', () => {
  test('a folder that cannot be made', () => {
    writeFileSync(join(root, 'file'), '');
    const { exports, keep } = runCompiled<Program>(path, 'check', join(root, 'file', 'below'));
    keep();
    expect(exports.answer(1)).toBe(2);
  });
});
