import { release } from 'node:os';
import type { Because, SessionOptions } from '../../check/index.ts';
import type { OciConfig, Runtime } from '../../runtimes/index.ts';
import type { Comparison, Pair } from './compare.ts';
import { type Ground, type Guests, guestGround, thisGround } from './ground.ts';
import { AgreementLog, type Entry } from './log.ts';
import { shrink } from './shrink.ts';
import { type AgreementSummary, type Disagreement, summarize } from './summary.ts';

export interface AgreementOptions {
  readonly samples: number;
  readonly seed: number;
  readonly runtimes: readonly Runtime[];
  /** To compare in virtual machines, with the embedded runtime alone. Default: on this machine. */
  readonly guests?: Guests;
  /** The configuration of a sample: the same for the same number. */
  readonly configuration: (sample: number) => OciConfig | Promise<OciConfig>;
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

/** The model against a kernel, on random configurations. */
export async function runAgreement(options: SessionOptions, run: AgreementOptions): Promise<AgreementResult> {
  const grounds = await groundsOf(options, run);
  const [first] = grounds;
  try {
    const { vectors } = first;
    const head = {
      schema: 'cofferdam.agreement/1',
      version: options.version,
      seed: run.seed,
      kernel: run.guests?.title ?? release(),
      vectors,
    };
    const log = AgreementLog.open(head as AgreementLog['heading'], run.log);
    const waiting = work(first.names, run.samples, log);
    await Promise.all(grounds.map((ground) => compareAll(ground, waiting, log, run)));
    const summary = summarize(log);
    return { seed: run.seed, kernel: head.kernel, summary, shrunk: await shrinkAll(first, summary, run) };
  } finally {
    await Promise.all(grounds.map((ground) => ground.close()));
  }
}

async function groundsOf(
  options: SessionOptions,
  { runtimes, guests }: AgreementOptions,
): Promise<[Ground, ...Ground[]]> {
  // A guest does one thing at a time, and so does whoever waits for the answers about its files.
  if (guests !== undefined) return [await guestGround(options, guests)];
  // One is started or taken down while another answers.
  return Promise.all([thisGround(options, runtimes), thisGround(options, runtimes)]);
}

interface Work {
  readonly runtime: string;
  readonly sample: number;
}

function work(names: readonly string[], samples: number, log: AgreementLog): IterableIterator<Work> {
  const all = names.flatMap((runtime) => Array.from({ length: samples }, (_, sample) => ({ runtime, sample })));
  return all.filter(({ runtime, sample }) => !log.has(runtime, sample)).values();
}

async function compareAll(
  ground: Ground,
  waiting: IterableIterator<Work>,
  log: AgreementLog,
  { configuration, progress, samples }: AgreementOptions,
): Promise<void> {
  for (const { runtime, sample } of waiting) {
    const comparison = await ground.compare(await configuration(sample), runtime);
    log.add(entryOf(comparison, { runtime, sample }, log.heading.vectors));
    progress(log.entries.length, samples * ground.names.length);
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
  ground: Ground,
  { disagreements }: AgreementSummary,
  run: AgreementOptions,
): Promise<Shrunk[]> {
  const shrunk: Shrunk[] = [];
  for (const disagreement of disagreements.slice(0, run.shrunk)) {
    const found = await shrinkOne(ground, disagreement, run);
    if (found !== undefined) shrunk.push(found);
  }
  return shrunk;
}

/** Undefined where it does not come again: then it is the moment that decides, not the configuration. */
async function shrinkOne(
  ground: Ground,
  { runtime, vector, predicted, samples: [sample = 0] }: Disagreement,
  { configuration }: AgreementOptions,
): Promise<Shrunk | undefined> {
  const disagreeing = async (config: OciConfig): Promise<Pair | undefined> => {
    const comparison = await ground.compare(config, runtime, new Set([vector]));
    if (comparison.kind === 'refused') return undefined;
    return comparison.pairs.find((pair) => pair.predicted === predicted && pair.proof.agrees === false);
  };
  const whole = await configuration(sample);
  if ((await disagreeing(whole)) === undefined) return undefined;
  const config = await shrink(whole, async (smaller) => (await disagreeing(smaller)) !== undefined, MOST_STARTS);
  const [pair, because] = [await disagreeing(config), await ground.explain(config, vector)];
  return pair === undefined || because === undefined ? undefined : { runtime, vector, sample, config, because, pair };
}
