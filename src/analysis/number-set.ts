/** Numbers in one page of the set. */
const PAGE = 1024;
const WORDS = PAGE / 32;
/** lsof prints a descriptor of five digits or more as `*` and its last three digits (lib/proc.c). */
const FIRST_STARRED = 10_000;

function bits(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/**
 * The descriptor numbers one process was seen to use, one bit each, in pages made on demand:
 * a process with descriptor 1,000,000 costs as little as one with descriptor 3.
 */
export class NumberSet {
  readonly #pages = new Map<number, Uint32Array>();
  #lastIndex = -1;
  #lastPage: Uint32Array = new Uint32Array(0);
  /** Bit of each last three digits seen behind a `*`. */
  #tails: Uint32Array | null = null;
  #tailCount = 0;
  /** Distinct whole numbers. */
  size = 0;
  /** Highest whole number, -1 if there is none. */
  highest = -1;
  /** Rows labelled `*NNN`: numbers from 10,000 up of which only the last three digits are known. */
  starred = 0;

  /** Adds a number; false if it was there. */
  add(number: number): boolean {
    const index = Math.floor(number / PAGE);
    if (index !== this.#lastIndex) {
      let page = this.#pages.get(index);
      if (!page) {
        page = new Uint32Array(WORDS);
        this.#pages.set(index, page);
      }
      this.#lastIndex = index;
      this.#lastPage = page;
    }
    const within = number - index * PAGE;
    const word = within >>> 5;
    const bit = 1 << (within & 31);
    const before = this.#lastPage[word] as number;
    if (before & bit) return false;
    this.#lastPage[word] = before | bit;
    this.size++;
    if (number > this.highest) this.highest = number;
    return true;
  }

  /** Adds the numbers at `[from, to)` that are not negative. */
  addAll(numbers: Int32Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const number = numbers[at] as number;
      if (number >= 0) this.add(number);
    }
  }

  /** Adds a row whose label is `*` and these last digits. */
  addStarred(tail: number): void {
    this.starred++;
    this.#tails ??= new Uint32Array(WORDS);
    const word = (tail >>> 5) & (WORDS - 1);
    const before = this.#tails[word] as number;
    const after = before | (1 << (tail & 31));
    if (after >>> 0 === before) return;
    this.#tails[word] = after;
    this.#tailCount++;
  }

  /** Distinct labels: fewer than rows as soon as `*NNN` labels repeat. */
  get labels(): number {
    return this.size + this.#tailCount;
  }

  /**
   * How many numbers are at or above a limit. Of `*NNN` labels the least possible number is counted
   * (as many as fit are taken to be below), so that headroom is never overstated.
   */
  atOrAbove(limit: number): number {
    const starredBelow = Math.max(0, limit - FIRST_STARRED);
    const starredAbove = Math.max(0, this.starred - starredBelow);
    if (this.highest < limit) return starredAbove;
    let above = 0;
    for (const [index, page] of this.#pages) {
      const base = index * PAGE;
      if (base >= limit) above += page.reduce((sum, word) => sum + bits(word), 0);
      else if (base + PAGE > limit) for (let n = limit; n < base + PAGE; n++) above += bit(page, n - base);
    }
    return above + starredAbove;
  }

  /** The number that the next open() gets, as far as the listing shows (reserved numbers are not listed). */
  lowestFree(): number {
    for (let index = 0; ; index++) {
      const page = this.#pages.get(index);
      if (!page) return index * PAGE;
      for (let n = 0; n < PAGE; n++) if (bit(page, n) === 0) return index * PAGE + n;
    }
  }
}

function bit(page: Uint32Array, within: number): number {
  return ((page[within >>> 5] as number) >>> (within & 31)) & 1;
}
