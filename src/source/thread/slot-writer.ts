import { ABSENT, type TextColumn } from '../../columns/batch.ts';
import type { ListingStart, RowConsumer } from '../../model/consumer.ts';
import type { ProcessFact } from '../../model/process.ts';
import { CELLS, type RowBatch } from '../../model/row-batch.ts';
import type { Gate } from './gate.ts';
import type { ThreadMessage } from './message.ts';
import { SLOT_BYTES, SLOT_ROWS, Slot, slotMemory } from './slot.ts';

/** A batch with a row in so many bytes of its text or more fills it: its text is copied as it is. */
const DENSE = 512;
/** A slot this full is sent: small batches, as damaged inputs make them, travel together. */
const ENOUGH_ROWS = SLOT_ROWS / 4;
const ENOUGH_BYTES = SLOT_BYTES / 4;

/** Where in a batch's text some of its rows lie. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Copies rows into shared slots and says so to the thread that takes them. Waits while all slots are full. */
export class SlotWriter implements RowConsumer {
  readonly #gate: Gate;
  readonly #send: (message: ThreadMessage) => void;
  readonly #slots: (Slot | null)[];
  /** Whether the other side has the slot's memory. */
  readonly #known: boolean[];
  #next = 0;
  /** The slot that is filled, taken from the gate. */
  #slot: Slot | null = null;
  #rows = 0;
  #bytes = 0;
  #columns = 0;
  #listing = 0;

  constructor(gate: Gate, slots: number, send: (message: ThreadMessage) => void) {
    this.#gate = gate;
    this.#send = send;
    this.#slots = new Array<Slot | null>(slots).fill(null);
    this.#known = new Array<boolean>(slots).fill(false);
  }

  listing(start: ListingStart): void {
    this.flush();
    this.#send({ kind: 'listing', start });
  }

  process(fact: ProcessFact): void {
    this.flush();
    this.#send({ kind: 'process', fact });
  }

  rows(batch: RowBatch): void {
    if (batch.listing !== this.#listing) this.flush();
    this.#listing = batch.listing;
    for (let row = 0; row < batch.rows; ) row = this.#take(batch, row);
    if (this.#rows >= ENOUGH_ROWS || this.#bytes >= ENOUGH_BYTES) this.flush();
  }

  /** Sends what there is. */
  flush(): void {
    const slot = this.#slot;
    if (slot === null) return;
    const index = this.#next;
    const memory = this.#known[index] ? null : slot.memory;
    this.#known[index] = true;
    this.#send({
      kind: 'rows',
      slot: index,
      memory,
      rows: this.#rows,
      listing: this.#listing,
      columns: this.#columns,
      bytes: this.#bytes,
    });
    this.#slot = null;
    this.#next = (index + 1) % this.#slots.length;
  }

  /** Copies rows from `row` on, as many as there is room for; returns the row after them. */
  #take(batch: RowBatch, row: number): number {
    const left = batch.rows - row;
    if (row === 0 && left <= SLOT_ROWS && left * DENSE >= batch.bytes.length && batch.bytes.length <= SLOT_BYTES) {
      // Alone in its slot, so that no cell moves and memory is copied in words.
      this.flush();
      this.#copy(batch, 0, left, { from: 0, to: batch.bytes.length });
      return left;
    }
    let rows = Math.min(left, SLOT_ROWS - this.#rows);
    let extent = extentOf(batch, row, row + rows);
    if (this.#rows > 0 && (rows === 0 || !this.#fits(rows, extent))) {
      this.flush();
      rows = Math.min(left, SLOT_ROWS);
      extent = extentOf(batch, row, row + rows);
    }
    while (rows > 1 && !this.#fits(rows, extent)) {
      rows >>>= 1;
      extent = extentOf(batch, row, row + rows);
    }
    this.#copy(batch, row, rows, extent);
    return row + rows;
  }

  #fits(rows: number, { from, to }: Extent): boolean {
    return this.#rows + rows <= SLOT_ROWS && this.#bytes + to - from <= (this.#slot?.room ?? SLOT_BYTES);
  }

  #copy(batch: RowBatch, row: number, rows: number, { from, to }: Extent): void {
    const slot = this.#slot ?? this.#open(to - from);
    const at = this.#rows;
    const shift = this.#bytes - from;
    slot.batch.bytes.set(batch.bytes.subarray(from, to), this.#bytes);
    for (const [index, column] of batch.numbers.entries()) {
      (slot.batch.numbers[index] as Int32Array).set(column.subarray(row, row + rows), at);
    }
    for (let cell = 0; cell < CELLS.length; cell++) {
      const source = batch.text[cell] ?? null;
      const target = slot.columns[cell] as TextColumn;
      const bit = 1 << cell;
      if (source !== null && (this.#columns & bit) === 0 && at > 0) target.start.fill(ABSENT, 0, at);
      if (source !== null) {
        this.#columns |= bit;
        copyCells(source, row, rows, target, at, shift);
      } else if ((this.#columns & bit) !== 0) target.start.fill(ABSENT, at, at + rows);
    }
    this.#rows = at + rows;
    this.#bytes += to - from;
  }

  /** The next slot, empty, with room for so many bytes. */
  #open(bytes: number): Slot {
    this.#gate.take();
    const index = this.#next;
    let slot = this.#slots[index] ?? null;
    if (slot === null || slot.room < bytes) {
      slot = new Slot(slotMemory(Math.max(bytes, SLOT_BYTES)));
      this.#slots[index] = slot;
      this.#known[index] = false;
    }
    this.#slot = slot;
    this.#rows = 0;
    this.#bytes = 0;
    this.#columns = 0;
    return slot;
  }
}

function copyCells(source: TextColumn, row: number, rows: number, target: TextColumn, at: number, shift: number): void {
  if (shift === 0) {
    target.start.set(source.start.subarray(row, row + rows), at);
    target.end.set(source.end.subarray(row, row + rows), at);
    return;
  }
  for (let from = row, to = at; from < row + rows; from++, to++) {
    const start = source.start[from] as number;
    target.start[to] = start < 0 ? ABSENT : start + shift;
    target.end[to] = (source.end[from] as number) + shift;
  }
}

/** Where the cells of rows `[first, last)` lie. */
function extentOf(batch: RowBatch, first: number, last: number): Extent {
  let from = batch.bytes.length;
  let to = 0;
  for (const column of batch.text) {
    if (!column) continue;
    const { start, end } = column;
    for (let row = first; row < last; row++) {
      const at = start[row] as number;
      if (at < 0) continue;
      if (at < from) from = at;
      if ((end[row] as number) > to) to = end[row] as number;
    }
  }
  return to > from ? { from, to } : { from: 0, to: 0 };
}
