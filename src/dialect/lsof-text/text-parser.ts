import type { RowConsumer } from '../../model/consumer.ts';
import type { DialectParser, ParseResult } from '../dialect.ts';
import { LineLedger } from '../line/line-ledger.ts';
import { LONGEST_LINE } from '../line/line-reader.ts';
import { Interpreter } from './interpreter.ts';
import { RowSink } from './row-sink.ts';
import { softBreaks } from './soft-breaks.ts';
import { PROBE_BYTES, widestLine } from './wrap-width.ts';

const NEWLINE = 10;

/**
 * Splits chunks into lines and drives the two paths: runs of rows that lie at their edges go through the scanner,
 * whatever stops it goes line by line through the interpreter.
 */
export class LsofTextParser implements DialectParser {
  readonly #sink: RowSink;
  readonly #ledger = new LineLedger();
  readonly #interpreter: Interpreter;
  /** The input's first bytes, put by until there are enough to look at; null once they have been. */
  #probe: Uint8Array | null = new Uint8Array(0);
  #probed = 0;
  /** A line that the last chunk left open. */
  #carry = new Uint8Array(4096);
  #carried = 0;
  #overlong = false;
  /** Lines read. */
  #lines = 0;

  /** How the lines were broken is known: at blanks into so many characters, or (0) not so; null to find out. */
  readonly #fitted: number | null;

  constructor(consumer: RowConsumer, fitted: number | null = null) {
    this.#fitted = fitted;
    this.#sink = new RowSink(consumer);
    this.#interpreter = new Interpreter(consumer, this.#sink, this.#ledger);
  }

  write(chunk: Uint8Array): void {
    const probe = this.#probe;
    if (!probe) {
      this.#take(chunk);
      return;
    }
    if (this.#probed === 0 && chunk.length >= PROBE_BYTES) {
      this.#begin(chunk);
      this.#take(chunk);
      return;
    }
    const room = probe.length > 0 ? probe : new Uint8Array(PROBE_BYTES);
    const part = chunk.subarray(0, PROBE_BYTES - this.#probed);
    room.set(part, this.#probed);
    this.#probe = room;
    this.#probed += part.length;
    if (this.#probed < PROBE_BYTES) return;
    this.#begin(room);
    this.#take(room);
    if (part.length < chunk.length) this.#take(chunk.subarray(part.length));
  }

  finish(): ParseResult {
    if (this.#probe) {
      const first = this.#probe.subarray(0, this.#probed);
      this.#begin(first);
      this.#take(first);
    }
    if (this.#carried > 0 || this.#overlong) this.#carriedLine(false);
    const hidden = this.#interpreter.finish();
    this.#sink.finish();
    return { lines: this.#ledger.finish(), listings: this.#sink.listings, hidden };
  }

  #begin(first: Uint8Array): void {
    this.#probe = null;
    const probe = first.subarray(0, PROBE_BYTES);
    this.#interpreter.expect(widestLine(probe), this.#fitted ?? brokenAt(probe));
  }

  #take(chunk: Uint8Array): void {
    const last = chunk.lastIndexOf(NEWLINE);
    let at = 0;
    if (last >= 0 && (this.#carried > 0 || this.#overlong)) {
      const newline = chunk.indexOf(NEWLINE);
      this.#keep(chunk, 0, newline);
      this.#carriedLine(true);
      at = newline + 1;
    }
    while (at <= last) {
      const taken = this.#interpreter.scan(chunk, last);
      if (taken.lines > 0) {
        this.#lines += taken.lines;
        at = taken.next;
        continue;
      }
      const newline = chunk.indexOf(NEWLINE, at);
      const overlong = newline - at > LONGEST_LINE;
      const end = overlong ? at + LONGEST_LINE : newline > at && chunk[newline - 1] === 13 ? newline - 1 : newline;
      this.#interpreter.line({ bytes: chunk, start: at, end, line: ++this.#lines }, overlong, true);
      at = newline + 1;
    }
    this.#keep(chunk, at, chunk.length);
    this.#interpreter.release();
    this.#sink.flush();
  }

  #carriedLine(complete: boolean): void {
    const length = this.#carried;
    const overlong = this.#overlong;
    this.#carried = 0;
    this.#overlong = false;
    const end = complete && !overlong && length > 0 && this.#carry[length - 1] === 13 ? length - 1 : length;
    this.#interpreter.line({ bytes: this.#carry, start: 0, end, line: ++this.#lines }, overlong, complete);
    this.#interpreter.release();
    this.#sink.flush();
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    let length = end - start;
    if (this.#carried + length > LONGEST_LINE) {
      length = LONGEST_LINE - this.#carried;
      this.#overlong = true;
    }
    if (length <= 0) return;
    if (this.#carried + length > this.#carry.length) {
      const larger = new Uint8Array((this.#carried + length) * 2);
      larger.set(this.#carry.subarray(0, this.#carried));
      this.#carry = larger;
    }
    this.#carry.set(bytes.subarray(start, start + length), this.#carried);
    this.#carried += length;
  }
}

/** Takes the rows of a trial and does nothing with them. */
const NOBODY: RowConsumer = { listing: () => {}, rows: () => {}, process: () => {} };

/** The share of broken lines that must be left unplaced as a terminal's before they are read as a mailer's. */
const LEFT = 0.05;

/** To how many characters an input's lines were filled if they were broken at blanks, else 0: reading them both ways tells. */
function brokenAt(probe: Uint8Array): number {
  const breaks = softBreaks(probe);
  if (!breaks || breaks.sure) return breaks?.width ?? 0;
  const left = leftBy(probe, 0);
  return left > breaks.lines * LEFT && leftBy(probe, breaks.width) * 2 < left ? breaks.width : 0;
}

function leftBy(probe: Uint8Array, fitted: number): number {
  const parser = new LsofTextParser(NOBODY, fitted);
  parser.write(probe);
  return parser.finish().lines.unplacedTotal;
}
