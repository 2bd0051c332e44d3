import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgreementLog, type Entry, type Heading } from './log.ts';
import { summarize } from './summary.ts';

const HEADING: Heading = {
  schema: 'cofferdam.agreement/1',
  version: '1',
  seed: 7,
  kernel: '6.1',
  vectors: ['a', 'b', 'c', 'd'],
};
const compared = (sample: number, predicted: string, proven: string): Entry => ({
  runtime: 'embedded',
  sample,
  predicted,
  proven,
  facts: [],
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cofferdam-test-'));
  path = join(folder, 'run.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a log', () => {
  test('is gone on with', () => {
    AgreementLog.open(HEADING, path).add(compared(0, 'oobb', 'oobb'));
    const again = AgreementLog.open(HEADING, path);
    expect(again.has('embedded', 0)).toBe(true);
    expect(again.has('runc', 0)).toBe(false);
    expect(again.entries).toHaveLength(1);
  });

  test('whose last line was cut short by a kill loses that line alone', () => {
    const log = AgreementLog.open(HEADING, path);
    log.add(compared(0, 'oobb', 'oobb'));
    log.add(compared(1, 'oobb', 'oobb'));
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -10));
    const again = AgreementLog.open(HEADING, path);
    expect(again.entries.map(({ sample }) => sample)).toEqual([0]);
    again.add(compared(1, 'oobb', 'oobb'));
    expect(AgreementLog.open(HEADING, path).entries.map(({ sample }) => sample)).toEqual([0, 1]);
  });

  test.for([
    ['another seed', { ...HEADING, seed: 8 }, /another seed/],
    ['another kernel and other vectors', { ...HEADING, kernel: '6.2', vectors: ['a'] }, /another kernel, vectors/],
  ] as const)('of %s is not', ([, other, message]) => {
    AgreementLog.open(HEADING, path);
    expect(() => AgreementLog.open({ ...other, vectors: [...other.vectors] }, path)).toThrow(message);
  });

  test.for([
    ['nothing', ''],
    ['binary junk', '\u0000\u0001\ufffd'],
    ['another JSON', '{"schema":"else"}\n'],
  ])('that holds %s is named, and left as it is', ([, text]) => {
    writeFileSync(path, text as string);
    expect(() => AgreementLog.open(HEADING, path)).toThrow(/no log of an agreement run/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

test('a summary counts pairs that both sides decide, and names what disagrees, the worst first', () => {
  const log = AgreementLog.open(HEADING, undefined);
  log.add(compared(0, 'oobu', 'obbo'));
  log.add(compared(1, 'ob-b', 'oo-u'));
  log.add({ runtime: 'embedded', sample: 2, refused: 'no' });
  const { runtimes, disagreements, refusals } = summarize(log);
  expect(runtimes).toMatchObject([
    {
      runtime: 'embedded',
      samples: 3,
      refused: 1,
      asked: 7,
      told: 6,
      unknown: 1,
      pairs: 5,
      agreeing: 3,
      falseBlocked: 1,
      falseOpen: 1,
      agreement: 0.6,
    },
  ]);
  expect(disagreements).toEqual([
    { runtime: 'embedded', vector: 'b', predicted: 'blocked', samples: [1] },
    { runtime: 'embedded', vector: 'b', predicted: 'open', samples: [0] },
  ]);
  expect(refusals).toEqual([{ why: 'no', samples: 1 }]);
});
