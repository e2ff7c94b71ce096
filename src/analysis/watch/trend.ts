import type { Estimate } from '../statistics/interval.ts';
import { studentQuantile } from '../statistics/quantile.ts';
import { differenceNoise, median, neighbourCorrelation } from '../statistics/spread.ts';
import { theilSen } from '../statistics/theil-sen.ts';

/** A level at a time. Levels of different segments, between which the machine was suspended, are never compared. */
export interface TimedLevel {
  readonly seconds: number;
  readonly level: number;
  readonly segment: number;
}

export type TrendVerdict = 'growing' | 'steady' | 'falling' | 'undecided';

/** Why a level got its verdict: a closed set. */
export type TrendReason =
  | 'grew' // growing: to the end, and more than it wavers
  | 'fell' // falling: to the end, and more than it wavers
  | 'flat' // steady: no growth stands out
  | 'stopped' // steady: it grew at first, then no more
  | 'slowing' // undecided: it grows, ever slower
  | 'unsteady' // undecided: it moves, and not in one direction
  | 'too-little' // undecided: it grew, but by too little to tell
  | 'too-short'; // undecided: too few samples

export interface Trend {
  readonly verdict: TrendVerdict;
  readonly reason: TrendReason;
  /** Descriptors per minute, with the interval of 95 %; null with fewer than three samples. */
  readonly perMinute: Estimate | null;
  /** Medians of the two halves of the time. */
  readonly halves: readonly [first: number, second: number] | null;
}

const CONFIDENCE = 0.95;
/** Fewer samples tell no direction: of seven in random order one in five thousand rises throughout, and noise is alike. */
const FEWEST = 8;
/** Descriptors between the halves below which nobody speaks of growth. */
const LEAST_SHIFT = 2;
/** Steady growth adds half as much between the last two quarters as between the halves; less than half of that is slowing. */
const STILL_GROWING = 0.25;
/** Windows in which growth is compared with growth. */
const WINDOWS = 12;
/** Neighbours that are so much alike are steps of a walk. */
const WALKING = 0.7;
/** Standard errors by which neighbours may be more alike than they seem. */
const CAUTION = 2;
const SECONDS = 60;

const UNKNOWN = { verdict: 'undecided', reason: 'too-short', perMinute: null, halves: null } as const;

/**
 * Where a level is going, over time. Speed is the median slope (Theil-Sen). Two pictures of the noise compete, and the one
 * that explains the levels with less wins, as in the leak rule: each level has an error of its own about a line, where
 * neighbours may be alike (variance times (1+r)/(1-r), Bartlett 1946), or changes pile up (a random walk), so that growth in
 * one window is compared with growth in another. Growth is called so where its interval lies above 0, its later half
 * stands above the earlier one by more than the noise, and it goes on at the end.
 *
 * @param levels in order of time; of several segments the last one that is long enough counts, else the longest
 */
export function trendOf(levels: readonly TimedLevel[]): Trend {
  const points = segmentOf(levels).map(({ seconds, level }) => ({ x: seconds / SECONDS, y: level }));
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 3 || first === undefined || last === undefined || last.x <= first.x) return UNKNOWN;
  if (points.length >= FEWEST && points.every(({ y }) => y === first.y)) return still(first.y, last.x - first.x);
  const slope = speed(points);
  const middle = (first.x + last.x) / 2;
  const halves = [medianOf(points, first.x, middle), medianOf(points, middle, last.x)] as const;
  if (points.length < FEWEST) return { ...UNKNOWN, perMinute: slope.perMinute, halves };
  const shift = halves[1] - halves[0];
  const least = Math.max(LEAST_SHIFT, slope.noise);
  const named = (verdict: TrendVerdict, reason: TrendReason): Trend => ({
    verdict,
    reason,
    perMinute: slope.perMinute,
    halves,
  });
  const { low, high } = slope.perMinute;
  const threeQuarters = (middle + last.x) / 2;
  const lately = medianOf(points, threeQuarters, last.x) - medianOf(points, middle, threeQuarters);
  const isStill = Math.abs(lately) <= Math.max(1, slope.noise);
  const sure = low > 0 || high < 0;
  if (Math.abs(shift) < least) return sure ? named('undecided', 'too-little') : named('steady', 'flat');
  if (isStill && lately / shift < STILL_GROWING) return named('steady', 'stopped');
  if (!sure) return named('undecided', 'unsteady');
  if (lately / shift < STILL_GROWING) return named('undecided', 'slowing');
  return shift > 0 ? named('growing', 'grew') : named('falling', 'fell');
}

