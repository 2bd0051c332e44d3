import { expect, test, vi } from 'vitest';
import { run } from './program.ts';
import { Terminal } from './terminal.ts';

// The first of them loads the whole program.
vi.setConfig({ testTimeout: 120_000 });

class Listener extends Terminal {
  out = '';
  err = '';

  override result(text: string): void {
    this.out += text;
  }

  override note(text: string): void {
    this.err += text;
  }

  override get width(): number {
    return 80;
  }

  override get color(): boolean {
    return false;
  }
}

async function cofferdam(...argv: string[]) {
  const terminal = new Listener();
  return { code: await run(argv, terminal), out: terminal.out, err: terminal.err };
}

const TARGET = 'docker-run:docker run debian';

test('check --past says how many were reachable and what stopped the rest', async () => {
  const { code, out } = await cofferdam('check', '--past', TARGET);
  expect(code).toBe(0);
  expect(out).toMatch(/of 185 kernel bugs \d+ reachable/);
  expect(out.replace(/\s+/g, ' ')).toMatch(/stopped \d+: seccomp alone \d+, capability \+ seccomp together \d+/);
});

test('without it nothing is said of the past', async () => {
  expect((await cofferdam('check', TARGET)).out).not.toContain('past');
});

test.each([
  ['--format', 'sarif'],
  ['--format', 'jsonl'],
  ['--against', 'README.md'],
])('with %s %s it is refused, not left out', async (...flags) => {
  const { code, err } = await cofferdam('check', '--past', ...flags, TARGET);
  expect(code).toBe(2);
  expect(err).toContain('past vulnerabilities cannot be');
});

test('explain shows a record, and its verdict on a target with the tree', async () => {
  const record = await cofferdam('explain', 'CVE-2022-0185');
  expect(record.out).toContain('fixed: 5.17-rc1, 5.16.2, 5.15.16, 5.10.93, 5.4.173');
  const verdict = await cofferdam('explain', 'CVE-2022-0185', TARGET);
  expect(verdict.out).toContain('stopped · depth 1');
  expect(verdict.out).toContain('✓ seccomp answers fsconfig() with SCMP_ACT_ERRNO 1');
  expect((await cofferdam('explain', 'CVE-2021-41073', 'docker-run:docker run --privileged debian')).out).toContain(
    'would have been exposed',
  );
});

test('an id that nobody knows is an error', async () => {
  const { code, err } = await cofferdam('explain', 'CVE-1999-0001');
  expect(code).toBe(2);
  expect(err).toContain('there is no record of `CVE-1999-0001`');
});
