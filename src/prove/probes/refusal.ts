import type { Observation, Stage } from '../observation.ts';
import { credentialsOf } from './credentials.ts';
import { identityOf, refusalBy } from './identity.ts';
import { blocked, unknown } from './told.ts';

/**
 * What follows from a refusal. A mode that keeps a user out keeps out whom a set-user-id program may make root: of the image, which
 * is not here, so that only no_new_privs makes it certain (bprm_fill_uid(), fs/exec.c).
 */
export async function refusedWith(errno: string, stage: Stage, ...evidence: readonly string[]): Promise<Observation> {
  const by = refusalBy(errno, await identityOf(stage));
  if (by === null) return unknown(`${errno} tells nothing of what refused`, ...evidence);
  return by === 'dac' ? keptOutByMode(stage, ...evidence) : blocked(by, ...evidence);
}

export async function keptOutByMode(stage: Stage, ...evidence: readonly string[]): Promise<Observation> {
  const { uid, noNewPrivs } = await credentialsOf(stage);
  if (noNewPrivs === true) return blocked('dac', ...evidence);
  return unknown(`uid ${uid} could become root by a set-user-id program, if the image has one`, ...evidence);
}
