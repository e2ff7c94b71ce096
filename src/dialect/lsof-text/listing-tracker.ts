import { PairCounter } from '../../columns/counter.ts';
import { hashRange, newHash } from '../../columns/hash.ts';
import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';

/** Rows of a listing that are remembered one by one; of later ones only the first of each process. */
const REMEMBERED = 20_000;
/** Rows remembered at all. */
const MOST = 200_000;
const COMPARED = [Cell.tid, Cell.fd, Cell.type, Cell.name];

const hash = newHash();

/**
 * Remembers which rows a listing has had, in bounded memory, to tell whether a header in the middle of an input opens the next
 * cycle (a known process returns with a row it had) or goes on with other processes.
 */
export class ListingTracker {
  #seen = new PairCounter(MOST);
  #rows = 0;
  #pid = -1;

  clear(): void {
    if (this.#rows > 0) this.#seen = new PairCounter(MOST);
    this.#rows = 0;
    this.#pid = -1;
  }

  remember(batch: RowBatch): void {
    const pids = batch.numbers[Num.pid];
    for (let row = 0; row < batch.rows; row++) {
      if (this.#rows++ >= REMEMBERED && pids[row] === this.#pid) continue;
      this.#pid = pids[row];
      if (this.#seen.size < MOST) this.#seen.add(hashOf(batch, row), pids[row]);
    }
  }

  knows(batch: RowBatch, row: number): boolean {
    return this.#seen.get(hashOf(batch, row), batch.numbers[Num.pid][row]) > 0;
  }
}

/** A hash of TID, FD, TYPE and NAME; sizes and offsets change from cycle to cycle. */
function hashOf(batch: RowBatch, row: number): number {
  hash.first = 0;
  for (const cell of COMPARED) {
    const column = batch.text[cell];
    if (!column || column.start[row] < 0) continue;
    hashRange(batch.bytes, column.start[row], column.end[row], hash.first + cell, hash);
  }
  return hash.first;
}
