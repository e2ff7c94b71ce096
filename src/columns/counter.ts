/**
 * Counts of pairs of small integers, for instance (process, target), in bounded memory: open addressing over columns.
 *
 * Exact while there are no more than `capacity` distinct pairs. Beyond, the smaller half is dropped and the largest count
 * dropped is added to `maxError` (lossy counting, Manku and Motwani 2002): a count is too low by at most `maxError`, and a
 * pair that is missing was counted at most `maxError` times.
 */
export class PairCounter {
  /** By how much a count can be too low; 0 = all counts are exact. */
  maxError = 0;
  readonly #capacity: number;
  /** The places one behind the other: left, right, count, note, mark. A place is half a line of the processor's cache. */
  #cells = new Int32Array(64 * PLACE);
  #places = 64;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Counts the pair. `mark` tells apart what is counted under it: `forEach` says whether it was the same each time.
   * Returns whether the pair is new; then `note` may be set for it.
   */
  add(left: number, right: number, mark = 0, times = 1): boolean {
    const at = this.#find(left, right);
    const cells = this.#cells;
    const count = cells[at + COUNT] as number;
    if (count !== 0) {
      cells[at + COUNT] = count + times;
      if (cells[at + MARK] !== mark) cells[at + MARK] = MIXED;
      return false;
    }
    cells[at] = left;
    cells[at + RIGHT] = right;
    cells[at + COUNT] = times;
    cells[at + NOTE] = -1;
    cells[at + MARK] = mark === MIXED ? MIXED + 1 : mark;
    if (++this.#size > this.#capacity) this.#dropSmall();
    else if (this.#size * 2 > this.#places) this.#rebuild(this.#places * 2, 0);
    return true;
  }

  /** Whether the next new pair makes the smaller half be dropped. */
  get full(): boolean {
    return this.#size === this.#capacity;
  }

  /** Times the pair was counted; 0 if it is not held. */
  get(left: number, right: number): number {
    return this.#cells[this.#find(left, right) + COUNT] as number;
  }

  /** Keeps a number of the caller's with a pair that is held. */
  note(left: number, right: number, note: number): void {
    const at = this.#find(left, right);
    if (this.#cells[at + COUNT] !== 0) this.#cells[at + NOTE] = note;
  }

  /** Visits each pair with its count, its note (-1 = none) and whether all its marks were the same. */
  forEach(visit: (left: number, right: number, count: number, note: number, uniform: boolean) => void): void {
    const cells = this.#cells;
    for (let at = 0; at < cells.length; at += PLACE) {
      const count = cells[at + COUNT] as number;
      if (count === 0) continue;
      const uniform = cells[at + MARK] !== MIXED;
      visit(cells[at] as number, cells[at + RIGHT] as number, count, cells[at + NOTE] as number, uniform);
    }
  }

  /**
   * Gives every pair the right side that `renumber` says; pairs that become one are added up, those that get -1 are
   * forgotten.
   */
  renumberRight(renumber: Int32Array): void {
    const cells = this.#cells;
    for (let at = 0; at < cells.length; at += PLACE) {
      if (cells[at + COUNT] === 0) continue;
      const right = renumber[cells[at + RIGHT] as number] as number;
      if (right < 0) cells[at + COUNT] = 0;
      else cells[at + RIGHT] = right;
    }
    this.#rebuild(this.#places, 0);
  }

  /** Where the pair is, or the free place where it belongs. */
  #find(left: number, right: number): number {
    const cells = this.#cells;
    const mask = this.#places - 1;
    let mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    mixed ^= mixed >>> 15;
    let at = (mixed & mask) * PLACE;
    while (cells[at + COUNT] !== 0 && (cells[at] !== left || cells[at + RIGHT] !== right)) {
      at += PLACE;
      if (at === cells.length) at = 0;
    }
    return at;
  }

  #dropSmall(): void {
    const counts = Int32Array.from(
      { length: this.#places },
      (_, place) => this.#cells[place * PLACE + COUNT] as number,
    );
    const least = smallerHalf(counts);
    this.maxError += least;
    this.#rebuild(this.#places, least);
  }

  /** Puts all pairs counted more than `least` times into so many places. */
  #rebuild(places: number, least: number): void {
    const old = this.#cells;
    this.#cells = new Int32Array(places * PLACE);
    this.#places = places;
    this.#size = 0;
    for (let from = 0; from < old.length; from += PLACE) {
      const count = old[from + COUNT] as number;
      if (count <= least) continue;
      const at = this.#find(old[from] as number, old[from + RIGHT] as number);
      const cells = this.#cells;
      if (cells[at + COUNT] !== 0) {
        // Two pairs became one by renumbering.
        cells[at + COUNT] = (cells[at + COUNT] as number) + count;
        cells[at + MARK] = MIXED;
        continue;
      }
      for (let i = 0; i < PLACE; i++) cells[at + i] = old[from + i] as number;
      this.#size++;
    }
  }
}

/** Integers of one place, of which five are used. */
const PLACE = 8;
const RIGHT = 1;
const COUNT = 2;
const NOTE = 3;
const MARK = 4;

/** Mark of a pair under which different things were counted. */
const MIXED = 0x7fff_fffe;

/** The least count such that at least half of those that are not 0 do not exceed it. */
export function smallerHalf(counts: Int32Array): number {
  const sorted = counts.filter((count) => count > 0).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length / 2) - 1)] ?? 0;
}
