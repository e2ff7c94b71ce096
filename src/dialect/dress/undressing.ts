import { Buffer } from 'node:buffer';
import type { ListingStart, RowConsumer } from '../../model/consumer.ts';
import type { LineCoverage } from '../../model/coverage.ts';
import { Num, type RowBatch } from '../../model/row-batch.ts';
import { LineReader } from '../line/line-reader.ts';
import type { Dress } from './dress.ts';

/** Takes the dresses off an input, line by line, and keeps which line of the input each line came from. */
export class Undressing {
  readonly #dresses: readonly Dress[];
  readonly #reader: LineReader;
  readonly #origins = new LineOrigins();
  #out: string[] = [];

  constructor(dresses: readonly Dress[]) {
    this.#dresses = dresses;
    this.#reader = new LineReader((bytes, start, end, _line, overlong) => this.#line(bytes, start, end, overlong));
  }

  /** What must be said of the input, as sentences. */
  get notes(): string[] {
    return this.#dresses.flatMap(({ note }) => (note === undefined ? [] : [note]));
  }

  /** The chunk without dress; lines that it leaves open come with the next. */
  write(chunk: Uint8Array): Uint8Array {
    this.#reader.write(chunk);
    return this.#taken();
  }

  /** What is left: the last line, if nothing ends it. */
  end(): Uint8Array {
    const open = this.#reader.finish();
    const rest = this.#taken();
    return open ? rest.subarray(0, -1) : rest;
  }

  /** Gives rows the line numbers of the input. */
  numbered(consumer: RowConsumer): RowConsumer {
    const origins = this.#origins;
    return {
      listing: (start: ListingStart) => consumer.listing({ ...start, line: origins.of(start.line) }),
      process: (fact) => consumer.process(fact),
      rows: (batch: RowBatch) => {
        if (!origins.plain) {
          const lines = batch.numbers[Num.line] as Int32Array;
          for (let row = 0; row < batch.rows; row++) lines[row] = origins.of(lines[row] as number);
        }
        consumer.rows(batch);
      },
    };
  }

  /** Gives lines that could not be placed the numbers of the input. */
  coverage(lines: LineCoverage): LineCoverage {
    const unplaced = lines.unplaced.map(({ line, text }) => ({ line: this.#origins.of(line), text }));
    return { ...lines, unplaced };
  }

  #line(bytes: Uint8Array, start: number, end: number, overlong: boolean): void {
    let text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    // One byte more, so that it is too long for the dialect as well.
    if (overlong) text += ' ';
    else for (const dress of this.#dresses) text = text.split('\n').map(dress.bare).join('\n');
    this.#origins.add(text.includes('\n') ? text.split('\n').length : 1);
    this.#out.push(text, '\n');
  }

  #taken(): Uint8Array {
    const bytes = Buffer.from(this.#out.join(''), 'latin1');
    this.#out = [];
    return bytes;
  }
}

/** Which line of the input a line came from, where one line of it may have become several. */
class LineOrigins {
  /** First lines, counted in lines given out, from which on the numbers differ by another amount; and that amount. */
  readonly #from: number[] = [];
  readonly #shift: number[] = [];
  #given = 0;
  #taken = 0;

  get plain(): boolean {
    return this.#from.length === 0;
  }

  /** One more line of the input became `lines` lines. */
  add(lines: number): void {
    this.#taken++;
    for (let i = 0; i < lines; i++) {
      this.#given++;
      const shift = this.#given - this.#taken;
      if (shift === (this.#shift.at(-1) ?? 0)) continue;
      this.#from.push(this.#given);
      this.#shift.push(shift);
    }
  }

  of(line: number): number {
    let low = 0;
    let high = this.#from.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#from[middle] as number) <= line) low = middle + 1;
      else high = middle;
    }
    return line - (this.#shift[low - 1] ?? 0);
  }
}
