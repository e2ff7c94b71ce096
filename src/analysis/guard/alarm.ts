/** When one value is too much, and when it is well again. */
export interface AlarmRule {
  /** Whether the value may be `limit` at most, or has to be at least that. */
  readonly side: 'most' | 'least';
  readonly limit: number;
  /** The value, clearly on the good side of the limit, from which an alert is over. */
  readonly clear: number;
  /** Seconds that a value has to stay beyond the limit before there is an alert, and on the good side before it is over. */
  readonly sustained: number;
  /** Seconds between two changes at least, so that a value that flaps does not ring all the time. */
  readonly cooldown: number;
  /** Seconds between two observations from which nothing is known of the time between. */
  readonly gap: number;
}

export type AlarmChange = 'alert' | 'clear';
type Zone = 'beyond' | 'between' | 'clear';

/** Seconds have thousandths, and sums of such have no exact binary form. */
const ROUNDING = 1e-6;

/**
 * One budget of one target: beyond the limit for the sustained time it stands, clearly within it for the sustained time it is
 * over. Only what was observed counts: a value that is not known changes nothing, and a time without observations begins the
 * wait anew in either direction. The clock is the caller's; if it goes back, that is such a gap too.
 */
export class Alarm {
  readonly #rule: AlarmRule;
  #zone: Zone | null = null;
  /** Begin of the observations in the zone, without a gap between them. */
  #since = 0;
  #seen = Number.NEGATIVE_INFINITY;
  #changed = Number.NEGATIVE_INFINITY;
  #standing = false;

  constructor(rule: AlarmRule) {
    this.#rule = rule;
  }

  /** Whether there is an alert that is not over. */
  get standing(): boolean {
    return this.#standing;
  }

  /** Whether the value is beyond its limit, and not for long enough. */
  get pending(): boolean {
    return !this.#standing && this.#zone === 'beyond';
  }

  /** When the value was first observed in the zone where it is. */
  get since(): number {
    return this.#since;
  }

  /** @param value null or NaN = not known */
  observe(value: number | null, seconds: number): AlarmChange | null {
    if (value === null || Number.isNaN(value)) return null;
    const zone = this.#zoneOf(value);
    const step = seconds - this.#seen;
    if (zone !== this.#zone || step < 0 || step > this.#rule.gap) this.#since = seconds;
    this.#zone = zone;
    this.#seen = seconds;
    if (zone !== (this.#standing ? 'clear' : 'beyond')) return null;
    if (seconds - this.#since < this.#rule.sustained - ROUNDING) return null;
    return this.isCooling(seconds) ? null : this.#change(seconds);
  }

  /** The target is gone: there is nothing left that could be beyond its limit. */
  lose(seconds: number): AlarmChange | null {
    this.#zone = null;
    return this.#standing ? this.#change(seconds) : null;
  }

  /** Whether the last change is too near for another one. */
  isCooling(seconds: number): boolean {
    const passed = seconds - this.#changed;
    return passed >= 0 && passed < this.#rule.cooldown - ROUNDING;
  }

  #change(seconds: number): AlarmChange {
    this.#standing = !this.#standing;
    this.#changed = seconds;
    return this.#standing ? 'alert' : 'clear';
  }

  #zoneOf(value: number): Zone {
    const { side, limit, clear } = this.#rule;
    if (isBeyond(side, value, limit)) return 'beyond';
    return (side === 'most' ? value <= clear : value >= clear) ? 'clear' : 'between';
  }
}

/** Whether a value breaks a limit; one that is equal to it does not. */
export function isBeyond(side: AlarmRule['side'], value: number, limit: number): boolean {
  return side === 'most' ? value > limit : value < limit;
}
