import type { Mechanism } from '../../model/index.ts';
import type { Observation } from '../observation.ts';

/** The three things that a probe can say. */
export const open = (...evidence: readonly string[]): Observation => ({ verdict: 'open', by: null, evidence });
export const blocked = (by: Mechanism | null, ...evidence: readonly string[]): Observation => ({
  verdict: 'blocked',
  by,
  evidence,
});
export const unknown = (why: string, ...evidence: readonly string[]): Observation => ({
  verdict: 'unknown',
  by: null,
  evidence,
  why,
});
