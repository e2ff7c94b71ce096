import { newHash } from '../../columns/hash.ts';
import { hashSkeleton, isNumberless } from '../../model/skeleton.ts';

/** Skeletons remembered, a power of two. */
const PLACES = 1 << 12;
const PLACE = 4;
const NONE = -1;

const hash = newHash();

/**
 * What names that differ only in long numbers fold into: of `upload-1700000001.part` and its like, the commonest leak of
 * unique names, only the first is folded (measured: counting such rows takes 0.6 times as long). By 64 bits of hash, as in `NameMemo`.
 */
export class SkeletonMemo {
  readonly #places = new Int32Array(PLACES * PLACE).fill(NONE);
  /** Where the skeleton asked for last belongs; -1 if that name had none. */
  #at = NONE;

  /** Number of the pattern of the name `[start, end)`; -1 if its skeleton is not remembered. */
  find(bytes: Uint8Array, start: number, end: number, seed: number): number {
    this.#at = NONE;
    if (!hashSkeleton(bytes, start, end, seed, hash)) return NONE;
    const at = (hash.first & (PLACES - 1)) * PLACE;
    this.#at = at;
    const places = this.#places;
    return places[at] === hash.first && places[at + 1] === hash.second ? (places[at + 2] as number) : NONE;
  }

  /** Remembers the pattern, bytes `[start, end)`, of the name asked for last, if it holds for all names of its skeleton. */
  keep(pattern: number, bytes: Uint8Array, start: number, end: number): void {
    const at = this.#at;
    if (at < 0 || !isNumberless(bytes, start, end)) return;
    this.#places[at] = hash.first;
    this.#places[at + 1] = hash.second;
    this.#places[at + 2] = pattern;
  }

  clear(): void {
    this.#places.fill(NONE);
  }
}
