import type { ListingStart } from '../model/consumer.ts';
import type { ProcessFact } from '../model/process.ts';
import type { Report } from '../model/report.ts';
import type { RowBatch } from '../model/row-batch.ts';
import type { Analysis, SourceResult } from '../model/source.ts';
import { coverageOf } from './coverage.ts';
import { summarise } from './process/process-summary.ts';
import { ProcessTable } from './process/process-table.ts';

/** What `export` says beside the rows. */
export interface ExportData {
  /** Rows handed on. */
  readonly rows: number;
}

/** Hands every batch of rows on as it comes, in the order of the input; the report says how many there were and what was not seen. */
export function exportAnalysis(onRows: (batch: RowBatch) => void): Analysis<ExportData> {
  return new ExportAnalysis(onRows);
}

class ExportAnalysis implements Analysis<ExportData> {
  readonly #onRows: (batch: RowBatch) => void;
  readonly #table = new ProcessTable();
  #rows = 0;

  constructor(onRows: (batch: RowBatch) => void) {
    this.#onRows = onRows;
  }

  listing(_start: ListingStart): void {
    this.#table.listing();
  }

  rows(batch: RowBatch): void {
    this.#table.rows(batch);
    this.#rows += batch.rows;
    this.#onRows(batch);
  }

  process(fact: ProcessFact): void {
    this.#table.process(fact);
  }

  finish(result: SourceResult): Report<ExportData> {
    const summaries = this.#table
      .finish()
      .map((entry) => summarise(entry, { softLimit: null, partial: true, topTarget: () => null }));
    const { rowsRead, rowsUnreadable } = this.#table;
    return {
      command: 'export',
      source: result.info,
      data: { rows: this.#rows },
      sections: [],
      findings: [],
      coverage: coverageOf(result, summaries, { rowsRead, rowsUnreadable, approximate: null, hidden: [] }),
      verdict: 'none',
    };
  }
}
