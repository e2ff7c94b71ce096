import type { Hash } from '../columns/hash.ts';

/** Names remembered, a power of two: a working set that stays in the processor's cache. */
const PLACES = 1 << 14;

/**
 * What recently seen names folded into, by the hash of their exact bytes: a name that repeats is folded once. One name per
 * place, the later one wins. Two names with the same 64 bits of hash would be taken for one, which happens by chance once
 * in 10^19 pairs.
 */
export class PatternCache {
  readonly #firsts = new Int32Array(PLACES);
  readonly #seconds = new Int32Array(PLACES);
  readonly #patterns = new Int32Array(PLACES).fill(-1);

  /** Number of the pattern, or -1 if the name is not remembered. */
  get(hash: Hash): number {
    const place = hash.first & (PLACES - 1);
    if (this.#firsts[place] !== (hash.first | 0) || this.#seconds[place] !== (hash.second | 0)) return -1;
    return this.#patterns[place] as number;
  }

  set(hash: Hash, pattern: number): void {
    const place = hash.first & (PLACES - 1);
    this.#firsts[place] = hash.first;
    this.#seconds[place] = hash.second;
    this.#patterns[place] = pattern;
  }

  clear(): void {
    this.#patterns.fill(-1);
  }
}
