import type { Alert } from '../../analysis/guard/alert.ts';
import { factsOf, type GuardBudget, type GuardTimes } from '../../analysis/guard/budget.ts';
import type { BudgetState, GuardMoment } from '../../analysis/guard/budget-book.ts';
import { Guard, isOfPlaces } from '../../analysis/guard/guard.ts';
import type { WatchFold } from '../../analysis/watch/fold.ts';
import type { Place } from '../../analysis/watch/place.ts';
import { CouldNotTellError } from '../../model/error.ts';
import type { ExitWatch } from '../churn/exit-watch.ts';
import { mayLook } from '../orphans/knowable.ts';
import type { Collector, Outcome } from './collector.ts';
import { deletedCollector } from './deleted.ts';
import { checkDisk, diskCollector } from './disk.ts';
import { exitCollector } from './exits.ts';
import { pipeCollector } from './pipes.ts';
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
  /** Follows the workers, by all budgets of exits in their order. */
  readonly exits: ExitWatch;
}

/**
 * Stands guard over all budgets of a watch: says before it begins which of them could never be judged, then measures at each
 * sample what is due.
 */
export class Sentry {
  readonly #settings: SentrySettings;
  readonly #guard: Guard;
  readonly #rounds: Rounds;
  #watched: readonly number[] = [];
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
    this.#watched = [...fold.living].map(({ fact }) => fact.pid);
    const outcomes = this.#begun ? this.#rounds.turn(now.seconds) : await this.#begin(fold, now);
    this.#begun = true;
    return [...this.#guard.sampled(fold, now), ...this.#judge(outcomes, now)];
  }

  /** No sample could be taken: the others have their turn all the same. */
  notSampled(reason: string, now: GuardMoment): Alert[] {
    return [...this.#guard.notSampled(reason, now), ...this.#judge(this.#rounds.turn(now.seconds), now)];
  }

  /** The watch is over: what is still to come. */
  async last(now: GuardMoment): Promise<Alert[]> {
    return this.#judge(await this.#rounds.last(now.seconds), now);
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  #judge(outcomes: readonly Outcome[], now: GuardMoment): Alert[] {
    return outcomes.flatMap((outcome) =>
      'observed' in outcome
        ? this.#guard.measured(outcome.budget, outcome.observed, now)
        : this.#guard.failed(outcome.budget, outcome.failure, now),
    );
  }

  #collector(budget: GuardBudget): Collector {
    const { root, everybody, budgets, exits } = this.#settings;
    const pids = (): readonly number[] | null => (everybody ? null : this.#watched);
    const eyes = { root, pids, capable: mayLook(root) };
    switch (budget.kind) {
      case 'deleted':
        return deletedCollector(budget, eyes);
      case 'pipe':
        return pipeCollector(budget, eyes);
      case 'exits':
        return exitCollector(budget, exits, budgets.filter(({ kind }) => kind === 'exits').indexOf(budget));
      default:
        return diskCollector(budget);
    }
  }

  async #begin(fold: WatchFold, { seconds }: GuardMoment): Promise<readonly Outcome[]> {
    for (const budget of this.#settings.budgets) if (isOfPlaces(budget)) this.#checkPlaces(budget, [...fold.living]);
    const outcomes = await this.#rounds.first(seconds);
    for (const outcome of outcomes) {
      const why =
        'failure' in outcome ? outcome.failure : (outcome.observed.find(({ blind }) => blind != null)?.blind ?? null);
      if (why !== null) throw this.#never(outcome.budget, why);
    }
    return outcomes;
  }

  #never(budget: GuardBudget, why: string): CouldNotTellError {
    return new CouldNotTellError(`--${factsOf(budget).option} could never be judged: ${why}.`, this.#settings.again);
  }

  /** With all rights some may still refuse, such as a hardened first process; without, nobody else can ever be seen. */
  #checkPlaces(budget: GuardBudget, places: readonly Place[]): void {
    const { kind } = budget;
    const blind = places.filter(
      ({ count, fact }) => count === null || (kind === 'utilisation' && fact.softLimit === undefined),
    );
    const [first] = blind;
    if (!first || (blind.length < places.length && mayLook(this.#settings.root))) return;
    const others = blind.length === 1 ? '' : ` and ${blind.length - 1} others`;
    throw this.#never(
      budget,
      `process ${first.fact.pid}${others} cannot be counted (no permission, and this kernel gives no counts)`,
    );
  }
}
