import type { RowWriter } from '../model/row-writer.ts';

/** The cells that every row of one process has in common, for formats that name the process once and its files after it. */
export class ProcessCells {
  #bytes = new Uint8Array(256);
  #top = 0;
  readonly #columns: number[] = [];
  readonly #ends: number[] = [];

  clear(): void {
    this.#top = 0;
    this.#columns.length = 0;
    this.#ends.length = 0;
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
    if (index < 0 || this.#columns.includes(column)) return;
    const start = index === 0 ? 0 : (this.#ends[index - 1] as number);
    this.cell(column, this.#bytes.subarray(start, this.#ends[index]), 0, (this.#ends[index] as number) - start);
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
