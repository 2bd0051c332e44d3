import { release } from 'node:os';
import type { Because, SessionOptions } from '../../check/index.ts';
import type { OciConfig, Runtime } from '../../runtimes/index.ts';
import { Comparer, type Comparison, type Pair } from './compare.ts';
import { AgreementLog, type Entry } from './log.ts';
import { shrink } from './shrink.ts';
import { type AgreementSummary, type Disagreement, summarize } from './summary.ts';

export interface AgreementOptions {
  readonly samples: number;
  readonly seed: number;
  readonly runtimes: readonly Runtime[];
  /** The configuration of a sample: the same for the same number. */
  readonly configuration: (sample: number) => OciConfig;
  /** Where the run is kept, so that a later one goes on with it. */
  readonly log?: string;
  /** How many disagreements are shrunk to a smallest configuration. */
  readonly shrunk: number;
  readonly progress: (done: number, all: number) => void;
}

/** A disagreement, at its smallest. */
export interface Shrunk {
  readonly runtime: string;
  readonly vector: string;
  readonly sample: number;
  readonly config: OciConfig;
  /** Why the model says what it says. */
  readonly because: Because;
  /** What the kernel answered. */
  readonly pair: Pair;
}

export interface AgreementResult {
  readonly seed: number;
  readonly kernel: string;
  readonly summary: AgreementSummary;
  readonly shrunk: readonly Shrunk[];
}

/** The model against this machine's kernel, on random configurations. */
export async function runAgreement(options: SessionOptions, run: AgreementOptions): Promise<AgreementResult> {
  const comparers = await Promise.all(Array.from({ length: AT_ONCE }, () => Comparer.open(options)));
  const [first] = comparers as [Comparer, ...Comparer[]];
  try {
    const { vectors } = first;
    const head = {
      schema: 'cofferdam.agreement/1',
      version: options.version,
      seed: run.seed,
      kernel: release(),
      vectors,
    };
    const log = AgreementLog.open(head as AgreementLog['heading'], run.log);
    const waiting = work(run, log);
    await Promise.all(comparers.map((comparer) => compareAll(comparer, waiting, log, run)));
    const summary = summarize(log);
    return { seed: run.seed, kernel: head.kernel, summary, shrunk: await shrinkAll(first, summary, run) };
  } finally {
    await Promise.all(comparers.map((comparer) => comparer.close()));
  }
}

/** One is started or taken down while another answers. */
const AT_ONCE = 2;

interface Work {
  readonly runtime: Runtime;
  readonly sample: number;
}

function work({ runtimes, samples }: AgreementOptions, log: AgreementLog): IterableIterator<Work> {
  const all = runtimes.flatMap((runtime) => Array.from({ length: samples }, (_, sample) => ({ runtime, sample })));
  return all.filter(({ runtime, sample }) => !log.has(runtime.name, sample)).values();
}

async function compareAll(
  comparer: Comparer,
  waiting: IterableIterator<Work>,
  log: AgreementLog,
  { configuration, progress, samples, runtimes }: AgreementOptions,
): Promise<void> {
  for (const { runtime, sample } of waiting) {
    const comparison = await comparer.compare(configuration(sample), runtime);
    log.add(entryOf(comparison, { runtime: runtime.name, sample }, log.heading.vectors));
    progress(log.entries.length, samples * runtimes.length);
  }
}

const LETTER = { open: 'o', blocked: 'b', unknown: 'u' } as const;

function entryOf(comparison: Comparison, of: { runtime: string; sample: number }, vectors: readonly string[]): Entry {
  if (comparison.kind === 'refused') return { ...of, refused: comparison.why };
  const pairs = new Map(comparison.pairs.map((pair) => [pair.vector, pair]));
  const letters = (letter: (pair: Pair) => string): string =>
    vectors
      .map((vector) => pairs.get(vector))
      .map((pair) => (pair === undefined ? '-' : letter(pair)))
      .join('');
  return {
    ...of,
    predicted: letters((pair) => LETTER[pair.predicted]),
    proven: letters((pair) => LETTER[pair.proof.verdict]),
    facts: [...comparison.facts],
  };
}

/** How often a sandbox may be started for one. */
const MOST_STARTS = 400;

async function shrinkAll(
  comparer: Comparer,
  { disagreements }: AgreementSummary,
  run: AgreementOptions,
): Promise<Shrunk[]> {
  const shrunk: Shrunk[] = [];
  for (const disagreement of disagreements.slice(0, run.shrunk)) {
    const found = await shrinkOne(comparer, disagreement, run);
    if (found !== undefined) shrunk.push(found);
  }
  return shrunk;
}

/** Undefined where it does not come again: then it is the moment that decides, not the configuration. */
async function shrinkOne(
  comparer: Comparer,
  { runtime: name, vector, predicted, samples: [sample = 0] }: Disagreement,
  { runtimes, configuration }: AgreementOptions,
): Promise<Shrunk | undefined> {
  const runtime = runtimes.find((one) => one.name === name);
  if (runtime === undefined) return undefined;
  const disagreeing = async (config: OciConfig): Promise<Pair | undefined> => {
    const comparison = await comparer.compare(config, runtime, new Set([vector]));
    if (comparison.kind === 'refused') return undefined;
    return comparison.pairs.find((pair) => pair.predicted === predicted && pair.proof.agrees === false);
  };
  const whole = configuration(sample);
  if ((await disagreeing(whole)) === undefined) return undefined;
  const config = await shrink(whole, async (smaller) => (await disagreeing(smaller)) !== undefined, MOST_STARTS);
  const [pair, because] = [await disagreeing(config), await comparer.explain(config, vector)];
  return pair === undefined || because === undefined
    ? undefined
    : { runtime: name, vector, sample, config, because, pair };
}
