import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';

/** Rows of a listing that are remembered one by one; of later ones only the first of each process. */
const REMEMBERED = 20_000;
/** Rows remembered at all. */
const MOST = 200_000;

/**
 * Remembers which rows a listing has had, in bounded memory, to tell whether a header in the middle of an input opens the next
 * cycle (a known process returns with a row it had) or goes on with other processes.
 */
export class ListingTracker {
  readonly #seen = new Set<number>();
  #rows = 0;
  #pid = -1;

  clear(): void {
    this.#seen.clear();
    this.#rows = 0;
    this.#pid = -1;
  }

  remember(batch: RowBatch): void {
    const pids = batch.numbers[Num.pid];
    for (let row = 0; row < batch.rows; row++) {
      if (this.#rows++ >= REMEMBERED && pids[row] === this.#pid) continue;
      this.#pid = pids[row];
      if (this.#seen.size < MOST) this.#seen.add(keyOf(batch, row));
    }
  }

  knows(batch: RowBatch, row: number): boolean {
    return this.#seen.has(keyOf(batch, row));
  }
}

/** FNV-1a of FD, TYPE and NAME, joined with the pid; sizes and offsets change from cycle to cycle. */
function keyOf(batch: RowBatch, row: number): number {
  let hash = 0x811c9dc5;
  for (const cell of [Cell.tid, Cell.fd, Cell.type, Cell.name]) {
    const column = batch.text[cell];
    if (!column || column.start[row] < 0) continue;
    for (let at = column.start[row]; at < column.end[row]; at++) hash = Math.imul(hash ^ batch.bytes[at], 0x01000193);
    hash = Math.imul(hash ^ 256, 0x01000193);
  }
  return (hash >>> 1) * 4_194_304 + (batch.numbers[Num.pid][row] & 0x3fffff);
}
