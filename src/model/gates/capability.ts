import type { Capability } from '../../kernel/capabilities.ts';
import type { CapabilitySet, FactKey } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, passes, unknown } from './kind.ts';

export interface CapabilityParams {
  readonly capability: Capability;
  /**
   * `bounding`: what an execve as root, or of a set-user-id file, can give. `ambient`: what a non-root process keeps. `permitted`:
   * what is held before, which engines make no less than the bounding set.
   */
  readonly set: CapabilitySet;
}

/** A capability is in one of the process's sets. */
export const capability: GateKind<CapabilityParams> = {
  mechanism: () => 'capability',
  models:
    "cap_bprm_creds_from_file(), security/commoncap.c (5.8): root's permitted = inheritable | bounding; others keep ambient (4.3)",
  describe: (p) => `CAP_${p.capability} is in the ${p.set} set`,
  evaluate(p, posture) {
    const key = `capability.${p.set}.${p.capability}` as const;
    const found = posture.get(key);
    if (found === undefined && p.set === 'permitted') return passes('no less is permitted than the bounding set');
    if (found === undefined) return unknown(`nothing states the ${p.set} set`, [key]);
    if (found.value instanceof Unknown) return unknown(found.value.why, [key], found);
    const text = `CAP_${p.capability} is ${found.value ? '' : 'not '}in the ${p.set} set`;
    return found.value ? passes(text, found) : closed(text, found);
  },
  close(p, posture) {
    const key: FactKey = `capability.${p.set}.${p.capability}`;
    if (p.set === 'permitted' && posture.get(key) === undefined) return [];
    const withdraw = withdrawable(posture, key);
    const drop = { kind: 'set', key, value: false } as const;
    return withdraw ? [[withdraw], [drop]] : [[drop]];
  },
};
