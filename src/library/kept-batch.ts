import { BATCH_ROWS } from '../columns/batch.ts';
import { createRowBatch, type RowBatch } from '../model/row-batch.ts';

/** A batch's rows in as little memory as they take. */
export interface KeptBatch {
  readonly rows: number;
  readonly listing: number;
  readonly bytes: Uint8Array;
  readonly numbers: readonly Int32Array[];
  readonly text: readonly ({ readonly start: Int32Array; readonly end: Int32Array } | null)[];
}

/** Copies what rows there are; the batch may be used again. */
export function keepBatch(batch: RowBatch): KeptBatch {
  const { rows, listing } = batch;
  const text = batch.text.map((column) =>
    column ? { start: column.start.slice(0, rows), end: column.end.slice(0, rows) } : null,
  );
  let first = batch.bytes.length;
  let last = 0;
  for (const column of text) {
    if (!column) continue;
    for (let row = 0; row < rows; row++) {
      const start = column.start[row] as number;
      if (start < 0) continue;
      if (start < first) first = start;
      if ((column.end[row] as number) > last) last = column.end[row] as number;
    }
  }
  // `slice` of a Buffer would share the memory that the source uses again.
  const bytes = last > first ? new Uint8Array(batch.bytes.subarray(first, last)) : new Uint8Array(0);
  if (last > first) for (const column of text) if (column) shift(column.start, column.end, first);
  return { rows, listing, bytes, text, numbers: batch.numbers.map((column) => column.slice(0, rows)) };
}

function shift(start: Int32Array, end: Int32Array, by: number): void {
  for (let row = 0; row < start.length; row++) {
    if ((start[row] as number) < 0) continue;
    start[row] = (start[row] as number) - by;
    end[row] = (end[row] as number) - by;
  }
}

/** Hands kept batches out again, through one batch whose columns are overwritten each time: consumers change what they get. */
export class BatchReplay {
  readonly #batch: RowBatch = createRowBatch();

  fill(kept: KeptBatch): RowBatch {
    const batch = this.#batch;
    batch.rows = kept.rows;
    batch.listing = kept.listing;
    batch.bytes = kept.bytes;
    for (const [index, column] of kept.numbers.entries()) (batch.numbers[index] as Int32Array).set(column);
    for (const [index, column] of kept.text.entries()) {
      if (column) {
        const target = batch.textColumn(index);
        target.start.set(column.start);
        target.end.set(column.end);
      } else {
        // A column of an earlier batch that this one lacks: all its cells are absent.
        batch.text[index]?.start.fill(-1, 0, Math.min(kept.rows, BATCH_ROWS));
      }
    }
    return batch;
  }
}
