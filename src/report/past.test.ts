import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { PastFamily, PastFinding, PastResult, ResultDocument } from '../check/result.ts';
import { document, sampleLine, target } from '../check/sample-result.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { renderPastEntry, renderPastFinding } from './past.ts';
import { resultSchema, resultSchemaText } from './result-schema.ts';
import { renderText } from './text.ts';

const family = (some: Partial<PastFamily>): PastFamily => ({
  family: 'kernel',
  entries: 185,
  open: 48,
  openLowConfidence: 2,
  unknown: 3,
  blocked: 100,
  notInUse: 2,
  notAffected: 32,
  stoppedBy: [
    { mechanisms: ['seccomp'], entries: 61 },
    { mechanisms: ['capability', 'seccomp'], entries: 37 },
    { mechanisms: ['lsm'], entries: 4 },
  ],
  depths: [
    { depth: 1, entries: 98 },
    { depth: 2, entries: 2 },
  ],
  ...some,
});

const finding = (some: Partial<PastFinding>): PastFinding => ({
  id: 'CVE-2022-0847',
  title: 'Flags of a pipe buffer were not cleared',
  component: 'kernel:pipe',
  family: 'kernel',
  phase: 'run',
  confidence: 'high',
  own: false,
  verdict: 'open',
  why: '',
  depth: 0,
  heldBy: [],
  stoppedBy: [],
  settledBy: [],
  because: ['✗ system calls are served by the host kernel [hypervisor]'],
  tree: { text: 'system calls are served by the host kernel', result: 'passes', mechanism: 'hypervisor' },
  ...some,
});

const BLOCKED = finding({
  id: 'CVE-2021-41073',
  verdict: 'blocked',
  depth: 1,
  heldBy: [['capability'], ['seccomp']],
  stoppedBy: [['capability', 'seccomp']],
  tree: { text: 'CAP_NET_ADMIN is not in the bounding set', result: 'closed', mechanism: 'capability' },
});

const past = (some: Partial<PastResult> = {}): PastResult => ({
  data: { collected: '2026-11-01', entries: 340, own: 1, outdated: false },
  families: [family({}), family({ family: 'hypervisor', entries: 17, open: 0, notInUse: 17, notAffected: 0 })],
  entries: [
    finding({}),
    finding({ id: 'ACME-2026-1', title: 'Driver \u001b[31m of ours', confidence: 'low', own: true }),
    BLOCKED,
  ],
  ...some,
});

const result = (some?: Partial<PastResult>): ResultDocument =>
  document([target('web', [], { past: past(some) }), target('db', [], { past: past(some) })]);

const text = (width: number, some?: Partial<PastResult>, verbose = false): string =>
  renderText(result(some), { width, color: false, verbose, sourceLine: sampleLine, hostGiven: false });

describe('text', () => {
  test.for([80, 40])('at %d columns', async (width) => {
    await expect(text(width)).toMatchFileSnapshot(`goldens/past-${width}.txt`);
    for (const line of text(width).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  });

  test('says what counts in the words of the question', () => {
    expect(text(200)).toContain(
      'of 185 kernel bugs 48 reachable (2 of low confidence), 3 unknown, 32 not in the release',
    );
    expect(text(200)).toContain('seccomp alone 61, capability + seccomp together 37');
    expect(text(200)).toContain('98 at depth 1, 2 at depth 2');
  });

  test('tells objects that come out alike once', () => {
    expect(text(80).match(/past vulnerabilities/g)).toHaveLength(1);
    expect(text(80)).toContain('past vulnerabilities  web, db');
  });

  test('lists what is reachable where asked, and lets nobody paint the terminal', () => {
    expect(text(120, {}, true)).toContain(
      '✗ ACME-2026-1  Driver \\x1b[31m of ours (kernel:pipe, low confidence, your own)',
    );
    expect(text(120)).not.toContain('ACME-2026-1');
  });

  test('says that records are old', () => {
    const data = { collected: '2026-11-01', entries: 340, own: 0, outdated: true };
    expect(text(200, { data })).toContain('they are more than a year old, and what became public since is missing');
    expect(text(200)).not.toContain('a year old');
  });

  test('is silent where nobody asked', () => {
    const silent = renderText(document([target('web', [])]), {
      width: 80,
      color: false,
      verbose: true,
      sourceLine: sampleLine,
      hostGiven: false,
    });
    expect(silent).not.toContain('past');
  });
});

test('Markdown', async () => {
  await expect(renderMarkdown(result())).toMatchFileSnapshot('goldens/past.md');
});

describe('JSON', () => {
  const written = (trees: boolean) => JSON.parse([...renderJson(result(), { trees })].join('')) as ResultDocument;
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(resultSchemaText()));

  test.for([true, false])('is valid, with trees %s', (trees) => {
    expect(validate(written(trees)), JSON.stringify(validate.errors)).toBe(true);
  });

  test('has everything with trees, and all but them without', () => {
    expect(written(true)).toEqual(JSON.parse(JSON.stringify(result())));
    const [entry] = written(false).targets[0]?.past?.entries ?? [];
    const { because: _, tree: __, ...rest } = finding({});
    expect(entry).toEqual(rest);
  });

  test('the schema knows every field', () => {
    expect(resultSchema.parse(result())).toEqual(result());
  });

  test('without past vulnerabilities nothing is written of them', () => {
    expect([...renderJson(document([target('web', [])]))].join('')).not.toContain('past');
  });
});

describe('one of them', () => {
  const page = { width: 80, color: false };

  test('over an object, with its tree', async () => {
    await expect(renderPastFinding(BLOCKED, target('web', []), page)).toMatchFileSnapshot('goldens/past-finding.txt');
  });

  test('that is no question here, with why', () => {
    const other = finding({ verdict: 'not-applicable', why: 'kernel is 6.18.0; affected: 5.8 to 5.17' });
    const shown = renderPastFinding(other, target('web', []), page);
    expect(shown).toContain('not applicable: kernel is 6.18.0; affected: 5.8 to 5.17');
    expect(shown).not.toContain('system calls are served');
  });

  test('as recorded', async () => {
    const { entryOf } = await import('../past/compile.ts');
    const { VULNERABILITIES } = await import('../past/vulnerabilities.data.ts');
    const record = VULNERABILITIES.find((one) => one.id === 'CVE-2024-21626');
    if (record === undefined) throw new Error('no record');
    await expect(renderPastEntry(entryOf(record), page)).toMatchFileSnapshot('goldens/past-entry.txt');
  });
});
