import type { SessionOptions } from '../../check/index.ts';
import { MACHINE, observeHost } from '../../live/index.ts';
import type { Mechanism } from '../../model/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { usualConfig } from '../../prove/index.ts';
import { runtimeNamed } from '../../runtimes/index.ts';
import { PROFILES, type ProfileName } from '../../runtimes/profiles.data.ts';
import { hereOf } from '../agreement/here.ts';
import type { Ablation, AblationStep } from '../study.ts';
import { Bench } from './bench.ts';
import type { Ends } from './ends.ts';
import { countsOf, groupsOf, holdingOf } from './holding.ts';
import { type Planned, plan } from './plan.ts';
import { Start } from './start.ts';
import { outOfReach, stepOf } from './step.ts';

export interface AblationOptions {
  readonly progress: (done: number, all: number) => void;
  /** Milliseconds since the epoch, after which nothing more is begun. */
  readonly deadline: number;
}

/**
 * The hardened start first. In the default one is seen what an engine does unasked; in the last what a user namespace adds, and that alone: what
 * it may not mount itself is bound from the host, so that other mechanisms are no longer left out by themselves.
 */
const STARTS: readonly { readonly profile: ProfileName; readonly only?: readonly Mechanism[] }[] = [
  { profile: 'hardened' },
  { profile: 'default' },
  { profile: 'rootless', only: ['namespace-user'] },
];

/** What each mechanism keeps closed: left out alone and in pairs, and added to nothing, each judged by the model and put to the kernel. */
export async function runAblation(options: SessionOptions, run: AblationOptions): Promise<Ablation> {
  const bench = await Bench.open(options, runtimeNamed('embedded'));
  try {
    const ends = await endsOf(await startsOf(options), bench);
    const planned = plan(ends);
    const { steps, left } = await tryAll(planned, ends, bench, run);
    return ablationOf(ends, steps, left, bench.runtime);
  } finally {
    await bench.close();
  }
}

async function startsOf(options: SessionOptions): Promise<readonly Start[]> {
  const here = hereOf(MACHINE, process.arch === 'arm64' ? 'aarch64' : 'x86_64');
  const seen = { ...options, observed: options.observed ?? observeHost() };
  return Promise.all(
    STARTS.map(async ({ profile, only }) => {
      const config = await usualConfig(
        seen,
        PROFILES.find(({ name }) => name === profile),
      );
      return new Start(profile, config, here, only);
    }),
  );
}

/** Each start whole, and with nothing. One that cannot be started has nothing to say. */
async function endsOf(starts: readonly Start[], bench: Bench): Promise<readonly Ends[]> {
  const work = starts.flatMap((start) => [
    { start, which: 'whole', config: start.without([]) } as const,
    { start, which: 'nothing', config: start.withAlone([]) } as const,
  ]);
  const found = new Map(starts.map((start) => [start, { start } as { -readonly [K in keyof Ends]?: Ends[K] }]));
  await bench.tryEach(
    work,
    () => false,
    async ({ start, which, config }, proven) => {
      if (proven instanceof CofferdamError) throw proven;
      (found.get(start) ?? {})[which] = { config, proven, predicted: await bench.predict(config) };
    },
  );
  return [...found.values()] as Ends[];
}

async function tryAll(
  planned: readonly Planned[],
  ends: readonly Ends[],
  bench: Bench,
  { progress, deadline }: AblationOptions,
): Promise<{ readonly steps: readonly AblationStep[]; readonly left: readonly Planned[] }> {
  const steps = new Map<Planned, AblationStep>();
  const left = await bench.tryEach(
    planned,
    () => Date.now() > deadline,
    async (one, result) => {
      const of = ends.find(({ start }) => start === one.start) as Ends;
      steps.set(one, await stepOf(one, result, of, bench));
      progress(steps.size, planned.length);
    },
  );
  return { steps: planned.flatMap((one) => steps.get(one) ?? []), left };
}

function ablationOf(
  ends: readonly Ends[],
  steps: readonly AblationStep[],
  left: readonly Planned[],
  runtime: string,
): Ablation {
  const [hardened, ...others] = ends as readonly [Ends, ...Ends[]];
  return {
    runtime,
    whole: countsOf(hardened.whole.proven),
    bare: countsOf(hardened.nothing.proven),
    steps: [...steps, ...outOfReach(hardened)],
    mechanisms: holdingOf(hardened.whole),
    agreement: agreementOf(steps),
    others: others.map(({ start, whole }) => ({
      profile: start.profile,
      whole: countsOf(whole.proven),
      mechanisms: holdingOf(whole),
    })),
    groups: ends.flatMap(({ start, whole }) => groupsOf(start.profile, whole.predicted, steps)),
    notes:
      left.length === 0 ? [] : [`no time was left for ${left.length} of ${left.length + steps.length}: ${named(left)}`],
  };
}

/** Of one mechanism left out alone: what opened as it must, among that and all that came out otherwise. */
function agreementOf(steps: readonly AblationStep[]): Ablation['agreement'] {
  const single = steps.filter(({ kind, mechanisms }) => kind === 'without' && mechanisms.length === 1);
  const agree = single.reduce((sum, { agrees }) => sum + agrees.length, 0);
  return { agree, of: agree + single.reduce((sum, { disagrees }) => sum + disagrees.length, 0) };
}

function named(left: readonly Planned[]): string {
  return left
    .map(
      ({ kind, start, mechanisms }) => `${start.profile} ${kind} ${mechanisms.map(({ name }) => name).join(' and ')}`,
    )
    .join(', ');
}
