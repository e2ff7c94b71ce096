import { normalDistribution } from './quantile.ts';

/** What the Mann-Kendall test for a trend found. */
export interface MannKendall {
  /** Pairs that rise minus pairs that fall, in order of time. */
  readonly s: number;
  /** Variance of s if there were no trend, corrected for ties. */
  readonly variance: number;
  /** s in standard deviations, with the correction for continuity. 0 if every value is the same. */
  readonly z: number;
  /** Chance of an |s| at least as large without a trend, by the normal approximation. */
  readonly p: number;
}

/**
 * Mann-Kendall test for a monotonic trend (Mann 1945, Econometrica 13:245; Kendall 1975; Gilbert 1987, section 16.4). It
 * assumes that values are independent but for the trend; neighbours that are alike make p too small.
 */
export function mannKendall(values: readonly number[]): MannKendall {
  let s = 0;
  for (let later = 1; later < values.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) s += Math.sign(values[later] - values[earlier]);
  }
  const variance = kendallVariance(values.length, tieSizes(values));
  const z = variance === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
  return { s, variance, z, p: Math.min(1, 2 * normalDistribution(-Math.abs(z))) };
}

/** Variance of Kendall's S for n values without a trend: (n(n-1)(2n+5) - sum of t(t-1)(2t+5)) / 18 over ties of t values. */
export function kendallVariance(n: number, ties: readonly number[]): number {
  const term = (t: number): number => (t < 2 ? 0 : t * (t - 1) * (2 * t + 5));
  return (term(n) - ties.reduce((sum, size) => sum + term(size), 0)) / 18;
}

/** How many values each group of equal values has, groups of one left out. */
export function tieSizes(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()].filter((size) => size > 1);
}
