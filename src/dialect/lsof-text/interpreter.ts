import { decodeText } from '../../columns/utf8.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import { Cell, Num } from '../../model/row-batch.ts';
import type { LineLedger } from '../line/line-ledger.ts';
import { Fit } from './align.ts';
import { Asides } from './asides.ts';
import { undress } from './dress.ts';
import { EdgeLearner } from './edge-learner.ts';
import { type FoundHeader, HeaderReader } from './header-reader.ts';
import { HeldRow, type Line } from './held-row.ts';
import { KeptLines } from './kept-lines.ts';
import { usualLayout } from './layout.ts';
import { LineBreaks } from './line-breaks.ts';
import { type Listing, Recovery } from './recovery.ts';
import { Remnants } from './remnants.ts';
import { RowCut } from './row-cut.ts';
import type { RowSink } from './row-sink.ts';
import { RowScanner } from './scan.ts';
import { joinRow } from './wrap-row.ts';
import type { WidestLine } from './wrap-width.ts';

const NOTHING = { lines: 0, next: 0 };

/**
 * Reads one line after the other: header, row, continuation of a wrapped row, something else, or unplaced.
 * The row read last is held back until the line after it has been seen, since that line may be the rest of its NAME.
 */
export class Interpreter {
  readonly #sink: RowSink;
  readonly #ledger: LineLedger;
  readonly #recovery = new Recovery();
  readonly #scanner: RowScanner;
  readonly #headers = new HeaderReader();
  readonly #learner = new EdgeLearner();
  readonly #cut = new RowCut();
  readonly #asides: Asides;
  #listing: Listing;
  #titles = '';
  readonly #kept: KeptLines;
  readonly #breaks = new LineBreaks();
  /** The lines of this listing stand in quotes or the like, which are no part of what lies at its edges. */
  #framed = false;
  readonly #remnants = new Remnants();

  constructor(consumer: RowConsumer, sink: RowSink, ledger: LineLedger) {
    this.#asides = new Asides(consumer);
    this.#sink = sink;
    this.#ledger = ledger;
    this.#kept = new KeptLines(sink, ledger);
    this.#scanner = new RowScanner(sink.batch);
    const layout = usualLayout();
    this.#listing = { layout, known: layout, aligned: false, headed: false, lead: [] };
  }

  /** Takes what the input's first lines tell of where lines were broken, before any of them is read. */
  expect(widest: WidestLine, fitted: number): void {
    this.#breaks.expect(widest, fitted);
  }

  /** Lets the scanner take the rows that follow the held one, in the chunk the held row lies in. */
  scan(chunk: Uint8Array, last: number): { lines: number; next: number } {
    const held = this.#kept.held;
    if (!held?.exact || held.bytes !== chunk || this.#sink.undecided) return NOTHING;
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
      if (rows === 0) this.#sink.flush();
      return NOTHING;
    }
    batch.rows--;
    this.#ledger.row(rows - 1);
    const start = this.#scanner.lastRow;
    const end = next > start + 1 && chunk[next - 2] === 13 ? next - 2 : next - 1;
    this.#recovery.exact(chunk, start, end, this.#listing, this.#cut);
    this.#kept.held = new HeldRow({ bytes: chunk, start, end, line: held.line + rows - 1 }, this.#cut, true);
    if (batch.rows * 2 > batch.numbers[Num.line].length) this.#sink.flush();
    return { lines: rows - 1, next };
  }

  line(line: Line, overlong: boolean, complete: boolean): void {
    if (overlong) {
      this.#kept.settle();
      this.#kept.stray = line;
      return;
    }
    if (!this.#framed && this.#isExact(line)) {
      this.#hold(line, [line], true);
      return;
    }
    const bare = undress(line.bytes, line.start, line.end, this.#framed);
    if (!bare) {
      this.#read(line, complete, false);
      return;
    }
    this.#read({ bytes: bare.bytes, start: 0, end: bare.bytes.length, line: line.line }, complete, bare.framed);
  }

  #isExact({ bytes, start, end }: Line): boolean {
    return !this.#headers.open && this.#recovery.exact(bytes, start, end, this.#listing, this.#cut) === Fit.row;
  }

