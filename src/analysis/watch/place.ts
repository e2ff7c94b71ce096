import type { ProcessFact } from '../../model/process.ts';
import type { HeldGroup } from '../../model/series.ts';
import { History, type TimeAxis } from './history.ts';
import { type Trend, trendOf } from './trend.ts';

/** Descriptors of one group, when they were first named and when last. */
export interface GroupLevels {
  readonly before: number;
  readonly after: number;
}

/**
 * One place among the watched: a process, and those that took its place when it ended. Growth is counted inside lives: what a
 * new life holds when it has settled is no growth, what the one before it had gained stays on the account.
 */
export class Place {
  readonly history: History;
  /** The current life. */
  life: number;
  fact: ProcessFact;
  /** Lives so far. */
  lives = 1;
  /** When the last life ended, if nobody has taken its place. */
  endedAt: number | null = null;
  /** Counts of the current life: the one from which its growth counts, the last one; null = not known. */
  #settled: number | null = null;
  count: number | null = null;
  /** The first count of the first life that counts. */
  first: number | null = null;
  lowest: number | null = null;
  highest: number | null = null;
  /** Growth of the lives before. */
  #carried = 0;
  #settledAt: number;
  #names: { readonly first: readonly HeldGroup[]; last: readonly HeldGroup[] } | null = null;
  readonly #carriedNames = new Map<number, GroupLevels>();
  #trend: { readonly points: number; readonly trend: Trend } | null = null;

  /** @param settledAt time from which growth counts */
  constructor(axis: TimeAxis, life: number, fact: ProcessFact, settledAt: number) {
    this.history = new History(axis);
    this.life = life;
    this.fact = fact;
    this.#settledAt = settledAt;
  }

  /** Descriptors gained inside lives; null as long as nothing was counted. */
  get growth(): number | null {
    if (this.count === null || this.#settled === null) return this.first === null ? null : this.#carried;
    return this.#carried + this.count - this.#settled;
  }

  /** Of the soft limit; null where either is not known. */
  get utilisation(): number | null {
    const { softLimit } = this.fact;
    return this.count === null || !softLimit || this.endedAt !== null ? null : this.count / softLimit;
  }

  /** Free numbers below the soft limit, which may have no end. */
  get headroom(): number | null {
    const { softLimit, aboveLimit = 0 } = this.fact;
    if (this.count === null || softLimit === undefined || this.endedAt !== null) return null;
    return Math.max(0, softLimit - this.count + aboveLimit);
  }

  get trend(): Trend {
    const points = this.history.points();
    const last = points.at(-1)?.seconds ?? -1;
    if (this.#trend?.points !== last) this.#trend = { points: last, trend: trendOf(points) };
    return this.#trend.trend;
  }

  /** Whether its count ever moved. */
  get moved(): boolean {
    return this.lives > 1 || this.endedAt !== null || this.lowest !== this.highest;
  }

  counted(count: number | null, seconds: number): void {
    this.count = count;
    if (count === null) return;
    if (this.#settled === null || seconds <= this.#settledAt) {
      this.#settled = count;
      if (this.lives === 1) this.first = count;
    }
    this.lowest = Math.min(count, this.lowest ?? count);
    this.highest = Math.max(count, this.highest ?? count);
  }

  named(groups: readonly HeldGroup[], seconds: number): void {
    if (this.#names === null || seconds <= this.#settledAt) this.#names = { first: groups, last: groups };
    else this.#names.last = groups;
  }

  /** The level goes into the history, at the axis's last point. */
  record(seconds: number): void {
    this.history.add(seconds < this.#settledAt || this.endedAt !== null ? null : this.growth);
  }

  ended(seconds: number): void {
    this.endedAt = seconds;
  }

  /** Another life takes the place. */
  replaced(life: number, fact: ProcessFact, settledAt: number): void {
    this.#carried = this.growth ?? 0;
    for (const [group, levels] of this.groups()) this.#carriedNames.set(group, levels);
    this.#names = null;
    this.#settled = null;
    this.#settledAt = settledAt;
    this.count = null;
    this.life = life;
    this.fact = fact;
    this.lives++;
    this.endedAt = null;
  }

  /** Levels of its groups over all its lives: what was held at first, and what came on top of it. */
  groups(): ReadonlyMap<number, GroupLevels> {
    const levels = new Map(this.#carriedNames);
    if (this.#names === null) return levels;
    const add = (group: number, before: number, after: number): void => {
      const known = levels.get(group) ?? { before: 0, after: 0 };
      levels.set(group, { before: known.before + before, after: known.after + after });
    };
    for (const { group, count } of this.#names.first) add(group, count, 0);
    for (const { group, count } of this.#names.last) add(group, 0, count);
    return levels;
  }
}
