import { choosesRows, filtered, type RowFilter } from '../analysis/filter.ts';
import { forListing, type ListingPolicy } from '../analysis/listing-policy.ts';
import { type NamesData, namesAnalysis } from '../analysis/names/names.ts';
import { type RankData, rankAnalysis } from '../analysis/rank/rank.ts';
import { type ShowData, showAnalysis } from '../analysis/show/show.ts';
import type { Danfo, DataFrame } from '../columns/data-frame.ts';
import { frameOf } from '../library/frame.ts';
import type { NamesAsk, RankAsk, ShowAsk } from '../library/listing.ts';
import type { Recording } from '../library/recording.ts';
import { takenRows } from '../library/rows.ts';
import type { OpenFile } from '../model/open-file.ts';
import type { Report } from '../model/report.ts';
import type { Analysis } from '../model/source.ts';

export interface SessionOptions {
  readonly filter: RowFilter;
  readonly listing: ListingPolicy;
  readonly softLimit: number | null;
  /** Lines of a report's table. */
  readonly top: number;
}

/** What a shell's user has at hand. Analyses answer at once: the rows are in memory. */
export interface Session {
  /** The rows as objects; made at the first use. */
  readonly rows: readonly OpenFile[];
  /** The rows as a danfo.js DataFrame; made at the first use. */
  readonly df: DataFrame;
  /** danfo.js itself: `danfo.concat`, `danfo.merge`, `danfo.toDateTime` ... */
  readonly danfo: Danfo;
  rank(ask?: RankAsk): Report<RankData>;
  names(ask?: NamesAsk): Report<NamesData>;
  show(process: number | string, ask?: ShowAsk): Report<ShowData>;
}

export function createSession(recording: Recording, danfo: Danfo, options: SessionOptions): Session {
  const { filter, listing, softLimit } = options;
  let rows: readonly OpenFile[] | null = null;
  let df: DataFrame | null = null;

  function report<D extends object>(make: () => Analysis<D>): Report<D> {
    const analysis = filtered(filter, forListing(listing, make));
    return analysis.finish(recording.replay(analysis));
  }

  return {
    get rows() {
      rows ??= takenRows((consumer) => recording.replay(consumer), filter, listing);
      return rows;
    },
    get df() {
      df ??= frameOf(danfo, this.rows);
      return df;
    },
    danfo,
    rank: ({ by, top = options.top, maxUtilisation } = {}) =>
      report(() => rankAnalysis({ by, top, maxUtilisation, softLimit, partial: choosesRows(filter) })),
    names: ({ top = options.top, exact = false } = {}) => report(() => namesAnalysis({ top, exact })),
    show: (process, { top = options.top } = {}) =>
      report(() => showAnalysis({ process: `${process}`, top, softLimit })),
  };
}
