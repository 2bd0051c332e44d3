import { type Interval, wilson } from '../statistics.ts';
import type { AgreementLog, Entry } from './log.ts';

/** A vector that a kernel answers otherwise than the model, in some samples. */
export interface Disagreement {
  readonly runtime: string;
  readonly vector: string;
  readonly predicted: 'open' | 'blocked';
  readonly samples: readonly number[];
}

/** A fact that a running process shows otherwise than its configuration says. */
interface FactDisagreement {
  readonly runtime: string;
  readonly key: string;
  readonly samples: readonly number[];
}

/** A run through one runtime, counted. A pair is a vector over a configuration to which both model and kernel gave an answer. */
interface RuntimeSummary {
  readonly runtime: string;
  readonly samples: number;
  readonly refused: number;
  /** Of all vectors asked. */
  readonly asked: number;
  /** The kernel's answer is open or blocked. */
  readonly told: number;
  /** Of those told: what the model leaves unknown. */
  readonly unknown: number;
  readonly unknownShare: number;
  /** Of those told: what the model decides. */
  readonly pairs: number;
  readonly agreeing: number;
  readonly agreement: number;
  readonly interval: Interval;
  readonly falseBlocked: number;
  /** The share of false `blocked` lies below this, at 95 %. */
  readonly falseBlockedBelow: number;
  readonly falseOpen: number;
}

export interface AgreementSummary {
  readonly runtimes: readonly RuntimeSummary[];
  readonly disagreements: readonly Disagreement[];
  readonly facts: readonly FactDisagreement[];
  /** Why runtimes would not start a sample, and how often. */
  readonly refusals: readonly { readonly why: string; readonly samples: number }[];
}

export function summarize({ heading, entries }: AgreementLog): AgreementSummary {
  const runtimes = [...new Set(entries.map(({ runtime }) => runtime))];
  return {
    runtimes: runtimes.map((runtime) =>
      count(
        runtime,
        entries.filter((one) => one.runtime === runtime),
      ),
    ),
    disagreements: disagreements(heading.vectors, entries),
    facts: factDisagreements(entries),
    refusals: refusals(entries),
  };
}

function count(runtime: string, entries: readonly Entry[]): RuntimeSummary {
  const of = { asked: 0, told: 0, unknown: 0, agreeing: 0, falseBlocked: 0, falseOpen: 0 };
  const compared = entries.flatMap((one) => ('refused' in one ? [] : [one]));
  for (const { predicted, proven } of compared) {
    for (let i = 0; i < predicted.length; i++) {
      if (proven[i] === '-') continue;
      of.asked++;
      if (proven[i] === 'u') continue;
      of.told++;
      if (predicted[i] === 'u') of.unknown++;
      else if (predicted[i] === proven[i]) of.agreeing++;
      else if (predicted[i] === 'b') of.falseBlocked++;
      else of.falseOpen++;
    }
  }
  const pairs = of.told - of.unknown;
  return {
    runtime,
    samples: entries.length,
    refused: entries.length - compared.length,
    ...of,
    pairs,
    unknownShare: of.told === 0 ? 0 : of.unknown / of.told,
    agreement: pairs === 0 ? 0 : of.agreeing / pairs,
    interval: wilson(of.agreeing, pairs),
    falseBlockedBelow: wilson(of.falseBlocked, pairs).high,
  };
}

const VERDICT = { o: 'open', b: 'blocked' } as const;

function disagreements(vectors: readonly string[], entries: readonly Entry[]): Disagreement[] {
  const found = new Map<
    string,
    { runtime: string; vector: string; predicted: 'open' | 'blocked'; samples: number[] }
  >();
  for (const one of entries) {
    if ('refused' in one) continue;
    for (const [i, vector] of vectors.entries()) {
      const [predicted, proven] = [one.predicted[i], one.proven[i]];
      if (predicted === proven || !isTold(predicted) || !isTold(proven)) continue;
      const key = `${one.runtime} ${vector} ${predicted}`;
      const known = found.get(key) ?? { runtime: one.runtime, vector, predicted: VERDICT[predicted], samples: [] };
      known.samples.push(one.sample);
      found.set(key, known);
    }
  }
  // A false `blocked` is the worst there is.
  return [...found.values()].sort(
    (a, b) => a.predicted.localeCompare(b.predicted) || b.samples.length - a.samples.length,
  );
}

const isTold = (letter: string | undefined): letter is 'o' | 'b' => letter === 'o' || letter === 'b';

function factDisagreements(entries: readonly Entry[]): FactDisagreement[] {
  const found = new Map<string, { runtime: string; key: string; samples: number[] }>();
  for (const one of entries) {
    if ('refused' in one) continue;
    for (const { key } of one.facts) {
      const known = found.get(`${one.runtime} ${key}`) ?? { runtime: one.runtime, key, samples: [] };
      known.samples.push(one.sample);
      found.set(`${one.runtime} ${key}`, known);
    }
  }
  return [...found.values()].sort((a, b) => b.samples.length - a.samples.length);
}

function refusals(entries: readonly Entry[]): { why: string; samples: number }[] {
  const found = new Map<string, number>();
  for (const one of entries) if ('refused' in one) found.set(one.refused, (found.get(one.refused) ?? 0) + 1);
  return [...found].map(([why, samples]) => ({ why, samples })).sort((a, b) => b.samples - a.samples);
}
