/** Rows in one batch at most: small enough to stay in cache, large enough to make calls cheap. */
export const BATCH_ROWS = 65_536;

/** Value of `start` for a cell that is absent (as opposed to present and empty). */
export const ABSENT = -1;

/**
 * The cells of one text column as byte ranges `[start, end)` of the batch's buffer.
 * Nothing is decoded until somebody asks: counting two million rows needs no strings.
 */
export interface TextColumn {
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/**
 * Up to 65,536 rows as columns. The buffers are reused: a consumer must copy what it keeps before it returns.
 *
 * Text columns are allocated on first use, so a dialect that knows four columns pays for four;
 * a column nobody wrote is `null` and all its cells are absent.
 */
export class Batch {
  /** The buffer that every text range points into: the input chunk itself or an arena of copied cells. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Rows in use, `0 .. rows - 1`. */
  rows = 0;
  /** Index of the listing these rows belong to, from 0; a batch never spans two. */
  listing = 0;
  readonly text: (TextColumn | null)[];
  readonly numbers: readonly Int32Array[];

  constructor(textColumns: number, numberColumns: number) {
    this.text = new Array<TextColumn | null>(textColumns).fill(null);
    this.numbers = Array.from({ length: numberColumns }, () => new Int32Array(BATCH_ROWS));
  }

  /** The column, allocated with every cell absent if this is its first use. */
  textColumn(index: number): TextColumn {
    const present = this.text[index];
    if (present) return present;
    const column = { start: new Int32Array(BATCH_ROWS).fill(ABSENT), end: new Int32Array(BATCH_ROWS) };
    this.text[index] = column;
    return column;
  }

  /** Keeps only the rows that `keep` accepts, in order, moving their cells down in place. */
  retain(keep: (row: number) => boolean): void {
    let kept = 0;
    for (let row = 0; row < this.rows; row++) {
      if (!keep(row)) continue;
      if (kept !== row) this.#move(row, kept);
      kept++;
    }
    this.rows = kept;
  }

  #move(from: number, to: number): void {
    for (const column of this.text) {
      if (!column) continue;
      column.start[to] = column.start[from] as number;
      column.end[to] = column.end[from] as number;
    }
    for (const column of this.numbers) column[to] = column[from] as number;
  }
}
