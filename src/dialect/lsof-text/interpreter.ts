import { decodeText } from '../../columns/utf8.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import { Cell } from '../../model/row-batch.ts';
import type { LineLedger } from '../line-ledger.ts';
import { recogniseOther } from '../other-line.ts';
import { Fit } from './align.ts';
import { type Header, parseHeader } from './header.ts';
import { usualLayout } from './layout.ts';
import { type Listing, Recovery } from './recovery.ts';
import { RowCut } from './row-cut.ts';
import type { RowSink } from './row-sink.ts';
import { RowScanner } from './scan.ts';
import { joinName, joinRow } from './wrap.ts';

/** Longest line in which a header is looked for. */
const HEADER_BYTES = 4096;
/** Lines one row may be wrapped over before NAME begins. */
const FRAGMENTS = 4;

/** A line kept until the next one tells whether it goes on there. */
interface Kept {
  bytes: Uint8Array;
  start: number;
  end: number;
  line: number;
}

const NOTHING = { lines: 0, next: 0 };

/**
 * Reads one line after the other: header, row, continuation of a wrapped row, something else, or unplaced.
 * The row read last is held back until the line after it has been seen, since that line may be the rest of its NAME.
 */
export class Interpreter {
  readonly #consumer: RowConsumer;
  readonly #sink: RowSink;
  readonly #ledger: LineLedger;
  readonly #recovery = new Recovery();
  readonly #scanner: RowScanner;
  readonly #cut = new RowCut();
  readonly #heldCut = new RowCut();
  readonly #hidden = new Set<string>();
  #listing: Listing = { layout: usualLayout(), aligned: false, headed: false, lead: [] };
  #titles = '';
  #held: Kept | null = null;
  /** Lines the held row stands on. */
  #heldLines = 1;
  /** The held row lies at the edges as the scanner wants it. */
  #heldExact = false;
  #fragments: Kept[] = [];
  /** The last line that nobody understood, if it was the last line: it may be a repeat marker. */
  #stray: Kept | null = null;
  #marker: string | null = null;
  #longest = 0;

  constructor(consumer: RowConsumer, sink: RowSink, ledger: LineLedger) {
    this.#consumer = consumer;
    this.#sink = sink;
    this.#ledger = ledger;
    this.#scanner = new RowScanner(sink.batch);
  }

