import { betaDistribution, gammaDistribution, whereReaches } from './special.ts';

/** Share of a standard normal distribution below z. */
export function normalDistribution(z: number): number {
  const tail = 0.5 * (1 - gammaDistribution((z * z) / 2, 0.5));
  return z < 0 ? tail : 1 - tail;
}

/** Value below which a share of the standard normal distribution lies. Infinite at 0 and 1. */
export function normalQuantile(share: number): number {
  if (share <= 0) return Number.NEGATIVE_INFINITY;
  if (share >= 1) return Number.POSITIVE_INFINITY;
  return share < 0.5 ? -normalQuantile(1 - share) : whereReaches(share, 0, 40, normalDistribution);
}

/** Share of Student's t distribution (1908, Biometrika 6:1) with the given degrees of freedom below t. */
function studentDistribution(t: number, freedom: number): number {
  const tail = 0.5 * betaDistribution(freedom / (freedom + t * t), freedom / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/** Value below which a share of Student's t distribution lies. Infinite without a degree of freedom. */
export function studentQuantile(share: number, freedom: number): number {
  if (freedom <= 0) return share < 0.5 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (share < 0.5) return -studentQuantile(1 - share, freedom);
  return whereReaches(share, 0, 1e6, (t) => studentDistribution(t, freedom));
}
