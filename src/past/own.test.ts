import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../check/index.ts';
import { judged, TODAY } from './fixtures/judging.ts';
import { loadPast } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'cofferdam-past-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function own(text: string) {
  writeFileSync(join(folder, 'past.yaml'), text);
  writeFileSync(join(folder, 'cofferdam.yaml'), 'past: [past.yaml]\n');
  return loadPast(loadConfig(undefined, [folder], folder), TODAY);
}

const GOOD = `past:
  - id: ACME-2026-1
    title: Driver of ours writes past its buffer
    component: kernel:acme
    result: root-on-host
    year: 2026
    confidence: low
    affected: [6.1..6.1.90, 6.2..6.6.31]
    needs:
      - syscall:io_uring_setup
      - or: ['cap:CAP_NET_ADMIN@any-userns', {mounted: {types: [bind], covers: [/run/acme], title: the driver is mounted}}]
`;

describe('own past vulnerabilities', () => {
  it('are judged like those that ship', async () => {
    const { judge, problems } = await own(GOOD);
    expect(problems).toEqual([]);
    const verdict = async (line: string, kernel = '6.1.80') => {
      const result = await judged(judge, line, { host: { 'host.kernel': kernel, 'host.arch': 'x86_64' } });
      expect(result.data).toMatchObject({ entries: 341, own: 1 });
      return result.entries.find((entry) => entry.id === 'ACME-2026-1');
    };
    expect(await verdict('run debian')).toMatchObject({ verdict: 'blocked', own: true, confidence: 'low' });
    expect(await verdict('run --security-opt seccomp=unconfined -v /run/acme:/acme debian')).toMatchObject({
      verdict: 'open',
    });
    expect(await verdict('run --privileged debian', '6.1.90')).toMatchObject({ verdict: 'not-applicable' });
  });

  it.each([
    ['a condition that does not exist', 'syscall:io_uring_setup', 'sysctl:kernel.yama.ptrace_scop<2', 'did you mean'],
    ['a component that does not exist', 'kernel:acme', 'runk', 'did you mean `runc`?'],
    ['a range that is none', '6.1..6.1.90', '6.1', 'write it as in 1.4.0..1.4.3: affected from, mended in'],
    ['an id that a vector could have', 'ACME-2026-1', 'acme-cache', 'write it as in CVE-2024-21626 or ACME-2026-1'],
    ['an id that is taken', 'ACME-2026-1', 'CVE-2024-21626', 'choose another id'],
    ['an unknown key', 'year: 2026', 'year: 2026\n    severity: high', 'it takes'],
    ['a call that nobody has', 'syscall:io_uring_setup', 'syscall:io_urnig_setup', 'docs/past.md'],
    ['a capability that does not exist', 'CAP_NET_ADMIN@', 'CAP_NET_ADMN@', ''],
    ['a call that is not in the vocabulary', 'syscall:io_uring_setup', 'syscall:io_urnig(x=1)', 'docs/past.md'],
  ])('%s is an error with its place, and left out', async (_, written, instead, hint) => {
    const { judge, problems } = await own(GOOD.replace(written, instead));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.hint).toContain(hint);
    expect(problems[0]?.at).toMatchObject({ path: 'past.yaml' });
    expect(problems[0]?.at.line).toBeGreaterThan(1);
    expect(judge.entries.filter((entry) => entry.own)).toEqual([]);
  });

  it('a file that is missing is an error, and the records that ship stand', async () => {
    writeFileSync(join(folder, 'cofferdam.yaml'), 'past: [missing.yaml]\n');
    const { judge, problems } = await loadPast(loadConfig(undefined, [folder], folder), TODAY);
    expect(problems[0]?.message).toContain('past vulnerabilities `missing.yaml` cannot be read');
    expect(judge.entries).toHaveLength(340);
  });
});
