import { theilSen } from '../statistics/theil-sen.ts';
import { LifeLevels } from './life-levels.ts';

/** Descriptors gained by a slot against requests. */
export interface SlotSteps {
  /** Requests in whose steps every worker of the slot was seen at both ends. */
  readonly requests: number;
  /** Descriptors that these workers gained in them. */
  readonly kept: number;
  /**
   * Descriptors per request: the slope by Theil and Sen, which a connection that was closed late at one look does not move.
   * Null where too little was seen.
   */
  readonly perRequest: number | null;
  /** Whether it went on to the last request; null where too little was seen. */
  readonly keepsGrowing: boolean | null;
}

interface Step {
  readonly requests: number;
  readonly kept: number;
}

interface Sum {
  requests: number;
  kept: number;
  /** `kept` against `requests`. */
  readonly shape: LifeLevels;
  /** Steps that count if nobody ends right after them. */
  pending: Step[];
  /** Lives that have opened something: what the first request opens for good is no leak. */
  warm: Set<number>;
}

/** Steps for which nobody may end after one that counts: whoever is about to end closes what it kept first. */
const AHEAD = 2;

/**
 * Descriptors kept per request while workers come and go: only steps count in which the same workers stood before and after,
 * and for a while longer. What one opened before it was first looked at, or closed on its way out, belongs to no such step,
 * nor do the requests of that time.
 */
export class StepFold {
  #before: ReadonlyMap<string, ReadonlyMap<number, number>> | null = null;
  readonly #sums = new Map<string, Sum>();
  /** All requests, those of steps that do not count too. */
  requests = 0;

  /**
   * @param held descriptors by life, by slot, at the end of the step
   * @param requests that ended in it
   */
  take(held: ReadonlyMap<string, ReadonlyMap<number, number>>, requests: number): void {
    const before = this.#before;
    this.#before = held;
    this.requests += requests;
    if (before === null) return;
    for (const [key, lives] of held) {
      const then = before.get(key);
      const sum = this.#sums.get(key) ?? {
        requests: 0,
        kept: 0,
        shape: new LifeLevels(),
        pending: [],
        warm: new Set(),
      };
      this.#sums.set(key, sum);
      if (!then || then.size !== lives.size || ![...lives.keys()].every((life) => then.has(life))) {
        sum.pending = [];
        sum.warm = new Set([...sum.warm].filter((life) => lives.has(life)));
        continue;
      }
      let [kept, warm] = [0, true];
      for (const [life, count] of lives) {
        const more = count - (then.get(life) ?? count);
        kept += more;
        if (more <= 0 || sum.warm.has(life)) continue;
        sum.warm.add(life);
        warm = false;
      }
      if (warm) sum.pending.push({ requests, kept });
      const step = sum.pending.length > AHEAD ? sum.pending.shift() : undefined;
      if (step) count(sum, step);
    }
  }

  /** Of slots that are one. */
  of(keys: readonly string[]): SlotSteps | null {
    const sums = keys.flatMap((key) => this.#sums.get(key) ?? []);
    const largest = sums.toSorted((a, b) => b.requests - a.requests)[0];
    if (!largest) return null;
    const { estimate } = theilSen(largest.shape.points.map(({ seconds, count }) => ({ x: seconds, y: count })));
    return {
      requests: largest.requests,
      kept: largest.kept,
      perRequest: Number.isFinite(estimate) ? estimate : null,
      keepsGrowing: largest.shape.keepsGrowing(largest.requests),
    };
  }
}

function count(sum: Sum, { requests, kept }: Step): void {
  if (sum.requests === 0) sum.shape.add(0, 0);
  sum.requests += requests;
  sum.kept += kept;
  sum.shape.add(sum.requests, sum.kept);
}
