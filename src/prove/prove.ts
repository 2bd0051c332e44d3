import { CofferdamError } from '../posture/index.ts';
import type { Vector } from '../vectors/index.ts';
import type { Observation, Stage } from './observation.ts';
import { observe } from './probes/index.ts';

/**
 * Every vector that has a probe, asked in one sandbox, one after the other. Where the sandbox fails on the way, the rest is
 * unknown with its message: what was seen before stands.
 */
export async function proveAll(vectors: readonly Vector[], bare: Stage): Promise<ReadonlyMap<string, Observation>> {
  const stage: Stage = { ...bare, asked: vectors.flatMap(({ probe }) => probe ?? []) };
  const observations = new Map<string, Observation>();
  let failure: CofferdamError | undefined;
  for (const { id, probe } of vectors) {
    if (probe === undefined) continue;
    try {
      observations.set(id, failure === undefined ? await observe(probe, stage) : notAsked(failure));
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
      if (error.code === 'sandbox') failure = error;
      observations.set(id, notAsked(error));
    }
  }
  return observations;
}

function notAsked(error: CofferdamError): Observation {
  return { verdict: 'unknown', by: null, evidence: [], why: error.message };
}
