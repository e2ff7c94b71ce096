/** Words looked at in one line: the fixed columns need fewer than twenty, a raw COMMAND or USER a few more. */
const MOST_WORDS = 48;

/** The blank-separated words at the front of a line, as byte ranges. Blanks are spaces and tabs. */
export class Words {
  readonly start = new Int32Array(MOST_WORDS);
  readonly end = new Int32Array(MOST_WORDS);
  count = 0;
  /** Where the last word of the line ends, words beyond the first 48 included. */
  stop = 0;
  bytes: Uint8Array = new Uint8Array(0);

  split(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    let stop = to;
    while (stop > from && isBlank(bytes[stop - 1])) stop--;
    let at = from;
    let count = 0;
    while (count < MOST_WORDS) {
      while (at < stop && isBlank(bytes[at])) at++;
      if (at >= stop) break;
      this.start[count] = at;
      while (at < stop && !isBlank(bytes[at])) at++;
      this.end[count++] = at;
    }
    this.count = count;
    this.stop = stop;
  }

  /** Whether there is such a word and it passes the test. */
  is(word: number, test: (bytes: Uint8Array, start: number, end: number) => boolean): boolean {
    return word < this.count && test(this.bytes, this.start[word], this.end[word]);
  }

  /** Blanks in front of a word that is not the first. */
  gap(word: number): number {
    return this.start[word] - this.end[word - 1];
  }
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}
