import type { LineLedger } from '../line/line-ledger.ts';
import type { HeldRow, Line } from './held-row.ts';
import type { RowSink } from './row-sink.ts';

/** Lines one row may be wrapped over before NAME begins. */
const FRAGMENTS = 4;
/** A line shorter than this is no part of a wrapped row. */
const SHORTEST_FRAGMENT = 20;

/**
 * Lines whose meaning hangs on the next one: a row that may go on, pieces of a wrapped row or header, and a line nobody
 * understood, which may turn out to be a repeat marker. Each ends as a row, as other, or as unplaced, once.
 */
export class KeptLines {
  readonly #sink: RowSink;
  readonly #ledger: LineLedger;
  held: HeldRow | null = null;
  /** Lines that may be the first parts of a wrapped row. */
  fragments: Line[] = [];
  /** The first parts of a wrapped header. */
  heading: Line[] = [];
  /** The line read last, if nobody understood it. */
  stray: Line | null = null;

  constructor(sink: RowSink, ledger: LineLedger) {
    this.#sink = sink;
    this.#ledger = ledger;
  }

  /** Whether the line is long enough to be a part of a wrapped row. */
  isPiece(line: Line): boolean {
    return line.end - line.start >= SHORTEST_FRAGMENT;
  }

  /** No row is wrapped over more lines than are kept. */
  get isFull(): boolean {
    return this.fragments.length >= FRAGMENTS;
  }

  /** All but the heading goes where it belongs. */
  settle(): void {
    this.settleBeforeHeader();
    this.reportStray();
  }

  /** The same, but the last line not understood stays: right above a header it may be a repeat marker. */
  settleBeforeHeader(): void {
    this.settleRow();
    const fragments = this.fragments;
    if (fragments.length === 0) return;
    this.fragments = [];
    this.reportStray();
    this.stray = fragments.pop() ?? null;
    for (const fragment of fragments) this.report(fragment);
  }

  settleRow(): void {
    const held = this.held;
    if (!held) return;
    this.held = null;
    this.#ledger.row(held.lines.length);
    this.#sink.row(held.bytes, held.line, held.cut);
  }

  /** The held row turned out to be none that can be told. */
  refuseRow(): void {
    const held = this.held;
    if (!held) return;
    this.held = null;
    for (const line of held.lines) this.report(line);
  }

  reportStray(): void {
    const stray = this.stray;
    if (!stray) return;
    this.stray = null;
    this.report(stray);
  }

  report(line: Line): void {
    this.#ledger.unplaced(line.line, line.bytes, line.start, line.end);
  }

  /** Copies what is kept out of a chunk whose buffer will be used again. */
  release(): void {
    this.held?.release();
    for (const line of [this.stray, ...this.fragments, ...this.heading]) {
      if (!line) continue;
      line.bytes = line.bytes.slice(line.start, line.end);
      line.end -= line.start;
      line.start = 0;
    }
  }
}