/** How long a headroom lasts at a speed, in seconds: the estimate, and the interval, whose later end may be never (null). */
export interface Exhaustion {
  readonly estimate: number;
  readonly low: number;
  readonly high: number | null;
}

/** null unless it grows for sure. */
export function exhaustionOf(headroom: number | null, { verdict, perMinute }: Trend): Exhaustion | null {
  if (headroom === null || perMinute === null || verdict !== 'growing') return null;
  const { estimate, low, high } = perMinute;
  const after = (speed: number): number => Math.round((headroom / speed) * SECONDS);
  return { estimate: after(estimate), low: after(high), high: low > 0 ? after(low) : null };
}

function segmentOf(levels: readonly TimedLevel[]): readonly TimedLevel[] {
  const segments = new Map<number, TimedLevel[]>();
  for (const level of levels) {
    const segment = segments.get(level.segment) ?? [];
    segment.push(level);
    segments.set(level.segment, segment);
  }
  const all = [...segments.values()];
  const longest = all.reduce<TimedLevel[]>((best, segment) => (segment.length >= best.length ? segment : best), []);
  return all.findLast((segment) => segment.length >= FEWEST) ?? longest;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of the levels from one time to another, both included. */
function medianOf(points: readonly Point[], from: number, to: number): number {
  return median(points.filter(({ x }) => x >= from && x <= to).map(({ y }) => y));
}

/** Descriptors per minute, and the noise of a single level. */
function speed(points: readonly Point[]): { perMinute: Estimate; noise: number } {
  const [first, last] = [points[0], points[points.length - 1]];
  const span = last.x - first.x;
  const { estimate: slope } = theilSen(points);
  const offset = median(points.map(({ x, y }) => y - slope * x));
  const residuals = points.map(({ x, y }) => y - slope * x - offset);
  const level = levelError(points, residuals);
  const piling = pilingError(points);
  const breathing = level.error <= piling.error && neighbourCorrelation(residuals) < WALKING;
  const estimate = breathing ? slope : (last.y - first.y) / span;
  const { error, freedom } = breathing ? level : piling;
  const reach = error === 0 ? 0 : studentQuantile((1 + CONFIDENCE) / 2, freedom) * error;
  // A descriptor is a whole one: one more or less at either end says nothing.
  const half = Math.hypot(reach, 1 / span);
  return {
    perMinute: { estimate, low: estimate - half, high: estimate + half },
    noise: differenceNoise(points.map(({ y }) => y)),
  };
}

/** A level that never moved, as most do: 3 / span is what that rules out (Hanley & Lippman-Hand 1983, JAMA 249:1743). */
function still(level: number, span: number): Trend {
  const perMinute = { estimate: 0, low: -3 / span, high: 3 / span };
  return { verdict: 'steady', reason: 'flat', perMinute, halves: [level, level] };
}

interface SlopeError {
  /** Standard error of the slope. */
  readonly error: number;
  readonly freedom: number;
}

/** Each level has an error of its own; neighbours are taken as alike as they seem, and a little more. */
function levelError(points: readonly Point[], residuals: readonly number[]): SlopeError {
  const n = points.length;
  const centre = points.reduce((sum, { x }) => sum + x, 0) / n;
  const spread = points.reduce((sum, { x }) => sum + (x - centre) ** 2, 0);
  const variance = residuals.reduce((sum, residual) => sum + residual ** 2, 0) / Math.max(1, n - 2);
  const alike = Math.min(0.95, Math.max(0, neighbourCorrelation(residuals)) + CAUTION / Math.sqrt(n));
  const worth = (1 - alike) / (1 + alike);
  return { error: Math.sqrt(variance / worth / spread), freedom: Math.max(2, n * worth - 2) };
}

/** Growth per minute differs from window to window as chance has it. */
function pilingError(points: readonly Point[]): SlopeError {
  const windows = Math.min(WINDOWS, points.length - 1);
  const marks = Array.from(
    { length: windows + 1 },
    (_, mark) => points[Math.round((mark * (points.length - 1)) / windows)],
  );
  const [first, last] = [marks[0], marks[windows]];
  const mean = (last.y - first.y) / (last.x - first.x);
  let scatter = 0;
  for (let mark = 1; mark <= windows; mark++) {
    const [from, to] = [marks[mark - 1], marks[mark]];
    scatter += (to.y - from.y - mean * (to.x - from.x)) ** 2 / (to.x - from.x);
  }
  if (windows < 2) return { error: Number.POSITIVE_INFINITY, freedom: 1 };
  return { error: Math.sqrt(scatter / (windows - 1) / (last.x - first.x)), freedom: windows - 1 };
}
