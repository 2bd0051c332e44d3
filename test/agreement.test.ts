import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sessionOptions } from '../src/cli/commands/check.ts';
import { Comparer } from '../src/lab/agreement/compare.ts';
import { hereOf, runAgreement, sampler } from '../src/lab/index.ts';
import { MACHINE } from '../src/live/index.ts';
import { type OciConfig, runtimeNamed } from '../src/runtimes/index.ts';
import { lacking } from './support/runtimes.ts';

/* The model against this machine's kernel: what once disagreed, at its smallest, and a short run of random configurations. */

const FOLDER = new URL('agreement-cases/', import.meta.url);
const CASES = z.array(
  z.object({
    name: z.string(),
    vector: z.string(),
    config: z.record(z.string(), z.unknown()),
    /** What the kernel answers, and the model. */
    verdict: z.enum(['open', 'blocked', 'unknown']),
    why: z.string(),
  }),
);
const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => CASES.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))));

const reason = lacking({ programs: [] });
const embedded = runtimeNamed('embedded');

describe.skipIf(reason !== undefined)('what once disagreed', () => {
  let comparer: Comparer;
  beforeAll(async () => {
    comparer = await Comparer.open(sessionOptions([], {}));
  });
  afterAll(() => comparer.close());

  test.for(cases)('$vector: $name', async ({ vector, config, verdict }) => {
    const comparison = await comparer.compare(config as OciConfig, embedded, new Set([vector]));
    const [pair] = comparison.kind === 'compared' ? comparison.pairs : [];
    expect(pair).toMatchObject({ predicted: verdict });
    expect([verdict, 'unknown']).toContain(pair?.proof.verdict);
  });
});

test.skipIf(reason !== undefined)(
  'random configurations: no vector is predicted blocked and proven open',
  { timeout: 180_000 },
  async () => {
    const seed = 20261124;
    const { summary } = await runAgreement(sessionOptions([], {}), {
      samples: 12,
      seed,
      runtimes: [embedded],
      configuration: await sampler(hereOf(MACHINE, 'x86_64'), seed),
      shrunk: 0,
      progress: () => undefined,
    });
    const [run] = summary.runtimes;
    expect(summary.disagreements.filter(({ predicted }) => predicted === 'blocked')).toEqual([]);
    expect(run?.pairs).toBeGreaterThan(2000);
    expect(run?.agreement).toBeGreaterThan(0.997);
    expect(run?.unknownShare).toBeLessThan(0.02);
  },
);
