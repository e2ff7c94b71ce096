import type { Rate } from '../../model/rate.ts';
import { type TimedLevel, trendOf } from '../watch/trend.ts';

/** Points kept of one window: more say no more, and the trend costs their square. */
const POINTS = 64;
/** Samples that a window holds at least: fewer tell no direction. */
const SAMPLES = 12;
const SECONDS = 60;

/**
 * How much one level gains in a time: by its last so many seconds, however it came about. As long as it was not observed for
 * that long, it is known where it gained more than it may already, where it keeps still, and where half of the time shows
 * that it grows faster for sure.
 */
export class RateWindow {
  readonly #rate: Rate;
  /** Seconds that count. */
  readonly #length: number;
  #points: TimedLevel[] = [];

  /** @param every seconds between samples */
  constructor(rate: Rate, every: number) {
    this.#rate = rate;
    this.#length = Math.max(rate.seconds, SAMPLES * every);
  }

  /** @param level null = not known */
  add(level: number | null, seconds: number, segment: number): void {
    if (level === null) return;
    // Levels before and after a suspend are not compared.
    if (this.#points.at(-1)?.segment !== segment) this.#points = [];
    const before = this.#points.at(-2);
    // The last point moves on until it is far enough from the one before it.
    if (before && seconds - before.seconds < this.#length / POINTS) this.#points.pop();
    this.#points.push({ seconds, level, segment });
    const begin = seconds - this.#length;
    const past = this.#points.findLastIndex((point) => point.seconds <= begin);
    if (past > 0) this.#points.splice(0, past);
  }

  /** Gained in the time of the rate; null where that cannot be told yet. */
  get value(): number | null {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (!first || !last) return null;
    const { count, seconds } = this.#rate;
    const span = last.seconds - first.seconds;
    const gained = last.level - first.level;
    if (span >= this.#length * (1 - 1 / POINTS)) return Math.max(0, (gained * seconds) / span);
    if (gained > count && span <= seconds) return gained;
    const { verdict, perMinute } = trendOf(this.#points);
    if (verdict === 'steady' || verdict === 'falling') return 0;
    const perRate = (speed: number): number => (speed * seconds) / SECONDS;
    const sure = verdict === 'growing' && perMinute !== null && span >= this.#length / 2;
    return sure && perRate(perMinute.low) > count ? perRate(perMinute.estimate) : null;
  }
}
