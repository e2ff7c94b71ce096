/** A range that holds the truth in the given share of cases, and the best single figure inside it. */
export interface Estimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}
