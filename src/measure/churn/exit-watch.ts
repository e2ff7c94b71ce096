import type { ChurnCourse } from '../../analysis/churn/churn-data.ts';
import type { ChurnLine } from '../../analysis/churn/line.ts';
import type { Rate } from '../../model/rate.ts';
import { FollowedFamily, type UnseenCount } from './followed-family.ts';
import { managersOf, type WatchedFact } from './watched-managers.ts';

/** Managers followed at most: each takes a helper, and looks of its own. */
const MANAGERS = 16;
/** Families kept for the report of which nobody is left. */
const PAST = 100;

/** What is told of a family after it has been closed, too. */
export interface FamilyCourse extends ChurnCourse {
  /** CLOCK_MONOTONIC when the following began, in seconds. */
  readonly origin: number;
}

/** Told at each look at a family: what was new, `seconds` of CLOCK_MONOTONIC, and how many of all families are alive. */
type Listener = (lines: readonly ChurnLine[], alive: number) => void;

/**
 * Follows the managers among those that are watched, as leaksof churn does: between two samples too, since a worker may live for
 * less than that. Each manager is followed by itself, and it counts by itself: it is only asked.
 */
export class ExitWatch {
  readonly #root: string;
  readonly #rates: readonly Rate[];
  readonly #families = new Set<FollowedFamily>();
  readonly #past: FamilyCourse[] = [];
  readonly #hidden = new Set<string>();
  #forgotten = 0;
  #relayCpuSeconds = 0;
  #listener: Listener = () => {};
  #looking: Promise<void> | null = null;
  /** Why not everybody is followed; null as long as all are. */
  failure: string | null = null;

  /** @param rates budgets of exits, which may be none */
  constructor(root: string, rates: readonly Rate[]) {
    this.#root = root;
    this.#rates = rates;
  }

  listen(listener: Listener): void {
    this.#listener = listener;
  }

  /** Every family of which somebody is left, and those whose end was not observed yet. */
  get families(): Iterable<FollowedFamily> {
    return this.#families;
  }

  /** Resolves when the last `look` is done. */
  get settled(): Promise<void> {
    return this.#looking ?? Promise.resolve();
  }

  /** Finds the managers among these, and follows those that are new. Whoever calls it again before it is done waits for the same. */
  look(watched: readonly WatchedFact[]): Promise<void> {
    this.#looking ??= this.#look(watched).finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Everybody, those of whom nobody is left first. */
  courses(): readonly FamilyCourse[] {
    return [...this.#past, ...[...this.#families].map(courseOf)];
  }

  /** Workers that nobody saw since this was called before, by manager. */
  takeUnseen(): readonly (UnseenCount & { readonly pid: number })[] {
    return [...this.#families].flatMap((family) => {
      const unseen = family.takeUnseen();
      return unseen.least === 0 && unseen.most === 0 ? [] : [{ pid: family.manager?.pid ?? 0, ...unseen }];
    });
  }

  /** CPU seconds that relays have used, which are ours. */
  get relayCpuSeconds(): number {
    return [...this.#families].reduce((sum, family) => sum + family.relayCpuSeconds, this.#relayCpuSeconds);
  }

  /** What is not seen, as sentences. */
  get hidden(): readonly string[] {
    const sentences = new Set(this.#hidden);
    for (const { hidden } of this.#families) for (const sentence of hidden) sentences.add(sentence);
    if (this.#forgotten > 0) sentences.add(`${this.#forgotten} managers that ended long ago are not told of`);
    return [...sentences];
  }

  /** Takes what is still on its way. */
  async end(): Promise<void> {
    await this.settled;
    await Promise.all([...this.#families].map((family) => family.end()));
  }

  async close(): Promise<void> {
    await this.settled;
    await Promise.all([...this.#families].map((family) => family.close()));
  }

  async #look(watched: readonly WatchedFact[]): Promise<void> {
    this.failure = null;
    try {
      await this.#leave();
      await this.#join(watched);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      this.#hidden.add(`workers could not be followed: ${this.failure}`);
    }
  }

  /** Those whose end has been there for everybody to observe since the look before are only remembered. */
  async #leave(): Promise<void> {
    for (const family of [...this.#families]) {
      if (family.isClosed) this.#forget(family);
      else if (family.isOver) await family.close();
    }
  }

  async #join(watched: readonly WatchedFact[]): Promise<void> {
    const followed = (pid: number): boolean => [...this.#families].some((family) => family.follows(pid));
    for (const pid of managersOf(watched, followed)) {
      if ([...this.#families].filter(({ isClosed }) => !isClosed).length >= MANAGERS) {
        throw new Error(`more than ${MANAGERS} managers are watched: name one`);
      }
      const family = await FollowedFamily.open({
        pid,
        root: this.#root,
        rates: this.#rates,
        told: (lines) => this.#listener(lines, this.#alive),
      });
      if (family !== null) this.#families.add(family);
    }
  }

  get #alive(): number {
    return [...this.#families].reduce((sum, { fold }) => sum + fold.alive, 0);
  }

  #forget(family: FollowedFamily): void {
    this.#families.delete(family);
    this.#relayCpuSeconds += family.relayCpuSeconds;
    for (const sentence of family.hidden) this.#hidden.add(sentence);
    if (family.failure !== null) this.#hidden.add(`workers could not be followed on: ${family.failure}`);
    this.#past.push(courseOf(family));
    if (this.#past.length <= PAST) return;
    this.#past.shift();
    this.#forgotten++;
  }
}

function courseOf(family: FollowedFamily): FamilyCourse {
  return { origin: family.origin, ...family.course() };
}
