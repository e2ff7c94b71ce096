import { ABSENT, BATCH_ROWS } from '../../columns/batch.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import { CELLS, Cell, createRowBatch, Num, type RowBatch } from '../../model/row-batch.ts';
import { ListingTracker } from './listing-tracker.ts';
import type { RowCut } from './row-cut.ts';

/** Rows after a repeated header that are held back at most until it is clear which listing they belong to. */
const UNDECIDED_ROWS = 4096;
/** The same after words or a prompt: among the first of them a row must return, and so many rows are more than a quotation. */
const RETURNING_ROWS = 16;
const QUOTED_ROWS = 256;

/**
 * Where cut rows leave the parser: fills the batch, hands it on, and decides which listing rows belong to.
 * The rows of one batch share one buffer, so a row of another buffer hands on what there was before.
 */
export class RowSink {
  readonly batch: RowBatch = createRowBatch();
  readonly #consumer: RowConsumer;
  readonly #tracker = new ListingTracker();
  readonly #held: RowBatch = createRowBatch();
  #heldTop = 0;
  #undecided = 0;
  /** It was no header that left the next rows undecided. */
  #paused = false;
  /** A row came back among those held since. */
  #returned = false;
  /** Cells that the layout in use always writes; any other must be cleared behind a row that had it. */
  #dirty = false;
  #regular: ReadonlySet<number> = new Set();
  #rowsInListing = 0;
  listings = 0;

  constructor(consumer: RowConsumer) {
    this.#consumer = consumer;
  }

  /** Whether the listing of the next rows is still open, so that every row must come through `row`. */
  get undecided(): boolean {
    return this.#undecided > 0;
  }

  /** Cells that the scanner writes for every row it takes. */
  regular(cells: ReadonlySet<number>): void {
    this.flush();
    for (const cell of this.#regular) if (!cells.has(cell)) this.batch.text[cell]?.start.fill(ABSENT);
    this.#regular = cells;
  }

  /** A header at `line`; `marker` is the text of a repeat marker right above it. */
  header(line: number, marker: string | null): void {
    this.#decide(this.#isRepeated());
    this.flush();
    if (this.listings === 0 || (marker !== null && this.#rowsInListing > 0)) this.#open(line, marker);
    else if (this.#rowsInListing > 0) this.#undecided = line;
  }

  /**
   * Something that is no row at `line`, such as a prompt: rows without a header may begin again behind it. They do if rows
   * return that there were already, unless these are few beside the listing: then somebody quotes it.
   */
  pause(line: number): void {
    if (this.#undecided > 0 && this.#held.rows === 0) return;
    this.#decide(this.#isRepeated());
    this.flush();
    if (this.#rowsInListing === 0) return;
    this.#undecided = line;
    this.#paused = true;
  }

  /** Opens the first listing if rows come without a header. */
  begin(line: number): void {
    if (this.listings === 0) this.#open(line, null);
  }

  row(bytes: Uint8Array, line: number, cut: RowCut): void {
    if (this.#undecided > 0) this.#hold(bytes, line, cut);
    else this.#append(bytes, line, cut);
  }

  #append(bytes: Uint8Array, line: number, cut: RowCut): void {
    const batch = this.batch;
    if (batch.bytes !== bytes) {
      this.flush();
      batch.bytes = bytes;
    }
    write(batch, line, cut);
    this.#dirty = true;
    if (batch.rows === BATCH_ROWS) this.flush();
  }

  #hold(bytes: Uint8Array, line: number, cut: RowCut): void {
    const held = this.#held;
    let from = 0x7fffffff;
    let to = 0;
    for (let cell = 0; cell < CELLS.length; cell++) {
      if (cut.start[cell] < 0) continue;
      from = Math.min(from, cut.start[cell]);
      to = Math.max(to, cut.end[cell]);
    }
    const length = Math.max(0, to - from);
    if (this.#heldTop + length > held.bytes.length) {
      const larger = new Uint8Array(Math.max(1 << 16, (this.#heldTop + length) * 2));
      larger.set(held.bytes.subarray(0, this.#heldTop));
      held.bytes = larger;
    }
    if (length > 0) held.bytes.set(bytes.subarray(from, to), this.#heldTop);
    const row = held.rows;
    write(held, line, cut);
    for (const column of held.text) {
      if (!column || column.start[row] < 0) continue;
      column.start[row] += this.#heldTop - from;
      column.end[row] += this.#heldTop - from;
    }
    this.#heldTop += length;
    if (this.#paused) {
      if (!this.#returned && isNumbered(held, row)) this.#returned = this.#tracker.knows(held, row);
      if (held.rows === (this.#returned ? QUOTED_ROWS : RETURNING_ROWS)) this.#decide(this.#returned);
    } else if (this.#tracker.knows(held, row)) this.#decide(true);
    else if (held.rows === UNDECIDED_ROWS) this.#decide(false);
  }

  #isRepeated(): boolean {
    return this.#returned && this.#held.rows * 2 >= this.#rowsInListing;
  }

  /** The end of the input. */
  finish(): void {
    this.#decide(this.#isRepeated());
    this.flush();
  }

  /** Settles which listing the rows held back belong to: the next one, or the one before their header. */
  #decide(next: boolean): void {
    if (this.#undecided === 0) return;
    const line = this.#undecided;
    this.#undecided = 0;
    this.#paused = false;
    this.#returned = false;
    if (next) this.#open(line, null);
    if (this.#held.rows > 0) this.#push(this.#held);
    this.#held.rows = 0;
    this.#heldTop = 0;
  }

  #open(line: number, marker: string | null): void {
    this.flush();
    this.#tracker.clear();
    this.#rowsInListing = 0;
    this.#consumer.listing({ index: this.listings, marker, line });
    this.listings++;
  }

  #push(batch: RowBatch): void {
    batch.listing = this.listings - 1;
    this.#rowsInListing += batch.rows;
    this.#tracker.remember(batch);
    this.#consumer.rows(batch);
  }

  /** Hands on what there is. */
  flush(): void {
    const batch = this.batch;
    const rows = batch.rows;
    if (rows > 0) this.#push(batch);
    batch.rows = 0;
    if (!this.#dirty) return;
    this.#dirty = false;
    for (let cell = 0; cell < CELLS.length; cell++) {
      if (!this.#regular.has(cell)) batch.text[cell]?.start.fill(ABSENT, 0, rows);
    }
  }
}

/** FD is a whole number: a label cut to `*123`, and an association, are not one row's alone. */
function isNumbered(batch: RowBatch, row: number): boolean {
  const fd = batch.text[Cell.fd];
  const first = fd && fd.start[row] >= 0 ? batch.bytes[fd.start[row]] : 0;
  return first >= 48 && first <= 57;
}

function write(batch: RowBatch, line: number, cut: RowCut): void {
  const row = batch.rows++;
  batch.numbers[Num.pid][row] = cut.pid;
  batch.numbers[Num.line][row] = line;
  batch.numbers[Num.class][row] = 0;
  batch.numbers[Num.deleted][row] = 0;
  for (let cell = 0; cell < CELLS.length; cell++) {
    const start = cut.start[cell];
    const column = start < 0 ? batch.text[cell] : batch.textColumn(cell);
    if (!column) continue;
    column.start[row] = start;
    column.end[row] = cut.end[cell];
  }
}
