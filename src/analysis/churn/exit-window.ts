import type { Rate } from '../../model/rate.ts';

/** When a budget was exceeded first, and by what. */
export interface Exceeded {
  /** Of the event that was one too many, by the clock of the events. */
  readonly seconds: number;
  /** Events in the window then. */
  readonly count: number;
  /** Seconds since the first of these. */
  readonly span: number;
}

/**
 * Counts events in a window that slides along with them: exceeded as soon as more than `count` fall into any `seconds`,
 * both ends counted. Holds at most `count` + 1 events, however fast they come.
 */
export class ExitWindow {
  readonly budget: Rate;
  /** Times of the last events, oldest first. */
  #times: number[] = [];
  #exceeded: Exceeded | null = null;

  constructor(budget: Rate) {
    this.budget = budget;
  }

  /** The first time that there was one too many; null while there was not. */
  get exceeded(): Exceeded | null {
    return this.#exceeded;
  }

  /** Takes so many events of one moment; moments come in order. Says whether there are too many of them now. */
  add(seconds: number, events = 1): boolean {
    const { count, seconds: span } = this.budget;
    for (let left = Math.min(events, count + 1); left > 0; left--) this.#times.push(seconds);
    this.#times = this.#times.slice(-(count + 1));
    const over = this.standing(seconds) > count;
    const first = this.#times.find((time) => time >= seconds - span);
    if (over && first !== undefined) this.#exceeded ??= { seconds, count: count + 1, span: seconds - first };
    return over;
  }

  /** Events in the window that ends now; of more than `count` + 1 so many. */
  standing(now: number): number {
    return this.#times.filter((time) => time >= now - this.budget.seconds).length;
  }
}
