import type { ListingStart, RowConsumer } from '../../model/consumer.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { Report } from '../../model/report.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import type { Analysis, SourceResult } from '../../model/source.ts';
import { coverageOf } from '../coverage.ts';
import { filterRows, isFiltering, type RowFilter } from '../filter.ts';
import { type ProcessSummary, summarise } from '../process/process-summary.ts';
import { ProcessTable } from '../process/process-table.ts';
import { eachRow } from '../run.ts';
import type { EndFile } from './end.ts';
import { ENDED_CLASSES } from './end-key.ts';
import { EndTable } from './end-table.ts';

/** What a listing, or the machine's descriptors, say of pipes and sockets. */
export interface Ends {
  readonly files: readonly EndFile[];
  readonly processes: ReadonlyMap<number, ProcessSummary>;
  readonly unidentified: number;
  /** Whether a filter chose among them. */
  readonly filtered: boolean;
}

/**
 * Collects everything that has two ends. The filter chooses the files of which a matching process holds an end; their other
 * ends are told whoever holds them.
 */
export function endsAnalysis(filter: RowFilter): Analysis<Ends> {
  return new EndsAnalysis(filter);
}

class EndsAnalysis implements Analysis<Ends> {
  readonly #ends = new EndTable();
  readonly #table = new ProcessTable([eachRow(ENDED_CLASSES, (batch, row) => this.#ends.add(batch, row))]);
  readonly #filtered: boolean;
  readonly #front: RowConsumer | null;

  constructor(filter: RowFilter) {
    this.#filtered = isFiltering(filter);
    const choose: RowConsumer = {
      listing: () => undefined,
      process: () => undefined,
      rows: (batch) => {
        for (let row = 0; row < batch.rows; row++) this.#ends.choose(batch, row);
      },
    };
    this.#front = this.#filtered ? filterRows(filter, choose) : null;
  }

  listing(_start: ListingStart): void {
    this.#table.listing();
  }

  rows(batch: RowBatch): void {
    this.#table.rows(batch);
    // Drops what does not match from the batch, so it comes last.
    this.#front?.rows(batch);
  }

  process(fact: ProcessFact): void {
    this.#table.process(fact);
    this.#front?.process(fact);
  }

  finish(result: SourceResult): Report<Ends> {
    const summaries = this.#table
      .finish()
      .map((entry) => summarise(entry, { softLimit: null, partial: true, topTarget: () => null }));
    const { rowsRead, rowsUnreadable } = this.#table;
    const { untracked, unidentified } = this.#ends;
    return {
      command: 'pipes',
      source: result.info,
      data: {
        files: this.#ends.finish(!this.#filtered),
        processes: new Map(summaries.flatMap((summary) => (summary.pid === null ? [] : [[summary.pid, summary]]))),
        unidentified,
        filtered: this.#filtered,
      },
      sections: [],
      findings: [],
      coverage: coverageOf(result, summaries, {
        rowsRead,
        rowsUnreadable,
        approximate: untracked === 0 ? null : { table: 'pipes and sockets', maxError: untracked },
        hidden: [],
      }),
      verdict: 'none',
    };
  }
}
