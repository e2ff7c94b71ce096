import type { Alert, Observation } from '../../analysis/guard/alert.ts';
import type { GuardBudget, GuardTimes } from '../../analysis/guard/budget.ts';
import type { BudgetState, GuardMoment } from '../../analysis/guard/budget-book.ts';
import { Guard, isOfPlaces } from '../../analysis/guard/guard.ts';
import type { WatchFold } from '../../analysis/watch/fold.ts';
import type { Place } from '../../analysis/watch/place.ts';
import { CouldNotTellError } from '../../model/error.ts';
import { mayLook } from '../orphans/knowable.ts';
import type { Collector, Outcome } from './collector.ts';
import { deletedCollector } from './deleted.ts';
import { checkDisk, diskCollector } from './disk.ts';
import { Rounds } from './rounds.ts';

export interface SentrySettings {
  readonly budgets: readonly GuardBudget[];
  readonly times: GuardTimes;
  /** Seconds between samples. */
  readonly every: number;
  /** Folder of the proc tree. */
  readonly root: string;
  /** Every process is watched, or some that are chosen. */
  readonly everybody: boolean;
  /** The line that would see more, to be typed. */
  readonly again: string;
}

/**
 * Stands guard over all budgets of a watch: says before it begins which of them could never be judged, then measures at each
 * sample what is due.
 */
export class Sentry {
  readonly #settings: SentrySettings;
  readonly #guard: Guard;
  readonly #rounds: Rounds;
  #pids: readonly number[] = [];
  #begun = false;

  constructor(settings: SentrySettings) {
    this.#settings = settings;
    const { budgets, every, times } = settings;
    const collectors = budgets.filter((budget) => !isOfPlaces(budget)).map((budget) => this.#collector(budget));
    const periods = new Map(collectors.map(({ budget, period }) => [budget, Math.max(period, every)]));
    this.#rounds = new Rounds(collectors);
    this.#guard = new Guard(
      budgets.map((budget) => ({ budget, period: periods.get(budget) ?? every })),
      times,
    );
  }

  get standing(): readonly Alert[] {
    return this.#guard.standing;
  }

  /** What was not measured, as sentences. */
  get hidden(): readonly string[] {
    return this.#guard.hidden;
  }

  budgets(): readonly BudgetState[] {
    return this.#guard.budgets();
  }

  /**
   * Before anything is started.
   *
   * @throws LeaksofError for a folder that cannot be guarded
   */
  async check(): Promise<void> {
    for (const budget of this.#settings.budgets) if (budget.folder !== null) await checkDisk(budget);
  }

  /**
   * A sample was taken: what that changes, and what came of other measurements since.
   *
   * @throws CouldNotTellError at the first one, if there is a budget that could never be judged
   */
  async sampled(fold: WatchFold, now: GuardMoment): Promise<Alert[]> {
    this.#pids = [...fold.living].map(({ fact }) => fact.pid);
    const outcomes = this.#begun ? this.#rounds.turn(now.seconds) : await this.#begin(fold, now);
    this.#begun = true;
    return [...this.#guard.sampled(fold, now), ...this.#judge(outcomes, now)];
  }

  /** No sample could be taken: the others have their turn all the same. */
  notSampled(reason: string, now: GuardMoment): Alert[] {
    return [...this.#guard.notSampled(reason, now), ...this.#judge(this.#rounds.turn(now.seconds), now)];
  }

  #judge(outcomes: readonly Outcome[], now: GuardMoment): Alert[] {
    return outcomes.flatMap((outcome) =>
      'observed' in outcome
        ? this.#guard.measured(outcome.budget, outcome.observed, now)
        : this.#guard.failed(outcome.budget, outcome.failure, now),
    );
  }

  #collector(budget: GuardBudget): Collector {
    const { root, everybody } = this.#settings;
    return budget.kind === 'deleted'
      ? deletedCollector(budget, { root, pids: () => (everybody ? null : this.#pids) })
      : diskCollector(budget);
  }

  async #begin(fold: WatchFold, { seconds }: GuardMoment): Promise<readonly Outcome[]> {
    for (const budget of this.#settings.budgets) if (isOfPlaces(budget)) this.#checkPlaces(budget, [...fold.living]);
    const outcomes = await this.#rounds.first(seconds);
    for (const outcome of outcomes) {
      if (outcome.budget.kind === 'deleted' && 'observed' in outcome) this.#checkDeleted(outcome.observed);
    }
    return outcomes;
  }

  /** With all rights some may still refuse, such as a hardened first process; without, nobody else can ever be seen. */
  #checkPlaces({ kind }: GuardBudget, places: readonly Place[]): void {
    const blind = places.filter(
      ({ count, fact }) => count === null || (kind === 'utilisation' && fact.softLimit === undefined),
    );
    const [first] = blind;
    if (!first || (blind.length < places.length && mayLook(this.#settings.root))) return;
    const what = kind === 'utilisation' ? '--max-utilisation' : '--max-growth';
    const others = blind.length === 1 ? '' : ` and ${blind.length - 1} others`;
    throw new CouldNotTellError(
      `${what} could never be judged: process ${first.fact.pid}${others} cannot be counted (no permission, and this kernel gives no counts).`,
      this.#settings.again,
    );
  }

  #checkDeleted(observed: readonly Observation[]): void {
    const refused = Number(observed[0]?.evidence.refused ?? 0);
    const listed = Number(observed[0]?.evidence.listed ?? 0);
    if (refused === 0 || (listed > 0 && mayLook(this.#settings.root))) return;
    throw new CouldNotTellError(
      `--max-deleted could never be judged: ${refused} processes cannot be looked into (no permission).`,
      this.#settings.again,
    );
  }
}
