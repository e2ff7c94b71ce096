import type { Collector, Outcome } from './collector.ts';

interface Slot {
  readonly collector: Collector;
  /** When it is to measure next. */
  due: number;
  /** Since when it has been at it; null = it is not. */
  since: number | null;
  /** When it began to measure last. */
  measured: number;
  /** When it was said last that there is no answer. */
  told: number;
  /** Resolves when it has answered. */
  done: Promise<void>;
}

/** Part of the time that measuring may take. */
const SHARE = 0.02;
/** For those that are at it at the end, ms. */
const LAST_MS = 2000;

/**
 * Lets each collector measure at its own pace, driven by the samples of a watch: none is waited for, none is started again
 * before it has answered, and none that fails or hangs keeps the others from their turn.
 */
export class Rounds {
  readonly #slots: readonly Slot[];
  readonly #now: () => number;
  #come: Outcome[] = [];

  /** @param now seconds of a clock, to see how long measuring takes */
  constructor(collectors: readonly Collector[], now = (): number => performance.now() / 1000) {
    this.#now = now;
    this.#slots = collectors.map((collector) => ({
      collector,
      due: Number.NEGATIVE_INFINITY,
      since: null,
      measured: Number.NEGATIVE_INFINITY,
      told: 0,
      done: Promise.resolve(),
    }));
  }

  /** Everybody measures once, and is waited for. */
  async first(seconds: number): Promise<readonly Outcome[]> {
    for (const slot of this.#slots) {
      this.#start(slot, seconds);
      await slot.done;
    }
    return this.#taken();
  }

  /**
   * The last turn: everybody measures once more, whether it is due or not, since what held at the last turn may not have held to
   * the end; whoever is at it has a moment to end.
   */
  async last(seconds: number): Promise<readonly Outcome[]> {
    for (const slot of this.#slots) {
      if (slot.since !== null || (slot.collector.period > 0 && slot.measured === seconds)) continue;
      slot.due = seconds;
      this.#start(slot, seconds);
    }
    const patience = new Promise<void>((resolve) => setTimeout(resolve, LAST_MS).unref());
    await Promise.race([Promise.all(this.#slots.map(({ done }) => done)), patience]);
    return this.#taken();
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.map(({ collector }) => collector.close?.()));
  }

  /** Starts those whose turn it is, and returns what has come since it was last asked. */
  turn(seconds: number): readonly Outcome[] {
    for (const slot of this.#slots) {
      if (slot.since === null) this.#start(slot, seconds);
      else this.#remind(slot, slot.since, seconds);
    }
    return this.#taken();
  }

  #taken(): readonly Outcome[] {
    const come = this.#come;
    this.#come = [];
    return come;
  }

  #start(slot: Slot, seconds: number): void {
    if (seconds < slot.due) return;
    const { collector } = slot;
    const { budget } = collector;
    slot.since = seconds;
    slot.measured = seconds;
    slot.told = seconds;
    slot.due = seconds + collector.period;
    const began = this.#now();
    const answer = (outcome: Outcome): void => {
      this.#come.push(outcome);
      slot.since = null;
      // What takes long has its turn less often, but for what counts beside us and is only asked.
      if (collector.period > 0) slot.due = Math.max(slot.due, seconds + (this.#now() - began) / SHARE);
    };
    slot.done = collector.collect(seconds).then(
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
