import type { WatchFold } from '../watch/fold.ts';
import type { Alert, Observation } from './alert.ts';
import { factsOf, type GuardBudget, type GuardTimes } from './budget.ts';
import { BudgetBook, type BudgetState, type GuardMoment, inOrder } from './budget-book.ts';
import { CollectorBook } from './collector-book.ts';
import { PlaceValues } from './place-values.ts';

/** A budget, and how often it is looked at. */
export interface GuardedBudget {
  readonly budget: GuardBudget;
  /** Seconds between two observations where all is well. */
  readonly period: number;
}

interface Books {
  readonly budget: BudgetBook;
  readonly collector: CollectorBook;
}

/** All budgets of a watch: it is told what was measured, and says what that changes. */
export class Guard {
  readonly #books: ReadonlyMap<GuardBudget, Books>;
  readonly #places: readonly PlaceValues[];

  constructor(guarded: readonly GuardedBudget[], times: GuardTimes) {
    let alerts = 0;
    const nextId = (measure: string): string => `${measure}-${++alerts}`;
    const counts = new CollectorBook('counts', 'descriptors', times.cooldown, nextId);
    this.#books = new Map(
      guarded.map(({ budget, period }) => {
        const { option } = factsOf(budget);
        const collector = isOfPlaces(budget)
          ? counts
          : new CollectorBook(option, measuredName(budget), times.cooldown, nextId);
        return [budget, { budget: new BudgetBook(budget, times, period, nextId), collector }];
      }),
    );
    this.#places = guarded
      .filter(({ budget }) => isOfPlaces(budget))
      .map(({ budget, period }) => new PlaceValues(budget, period));
  }

  /** Alerts that stand, oldest first. */
  get standing(): readonly Alert[] {
    const books = [...this.#books.values()];
    const blind = new Set(books.map(({ collector }) => collector.standing));
    return inOrder([...books.flatMap(({ budget }) => budget.standing), ...[...blind].flatMap((alert) => alert ?? [])]);
  }

  /** What was not measured, as sentences. */
  get hidden(): readonly string[] {
    return [...new Set([...this.#books.values()].flatMap(({ collector }) => collector.hidden ?? []))];
  }

  /** A sample was taken. */
  sampled(fold: WatchFold, now: GuardMoment): Alert[] {
    const alerts = this.#places.flatMap((values) => {
      const books = this.#books.get(values.budget);
      if (!books) return [];
      return [...books.collector.worked(now), ...books.budget.observe(values.observe(fold), now)];
    });
    return inOrder(alerts);
  }

  /** No sample could be taken. */
  notSampled(reason: string, now: GuardMoment): Alert[] {
    const [first] = this.#places;
    return first ? this.failed(first.budget, reason, now) : [];
  }

  /** Something was measured for a budget: every target that there is. */
  measured(budget: GuardBudget, observed: readonly Observation[], now: GuardMoment): Alert[] {
    const books = this.#books.get(budget);
    return books ? inOrder([...books.collector.worked(now), ...books.budget.observe(observed, now)]) : [];
  }

  failed(budget: GuardBudget, reason: string, now: GuardMoment): Alert[] {
    return this.#books.get(budget)?.collector.failed(reason, now) ?? [];
  }

  budgets(): readonly BudgetState[] {
    return [...this.#books.values()].map(({ budget, collector }) => budget.finish(collector.works));
  }
}

/** Whether a budget is compared with each watched place, at each sample. */
export function isOfPlaces({ kind }: GuardBudget): boolean {
  return kind === 'utilisation' || kind === 'growth' || kind === 'rate';
}

function measuredName({ kind, folder }: GuardBudget): string {
  if (folder !== null) return `the disk of ${folder}`;
  return kind === 'exits' ? 'exits' : kind === 'pipe' ? 'the fill of pipes' : 'the space of deleted files';
}
