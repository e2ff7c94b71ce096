import { cellText, classOf } from '../model/classify.ts';
import { hideSecrets } from '../model/command-line.ts';
import type { ListingStart } from '../model/consumer.ts';
import { className } from '../model/descriptor-class.ts';
import type { ProcessFact } from '../model/process.ts';
import type { Report } from '../model/report.ts';
import { CELLS, Num, type RowBatch } from '../model/row-batch.ts';
import {
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  type SnapshotEnd,
  type SnapshotHeader,
  snapshotLine,
} from '../model/snapshot.ts';
import type { Analysis, SourceResult } from '../model/source.ts';
import { coverageOf } from './coverage.ts';
import { summarise } from './process/process-summary.ts';
import { ProcessTable } from './process/process-table.ts';

export interface SnapshotOptions {
  /** Takes each line after the header, without its line end, in the order of the file. */
  readonly onLine: (line: string) => void;
  /** Whether the rows that come have been redacted. */
  readonly redacted: boolean;
}

/** What frames the lines: the header is known only when everything was read, but stands first. */
export interface SnapshotData {
  readonly header: SnapshotHeader;
  readonly end: SnapshotEnd;
}

/** Characters of a command line that are kept. */
const COMMAND_LINE = 32_768;

/** Writes every listing, process and row as a line of a snapshot file (docs/snapshot.md), in bounded memory. */
export function snapshotAnalysis(options: SnapshotOptions): Analysis<SnapshotData> {
  return new SnapshotAnalysis(options);
}

class SnapshotAnalysis implements Analysis<SnapshotData> {
  readonly #onLine: (line: string) => void;
  readonly #redacted: boolean;
  readonly #table = new ProcessTable();
  #listings = 0;
  #rows = 0;
  #processes = 0;

  constructor({ onLine, redacted }: SnapshotOptions) {
    this.#onLine = onLine;
    this.#redacted = redacted;
  }

  listing(start: ListingStart): void {
    this.#table.listing();
    this.#listings++;
    const { marker, time } = start;
    this.#onLine(snapshotLine({ listing: { marker, ...(time === undefined ? {} : { time }) } }));
  }

  rows(batch: RowBatch): void {
    this.#table.rows(batch);
    this.#rows += batch.rows;
    for (let row = 0; row < batch.rows; row++) this.#onLine(rowLine(batch, row));
  }

  process(fact: ProcessFact): void {
    this.#table.process(fact);
    this.#processes++;
    const { commandLine } = fact;
    const shown = commandLine === undefined ? {} : { commandLine: hideSecrets(commandLine).slice(0, COMMAND_LINE) };
    this.#onLine(snapshotLine({ process: { ...fact, ...shown } }));
  }

  finish(result: SourceResult): Report<SnapshotData> {
    const summaries = this.#table
      .finish()
      .map((entry) => summarise(entry, { softLimit: null, partial: true, topTarget: () => null }));
    const { rowsRead, rowsUnreadable } = this.#table;
    const coverage = coverageOf(result, summaries, { rowsRead, rowsUnreadable, approximate: null, hidden: [] });
    const { machine, system, info } = result;
    return {
      command: 'snap',
      source: info,
      data: {
        header: {
          format: SNAPSHOT_FORMAT,
          version: SNAPSHOT_VERSION,
          host: machine?.host ?? null,
          bootId: machine?.bootId ?? null,
          kernel: machine?.kernel ?? null,
          time: info.time,
          source: info,
          system,
          redacted: this.#redacted,
          coverage: {
            complete: coverage.complete,
            processes: coverage.processes,
            rows: coverage.rows,
            unplaced: coverage.lines.unplacedTotal,
            listings: coverage.listings,
            hidden: coverage.hidden,
          },
        },
        end: { rows: this.#rows, processes: this.#processes, listings: this.#listings },
      },
      sections: [],
      findings: [],
      coverage,
      verdict: 'none',
    };
  }
}

/** The cells as the source printed them, so that whoever reads the snapshot sees what the source's reader saw. */
function rowLine(batch: RowBatch, row: number): string {
  const cells: Record<string, string | number | boolean> = {
    pid: (batch.numbers[Num.pid] as Int32Array)[row] as number,
    class: className(classOf(batch, row)),
  };
  const deleted = (batch.numbers[Num.deleted] as Int32Array)[row] as number;
  if (deleted !== 0) cells.deleted = deleted === 2;
  for (const [column, name] of CELLS.entries()) {
    const text = cellText(batch, row, column);
    if (text !== null) cells[name] = text;
  }
  return snapshotLine({ row: cells });
}
