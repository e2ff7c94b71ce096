import { processName } from '../process/process-summary.ts';
import type { WatchFold } from '../watch/fold.ts';
import type { Place } from '../watch/place.ts';
import type { Observation } from './alert.ts';
import type { GuardBudget } from './budget.ts';
import { RateWindow } from './rate-window.ts';

/** Sandboxes set their limit to next to nothing after opening what they need. */
const SANDBOX_LIMIT = 16;

/** A budget that is compared with each watched place, at each sample. */
export class PlaceValues {
  readonly budget: GuardBudget;
  readonly #every: number;
  readonly #windows = new Map<Place, RateWindow>();

  /** @param every seconds between samples */
  constructor(budget: GuardBudget, every: number) {
    this.budget = budget;
    this.#every = every;
  }

  /** Of everybody who is alive. */
  observe(fold: WatchFold): Observation[] {
    const observed: Observation[] = [];
    for (const place of fold.living) if (!this.#isExempt(place)) observed.push(this.#one(place, fold));
    for (const place of this.#windows.keys()) if (place.endedAt !== null) this.#windows.delete(place);
    return observed;
  }

  #isExempt({ fact }: Place): boolean {
    return this.budget.kind === 'utilisation' && (fact.softLimit ?? Number.POSITIVE_INFINITY) <= SANDBOX_LIMIT;
  }

  #one(place: Place, fold: WatchFold): Observation {
    const { fact, count, growth, headroom, lives } = place;
    return {
      key: place,
      target: {
        kind: 'process',
        name: processName({ pid: fact.pid, command: fact.command ?? null }),
        pid: fact.pid,
        startTime: fact.startTime ?? null,
        command: fact.command ?? null,
      },
      value: this.#value(place, fold),
      detail: count === null ? null : `${count} of ${fact.softLimit ?? '?'} descriptors`,
      evidence: {
        descriptors: count,
        softLimit: Number.isFinite(fact.softLimit) ? (fact.softLimit ?? null) : null,
        headroom: Number.isFinite(headroom) ? headroom : null,
        growth,
        lives,
        user: fact.user ?? null,
      },
    };
  }

  #value(place: Place, { seconds, segments }: WatchFold): number | null {
    const { kind, limit, per } = this.budget;
    if (kind === 'growth') return place.growth;
    if (kind === 'utilisation') return place.utilisation;
    if (per === null) return null;
    let window = this.#windows.get(place);
    if (!window) {
      window = new RateWindow({ count: limit, seconds: per }, this.#every);
      this.#windows.set(place, window);
    }
    window.add(place.growth, seconds, segments);
    return window.value;
  }
}
