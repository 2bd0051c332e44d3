import type { Capability } from '../../kernel/index.ts';
import type { HoldsProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { type Credentials, credentialsOf, has } from './credentials.ts';

export async function observeHolds({ capability }: HoldsProbe, stage: Stage): Promise<Observation> {
  const credentials = await credentialsOf(stage);
  return { evidence: credentials.evidence, ...judgeHolding(capability, credentials) };
}

/**
 * cap_bprm_creds_from_file(), security/commoncap.c: root gets its bounding set on execve, but with no_new_privs nothing that it
 * did not have. Another user gets it from a set-user-id program alone, and which of these the image has no call tells.
 */
export function judgeHolding(
  name: Capability,
  { uid, permitted, bounding, noNewPrivs, noRoot }: Credentials,
): Pick<Observation, 'verdict' | 'by' | 'why'> {
  if (has(permitted, name)) return { verdict: 'open', by: null };
  if (bounding === undefined || noNewPrivs === undefined) {
    return { verdict: 'unknown', by: null, why: 'prctl does not tell what executing a program would give' };
  }
  if (!has(bounding, name)) return { verdict: 'blocked', by: 'capability' };
  if (noNewPrivs) return { verdict: 'blocked', by: 'no-new-privileges' };
  if (uid === undefined) return { verdict: 'unknown', by: null, why: 'geteuid does not tell who it is' };
  if (uid === 0 && !noRoot) return { verdict: 'open', by: null };
  return { verdict: 'unknown', by: null, why: `a set-user-id program could give CAP_${name}, if the image has one` };
}
