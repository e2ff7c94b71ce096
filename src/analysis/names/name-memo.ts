/** Names remembered, a power of two: a working set that stays in the processor's cache. */
const PLACES = 1 << 14;
/** Integers of one place: half a line of the processor's cache. */
const PLACE = 8;
const SECOND = 1;
const PATTERN = 2;
const MARK = 3;
const SLOT = 4;
const PENDING = 5;
const NONE = -1;

/** Takes what was seen since the last time: `count` rows of the process in `slot` with one name of that pattern and mark. */
export type Settle = (slot: number, pattern: number, mark: number, count: number) => void;

/**
 * What recently seen names folded into, by the hash of their exact bytes: a name that repeats is folded once. One name per
 * place, the later one wins. Two names with the same 64 bits of hash would be taken for one, which happens by chance once
 * in 10^19 pairs.
 *
 * Rows of the process that a name was counted for last are only tallied here, one addition each, until they are settled:
 * a leak's rows are the same name in the same process, over and over.
 */
export class NameMemo {
  /** Both hashes and what belongs to them side by side: one look touches one line of the processor's cache. */
  readonly #places = new Int32Array(PLACES * PLACE).fill(NONE);
  /** Places with rows to settle, each once or more. */
  readonly #waiting = new Int32Array(PLACES);
  #waits = 0;
  readonly #settle: Settle;

  constructor(settle: Settle) {
    this.#settle = settle;
  }

  /** Counts a row of the process in `slot` if its name was counted for the same process last. */
  count(first: number, second: number, slot: number): boolean {
    const at = (first & (PLACES - 1)) * PLACE;
    const places = this.#places;
    if (places[at] !== first || places[at + SECOND] !== second || places[at + SLOT] !== slot) return false;
    const pending = places[at + PENDING] as number;
    places[at + PENDING] = pending + 1;
    if (pending === 0) {
      if (this.#waits === PLACES) this.settle();
      this.#waiting[this.#waits++] = at;
    }
    return true;
  }

  /** Number of the name's pattern, or -1 if it is not remembered. */
  pattern(first: number, second: number): number {
    const at = (first & (PLACES - 1)) * PLACE;
    const places = this.#places;
    return places[at] === first && places[at + SECOND] === second ? (places[at + PATTERN] as number) : NONE;
  }

  /** Remembers a name that was counted for the process in `slot`. */
  set(first: number, second: number, slot: number, pattern: number, mark: number): void {
    const at = (first & (PLACES - 1)) * PLACE;
    const places = this.#places;
    if ((places[at + PENDING] as number) > 0) this.#settlePlace(at);
    places[at] = first;
    places[at + SECOND] = second;
    places[at + PATTERN] = pattern;
    places[at + MARK] = mark;
    places[at + SLOT] = slot;
    places[at + PENDING] = 0;
  }

  /** Hands over all rows that were only tallied so far. */
  settle(): void {
    for (let i = 0; i < this.#waits; i++) {
      const at = this.#waiting[i] as number;
      if ((this.#places[at + PENDING] as number) > 0) this.#settlePlace(at);
    }
    this.#waits = 0;
  }

  /** Forgets all names; nothing may wait to be settled. */
  clear(): void {
    this.#places.fill(NONE);
  }

  #settlePlace(at: number): void {
    const places = this.#places;
    const count = places[at + PENDING] as number;
    places[at + PENDING] = 0;
    this.#settle(places[at + SLOT] as number, places[at + PATTERN] as number, places[at + MARK] as number, count);
  }
}
