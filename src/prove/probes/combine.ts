import type { AllProbe, AnyProbe, Probe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';

type Observe = (probe: Probe, stage: Stage) => Promise<Observation>;

/** Open where one is: the first such ends it. Blocked where all are: by what refused the first that tells. */
export async function observeAny({ of }: AnyProbe, stage: Stage, observe: Observe): Promise<Observation> {
  return until('open', of, stage, observe);
}

/** Blocked where one is: the first such ends it, and says by what. */
export async function observeAll({ of }: AllProbe, stage: Stage, observe: Observe): Promise<Observation> {
  return until('blocked', of, stage, observe);
}

async function until(
  ending: 'open' | 'blocked',
  of: readonly Probe[],
  stage: Stage,
  observe: Observe,
): Promise<Observation> {
  const seen: Observation[] = [];
  for (const probe of of) {
    const observation = await observe(probe, stage);
    seen.push(observation);
    if (observation.verdict !== ending) continue;
    const decided = ending === 'open' ? seen.slice(-1) : seen;
    return { verdict: ending, by: observation.by, evidence: linesOf(decided) };
  }
  const whys = seen.filter(({ verdict }) => verdict === 'unknown').flatMap(({ why }) => why ?? []);
  const by = seen.map((one) => one.by).find((mechanism) => mechanism !== null) ?? null;
  const evidence = linesOf(seen);
  if (seen.some(({ verdict }) => verdict === 'unknown')) {
    return { verdict: 'unknown', by, evidence, why: [...new Set(whys)].join('; ') };
  }
  return ending === 'open' ? { verdict: 'blocked', by, evidence } : { verdict: 'open', by: null, evidence };
}

function linesOf(seen: readonly Observation[]): readonly string[] {
  return [...new Set(seen.flatMap(({ evidence }) => evidence))];
}
