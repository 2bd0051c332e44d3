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
