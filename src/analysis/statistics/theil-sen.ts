import type { Estimate } from './interval.ts';
import { kendallVariance, tieSizes } from './mann-kendall.ts';
import { normalQuantile } from './quantile.ts';
import { medianOfSorted, sorted } from './spread.ts';

/** One point of a series: where, and how high. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Slope of a line as the median of the slopes of all pairs of points (Theil 1950; Sen 1968, JASA 63:1379), with the interval
 * that Kendall's S gives, corrected for ties (Sen 1968, section 4; Gilbert 1987, section 16.5). Up to 29 % of the points may be
 * wild. Pairs with one x are left out. Limits that so few points cannot give are infinite; without two different x the slope is
 * NaN.
 */
export function theilSen(points: readonly Point[], confidence = 0.95): Estimate {
  // Adding 0 turns a slope of -0 into 0.
  const slopes: number[] = [];
  for (let later = 1; later < points.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const run = points[later].x - points[earlier].x;
      if (run !== 0) slopes.push((points[later].y - points[earlier].y) / run + 0);
    }
  }
  const ordered = sorted(slopes);
  const beyond = outsideEachLimit(points, ordered.length, (1 - confidence) / 2);
  return {
    estimate: medianOfSorted(ordered),
    low: ordered[beyond] ?? Number.NEGATIVE_INFINITY,
    high: ordered[ordered.length - 1 - beyond] ?? Number.POSITIVE_INFINITY,
  };
}

/** How many of the ordered slopes lie outside each limit; -1 if the limit is beyond all of them. */
function outsideEachLimit(points: readonly Point[], slopes: number, tail: number): number {
  const variance = Math.min(...[points.map(({ x }) => x), points.map(({ y }) => y)].map(varianceOf));
  // Between two slopes the outer one is taken: the interval is never too short.
  return Math.max(-1, Math.floor((slopes - normalQuantile(1 - tail) * Math.sqrt(variance)) / 2) - 1);
}

function varianceOf(values: readonly number[]): number {
  return Math.max(0, kendallVariance(values.length, tieSizes(values)));
}
