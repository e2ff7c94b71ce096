/** The most pairs a counter holds unless told otherwise: 6 MB of tables. */
const DEFAULT_CAPACITY = 1 << 18;

/**
 * Counts of pairs of small integers, for instance (process, target), in bounded memory.
 *
 * Exact while there are no more than `capacity` distinct pairs. Beyond, the smaller half is dropped and the largest count
 * dropped is added to `maxError` (lossy counting, Manku and Motwani 2002): any count is too low by at most `maxError`, and a
 * pair that is missing was counted at most `maxError` times.
 */
export class PairCounter {
  /** By how much a count can be too low; 0 = all counts are exact. */
  maxError = 0;
  readonly #capacity: number;
  #lefts = new Int32Array(64);
  #rights = new Int32Array(64);
  #counts = new Int32Array(64);
  #size = 0;

  constructor(capacity: number = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** Counts the pair `times` more times. */
  add(left: number, right: number, times = 1): void {
    const slot = this.#find(left, right);
    if (this.#counts[slot] !== 0) {
      this.#counts[slot] = (this.#counts[slot] as number) + times;
      return;
    }
    this.#lefts[slot] = left;
    this.#rights[slot] = right;
    this.#counts[slot] = times;
    if (++this.#size > this.#capacity) this.#dropSmall();
    else if (this.#size * 2 > this.#counts.length) this.#rebuild(this.#counts.length * 2, () => true);
  }

  get(left: number, right: number): number {
    return this.#counts[this.#find(left, right)] as number;
  }

  forEach(visit: (left: number, right: number, count: number) => void): void {
    for (let slot = 0; slot < this.#counts.length; slot++) {
      const count = this.#counts[slot] as number;
      if (count > 0) visit(this.#lefts[slot] as number, this.#rights[slot] as number, count);
    }
  }

  /** Gives every pair the right side that `renumber` says; pairs that get -1 are forgotten. */
  renumberRight(renumber: Int32Array): void {
    const { length } = this.#counts;
    for (let slot = 0; slot < length; slot++) {
      if (this.#counts[slot] === 0) continue;
      const right = renumber[this.#rights[slot] as number] as number;
      if (right < 0) this.#counts[slot] = 0;
      else this.#rights[slot] = right;
    }
    this.#rebuild(length, () => true);
  }

  #find(left: number, right: number): number {
    const mask = this.#counts.length - 1;
    let mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    mixed ^= mixed >>> 15;
    let slot = mixed & mask;
    while (this.#counts[slot] !== 0 && (this.#lefts[slot] !== left || this.#rights[slot] !== right)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #dropSmall(): void {
    const least = smallerHalf(this.#counts, this.#size);
    this.maxError += least;
    this.#rebuild(this.#counts.length, (count) => count > least);
  }

  #rebuild(length: number, keep: (count: number) => boolean): void {
    const lefts = this.#lefts;
    const rights = this.#rights;
    const counts = this.#counts;
    this.#lefts = new Int32Array(length);
    this.#rights = new Int32Array(length);
    this.#counts = new Int32Array(length);
    this.#size = 0;
    for (let from = 0; from < counts.length; from++) {
      const count = counts[from] as number;
      if (count === 0 || !keep(count)) continue;
      const slot = this.#find(lefts[from] as number, rights[from] as number);
      this.#lefts[slot] = lefts[from] as number;
      this.#rights[slot] = rights[from] as number;
      this.#counts[slot] = count;
      this.#size++;
    }
  }
}

/** The least count such that at least half of the `size` counts that are not 0 do not exceed it. */
export function smallerHalf(counts: Int32Array, size: number): number {
  const sorted = counts.filter((count) => count > 0).sort();
  return sorted[Math.min(sorted.length, Math.ceil(size / 2)) - 1] ?? 0;
}
