import type { Hash } from '../columns/hash.ts';

/** Names remembered, a power of two: a working set that stays in the processor's cache. */
const PLACES = 1 << 14;
const WORDS = 4;

/**
 * What recently seen names folded into, by the hash of their exact bytes: a name that repeats is folded once. One name per
 * place, the later one wins. Two names with the same 64 bits of hash would be taken for one, which happens by chance once
 * in 10^19 pairs.
 */
export class PatternCache {
  /** Both hashes and the pattern of each place, side by side: one look touches one line of the processor's cache. */
  readonly #places = new Int32Array(PLACES * WORDS).fill(-1);

  /** Number of the pattern, or -1 if the name is not remembered. */
  get({ first, second }: Hash): number {
    const place = (first & (PLACES - 1)) * WORDS;
    const places = this.#places;
    if (places[place] !== first || places[place + 1] !== second) return -1;
    return places[place + 2] as number;
  }

  set({ first, second }: Hash, pattern: number): void {
    const place = (first & (PLACES - 1)) * WORDS;
    this.#places[place] = first;
    this.#places[place + 1] = second;
    this.#places[place + 2] = pattern;
  }

  clear(): void {
    this.#places.fill(-1);
  }
}
