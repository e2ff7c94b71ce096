/** Processes remembered; more than any machine runs at a time, and a bound on what hostile input can make us keep. */
const REMEMBERED = 1 << 19;
const ASTERISK = 42;

/**
 * Notices that a second listing has begun where nothing marks it (two dumps in one file): a process returns, after others,
 * with the first row that it had. Task sets repeat a process too, but directly after it.
 */
export class ReturningProcess {
  readonly #first = new Map<number, number>();
  #last = -1;

  clear(): void {
    this.#first.clear();
    this.#last = -1;
  }

  /** The next process may be the last one again: something stands between the two. */
  pause(): void {
    this.#last = -1;
  }

  /**
   * Takes the field that begins a process's first row, and says whether it was there before. In that case everything
   * is forgotten but this process, the first of a new listing.
   */
  isBack(pid: number, letter: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (pid < 0 || pid === this.#last) return false;
    this.#last = pid;
    // A cut label (`*345`) is not one row's alone.
    const hash = bytes[start] === ASTERISK ? 0 : hashOf(letter, bytes, start, end);
    const before = this.#first.get(pid);
    if (before !== undefined && before === hash && hash !== 0) {
      this.#first.clear();
      this.#first.set(pid, hash);
      return true;
    }
    if (before === undefined && this.#first.size < REMEMBERED) this.#first.set(pid, hash);
    return false;
  }
}

/** FNV-1a, 32 bits. */
function hashOf(letter: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(0x811c9dc5 ^ letter, 0x01000193);
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash | 0;
}
