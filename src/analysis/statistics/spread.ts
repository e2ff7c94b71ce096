/** Scale of a normal distribution per unit of its median absolute deviation: 1 / quantile(3/4). */
const MAD_TO_SIGMA = 1.482602218505602;

/** Smallest, by value, to largest. */
export function sorted(values: Iterable<number>): number[] {
  return Array.from(values).sort((a, b) => a - b);
}

/** Middle of the values, the mean of the two middle ones when their number is even. NaN of nothing. */
export function median(values: Iterable<number>): number {
  return medianOfSorted(sorted(values));
}

/** Middle of values that are in order already. NaN of nothing. */
export function medianOfSorted(ordered: readonly number[]): number {
  const middle = ordered.length >> 1;
  if (ordered.length === 0) return Number.NaN;
  return ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}

/**
 * Standard deviation of a normal sample, estimated by the median absolute deviation (Hampel 1974; Rousseeuw & Croux 1993,
 * JASA 88:1273). Up to half of the values may be wild. 0 when more than half are equal: counts often are.
 */
export function medianDeviation(values: readonly number[]): number {
  const centre = median(values);
  return values.length === 0 ? 0 : MAD_TO_SIGMA * median(values.map((value) => Math.abs(value - centre)));
}

/**
 * Standard deviation of the noise on a slowly moving level, from successive differences (von Neumann et al. 1941, Ann. Math.
 * Stat. 12:153): a trend hardly enters it. Noise that drifts, where neighbours are alike, is underestimated.
 * 0 with fewer than two values.
 */
export function differenceNoise(values: readonly number[]): number {
  let sum = 0;
  for (let index = 1; index < values.length; index++) sum += (values[index] - values[index - 1]) ** 2;
  return values.length < 2 ? 0 : Math.sqrt(sum / (2 * (values.length - 1)));
}

/**
 * Correlation of neighbours (lag 1) of a series about its mean, corrected for the bias of short series, which is about
 * -(1 + 4r) / n (Kendall 1954, Biometrika 41:403). 0 for a constant or a series of fewer than four.
 */
export function neighbourCorrelation(values: readonly number[]): number {
  const n = values.length;
  if (n < 4) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let square = 0;
  let product = 0;
  for (let index = 0; index < n; index++) {
    square += (values[index] - mean) ** 2;
    if (index > 0) product += (values[index] - mean) * (values[index - 1] - mean);
  }
  if (square === 0) return 0;
  const raw = product / square;
  return Math.max(-1, Math.min(1, raw + (1 + 4 * raw) / n));
}
