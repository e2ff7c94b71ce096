import type { Collector, Outcome } from './collector.ts';

interface Slot {
  readonly collector: Collector;
  /** When it is to measure next. */
  due: number;
  /** Since when it has been at it; null = it is not. */
  since: number | null;
  /** When it was said last that there is no answer. */
  told: number;
}

/**
 * Lets each collector measure at its own pace, driven by the samples of a watch: none is waited for, none is started again
 * before it has answered, and none that fails or hangs keeps the others from their turn.
 */
export class Rounds {
  readonly #slots: readonly Slot[];
  #come: Outcome[] = [];

  constructor(collectors: readonly Collector[]) {
    this.#slots = collectors.map((collector) => ({ collector, due: Number.NEGATIVE_INFINITY, since: null, told: 0 }));
  }

  /**
   * Everybody measures once.
   *
   * @throws what the first one throws that cannot
   */
  async first(seconds: number): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const slot of this.#slots) {
      slot.due = seconds + slot.collector.period;
      outcomes.push({ budget: slot.collector.budget, observed: await slot.collector.collect(seconds) });
    }
    return outcomes;
  }

  /** Starts those whose turn it is, and returns what has come since it was last asked. */
  turn(seconds: number): readonly Outcome[] {
    for (const slot of this.#slots) {
      if (slot.since === null) this.#start(slot, seconds);
      else this.#remind(slot, slot.since, seconds);
    }
    const come = this.#come;
    this.#come = [];
    return come;
  }

  #start(slot: Slot, seconds: number): void {
    if (seconds < slot.due) return;
    const { collector } = slot;
    const { budget } = collector;
    slot.since = seconds;
    slot.told = seconds;
    slot.due = seconds + collector.period;
    const answer = (outcome: Outcome): void => {
      this.#come.push(outcome);
      slot.since = null;
    };
    collector.collect(seconds).then(
      (observed) => answer({ budget, observed }),
      (error: unknown) => answer({ budget, failure: error instanceof Error ? error.message : String(error) }),
    );
  }

  #remind(slot: Slot, since: number, seconds: number): void {
    const { budget, patience } = slot.collector;
    if (seconds - slot.told < patience) return;
    slot.told = seconds;
    this.#come.push({ budget, failure: `no answer for ${Math.round(seconds - since)} s` });
  }
}