  /** Lets the scanner take the rows that follow the held one, in the chunk the held row lies in. */
  scan(chunk: Uint8Array, last: number): { lines: number; next: number } {
    const held = this.#held;
    if (!held || held.bytes !== chunk || !this.#heldExact || this.#sink.undecided) return NOTHING;
    const batch = this.#sink.batch;
    if (batch.bytes !== chunk) {
      this.#sink.flush();
      batch.bytes = chunk;
    }
    const before = batch.rows;
    const next = this.#scanner.run(chunk, held.start, last, held.line);
    const rows = batch.rows - before;
    if (rows < 2) {
      batch.rows = before;
      if (batch.rows > 0 && rows === 0) this.#sink.flush();
      return NOTHING;
    }
    batch.rows--;
    this.#ledger.row(rows - 1);
    held.start = this.#scanner.lastRow;
    held.end = next > held.start + 1 && chunk[next - 2] === 13 ? next - 2 : next - 1;
    held.line += rows - 1;
    this.#recovery.exact(chunk, held.start, held.end, this.#listing, this.#heldCut);
    this.#longest = Math.max(this.#longest, this.#scanner.longest);
    if (batch.rows > batch.numbers[0].length / 2) this.#sink.flush();
    return { lines: rows - 1, next };
  }

  line(bytes: Uint8Array, start: number, end: number, line: number, overlong: boolean, complete: boolean): void {
    const kept: Kept = { bytes, start, end, line };
    if (overlong) {
      this.#settle();
      this.#unplaced(kept);
      return;
    }
    if (this.#recovery.exact(bytes, start, end, this.#listing, this.#cut) === Fit.row) {
      this.#hold(kept, 1, true);
      return;
    }
    if (this.#header(kept)) return;
    if (this.#fragments.length > 0 && this.#rejoin(kept)) return;
    const placed = this.#recovery.place(bytes, start, end, this.#listing, this.#cut);
    if (placed.fit === Fit.row) {
      if (placed.lead >= 0) this.#lead(bytes, start, placed.lead);
      this.#hold(kept, 1, placed.lead >= 0);
      return;
    }
    const text = decodeText(bytes, start, Math.min(end, start + HEADER_BYTES));
    const other = recogniseOther(text);
    if (other) {
      this.#settle();
      this.#ledger.other();
      if (other.fact) this.#consumer.process(other.fact);
      if (other.hidden) this.#hidden.add(other.hidden);
      if (other.kind === 'marker') this.#marker = text.trim();
      return;
    }
    if (this.#continue(kept)) return;
    if (!this.#mayBeFragment(kept, placed.fit, complete)) {
      this.#settle();
      this.#unplaced(kept);
      return;
    }
    this.#settleRow();
    if (this.#fragments.length >= FRAGMENTS) this.#settle();
    this.#fragments.push(kept);
  }

  /** Copies what is kept from one chunk to the next. */
  release(): void {
    for (const kept of [this.#held, this.#stray, ...this.#fragments]) {
      if (!kept) continue;
      const { start } = kept;
      kept.bytes = kept.bytes.slice(start, kept.end);
      kept.start = 0;
      kept.end -= start;
      if (kept === this.#held) {
        const cut = this.#heldCut;
        for (let cell = 0; cell < cut.start.length; cell++) {
          if (cut.start[cell] < 0) continue;
          cut.start[cell] -= start;
          cut.end[cell] -= start;
        }
      }
    }
  }

  finish(): string[] {
    this.#settle();
    this.#strayIsUnplaced();
    return [...this.#hidden];
  }

  #header(kept: Kept): boolean {
    const { bytes, start, end, line } = kept;
    if (end - start > HEADER_BYTES || !hasTitle(bytes, start, end)) return false;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    const header = parseHeader(text);
    if (!header) return false;
    this.#open(header, bytes, start, line);
    this.#ledger.other();
    return true;
  }

  #open(header: Header, bytes: Uint8Array, start: number, line: number): void {
    this.#settleRows();
    let marker = this.#marker;
    if (this.#stray) {
      // A line right above a repeated header is what `-r m` printed: any text there is (lsof(8), -r).
      if (this.#titles === header.titles) {
        marker = decodeText(this.#stray.bytes, this.#stray.start, this.#stray.end).trim();
        this.#ledger.other();
        this.#stray = null;
      } else this.#strayIsUnplaced();
    }
    this.#marker = null;
    this.#sink.header(line, marker);
    this.#titles = header.titles;
    this.#longest = 0;
    const lead = Array.from(bytes.subarray(start, start + header.lead));
    this.#listing = { layout: header.layout, aligned: header.layout.regular && !header.collapsed, headed: true, lead };
    this.#prepare();
  }

  #lead(bytes: Uint8Array, start: number, length: number): void {
    const lead = this.#listing.lead;
    if (length === lead.length && lead.every((byte, i) => byte === bytes[start + i])) return;
    this.#listing.lead = Array.from(bytes.subarray(start, start + length));
    this.#prepare();
  }

  #prepare(): void {
    const { layout } = this.#listing;
    this.#sink.regular(new Set([...layout.columns.map((column) => column.cell), Cell.offset]));
    this.#scanner.use(layout, this.#listing.lead);
    this.#scanner.longest = 0;
  }

  #hold(kept: Kept, lines: number, exact: boolean): void {
    this.#settle();
    this.#sink.begin(kept.line);
    this.#marker = null;
    this.#held = kept;
    this.#heldLines = lines;
    this.#heldExact = exact;
    this.#heldCut.copy(this.#cut);
    this.#longest = Math.max(this.#longest, kept.end - kept.start);
  }

  /** The line goes on where the held row's NAME was cut. */
  #continue(kept: Kept): boolean {
    const held = this.#held;
    if (!held || this.#fragments.length > 0) return false;
    const joined = joinName(held, this.#heldCut, kept, this.#longest, this.#heldLines);
    if (!joined) return false;
    this.#held = { bytes: joined.bytes, start: 0, end: joined.bytes.length, line: held.line };
    this.#heldLines++;
    this.#heldExact = false;
    return true;
  }

  /** The line completes a row whose first lines could not be cut by themselves. */
  #rejoin(kept: Kept): boolean {
    const bytes = joinRow(this.#fragments, kept, this.#listing, this.#recovery, this.#cut);
    if (!bytes) return false;
    const line = this.#fragments[0].line;
    const lines = this.#fragments.length + 1;
    this.#fragments = [];
    this.#hold({ bytes, start: 0, end: bytes.length, line }, lines, false);
    return true;
  }

  #mayBeFragment(kept: Kept, fit: number, complete: boolean): boolean {
    if (!complete || !this.#listing.headed) return false;
    return fit === Fit.nameless || kept.end - kept.start >= 20;
  }

  /** All that is kept back goes where it belongs. */
  #settle(): void {
    this.#settleRows();
    this.#strayIsUnplaced();
  }

  #settleRows(): void {
    this.#settleRow();
    const fragments = this.#fragments;
    if (fragments.length === 0) return;
    this.#fragments = [];
    const last = fragments.pop();
    for (const fragment of fragments) this.#report(fragment);
    this.#strayIsUnplaced();
    if (last) this.#stray = last;
  }

  #settleRow(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = null;
    this.#ledger.row(this.#heldLines);
    this.#sink.row(held.bytes, held.line, this.#heldCut);
  }

  #unplaced(kept: Kept): void {
    this.#strayIsUnplaced();
    this.#stray = kept;
  }

  #strayIsUnplaced(): void {
    const stray = this.#stray;
    if (!stray) return;
    this.#stray = null;
    this.#report(stray);
  }

  #report(kept: Kept): void {
    this.#ledger.unplaced(kept.line, kept.bytes, kept.start, kept.end);
  }
}

/** Whether `COMMAND` stands in the line. */
function hasTitle(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 7 <= end; at++) {
    if (
      bytes[at] === 67 &&
      bytes[at + 1] === 79 &&
      bytes[at + 2] === 77 &&
      bytes[at + 3] === 77 &&
      bytes[at + 4] === 65
    )
      return true;
  }
  return false;
}
