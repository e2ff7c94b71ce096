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
  #lefts = new Int32Array(64);
  #rights = new Int32Array(64);
  #counts = new Int32Array(64);
  #notes = new Int32Array(64);
  #marks = new Int32Array(64);
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Counts the pair once. `mark` tells apart what is counted under it: `isUniform` says whether it was the same each time.
   * Returns whether the pair is new; then `note` may be set for it.
   */
  add(left: number, right: number, mark = 0): boolean {
    const place = this.#find(left, right);
    const count = this.#counts[place] as number;
    if (count !== 0) {
      this.#counts[place] = count + 1;
      if (this.#marks[place] !== mark) this.#marks[place] = MIXED;
      return false;
    }
    this.#lefts[place] = left;
    this.#rights[place] = right;
    this.#counts[place] = 1;
    this.#notes[place] = -1;
    this.#marks[place] = mark === MIXED ? MIXED + 1 : mark;
    if (++this.#size > this.#capacity) this.#dropSmall();
    else if (this.#size * 2 > this.#counts.length) this.#rebuild(this.#counts.length * 2, 0);
    return true;
  }

  /** Times the pair was counted; 0 if it is not held. */
  get(left: number, right: number): number {
    return this.#counts[this.#find(left, right)] as number;
  }

  /** Keeps a number of the caller's with a pair that is held. */
  note(left: number, right: number, note: number): void {
    const place = this.#find(left, right);
    if (this.#counts[place] !== 0) this.#notes[place] = note;
  }

  /** Visits each pair with its count, its note (-1 = none) and whether all its marks were the same. */
  forEach(visit: (left: number, right: number, count: number, note: number, uniform: boolean) => void): void {
    for (let place = 0; place < this.#counts.length; place++) {
      const count = this.#counts[place] as number;
      if (count === 0) continue;
      visit(
        this.#lefts[place] as number,
        this.#rights[place] as number,
        count,
        this.#notes[place] as number,
        this.#marks[place] !== MIXED,
      );
    }
  }

  /**
   * Gives every pair the right side that `renumber` says; pairs that become one are added up, those that get -1 are
   * forgotten.
   */
  renumberRight(renumber: Int32Array): void {
    for (let place = 0; place < this.#counts.length; place++) {
      if (this.#counts[place] === 0) continue;
      const right = renumber[this.#rights[place] as number] as number;
      if (right < 0) this.#counts[place] = 0;
      else this.#rights[place] = right;
    }
    this.#rebuild(this.#counts.length, 0);
  }

  #find(left: number, right: number): number {
    const mask = this.#counts.length - 1;
    let mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    mixed ^= mixed >>> 15;
    let place = mixed & mask;
    while (this.#counts[place] !== 0 && (this.#lefts[place] !== left || this.#rights[place] !== right)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #dropSmall(): void {
    const least = smallerHalf(this.#counts);
    this.maxError += least;
    this.#rebuild(this.#counts.length, least);
  }

  /** Puts all pairs counted more than `least` times into columns of the given length. */
  #rebuild(length: number, least: number): void {
    const lefts = this.#lefts;
    const rights = this.#rights;
    const counts = this.#counts;
    const notes = this.#notes;
    const marks = this.#marks;
    this.#lefts = new Int32Array(length);
    this.#rights = new Int32Array(length);
    this.#counts = new Int32Array(length);
    this.#notes = new Int32Array(length);
    this.#marks = new Int32Array(length);
    this.#size = 0;
    for (let from = 0; from < counts.length; from++) {
      const count = counts[from] as number;
      if (count <= least) continue;
      const place = this.#find(lefts[from] as number, rights[from] as number);
      if (this.#counts[place] !== 0) {
        // Two pairs became one by renumbering.
        this.#counts[place] = (this.#counts[place] as number) + count;
        this.#marks[place] = MIXED;
        continue;
      }
      this.#lefts[place] = lefts[from] as number;
      this.#rights[place] = rights[from] as number;
      this.#counts[place] = count;
      this.#notes[place] = notes[from] as number;
      this.#marks[place] = marks[from] as number;
      this.#size++;
    }
  }
}

/** Mark of a pair under which different things were counted. */
const MIXED = 0x7fff_fffe;

/** The least count such that at least half of those that are not 0 do not exceed it. */
export function smallerHalf(counts: Int32Array): number {
  const sorted = counts.filter((count) => count > 0).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length / 2) - 1)] ?? 0;
}