  #read(line: Line, complete: boolean, framed: boolean): void {
    const { bytes, start, end } = line;
    if (this.#framed && this.#isExact(line)) {
      this.#hold(line, [line], false);
      return;
    }
    if (this.#header(line)) {
      this.#framed = framed;
      return;
    }
    const waiting = this.#kept.fragments.length > 0 || this.#kept.held?.nameless === true;
    if (waiting && this.#begins(line) !== true && this.#rejoin(line)) return;
    const placed = this.#recovery.place(bytes, start, end, this.#listing, this.#cut);
    if (placed.fit === Fit.row && !this.#remnants.is(this.#cut)) {
      if (framed && !this.#listing.headed) this.#framed = true;
      if (placed.lead >= 0) this.#lead(bytes, start, placed.lead);
      this.#hold(line, [line], placed.lead >= 0);
      if (placed.content) this.#learn(line);
      return;
    }
    if (placed.fit === Fit.nameless && complete) {
      this.#hold(line, [line], false);
      if (this.#kept.held) this.#kept.held.nameless = true;
      return;
    }
    if (this.#other(line)) return;
    if (this.#continue(line)) return;
    const piece = this.#kept.fragments.length > 0 || (this.#kept.isPiece(line) && this.#begins(line) !== false);
    if (!complete || !this.#listing.headed || !piece) {
      // An empty NAME right above a line that cannot be placed: that line may be what it lacks.
      if (this.#kept.held?.nameless) this.#kept.refuseRow();
      this.#kept.settle();
      this.#sink.pause(line.line);
      this.#kept.stray = line;
      return;
    }
    if (this.#kept.isFull || this.#begins(line)) this.#kept.settle();
    this.#kept.settleRow();
    this.#kept.fragments.push(line);
  }

  /** Copies what is kept from one chunk to the next. */
  release(): void {
    this.#kept.release();
  }

  /** End of input; returns what the input itself said is missing from it. */
  finish(): readonly string[] {
    this.#partialHeader();
    // The last line of all ends before NAME: it may have been cut there.
    if (this.#kept.held?.nameless && !this.#kept.held.bare) this.#kept.refuseRow();
    this.#kept.settle();
    return this.#asides.hidden;
  }

  #header(line: Line): boolean {
    const found = this.#headers.read(line, this.#breaks.widest);
    if (found === null) {
      this.#partialHeader();
      return false;
    }
    if (found === 'begun') {
      if (this.#kept.heading.length === 0) this.#kept.settleBeforeHeader();
      this.#kept.heading.push(line);
      return true;
    }
    const [first = line] = this.#kept.heading.splice(0);
    this.#open(found, first);
    this.#ledger.other(found.lines);
    return true;
  }

  /** A header that was begun and not completed: used as far as it goes, if rows can be read by it. */
  #partialHeader(): void {
    if (!this.#headers.open) return;
    const header = this.#headers.partial();
    this.#headers.drop();
    const [first, ...rest] = this.#kept.heading.splice(0);
    if (header) {
      this.#open({ header, lines: 1, width: 0 }, first);
      this.#ledger.other();
    } else {
      this.#kept.reportStray();
      this.#kept.report(first);
    }
    for (const line of rest) this.#kept.report(line);
  }

  #open(found: FoundHeader, at: Line): void {
    const { header } = found;
    this.#kept.settleBeforeHeader();
    let marker = this.#asides.marker;
    const { stray } = this.#kept;
    if (stray && this.#titles === header.titles && !this.#begins(stray)) {
      // A line right above a repeated header is what `-r m` printed: any text there is (lsof(8), -r).
      marker = decodeText(stray.bytes, stray.start, stray.end).trim();
      this.#ledger.other();
      this.#kept.stray = null;
    }
    this.#kept.reportStray();
    this.#asides.marker = null;
    this.#sink.header(at.line, marker);
    this.#titles = header.titles;
    this.#breaks.width = Math.max(this.#breaks.width, found.width);
    this.#learner.clear();
    // A header that was cut off before NAME does not say what its rows have: they are read as if there were none.
    const layout = header.complete ? header.layout : usualLayout();
    const aligned = header.complete && layout.regular && !header.collapsed;
    const lead = Array.from(at.bytes.subarray(at.start, at.start + header.lead));
    this.#use({ layout, known: layout, aligned, headed: header.complete, lead });
  }

  #learn(line: Line): void {
    const { known, headed } = this.#listing;
    const trusted = headed && (this.#listing.aligned || known.elided) && !this.#listing.layout.learned;
    if (trusted || this.#cut.start[Cell.command] < 0) return;
    const layout = this.#learner.observe(line.bytes, this.#cut, known, headed);
    if (!layout) return;
    const lead = Array.from(line.bytes.subarray(line.start, this.#cut.start[Cell.command]));
    this.#use({ layout, known, aligned: true, headed, lead });
  }

  #lead(bytes: Uint8Array, start: number, length: number): void {
    const { lead } = this.#listing;
    if (length === lead.length && lead.every((byte, i) => byte === bytes[start + i])) return;
    this.#use({ ...this.#listing, lead: Array.from(bytes.subarray(start, start + length)) });
  }

  #use(listing: Listing): void {
    this.#listing = listing;
    this.#sink.regular(new Set([...listing.layout.columns.map((column) => column.cell), Cell.offset]));
    this.#scanner.use(listing.layout, listing.lead);
  }

  #hold(line: Line, lines: readonly Line[], exact: boolean): void {
    // An input cut off within its first row still has the end of that row.
    if (!this.#listing.headed && this.#kept.held?.isTailBefore(line, this.#cut)) this.#kept.refuseRow();
    if (this.#remnants.tellsOfLast(this.#cut)) this.#kept.refuseRow();
    this.#kept.settle();
    this.#sink.begin(line.line);
    this.#asides.marker = null;
    this.#kept.held = new HeldRow(line, this.#cut, exact, lines);
    this.#kept.held.nameless = this.#cut.end[Cell.name] === this.#cut.start[Cell.name];
  }

  #other(line: Line): boolean {
    if (!this.#asides.take(line)) return false;
    this.#kept.settle();
    if (this.#asides.between) this.#sink.pause(line.line);
    this.#ledger.other();
    return true;
  }

  #begins(line: Line): boolean | null {
    return this.#recovery.begins(line.bytes, line.start, line.end, this.#listing);
  }

  /** The line goes on where the held row's NAME was cut. */
  #continue(line: Line): boolean {
    const held = this.#kept.held;
    if (!held || held.nameless || this.#kept.fragments.length > 0) return false;
    const begins = this.#begins(line);
    if (begins || (begins === null && held.followedBy(line, this.#listing.lead))) return false;
    const breaks = this.#breaks;
    const outcome = held.join(line, breaks.context(this.#listing.lead), begins === null);
    if (outcome === 'ambiguous') {
      // Whether the line is the rest of the name or something else cannot be told: neither is guessed.
      this.#kept.refuseRow();
      this.#kept.report(line);
      return true;
    }
    if (outcome === 'no') return false;
    breaks.noteName(held.lines, outcome);
    return true;
  }

  /** The line completes a row whose first lines could not be cut by themselves. */
  #rejoin(line: Line): boolean {
    const held = this.#kept.held;
    const before = held?.nameless ? held.lines : this.#kept.fragments;
    const context = this.#breaks.context(this.#listing.lead);
    const joined = joinRow(before, line, this.#listing, this.#recovery, this.#cut, context);
    if (!joined) return false;
    const { bytes, hard, at } = joined;
    const lines = [...before, line];
    if (held?.nameless) this.#kept.held = null;
    this.#breaks.noteJoined(before, at, hard);
    this.#kept.fragments = [];
    this.#hold({ bytes, start: 0, end: bytes.length, line: lines[0].line }, lines, false);
    return true;
  }
}
