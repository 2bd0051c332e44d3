import type { SessionOptions } from '../../check/index.ts';
import { requestOf } from '../../prove/index.ts';
import type { Runtime } from '../../runtimes/index.ts';
import type { Profile } from '../../runtimes/profiles.data.ts';
import type { StartRequest } from '../../runtimes/types.ts';

/** What to ask of a runtime for a profile. Apart from the start itself, which is timed. */
export type RequestOf = (runtime: Runtime, profile: Profile) => Promise<StartRequest>;

export function requestsOf(session: SessionOptions): RequestOf {
  return async (runtime, profile) => ({
    ...(await requestOf(runtime, profile, session)),
    timeoutMs: TIMEOUT_MS,
  });
}

const TIMEOUT_MS = 5000;
