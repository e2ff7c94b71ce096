import { choosesRows, filtered, type RowFilter } from '../analysis/filter.ts';
import { forListing, type ListingPolicy } from '../analysis/listing-policy.ts';
import { type NamesData, namesAnalysis } from '../analysis/names/names.ts';
import { type RankData, type RankOptions, rankAnalysis } from '../analysis/rank/rank.ts';
import { type ShowData, showAnalysis } from '../analysis/show/show.ts';
import { type DataFrame, loadDanfo } from '../columns/data-frame.ts';
import type { OpenFile } from '../model/open-file.ts';
import type { Report } from '../model/report.ts';
import type { Analysis } from '../model/source.ts';
import { frameOf } from './frame.ts';
import type { Input } from './input.ts';
import { type Depth, type Origin, originOf } from './origin.ts';
import { record } from './recording.ts';
import { collectRows, streamRows } from './rows.ts';

export interface ReadOptions {
  /** Name of the input's dialect, where detection is not wanted. */
  readonly dialect?: string;
  /** Which rows count; values of one key are alternatives (globs), keys must all hold. */
  readonly filter?: RowFilter;
  /**
   * Which listing of an input that holds several (`lsof -r`, a paste): its number from 1, `last` or `all`.
   * Where not given, reports are about the last, and rows are of all.
   */
  readonly listing?: ListingPolicy;
  /** Soft limit, in descriptors, for processes whose limit the input does not say. */
  readonly softLimit?: number;
}

export type RankAsk = Pick<RankOptions, 'by' | 'top' | 'maxUtilisation'>;

export interface NamesAsk {
  /** Lines of the table for people; 20 where not given. */
  readonly top?: number;
  /** Exact names instead of patterns. */
  readonly exact?: boolean;
}

export interface ShowAsk {
  /** Targets in the table for people; 20 where not given. */
  readonly top?: number;
}

/**
 * An input, and the questions that can be asked of it. Nothing is read before the first question; each question reads the
 * input once, in bounded memory, except those that say that they keep rows. A live machine is looked at afresh each time.
 *
 * Every question throws a `LeaksofError` if the input is missing, empty or no listing.
 */
export interface Listing extends AsyncIterable<OpenFile> {
  /** Which processes are near their limit, what they hold, and what looks wrong. */
  rank(ask?: RankAsk): Promise<Report<RankData>>;
  /** Which targets are open most, and by how many processes. */
  names(ask?: NamesAsk): Promise<Report<NamesData>>;
  /** One process in full: by pid, or by command label where that is enough. */
  show(process: number | string, ask?: ShowAsk): Promise<Report<ShowData>>;
  /** All rows, kept. For more rows than fit in memory, iterate over the listing instead. */
  rows(): Promise<OpenFile[]>;
  /** The rows as a danfo.js DataFrame, kept; columns are those of `OPEN_FILE_FIELDS`. */
  toDataFrame(): Promise<DataFrame>;
  /** Reads everything now and keeps it: later questions are about this moment, and a stream can be asked twice. */
  keep(): Promise<KeptListing>;
}

/** A listing that is in memory. */
export interface KeptListing extends Listing {
  /** Rows kept, before any filter. */
  readonly size: number;
}

const TOP = 20;
const EVERYTHING: Depth = { names: 'all', detail: 'full' };

/** Opens an input for questions; see {@link Listing}. */
export function read(input: Input, options: ReadOptions = {}): Listing {
  return listingOf(originOf(input, options), options);
}

function listingOf(origin: Origin, options: ReadOptions): Listing {
  const { filter = {}, softLimit = null, listing } = options;
  const policy = listing ?? 'last';

  async function report<D extends object>(depth: Depth, make: () => Analysis<D>): Promise<Report<D>> {
    const analysis = filtered(filter, forListing(policy, make));
    const source = await origin(depth);
    return analysis.finish(await source.read(analysis));
  }
  const rows = async (): Promise<OpenFile[]> => collectRows(await origin(EVERYTHING), filter, listing ?? 'all');

  return {
    rank: ({ by, top = TOP, maxUtilisation } = {}) =>
      report({ names: 'some', detail: 'name', top }, () =>
        rankAnalysis({ by, top, maxUtilisation, softLimit, partial: choosesRows(filter) }),
      ),
    names: ({ top = TOP, exact = false } = {}) =>
      report({ names: 'all', detail: 'name' }, () => namesAnalysis({ top, exact })),
    show: (process, { top = TOP } = {}) =>
      report({ ...EVERYTHING, ...(typeof process === 'number' ? { pids: [process] } : {}) }, () =>
        showAnalysis({ process: `${process}`, top, softLimit }),
      ),
    rows,
    toDataFrame: async () => frameOf(await loadDanfo(), await rows()),
    keep: async () => {
      const recording = await record(await origin(EVERYTHING));
      return { ...listingOf(async (_depth, ready) => recording.source(ready), options), size: recording.rows };
    },
    async *[Symbol.asyncIterator]() {
      if (listing === 'last') yield* await rows();
      else yield* streamRows((ready) => origin(EVERYTHING, ready), filter, listing ?? 'all');
    },
  };
}
