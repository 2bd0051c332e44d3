import { confinementOf } from '../attribution.ts';
import type { Observation, Stage } from '../observation.ts';
import { open, unknown } from './told.ts';

export async function observeUnconfined(stage: Stage): Promise<Observation> {
  const label = await confinementOf(stage);
  if (label === undefined) return open();
  return unknown(`what the security module says is not asked: it is confined as ${label}`);
}
