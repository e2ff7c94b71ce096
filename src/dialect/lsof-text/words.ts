/** Words looked at in one line: the fixed columns need fewer than twenty, a raw COMMAND or USER a few more. */
const MOST_WORDS = 48;

/** The blank-separated words at the front of a line, as byte ranges. Blanks are spaces and tabs. */
export class Words {
  readonly start = new Int32Array(MOST_WORDS);
  readonly end = new Int32Array(MOST_WORDS);
  count = 0;

  split(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    let count = 0;
    while (count < MOST_WORDS) {
      while (at < to && (bytes[at] === 32 || bytes[at] === 9)) at++;
      if (at >= to) break;
      this.start[count] = at;
      while (at < to && bytes[at] !== 32 && bytes[at] !== 9) at++;
      this.end[count++] = at;
    }
    this.count = count;
  }
}
