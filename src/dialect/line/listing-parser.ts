import { Buffer } from 'node:buffer';
import type { RowConsumer } from '../../model/consumer.ts';
import { RowWriter } from '../../model/row-writer.ts';
import type { DialectParser, ParseResult } from '../dialect.ts';
import { LineLedger } from './line-ledger.ts';
import { LineReader } from './line-reader.ts';
import { Surroundings } from './surroundings.ts';

/** A line of the input as Latin-1 text, one character per byte, so that no byte is lost on the way into a cell. */
export interface TextLine {
  /** 1-based. */
  readonly number: number;
  /** The whole line. */
  readonly whole: string;
  /** The line without the quoting that pastes put in front: `> `, `# `, `| `, `+ `, indent. */
  readonly text: string;
}

/** What mail, forums, root prompts in comments and diffs put in front of every line; `>` and `+` also without a blank. */
const PASTE_PREFIX = /^(?:[ \t]*(?:[>+]|[#|](?=[ \t]|$)))*[ \t]*/;
const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/** No-break spaces (UTF-8) in front of any path: a web page's blanks, which names further on were then padded with, too. */
const PADDED = /^[^/]*\xc2\xa0/;

/** Splits off what a paste put in front of a line. */
export function withoutPrefix(line: string): string {
  const text = PADDED.test(line) ? line.replaceAll('\xc2\xa0', ' ') : line;
  return text.slice(PASTE_PREFIX.exec(text)?.[0].length ?? 0);
}

/**
 * Base of the parsers of small line formats: the input is one listing unless a parser says `again`, and every line goes
 * through `place`, which must account for it exactly once. Lines held back for a decision are kept by the subclass until `close`.
 */
export abstract class ListingParser implements DialectParser {
  protected readonly consumer: RowConsumer;
  protected readonly writer: RowWriter;
  protected readonly ledger = new LineLedger();
  readonly #surroundings: Surroundings;
  readonly #reader: LineReader;
  #listings = 1;

  constructor(consumer: RowConsumer) {
    this.consumer = consumer;
    this.writer = new RowWriter(consumer);
    this.#surroundings = new Surroundings(consumer, this.ledger);
    this.#reader = new LineReader((bytes, start, end, number, overlong) => {
      let whole = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
      if (number === 1 && whole.startsWith(BYTE_ORDER_MARK)) whole = whole.slice(BYTE_ORDER_MARK.length);
      if (overlong) this.unplaced(whole, number);
      else this.place({ number, whole, text: withoutPrefix(whole) });
    });
    this.writer.listing(0, 1);
  }

  write(chunk: Uint8Array): void {
    this.#reader.write(chunk);
  }

  finish(): ParseResult {
    this.#reader.finish();
    this.close();
    this.writer.flush();
    return { lines: this.ledger.finish(), listings: this.#listings, hidden: this.#surroundings.hidden };
  }

  /** Accounts for one line. */
  protected abstract place(line: TextLine): void;

  /** End of input: lines held back are placed now. */
  protected close(): void {}

  /** The rows from `line` on are another listing. */
  protected again(line: number): void {
    this.writer.listing(this.#listings++, line);
  }

  /** Writes a cell; `value` is Latin-1. An undefined value leaves the cell absent. */
  protected cell(column: number, value: string | undefined): void {
    if (value === undefined) return;
    const bytes = Buffer.from(value, 'latin1');
    this.writer.cell(column, bytes, 0, bytes.length);
  }

  /** Enters a line that is no row: as other if it is a prompt, warning, blank or limit line, else as unplaced. */
  protected surrounding(line: TextLine): boolean {
    const bytes = Buffer.from(line.whole, 'latin1');
    return this.#surroundings.place(bytes, 0, bytes.length, line.number);
  }

  protected unplaced(whole: string, number: number): void {
    const bytes = Buffer.from(whole, 'latin1');
    this.ledger.unplaced(number, bytes, 0, bytes.length);
  }

  /** Keeps a sentence about what the input says it lacks. */
  protected hidden(sentence: string): void {
    this.#surroundings.say(sentence);
  }
}

/** The share, 0 to 1, of the lines that `matches`, among those of a sample that are not blank; 0 for an empty sample. */
export function shareOf(
  lines: readonly string[],
  matches: (line: string) => boolean,
): { count: number; share: number } {
  let seen = 0;
  let count = 0;
  for (const line of lines) {
    const text = withoutPrefix(line);
    if (text === '') continue;
    seen++;
    if (matches(text)) count++;
  }
  return { count, share: seen === 0 ? 0 : count / seen };
}
