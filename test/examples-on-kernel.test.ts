/**
 * The vectors' examples on this machine's kernel: each example's own vector, and all of them for every so manieth container. The
 * whole run is `scripts/examples-on-kernel.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurations, type Disagreement, figureOf, type Trial, Trials } from './support/examples-on-kernel.ts';
import { lacking } from './support/runtimes.ts';

const reason = lacking({ programs: [] });

/** Containers of every form; a tenth of them is asked everything. */
const ALL = configurations();
const WHOLE_EACH = 20;
const OWN_EACH = 4;

const shown = (all: readonly Disagreement[]): readonly string[] =>
  all.map(({ vector, configuration, proof, because }) =>
    [`${vector}: ${configuration}`, ...proof.evidence, ...because].join('\n'),
  );

describe.skipIf(reason !== undefined)(`containers of the examples (${reason ?? 'started'})`, () => {
  let trials: Trials;
  const done: Trial[] = [];
  beforeAll(async () => {
    trials = await Trials.open();
  });
  afterAll(() => trials.close());

  test('every so manieth, asked all that can be asked', async () => {
    for (const [i, configuration] of ALL.entries()) {
      if (i % WHOLE_EACH === 0) done.push(...(await trials.try(configuration)));
    }
    const { falseBlocked, agreeing, pairs, unknown } = figureOf(done);
    expect(shown(falseBlocked)).toEqual([]);
    expect(pairs).toBeGreaterThan(4000);
    expect(agreeing / pairs).toBeGreaterThan(0.8);
    expect(unknown / pairs).toBeLessThan(0.02);
  }, 120_000);

  test('others, asked what they are examples of', async () => {
    for (const [i, configuration] of ALL.entries()) {
      if (i % OWN_EACH !== 1) continue;
      done.push(...(await trials.try(configuration, new Set(configuration.uses.map(({ vector }) => vector)))));
    }
    const { falseBlocked, falseOpen, statedOtherwise, configurations: started } = figureOf(done);
    expect(shown(falseBlocked)).toEqual([]);
    expect(shown(statedOtherwise)).toEqual([]);
    expect(shown(falseOpen)).toEqual([]);
    expect(started).toBeGreaterThan(100);
  }, 120_000);
});

test('an example that is of a host like this one must be right about it', () => {
  const [configuration] = ALL;
  if (configuration === undefined) throw new Error('no example');
  const trial = (stated: 'open' | 'blocked', proven: 'open' | 'blocked'): Trial => ({
    configuration,
    object: 'x',
    kind: 'compared',
    pairs: [
      {
        vector: 'v',
        predicted: proven,
        proof: { verdict: proven, by: null, agrees: true, evidence: [] },
        because: [],
        stated: [stated],
      },
    ],
  });
  const otherwise = (stated: 'open' | 'blocked', proven: 'open' | 'blocked') =>
    figureOf([trial(stated, proven)]).statedOtherwise.length;
  expect([otherwise('blocked', 'open'), otherwise('open', 'blocked'), otherwise('open', 'open')]).toEqual([1, 0, 0]);
});
