import { describe, expect, test } from 'vitest';
import { countsAgainst } from '../check/index.ts';
import type { Finding, Proof, ResultDocument } from '../check/result.ts';
import { document, finding, target } from '../check/sample-result.ts';
import { renderJson } from './json.ts';
import { renderSarif } from './sarif.ts';
import { renderText, type TextOptions } from './text.ts';

const OPTIONS: TextOptions = { width: 100, color: false, verbose: false, sourceLine: () => undefined, hostGiven: true };

const proven = (verdict: Proof['verdict'], agrees: boolean | null, why?: string): Proof => ({
  verdict,
  by: verdict === 'blocked' ? 'seccomp' : null,
  agrees,
  evidence: ['unshare(0x10000000) = EPERM'],
  ...(why !== undefined && { why }),
});

const AGREES = finding('agreeing', { proof: proven('open', true) });
const DIFFERS = finding('disproven', { verdict: 'blocked', depth: 1, proof: proven('open', false) });
const SETTLED = finding('settled', { verdict: 'unknown', proof: proven('open', null) });
const UNTOLD = finding('untold', { proof: proven('unknown', null, 'there is no /proc') });
const NOT_ASKED = finding('of-an-image');

function resultOf(findings: readonly Finding[], sandbox = {}): ResultDocument {
  return document([target('web', findings, { sandbox: { runtime: 'embedded', missing: [], ...sandbox } })]);
}

describe('text', () => {
  const all = resultOf([AGREES, DIFFERS, SETTLED, UNTOLD, NOT_ASKED]);

  test('counts what the kernel said, disagreements with their evidence first', () => {
    const text = renderText(all, { ...OPTIONS, width: 140 });
    expect(text).toContain(
      'proof  embedded: the kernel agrees with 1 verdict · disagrees with 1 · settles 1 unknown · does not tell of 1',
    );
    expect(text).toContain('differs  disproven predicted blocked, proven open: unshare(0x10000000) = EPERM');
    expect(text).toContain('proven open  settled');
  });

  test('says why nothing was started, and what to do', () => {
    const failure = { message: 'needs root', hint: 'sudo cofferdam' };
    expect(renderText(resultOf([NOT_ASKED], { failure }), OPTIONS)).toContain(
      'not started: needs root → sudo cofferdam',
    );
  });

  test('names what the sandbox lacks where something is not told', () => {
    const missing = [{ step: 'cgroup-limits', why: 'without root, no cgroup is given' }];
    expect(renderText(resultOf([UNTOLD], { missing }), OPTIONS)).toContain('without  cgroup-limits: without root');
    expect(renderText(resultOf([AGREES], { missing }), OPTIONS)).not.toContain('without  ');
  });

  test.for([
    [AGREES, /proof {2}open, agrees/],
    [DIFFERS, /proof {2}open, disagrees/],
    [SETTLED, /proof {2}open, settles unknown/],
    [UNTOLD, /proof {2}not told: there is no \/proc/],
  ] as const)('in full: %#', ([one, line]) => {
    const text = renderText(resultOf([one]), { ...OPTIONS, verbose: true });
    expect(text).toMatch(line);
    expect(text).toContain('unshare(0x10000000) = EPERM');
  });

  test('fits a narrow terminal', () => {
    const lines = renderText(all, { ...OPTIONS, width: 40, verbose: true }).split('\n');
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
  });
});

test('SARIF shows what was predicted blocked and is proven open, as a failure', () => {
  const sarif = JSON.parse(renderSarif(resultOf([DIFFERS]))) as { runs: { results: { kind: string }[] }[] };
  expect(sarif.runs[0]?.results).toMatchObject([
    { ruleId: 'disproven', kind: 'fail', level: 'error', properties: { proof: { verdict: 'open', agrees: false } } },
  ]);
});

test('JSON carries prediction and proof', () => {
  const json = JSON.parse([...renderJson(resultOf([SETTLED]))].join('')) as ResultDocument;
  expect(json.targets[0]?.findings[0]).toMatchObject({
    verdict: 'unknown',
    proof: { verdict: 'open', by: null, agrees: null, evidence: ['unshare(0x10000000) = EPERM'] },
  });
});

test.for([
  [DIFFERS, true],
  [SETTLED, true],
  [finding('held', { verdict: 'blocked', depth: 1, proof: proven('blocked', true) }), false],
] as const)('what is proven open counts, whatever was predicted: %#', ([one, counts]) => {
  expect(countsAgainst(one, { severity: 'high', minDepth: 0 })).toBe(counts);
});
