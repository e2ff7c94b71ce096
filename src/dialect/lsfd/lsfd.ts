import type { RowConsumer } from '../../model/consumer.ts';
import type { Dialect, DialectParser, ParseResult, Sample } from '../dialect.ts';
import { LineLedger } from '../line/line-ledger.ts';
import { LineReader } from '../line/line-reader.ts';
import { Surroundings } from '../line/surroundings.ts';
import { LsfdHeadless } from './lsfd-headless.ts';
import { LsfdLayout } from './lsfd-layout.ts';
import { LsfdListing } from './lsfd-listing.ts';
import { LsfdRow } from './lsfd-row.ts';

/** What a mail, a diff or a comment puts before each line. */
const QUOTE = /^[ \t]*[>#|+]+ ?/;
/** A header's letters; few rows have none but these. */
const TITLES = /^[A-Z0-9.:\- ]+$/;
/** Hyperlinks that lsfd puts around names on a terminal (`--hyperlink`): OSC 8. */
const HYPERLINK = /\x1b\]8;;[^\x1b]*\x1b\\/g;
const SUMMARY = /^ *VALUE COUNTER$/;

class LsfdParser implements DialectParser {
  readonly #ledger = new LineLedger();
  readonly #surroundings: Surroundings;
  readonly #listing: LsfdListing;
  readonly #reader = new LineReader((bytes, start, end, line, overlong) =>
    this.#line(bytes, start, end, line, overlong),
  );
  readonly #row = new LsfdRow();
  readonly #headless = new LsfdHeadless();
  #layout: LsfdLayout | null = null;
  #prefix = '';
  #summary = false;
  #afterRow = false;

  constructor(consumer: RowConsumer) {
    this.#surroundings = new Surroundings(consumer, this.#ledger);
    this.#listing = new LsfdListing(consumer);
  }

  write(chunk: Uint8Array): void {
    this.#reader.write(chunk);
  }

  finish(): ParseResult {
    const rows = this.#listing.rows;
    if (this.#reader.finish() && this.#listing.rows > rows)
      this.#surroundings.say('the input ends within a line: its last row may be cut');
    this.#listing.finish();
    if (this.#listing.nameless > 0)
      this.#surroundings.say('the columns do not say which process a row belongs to (PID)');
    return { lines: this.#ledger.finish(), listings: this.#listing.listings, hidden: this.#surroundings.hidden };
  }

  #line(bytes: Uint8Array, start: number, end: number, line: number, overlong: boolean): void {
    if (
      overlong ||
      !this.#take(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'), line)
    ) {
      this.#afterRow = false;
      this.#surroundings.place(bytes, start, end, line);
    }
  }

  #take(printed: string, line: number): boolean {
    if (!printed.startsWith(this.#prefix)) {
      if (printed !== this.#prefix.trimEnd()) return this.#header(printed, line);
      this.#ledger.other();
      return true;
    }
    const bare = printed.slice(this.#prefix.length);
    const text = bare.includes('\x1b') ? bare.replace(HYPERLINK, '') : bare;
    if (TITLES.test(text) && this.#header(printed, line)) return true;
    if (this.#summary && /^ *\d+ \S/.test(text)) {
      this.#ledger.other();
      return true;
    }
    this.#summary = SUMMARY.test(text);
    if (this.#summary) {
      this.#ledger.other();
      return true;
    }
    if (!this.#layout) {
      if (!this.#headless.read(text, this.#row)) return this.#prefix === '' && this.#header(printed, line);
      return this.#put(line);
    }
    const fit = this.#layout.read(text, this.#row);
    if (fit === 'row') return this.#put(line);
    if (fit === 'none' || !this.#afterRow) return false;
    this.#ledger.row();
    return true;
  }

  #put(line: number): boolean {
    this.#listing.write(this.#row, line);
    this.#ledger.row();
    this.#afterRow = true;
    return true;
  }

  /** A header; it also shows what stands before each line. */
  #header(printed: string, line: number): boolean {
    const prefix = QUOTE.exec(printed)?.[0] ?? '';
    const layout = LsfdLayout.of(printed.slice(prefix.length));
    if (!layout) return false;
    this.#layout = layout;
    this.#prefix = prefix;
    this.#afterRow = false;
    this.#summary = false;
    this.#listing.begin(line);
    this.#ledger.other();
    return true;
  }
}

/** Titles that only lsfd has; `COMMAND PID USER FD TYPE NAME` alone could be anybody's. */
const TELLING = /(?:^|\s)(?:ASSOC|X?MODE|MNTID|STTYPE|KTHREAD|KNAME|SOURCE|[A-Z]+\.[A-Z]+)(?:\s|$)/;

function detect(sample: Sample): number {
  const headless = new LsfdHeadless();
  const row = new LsfdRow();
  let known = 0;
  for (const line of sample.lines.slice(0, 400)) {
    if (TITLES.test(line.replace(QUOTE, '')) && LsfdLayout.of(line.replace(QUOTE, ''))) {
      return TELLING.test(line) ? 1 : 0.6;
    }
    if (headless.read(line, row)) known++;
  }
  const lines = sample.lines.slice(0, 400).filter((line) => line.trim() !== '').length;
  return known > 0 && known * 2 >= lines ? 0.8 : 0;
}

/** util-linux lsfd: aligned columns of any selection, or raw (`-r`). */
export const lsfd: Dialect = {
  name: 'lsfd',
  title: 'util-linux lsfd, aligned or raw (-r), any columns',
  detect,
  parser: (consumer) => new LsfdParser(consumer),
};
