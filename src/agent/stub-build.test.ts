import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stubPath } from './index.ts';

const COMPILERS = ['x86_64-linux-gnu-gcc-12', 'aarch64-linux-gnu-gcc-12'];
/** Of the assembler and linker, which decide bytes too. */
const PINNED = 'Debian 12.2';
const missing = COMPILERS.filter((name) => {
  const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' });
  return status !== 0 || !stdout.includes(PINNED);
});
const required = process.env.COFFERDAM_REQUIRE_RUNTIMES === '1';

test(`built again, the stubs are the same bytes`, ({ skip }) => {
  if (missing.length > 0 && !required) skip(`no ${missing.join(', ')} (${PINNED}) here`);
  expect(missing).toEqual([]);
  const into = mkdtempSync(join(tmpdir(), 'stub-build-'));
  onTestFinished(() => rmSync(into, { recursive: true }));
  const built = spawnSync('agent/build.sh', [into], { encoding: 'utf8' });
  expect(built.stderr).toBe('');
  for (const machine of ['x86_64', 'aarch64'] as const) {
    const shipped = readFileSync(stubPath(machine));
    expect(readFileSync(join(into, machine)).equals(shipped)).toBe(true);
    expect(shipped.length).toBeLessThan(4096);
  }
});
