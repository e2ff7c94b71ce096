/** Columns from one tab stop to the next. */
const STOP = 8;
const TAB = 9;

/** A line with its tabs expanded to blanks, and the way back from expanded to original positions. */
export class TabExpansion {
  bytes = new Uint8Array(1024);
  length = 0;
  #origins = new Int32Array(1024);

  /** Expands the line; false if it has no tab. */
  expand(line: Uint8Array, start: number, end: number): boolean {
    let tabs = 0;
    for (let at = start; at < end; at++) if (line[at] === TAB) tabs++;
    if (tabs === 0 || tabs > 4096) return false;
    const most = end - start + tabs * STOP + 1;
    if (most > this.bytes.length) {
      this.bytes = new Uint8Array(most * 2);
      this.#origins = new Int32Array(most * 2);
    }
    let to = 0;
    let column = 0;
    for (let at = start; at < end; at++) {
      const byte = line[at];
      if (byte !== TAB) {
        this.#origins[to] = at;
        this.bytes[to++] = byte;
        // A continuation byte of UTF-8 takes no column of its own.
        if ((byte & 0xc0) !== 0x80) column++;
        continue;
      }
      do {
        this.#origins[to] = at;
        this.bytes[to++] = 32;
        column++;
      } while (column % STOP !== 0);
    }
    this.#origins[to] = end;
    this.length = to;
    return true;
  }

  /** Where the byte at an expanded position stands in the line. */
  origin(at: number): number {
    return this.#origins[at];
  }
}
