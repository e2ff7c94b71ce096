import { perRequestInterval } from '../statistics/exact-bounds.ts';
import type { Estimate } from '../statistics/interval.ts';
import { normalQuantile, studentQuantile } from '../statistics/quantile.ts';
import { median, neighbourCorrelation } from '../statistics/spread.ts';
import { theilSen } from '../statistics/theil-sen.ts';

/** Growth of one group between two neighbouring levels. */
export interface Gain {
  readonly requests: number;
  readonly growth: number;
  readonly seconds: number;
}

/** Descriptors gained per request over a stretch of a measurement, and how sure that figure is. */
export interface Rate {
  readonly requests: number;
  readonly growth: number;
  /** Per request, with the interval of 95 %. */
  readonly perRequest: Estimate;
  /** Standard error of the figure, from what was seen, counting error left out. */
  readonly error: number;
  /** Degrees of freedom behind the error. */
  readonly freedom: number;
  /** Standard deviation of what the level may have wandered meanwhile by itself, in descriptors. */
  readonly wandered: number;
}

export function totalOf(gains: readonly Gain[]): Gain {
  let [requests, growth, seconds] = [0, 0, 0];
  for (const gain of gains) {
    requests += gain.requests;
    growth += gain.growth;
    seconds += gain.seconds;
  }
  return { requests, growth, seconds };
}

/** What is known of the noise beside the steps themselves. */
export interface Beside {
  /** Variance per second with which the level wanders without load. */
  readonly wandering: number;
  /** Only the first picture of the noise fits: steps stand for lives that could not be followed. */
  readonly pilesUp: boolean;
}

/**
 * A worker that is seen at both ends of a step took fewer requests than one that left in between, so the figure of a service
 * that recycles its workers is a little low: 2 % where they live for two steps. The upper limit allows for it.
 */
const UNFOLLOWED = 0.05;

const STILL: Beside = { wandering: 0, pilesUp: false };

/**
 * Rate of a stretch. Two pictures of the noise compete and the one that explains the levels with less wins: each request adds
 * its own scatter, so that errors pile up (a leak with a chance, clients that come and go: quasi-Poisson, McCullagh & Nelder
 * 1989, section 4.5), or each level has an error of its own about a line (a pool that breathes), where neighbours may be alike
 * (variance times (1+r)/(1-r), Bartlett 1946). Counting error, as if by chance, is part of
 * the interval in both.
 */
export function rateOf(gains: readonly Gain[], beside: Beside = STILL, confidence = 0.95): Rate {
  const { requests, growth, seconds } = totalOf(gains);
  const freedom = Math.max(0, gains.length - 1);
  const counted = perRequestInterval(growth, requests, confidence);
  const piling = pilingError(gains, growth / requests, requests);
  const level = levelError(gains, 1);
  const breathing = !beside.pilesUp && level.error < piling;
  const error = breathing ? level.error : piling;
  const estimate = breathing ? level.slope : growth / requests;
  // The interval takes neighbours as alike as they could be, the test as they are: a clean verdict has other guards.
  const cautious = breathing ? Math.min(piling, levelError(gains, 2).error) : piling;
  const reach = cautious === 0 ? 0 : studentQuantile((1 + confidence) / 2, freedom) * cautious;
  const wandered = Math.sqrt(beside.wandering * seconds);
  const drift = (normalQuantile((1 + confidence) / 2) * wandered) / requests;
  return {
    requests,
    growth,
    perRequest: {
      estimate,
      low: estimate - Math.hypot(reach, drift, counted.estimate - counted.low),
      high:
        estimate +
        Math.hypot(reach, drift, counted.high - counted.estimate, beside.pilesUp ? UNFOLLOWED * estimate : 0),
    },
    error,
    freedom,
    wandered,
  };
}

/** Standard error of a rate whose every request scatters by itself. */
function pilingError(gains: readonly Gain[], rate: number, requests: number): number {
  if (gains.length < 2) return 0;
  let scatter = 0;
  for (const gain of gains) scatter += (gain.growth - rate * gain.requests) ** 2 / gain.requests;
  return Math.sqrt(scatter / (gains.length - 1) / requests);
}

/**
 * Slope through levels that have an error each, and its standard error. The likeness of neighbours is taken as the one seen
 * and `caution` standard errors of it more.
 */
function levelError(gains: readonly Gain[], caution: number): { slope: number; error: number } {
  const points = [{ x: 0, y: 0 }];
  for (const { requests, growth } of gains) {
    const { x, y } = points[points.length - 1];
    points.push({ x: x + requests, y: y + growth });
  }
  if (points.length < 6) return { slope: Number.NaN, error: Number.POSITIVE_INFINITY };
  const slope = theilSen(points).estimate;
  const offset = median(points.map(({ x, y }) => y - slope * x));
  const residuals = points.map(({ x, y }) => y - slope * x - offset);
  const centre = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const spread = points.reduce((sum, { x }) => sum + (x - centre) ** 2, 0);
  const variance = residuals.reduce((sum, residual) => sum + residual ** 2, 0) / (points.length - 2);
  const alike = Math.min(0.95, Math.max(0, neighbourCorrelation(residuals)) + caution / Math.sqrt(points.length));
  return { slope, error: Math.sqrt((variance * (1 + alike)) / (1 - alike) / spread) };
}
