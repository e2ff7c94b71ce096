import { ABSENT } from '../../src/columns/batch.ts';
import { decodeText } from '../../src/columns/utf8.ts';
import type { Dialect, ParseResult } from '../../src/dialect/dialect.ts';
import type { ListingStart, RowConsumer } from '../../src/model/consumer.ts';
import { className, type DescriptorClass } from '../../src/model/descriptor-class.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { CELLS, type CellName, Num, type RowBatch } from '../../src/model/row-batch.ts';

/** A row with its cells as text; absent cells are not there. */
export interface ParsedRow {
  readonly line: number;
  readonly listing: number;
  readonly pid: number;
  readonly class: DescriptorClass | null;
  readonly deleted: boolean | null;
  readonly cells: Readonly<Partial<Record<CellName, string>>>;
}

export interface Parsed {
  readonly rows: readonly ParsedRow[];
  readonly listings: readonly ListingStart[];
  readonly facts: readonly ProcessFact[];
  readonly result: ParseResult;
}

function rowOf(batch: RowBatch, row: number): ParsedRow {
  const cells: Partial<Record<CellName, string>> = {};
  for (const [index, name] of CELLS.entries()) {
    const column = batch.text[index];
    const start = column ? (column.start[row] as number) : ABSENT;
    if (!column || start === ABSENT) continue;
    cells[name] = decodeText(batch.bytes, start, column.end[row] as number);
  }
  const number = (column: number) => (batch.numbers[column] as Int32Array)[row] as number;
  const deleted = number(Num.deleted);
  return {
    line: number(Num.line),
    listing: batch.listing,
    pid: number(Num.pid),
    class: number(Num.class) === 0 ? null : className(number(Num.class)),
    deleted: deleted === 0 ? null : deleted === 2,
    cells,
  };
}

/** Parses bytes with a dialect, in chunks of the given size, each in a buffer that is overwritten afterwards. */
export function parse(dialect: Dialect, input: Uint8Array | string, chunkSize = 1 << 16): Parsed {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const rows: ParsedRow[] = [];
  const listings: ListingStart[] = [];
  const facts: ProcessFact[] = [];
  const consumer: RowConsumer = {
    listing: (start) => listings.push(start),
    rows: (batch) => {
      for (let row = 0; row < batch.rows; row++) rows.push(rowOf(batch, row));
    },
    process: (fact) => facts.push(fact),
  };
  const parser = dialect.parser(consumer);
  const chunk = new Uint8Array(chunkSize);
  for (let at = 0; at < bytes.length; at += chunkSize) {
    const part = bytes.subarray(at, at + chunkSize);
    chunk.set(part);
    parser.write(chunk.subarray(0, part.length));
    chunk.fill(0x3f);
  }
  return { rows, listings, facts, result: parser.finish() };
}

/** The sample that detection sees of an input. */
export function sampleFor(input: Uint8Array | string) {
  const bytes = (typeof input === 'string' ? new TextEncoder().encode(input) : input).subarray(0, 1 << 16);
  const text = Buffer.from(bytes).toString('latin1');
  return { bytes, text, lines: text.split('\n').map((line) => line.replace(/\r$/, '')) };
}
