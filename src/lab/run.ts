import { release } from 'node:os';
import { catalogueOf, type SessionOptions } from '../check/index.ts';
import { observeHost } from '../live/index.ts';
import { CofferdamError } from '../posture/index.ts';
import type { Runtime } from '../runtimes/index.ts';
import type { Profile } from '../runtimes/profiles.data.ts';
import { LabLog } from './log.ts';
import { describeMachine } from './machine.ts';
import { MEASURES } from './measures.ts';
import { PARTS, type PartContext, type PartName } from './parts.ts';
import type { Study } from './study.ts';

export interface LabOptions {
  readonly session: SessionOptions;
  readonly runtimes: readonly Runtime[];
  readonly profiles: readonly Profile[];
  /** The vectors to ask about, where not all. */
  readonly only?: ReadonlySet<string>;
  readonly parts: ReadonlySet<PartName>;
  /** Default: that of the run that is gone on with, else of the moment. */
  readonly seed?: number;
  /** Time for all of it. What has not been begun by then is left out, and named. */
  readonly budgetMs?: number;
  /** Where the run is kept, so that a later one goes on with it. */
  readonly log?: string;
  readonly progress: (part: PartName, done: number, all: number) => void;
}

/** One run of the lab, part after part. A part that fails is a note; the others are measured all the same. */
export async function runLab(options: LabOptions): Promise<Study> {
  const begun = Date.now();
  const session = { ...options.session, observed: options.session.observed ?? observeHost() };
  const vectors = await columnsOf(session, options.only);
  const log = LabLog.open(
    {
      version: session.version,
      kernel: release(),
      vectors: vectors.map(({ id }) => id),
      seed: options.seed,
      started: new Date(begun).toISOString(),
    },
    options.log,
  );
  const { seed, started } = log.heading;
  let study: Study = {
    version: 1,
    tool: { name: 'cofferdam', version: session.version },
    ...{ started, seconds: 0, seed, machine: describeMachine(session.observed), vectors },
    ...{ rows: [], leaks: [], neighbours: [], ablation: null, prices: [], notes: [] },
  };
  const { runtimes, profiles, only } = options;
  const deadline = begun + (options.budgetMs ?? Number.POSITIVE_INFINITY);
  for (const name of PARTS) {
    const progress = (done: number, all: number): void => options.progress(name, done, all);
    const context = { session, runtimes, profiles, only, seed, deadline, log, study, progress };
    if (options.parts.has(name)) study = laidOver(study, await partOf(name, context));
  }
  return { ...study, seconds: (Date.now() - begun) / 1000 };
}

async function partOf(name: PartName, context: PartContext): Promise<Partial<Study>> {
  if (Date.now() >= context.deadline) return { notes: [`${name}: left out, the budget was used up`] };
  try {
    return await MEASURES[name](context);
  } catch (error) {
    if (error instanceof CofferdamError && error.code !== 'lab-log') return { notes: [`${name}: ${error.message}`] };
    throw error;
  }
}

/** Notes add up; everything else a part gives in whole. */
function laidOver(study: Study, found: Partial<Study>): Study {
  return { ...study, ...found, notes: [...study.notes, ...(found.notes ?? [])] };
}

/** Vectors that a kernel can be asked about, in the order of the catalogue. */
async function columnsOf(session: SessionOptions, only: ReadonlySet<string> | undefined): Promise<Study['vectors']> {
  const { vectors } = await catalogueOf(session.config);
  return vectors
    .map(({ vector }) => vector)
    .filter(({ id, probe, appliesTo }) => {
      return probe !== undefined && appliesTo.includes('workload') && only?.has(id) !== false;
    })
    .map(({ id, title, mechanism, phase, severity, goal }) => ({
      ...{ id, title, mechanism, phase, severity },
      goals: [goal],
    }));
}
