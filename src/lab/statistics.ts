import type { Measured } from './study.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Standard normal quantile for a two-sided interval of 95 %. */
const Z = 1.959964;

/**
 * Wilson's score interval for a share, at 95 %: sound where nearly all or nearly none of the trials succeed (Wilson 1927, as in
 * Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion, Statistical Science 16(2), 2001).
 */
export function wilson(successes: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share) + z2 / (4 * trials)) / trials);
  const scale = 1 + z2 / trials;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}

/**
 * The median with the interval between two order statistics that holds the true median with 95 % or more, whatever the distribution:
 * a value lies below the median with probability one half, so how many do is binomial (the sign test turned round; David and
 * Nagaraja, Order Statistics, 3rd ed., section 7.1). Five values or fewer cannot give 95 %; the whole range is given then.
 */
export function medianWithInterval(values: readonly number[]): Measured {
  if (values.length === 0) throw new RangeError('no values have no median');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] as number;
  const count = sorted.length;
  const outside = ranksOutside(count);
  const median = (at(Math.floor((count - 1) / 2)) + at(Math.ceil((count - 1) / 2))) / 2;
  return { median, low: at(outside), high: at(count - 1 - outside), count };
}

/** How many of the smallest, and of the largest, may be left outside: the most for which P(Bin(count, ½) ≤ that) is 2.5 % or less. */
function ranksOutside(count: number): number {
  // In logarithms: 2^-count is zero to a double beyond 1074.
  let logarithm = -count * Math.LN2;
  let below = Math.exp(logarithm);
  let outside = 0;
  while (below <= 0.025 && outside < (count - 1) / 2) {
    outside++;
    logarithm += Math.log((count - outside + 1) / outside);
    below += Math.exp(logarithm);
  }
  return Math.max(0, outside - 1);
}
