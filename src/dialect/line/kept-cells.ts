import type { RowWriter } from '../../model/row-writer.ts';

/** Cells kept aside until their row is written: those that all rows of a process share, or those of a row not known to be whole. */
export class KeptCells {
  #bytes = new Uint8Array(256);
  #top = 0;
  readonly #columns: number[] = [];
  readonly #ends: number[] = [];

  clear(): void {
    this.#top = 0;
    this.#columns.length = 0;
    this.#ends.length = 0;
  }

  has(column: number): boolean {
    return this.#columns.includes(column);
  }

  /** Keeps a copy of bytes `[start, end)` as the cell. */
  cell(column: number, bytes: Uint8Array, start: number, end: number): void {
    const top = this.#top + end - start;
    if (top > this.#bytes.length) {
      const larger = new Uint8Array(top * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    for (let from = start, to = this.#top; from < end; from++, to++) this.#bytes[to] = bytes[from] as number;
    this.#top = top;
    this.#columns.push(column);
    this.#ends.push(top);
  }

  /** Gives one cell's bytes to another column too, if the first is there and the second is not. */
  stand(column: number, from: number): void {
    const index = this.#columns.indexOf(from);
    if (index < 0 || this.has(column)) return;
    const start = index === 0 ? 0 : (this.#ends[index - 1] as number);
    const copy = this.#bytes.slice(start, this.#ends[index]);
    this.cell(column, copy, 0, copy.length);
  }

  /** Writes the cells into the row that the writer has begun. */
  write(writer: RowWriter): void {
    let start = 0;
    for (let i = 0; i < this.#columns.length; i++) {
      const end = this.#ends[i] as number;
      writer.cell(this.#columns[i] as number, this.#bytes, start, end);
      start = end;
    }
  }
}
