import type { ListingStart, RowConsumer } from '../../model/consumer.ts';
import type { Coverage } from '../../model/coverage.ts';
import { openFile } from '../../model/open-file.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import type { SourceResult } from '../../model/source.ts';
import { coverageOf } from '../coverage.ts';
import type { ProcessEntry } from '../process/process-entry.ts';
import { type ProcessSummary, summarise } from '../process/process-summary.ts';
import { ProcessTable } from '../process/process-table.ts';
import type { RowWatch, Run } from '../run.ts';
import { addHeld, type Held, heldKey, heldOf } from './held.ts';

/** One process at one time. */
export interface SideProcess {
  readonly summary: ProcessSummary;
  readonly held: readonly Held[];
}

/** All processes at one time. */
export interface Side {
  readonly result: SourceResult;
  readonly processes: readonly SideProcess[];
  readonly coverage: Coverage;
  /** UTC ISO-8601 of the listing; null where the source does not say. */
  readonly time: string | null;
  /** Listing of the input it is, from 0. */
  readonly listing: number;
}

/** Groups the descriptors of every process by what tells them apart. */
class HeldWatch implements RowWatch {
  readonly #held = new Map<ProcessEntry, Map<string, Held>>();

  run({ batch, entry, from, to, codes }: Run): void {
    const groups = this.#held.get(entry) ?? new Map<string, Held>();
    this.#held.set(entry, groups);
    for (let row = from; row < to; row++) {
      if (codes[row] === 0) continue;
      const held = heldOf(openFile(batch, row));
      const key = heldKey(held);
      const known = groups.get(key);
      if (known) addHeld(known, held);
      else groups.set(key, held);
    }
  }

  of(entry: ProcessEntry): readonly Held[] {
    return [...(this.#held.get(entry)?.values() ?? [])];
  }
}

interface Listing {
  readonly start: ListingStart;
  /** Counts came without rows, as in the samples of a series. */
  counted: boolean;
  readonly watch: HeldWatch;
  readonly table: ProcessTable;
}

function isThere({ table, counted }: Listing): boolean {
  return table.rowsRead > 0 || counted;
}

function newListing(start: ListingStart): Listing {
  const watch = new HeldWatch();
  return { start, counted: false, watch, table: new ProcessTable([watch]) };
}

/** Takes in every listing of a source, each by itself: listings do not add up. */
export class SideReader implements RowConsumer {
  readonly #softLimit: number | null;
  readonly #partial: boolean;
  readonly #limits = new Map<number, ProcessFact>();
  readonly #listings: Listing[] = [];
  #current: Listing = newListing({ index: 0, marker: null, line: 1 });

  /**
   * @param softLimit for processes whose limit the source does not say; null = none
   * @param partial whether only some rows come, so that free numbers cannot be told
   */
  constructor(softLimit: number | null, partial: boolean) {
    this.#softLimit = softLimit;
    this.#partial = partial;
  }

  listing(start: ListingStart): void {
    if (isThere(this.#current)) {
      this.#listings.push(this.#current);
      this.#current = newListing(start);
      // A paste says the limits once.
      for (const fact of this.#limits.values()) this.#current.table.process(fact);
    } else this.#current = { ...this.#current, start };
  }

  rows(batch: RowBatch): void {
    this.#current.table.rows(batch);
  }

  process(fact: ProcessFact): void {
    this.#current.table.process(fact);
    if (fact.descriptors !== undefined) this.#current.counted = true;
    const { pid, softLimit, hardLimit } = fact;
    if (softLimit === undefined && hardLimit === undefined) return;
    this.#limits.set(pid, {
      ...this.#limits.get(pid),
      pid,
      ...(softLimit === undefined ? {} : { softLimit }),
      ...(hardLimit === undefined ? {} : { hardLimit }),
    });
  }

  /** The listings that have rows or counts, in order; at least one side, if an empty one. */
  finish(result: SourceResult): readonly Side[] {
    const all =
      isThere(this.#current) || this.#listings.length === 0 ? [...this.#listings, this.#current] : this.#listings;
    return all.map((listing) => this.#side(listing, result, all.length));
  }

  #side({ start, watch, table }: Listing, result: SourceResult, listings: number): Side {
    const entries = table.finish();
    const summaries = entries.map((entry) =>
      summarise(entry, { softLimit: this.#softLimit, partial: this.#partial, topTarget: () => null }),
    );
    const { rowsRead, rowsUnreadable } = table;
    return {
      result,
      processes: summaries.map((summary) => ({ summary, held: watch.of(summary.entry) })),
      coverage: coverageOf(result, summaries, { rowsRead, rowsUnreadable, approximate: null, hidden: [] }),
      time: start.time ?? (listings === 1 ? result.info.time : null),
      listing: start.index,
    };
  }
}
