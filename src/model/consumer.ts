import type { ProcessFact } from './process.ts';
import type { RowBatch } from './row-batch.ts';

/** How a listing inside an input begins. */
export interface ListingStart {
  /** Index of the listing, from 0. */
  readonly index: number;
  /** Text of the repeat marker that opened it, if there was one (`=======` or `-r m` strftime text). */
  readonly marker: string | null;
  /** 1-based line of its first line. */
  readonly line: number;
  /** UTC ISO-8601 of this listing, where the source says (snapshots). */
  readonly time?: string;
}

/** What dialects and scanners push into: a fold, a filter in front of one, or a fan-out to several. */
export interface RowConsumer {
  /** A new listing begins; called for the first one too, before any row. */
  listing(start: ListingStart): void;
  /** Rows; the batch and its buffers are reused after the call returns. */
  rows(batch: RowBatch): void;
  /** Something known about a process beside its rows: limits, kernel counts, start time. May come before or after its rows. */
  process(fact: ProcessFact): void;
}

/** A fold: rows into a small state, finished once into its result. */
export interface Fold<R> extends RowConsumer {
  finish(): R;
}
