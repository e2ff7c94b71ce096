import { BATCH_ROWS, type TextColumn } from '../../columns/batch.ts';
import type { RowBatch } from '../../model/row-batch.ts';

/** The columns of a batch, and one to write to for those that no cell holds. */
export class SparedColumns {
  readonly #batch: RowBatch;
  #spare: TextColumn | null = null;

  constructor(batch: RowBatch) {
    this.#batch = batch;
  }

  of(cell: number): TextColumn {
    if (cell >= 0) return this.#batch.textColumn(cell);
    this.#spare ??= { start: new Int32Array(BATCH_ROWS), end: new Int32Array(BATCH_ROWS) };
    return this.#spare;
  }
}
