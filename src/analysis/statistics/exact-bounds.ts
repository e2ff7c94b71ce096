import type { Estimate } from './interval.ts';
import { betaDistribution, gammaDistribution, whereReaches } from './special.ts';

/**
 * Exact interval of a probability from counted trials (Clopper & Pearson 1934, Biometrika 26:404). It covers the truth in at
 * least the given share of cases, whatever the truth is. No trials: 0 to 1.
 */
export function binomialInterval(successes: number, trials: number, confidence = 0.95): Estimate {
  if (trials <= 0) return { estimate: Number.NaN, low: 0, high: 1 };
  const tail = (1 - confidence) / 2;
  const failures = trials - successes;
  const low = successes <= 0 ? 0 : whereReaches(tail, 0, 1, (p) => betaDistribution(p, successes, failures + 1));
  const high = failures <= 0 ? 1 : whereReaches(1 - tail, 0, 1, (p) => betaDistribution(p, successes + 1, failures));
  return { estimate: successes / trials, low, high };
}

/**
 * Exact interval of the expected number behind a counted number of events (Garwood 1936, Biometrika 28:437). It covers the
 * truth in at least the given share of cases.
 */
export function poissonInterval(events: number, confidence = 0.95): Estimate {
  const tail = (1 - confidence) / 2;
  const most = events + 40 * Math.sqrt(events + 1) + 800;
  const low = events <= 0 ? 0 : whereReaches(tail, 0, most, (mean) => gammaDistribution(mean, events));
  const high = whereReaches(1 - tail, 0, most, (mean) => gammaDistribution(mean, events + 1));
  return { estimate: events, low, high };
}

/**
 * Smallest rate per request that would have shown at least `threshold` events in the requests made, in the given share of
 * cases: what "nothing found" rules out. With a threshold of 1 and many requests it is the rule of three,
 * 3 / requests at 95 % (Hanley & Lippman-Hand 1983, JAMA 249:1743). Infinite without requests.
 */
export function ruledOutRate(requests: number, threshold = 1, confidence = 0.95): number {
  if (requests <= 0) return Number.POSITIVE_INFINITY;
  const needed = Math.max(1, Math.ceil(threshold));
  const most = needed + 40 * Math.sqrt(needed) + 800;
  // One more than once a request is possible, so events are Poisson, not binomial: the wider of the two.
  return whereReaches(confidence, 0, most, (mean) => gammaDistribution(mean, needed)) / requests;
}

/**
 * Interval of events per request, from a counted number of events in counted requests, for events that come a whole number
 * of times with each request and sometimes once more: 840 of 840 is 1, as sure as 840 requests can make it; 67 of 3,350
 * is a binomial rate of 0.02. A negative count of events gives 0.
 */
export function perRequestInterval(events: number, requests: number, confidence = 0.95): Estimate {
  if (requests <= 0) return { estimate: Number.NaN, low: 0, high: Number.POSITIVE_INFINITY };
  const counted = Math.max(0, Math.round(events));
  const whole = Math.floor(counted / requests);
  const above = binomialInterval(counted - whole * requests, requests, confidence);
  if (counted === 0 || counted !== whole * requests) return shift(above, whole);
  // Exactly a whole number of events with each request: a few requests may have had one more or one less.
  const missed = binomialInterval(0, requests, confidence).high;
  return { estimate: whole, low: whole - missed, high: whole + missed };
}

function shift({ estimate, low, high }: Estimate, by: number): Estimate {
  return { estimate: estimate + by, low: low + by, high: high + by };
}
