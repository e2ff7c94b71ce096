import { type HookEnd, type HookSettings, type RunningHook, runHook } from './hook.ts';

/** Documents that wait for the hook of one budget at most: a hook that is too slow must not fill our memory. */
const WAITING = 16;

interface Lane {
  readonly waiting: string[];
  running: RunningHook | null;
  /** Whether it was said that there is no room. */
  full: boolean;
  done: Promise<void>;
}

/** What is said of hooks. */
export interface HookEars {
  ended(end: HookEnd): void;
  /** A document was not passed on, since so many wait; said once until there is room again. */
  dropped(waiting: number): void;
}

/**
 * Runs hooks, one after the other for each budget, so that an alert and its end arrive in their order. Nobody waits for them
 * until the end, when those that run or wait have the time of one hook altogether.
 */
export class HookQueue {
  readonly #settings: HookSettings;
  readonly #ears: HookEars;
  readonly #lanes = new Map<string, Lane>();
  #over = false;
  runs = 0;
  failures = 0;
  /** Documents that no hook got. */
  lost = 0;

  constructor(settings: HookSettings, ears: HookEars) {
    this.#settings = settings;
    this.#ears = ears;
  }

  /** @param budget hooks of one budget never run side by side */
  offer(budget: string, document: string): void {
    let lane = this.#lanes.get(budget);
    if (!lane) {
      lane = { waiting: [], running: null, full: false, done: Promise.resolve() };
      this.#lanes.set(budget, lane);
    }
    if (lane.waiting.length >= WAITING) {
      this.lost++;
      if (!lane.full) this.#ears.dropped(lane.waiting.length);
      lane.full = true;
      return;
    }
    lane.full = false;
    lane.waiting.push(document);
    if (lane.running === null) lane.done = this.#run(lane);
  }

  /** Waits for those that run or wait, for as long as one hook may take, and kills the rest. */
  async end(): Promise<void> {
    const timer = setTimeout(() => {
      this.#over = true;
      for (const { running } of this.#lanes.values()) running?.kill();
    }, this.#settings.timeout * 1000);
    await Promise.all([...this.#lanes.values()].map(({ done }) => done));
    clearTimeout(timer);
    for (const { waiting } of this.#lanes.values()) this.lost += waiting.splice(0).length;
  }

  async #run(lane: Lane): Promise<void> {
    for (let next = lane.waiting.shift(); next !== undefined; next = this.#over ? undefined : lane.waiting.shift()) {
      this.runs++;
      lane.running = runHook(this.#settings, next);
      const end = await lane.running.end;
      if (end.failure !== null) this.failures++;
      this.#ears.ended(end);
    }
    lane.running = null;
  }
}
