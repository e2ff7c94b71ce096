import { ABSENT, BATCH_ROWS, type TextColumn } from '../columns/batch.ts';
import type { RowConsumer } from './consumer.ts';
import { classCode, type DescriptorClass } from './descriptor-class.ts';
import { createRowBatch, Num, type RowBatch } from './row-batch.ts';

/** Bytes of copied cells after which a batch is handed on even if it is not full. */
const ARENA_BYTES = 8 << 20;
const encoder = new TextEncoder();

/**
 * Builds batches row by row for the dialects whose cells do not lie in the input as they are wanted.
 * Cells are copied into an arena; a full batch is pushed into the consumer and the buffers are used again.
 *
 * ```
 * writer.begin(line, pid); writer.text(Cell.name, '/etc/passwd'); writer.end();
 * ```
 */
export class RowWriter {
  readonly #consumer: RowConsumer;
  readonly #batch: RowBatch = createRowBatch();
  readonly #used: TextColumn[] = [];
  #arena = new Uint8Array(1 << 16);
  #top = 0;
  /** Rows written since the start, over all batches. */
  rows = 0;

  constructor(consumer: RowConsumer) {
    this.#consumer = consumer;
    this.#batch.bytes = this.#arena;
  }

  /** Starts a row: every cell absent, class and deletion left to derivation. */
  begin(line: number, pid: number): void {
    const row = this.#batch.rows;
    for (const column of this.#used) column.start[row] = ABSENT;
    const [pids, lines, classes, deleted] = this.#batch.numbers as [Int32Array, Int32Array, Int32Array, Int32Array];
    pids[row] = pid;
    lines[row] = line;
    classes[row] = 0;
    deleted[row] = 0;
  }

  /** Moves the row's line, where the line that names the row comes after its first cells. */
  at(line: number): void {
    (this.#batch.numbers[Num.line] as Int32Array)[this.#batch.rows] = line;
  }

  /** Sets a cell by copying bytes `[start, end)`; an empty range is a present, empty cell. */
  cell(column: number, bytes: Uint8Array, start: number, end: number): void {
    const top = this.#room(end - start);
    const arena = this.#arena;
    for (let i = start, to = top; i < end; i++, to++) arena[to] = bytes[i] as number;
    this.#place(column, top, top + end - start);
  }

  /** Sets a cell from a string, as UTF-8. */
  text(column: number, value: string): void {
    const top = this.#room(value.length * 3);
    const { written } = encoder.encodeInto(value, this.#arena.subarray(top));
    this.#place(column, top, top + written);
  }

  class(name: DescriptorClass): void {
    (this.#batch.numbers[Num.class] as Int32Array)[this.#batch.rows] = classCode(name);
  }

  deleted(value: boolean): void {
    (this.#batch.numbers[Num.deleted] as Int32Array)[this.#batch.rows] = value ? 2 : 1;
  }

  /** Ends the row. */
  end(): void {
    this.rows++;
    if (++this.#batch.rows === BATCH_ROWS || this.#top > ARENA_BYTES) this.flush();
  }

  /** Ends the current listing's batch and opens the next listing. */
  listing(index: number, line: number, marker: string | null = null, time: string | null = null): void {
    this.flush();
    this.#batch.listing = index;
    this.#consumer.listing({ index, line, marker, ...(time === null ? {} : { time }) });
  }

  /** Hands on what there is. */
  flush(): void {
    if (this.#batch.rows > 0) this.#consumer.rows(this.#batch);
    this.#batch.rows = 0;
    this.#top = 0;
  }

  #place(column: number, start: number, end: number): void {
    let target = this.#batch.text[column] ?? null;
    if (!target) {
      target = this.#batch.textColumn(column);
      this.#used.push(target);
    }
    target.start[this.#batch.rows] = start;
    target.end[this.#batch.rows] = end;
    this.#top = end;
  }

  #room(bytes: number): number {
    const need = this.#top + bytes;
    if (need > this.#arena.length) {
      const larger = new Uint8Array(Math.max(need, this.#arena.length * 2));
      larger.set(this.#arena.subarray(0, this.#top));
      this.#arena = larger;
      this.#batch.bytes = larger;
    }
    return this.#top;
  }
}
