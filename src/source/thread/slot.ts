import { Batch } from '../../columns/batch.ts';
import { CELLS, Num, type RowBatch } from '../../model/row-batch.ts';

/** Rows that a slot holds: what a megabyte of the tersest listings has. */
export const SLOT_ROWS = 1 << 14;

/** Bytes of text that a slot holds: a chunk of an input and a line that the chunk before left open. */
export const SLOT_BYTES = 9 << 17;

const NUMBERS = Object.keys(Num).length;
const COLUMN_BYTES = SLOT_ROWS * 4;
const COLUMNS_BYTES = (NUMBERS + 2 * CELLS.length) * COLUMN_BYTES;

/** Memory for one slot with room for so many bytes of text. Pages that nobody writes cost nothing. */
export function slotMemory(textBytes: number = SLOT_BYTES): SharedArrayBuffer {
  return new SharedArrayBuffer(COLUMNS_BYTES + textBytes);
}

/** Shared memory seen as a batch: its number columns, the start and end of every text column, then the text. */
export class Slot {
  readonly memory: SharedArrayBuffer;
  /** Bytes of text there is room for. */
  readonly room: number;
  readonly batch: RowBatch;
  /** Every text column, whether the rows have it or not; those that they have are in `batch.text`. */
  readonly columns: readonly { readonly start: Int32Array; readonly end: Int32Array }[];

  constructor(memory: SharedArrayBuffer) {
    let at = 0;
    const column = (): Int32Array => {
      at += COLUMN_BYTES;
      return new Int32Array(memory, at - COLUMN_BYTES, SLOT_ROWS);
    };
    const numbers = Array.from({ length: NUMBERS }, column);
    this.memory = memory;
    this.room = memory.byteLength - COLUMNS_BYTES;
    this.batch = new Batch(CELLS.length, NUMBERS, numbers);
    this.columns = CELLS.map(() => ({ start: column(), end: column() }));
    this.batch.bytes = new Uint8Array(memory, COLUMNS_BYTES);
  }
}
