import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Session } from '../../agent/index.ts';
import { call, out, resultOf } from '../../kernel/index.ts';
import { startOuterStub } from './nursery.ts';

const AT_FDCWD = -100;

interface Seen {
  readonly pid: number;
  readonly environ: string;
  /** Whether a descriptor beyond the three of its own is open. */
  readonly more: boolean;
}

async function seen(env: readonly string[]): Promise<Seen> {
  const stub = await startOuterStub(env);
  try {
    const session = await Session.open(stub.channel, { timeoutMs: 5000 });
    const [pid, , read, , ...flags] = await session.batch([
      call('getpid'),
      call('openat', AT_FDCWD, '/proc/self/environ', 0),
      call('read', resultOf(1), out(4096), 4096),
      call('close', resultOf(1)),
      ...Array.from({ length: 40 }, (_, i) => call('fcntl', 3 + i, 1)),
    ]);
    return { pid: pid?.value ?? 0, environ: read?.text(1) ?? '', more: flags.some(({ ok }) => ok) };
  } finally {
    await stub.end();
  }
}

describe('outer stubs', () => {
  test('more at a time than a nursery has room for: each has its own environment, nothing else, and goes', async () => {
    const stubs = await Promise.all(Array.from({ length: 40 }, (_, i) => seen([`WHO=${i}`, 'PATH=/bin'])));
    expect(stubs.map(({ environ }) => environ)).toEqual(stubs.map((_, i) => `WHO=${i}\0PATH=/bin\0`));
    expect(new Set(stubs.map(({ pid }) => pid)).size).toBe(stubs.length);
    expect(stubs.filter(({ more }) => more)).toEqual([]);
    expect(stubs.filter(({ pid }) => existsSync(`/proc/${pid}`))).toEqual([]);
  });

  test('an environment that fits into no exchange', async () => {
    const { environ, pid } = await seen([`LONG=${'x'.repeat(40_000)}`]);
    expect(environ).toBe(`LONG=${'x'.repeat(4091)}`);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});
