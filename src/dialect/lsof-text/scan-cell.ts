import { ABSENT, type TextColumn } from '../../columns/batch.ts';
import { BLANK, isWord, skipBlanks } from './scan-words.ts';

const ZERO = 48;

/** One right-aligned column between TYPE and NAME, down a block of lines. */
export class ScanCell {
  readonly #column: TextColumn;
  readonly #edge: number;
  /** Of SIZE/OFF: where a cell goes that is an offset. */
  readonly #offset: TextColumn | null;

  constructor(column: TextColumn, edge: number, offset: TextColumn | null) {
    this.#column = column;
    this.#edge = edge;
    this.#offset = offset;
  }

  /**
   * Cuts the cell of each line whose next word begins at `cursors` and moves the cursor behind it; a word that begins behind
   * the column's edge leaves the cell absent. Returns how many lines have a whole cell there or none.
   */
  take(bytes: Uint8Array, view: DataView, bases: Int32Array, cursors: Int32Array, row: number, count: number): number {
    const starts = this.#column.start;
    const ends = this.#column.end;
    for (let i = 0; i < count; i++) {
      const start = cursors[i];
      const edge = bases[i] + this.#edge;
      if (start > edge) {
        starts[row + i] = ABSENT;
        continue;
      }
      if (start === edge || bytes[edge] !== BLANK || !isWord(bytes, view, start, edge))
        return this.#offsets(bytes, row, i);
      starts[row + i] = start;
      ends[row + i] = edge;
      cursors[i] = skipBlanks(bytes, view, edge);
    }
    return this.#offsets(bytes, row, count);
  }

  /** Moves cells that are offsets to their own column: 0t17, 0x11 (lsof(8), SIZE/OFF). */
  #offsets(bytes: Uint8Array, row: number, count: number): number {
    const offset = this.#offset;
    if (!offset) return count;
    const { start, end } = this.#column;
    for (let at = row; at < row + count; at++) {
      const from = start[at];
      if (from < 0 || bytes[from] !== ZERO || end[at] - from <= 2) continue;
      if (bytes[from + 1] !== 116 && bytes[from + 1] !== 120) continue;
      offset.start[at] = from;
      offset.end[at] = end[at];
      start[at] = ABSENT;
    }
    return count;
  }
}
