import type { Rlimit } from '../posture/index.ts';

/**
 * One bound of a resource limit. -1 and RLIM_INFINITY (2⁶⁴ − 1) are none, and so is whatever the kernel cannot count to
 * either: beyond 2⁵³ nothing is held back. Undefined for what is no number.
 */
export function rlimitBound(text: string): Rlimit['soft'] | undefined {
  if (text === 'unlimited') return 'unlimited';
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return value < 0 || !Number.isSafeInteger(value) ? 'unlimited' : value;
}
