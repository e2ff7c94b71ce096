import { ABSENT, type TextColumn } from '../../columns/batch.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import type { Layout } from './layout.ts';
import { BLANK, BLANKS } from './scan-words.ts';
import type { SparedColumns } from './spared-columns.ts';

/** Last pass of the scanner: the right-aligned columns between TYPE and NAME, of which a row may lack any. */
export class TailPass {
  readonly #offset: TextColumn;
  readonly #typeStart: Int32Array;
  readonly #typeAt: number;
  readonly #nameAt: number;
  readonly #at: Int32Array;
  readonly #isSize: Int32Array;
  readonly #starts: readonly Int32Array[];
  readonly #ends: readonly Int32Array[];

  constructor(batch: RowBatch, layout: Layout, columns: SparedColumns) {
    this.#offset = batch.textColumn(Cell.offset);
    this.#typeStart = batch.textColumn(Cell.type).start;
    this.#typeAt = layout.typeAt;
    this.#nameAt = layout.nameAt;
    this.#at = Int32Array.from(layout.tail, ({ at }) => at);
    this.#isSize = Int32Array.from(layout.tail, ({ role }) => (role === 'size' ? 1 : 0));
    this.#starts = layout.tail.map(({ cell }) => columns.of(cell).start);
    this.#ends = layout.tail.map(({ cell }) => columns.of(cell).end);
  }

  /** How many of the `count` lines that begin at `bases` have nothing but whole cells in their columns up to NAME. */
  take(bytes: Uint8Array, view: DataView, bases: Int32Array, row: number, count: number): number {
    const offsetStart = this.#offset.start;
    const offsetEnd = this.#offset.end;
    const typeStart = this.#typeStart;
    const typeAt = this.#typeAt;
    const nameAt = this.#nameAt;
    const edges = this.#at;
    const isSize = this.#isSize;
    const starts = this.#starts;
    const ends = this.#ends;
    const tails = edges.length;
    for (let i = 0; i < count; i++, row++) {
      const base = bases[i];
      let at = base + typeAt;
      while (view.getInt32(at, true) === BLANKS) at += 4;
      while (bytes[at] === BLANK) at++;
      offsetStart[row] = ABSENT;
      for (let tail = 0; tail < tails; tail++) {
        const edge = base + edges[tail];
        if (at > edge) {
          starts[tail][row] = ABSENT;
          continue;
        }
        const start = at;
        while (bytes[at] > BLANK) at++;
        if (at !== edge || start === at || bytes[at] !== BLANK) return i;
        // 0t17, 0x11: an offset (lsof(8), SIZE/OFF).
        if (
          isSize[tail] === 1 &&
          bytes[start] === 48 &&
          at - start > 2 &&
          (bytes[start + 1] === 116 || bytes[start + 1] === 120)
        ) {
          offsetStart[row] = start;
          offsetEnd[row] = at;
          starts[tail][row] = ABSENT;
        } else {
          starts[tail][row] = start;
          ends[tail][row] = at;
        }
        while (view.getInt32(at, true) === BLANKS) at += 4;
        while (bytes[at] === BLANK) at++;
      }
      if (at !== base + nameAt) return i;
      // An address whose NODE is no protocol: toybox puts that in front of NAME.
      const node = tails > 0 ? starts[tails - 1][row] : ABSENT;
      if (node !== ABSENT && bytes[node] <= 57 && bytes[typeStart[row]] === 73) return i;
    }
    return count;
  }
}
