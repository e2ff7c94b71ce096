import type { Observation } from '../../analysis/guard/alert.ts';
import type { GuardBudget } from '../../analysis/guard/budget.ts';

/** Measures for one budget, from time to time. */
export interface Collector {
  readonly budget: GuardBudget;
  /** Seconds between two measurements; 0 = at each sample, since it costs nothing. */
  readonly period: number;
  /** Seconds after which no answer is a failure. */
  readonly patience: number;
  /**
   * Every target that there is.
   *
   * @param seconds the time, on any clock that does not go back
   * @throws Error whose message says in a few words why it cannot be measured
   */
  collect(seconds: number): Promise<readonly Observation[]>;
  /** Leaves nothing behind. */
  close?(): Promise<void>;
}

/** What came of one measurement. */
export type Outcome =
  | { readonly budget: GuardBudget; readonly observed: readonly Observation[] }
  | { readonly budget: GuardBudget; readonly failure: string };
