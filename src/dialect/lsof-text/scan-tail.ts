import { ABSENT, type TextColumn } from '../../columns/batch.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import type { Layout } from './layout.ts';
import { ScanCell } from './scan-cell.ts';
import { skipBlanks } from './scan-words.ts';
import type { SparedColumns } from './spared-columns.ts';

/**
 * Last pass of the scanner: the right-aligned columns between TYPE and NAME, of which a row may lack any. It goes down the
 * block column by column, since a loop over one column has its arrays at hand.
 */
export class TailPass {
  readonly #typeStart: Int32Array;
  readonly #typeAt: number;
  readonly #nameAt: number;
  readonly #offset: TextColumn;
  readonly #cells: readonly ScanCell[];
  readonly #node: Int32Array | null;
  /** Where the next word begins, for each line of the block. */
  readonly #cursors: Int32Array;

  constructor(batch: RowBatch, layout: Layout, columns: SparedColumns, most: number) {
    this.#typeStart = batch.textColumn(Cell.type).start;
    this.#typeAt = layout.typeAt;
    this.#nameAt = layout.nameAt;
    this.#offset = batch.textColumn(Cell.offset);
    this.#cursors = new Int32Array(most);
    this.#cells = layout.tail.map(
      ({ cell, at, role }) => new ScanCell(columns.of(cell), at, role === 'size' ? this.#offset : null),
    );
    const last = layout.tail.at(-1);
    this.#node = last ? columns.of(last.cell).start : null;
  }

  /** How many of the `count` lines that begin at `bases` have nothing but whole cells in their columns up to NAME. */
  take(bytes: Uint8Array, view: DataView, bases: Int32Array, row: number, count: number): number {
    const cursors = this.#cursors;
    const typeAt = this.#typeAt;
    for (let i = 0; i < count; i++) cursors[i] = skipBlanks(bytes, view, bases[i] + typeAt);
    this.#offset.start.fill(ABSENT, row, row + count);
    let taken = count;
    for (const cell of this.#cells) taken = cell.take(bytes, view, bases, cursors, row, taken);
    return this.#check(bytes, bases, row, taken);
  }

  #check(bytes: Uint8Array, bases: Int32Array, row: number, count: number): number {
    const cursors = this.#cursors;
    const nameAt = this.#nameAt;
    const nodes = this.#node;
    const types = this.#typeStart;
    for (let i = 0; i < count; i++) {
      if (cursors[i] !== bases[i] + nameAt) return i;
      // An address whose NODE is no protocol: toybox puts that in front of NAME.
      const node = nodes ? nodes[row + i] : ABSENT;
      if (node !== ABSENT && bytes[node] <= 57 && bytes[types[row + i]] === 73) return i;
    }
    return count;
  }
}
