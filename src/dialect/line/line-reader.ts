/** A line longer than this is cut there: no lister prints one, and memory must stay bounded on foreign input. */
export const LONGEST_LINE = 1 << 20;

const NEWLINE = 10;
const RETURN = 13;

/** Receives one line without its line end (LF or CRLF): bytes `[start, end)`, its 1-based number, and whether it was too long. */
export type LineHandler = (bytes: Uint8Array, start: number, end: number, line: number, overlong: boolean) => void;

/** Splits chunks into lines. A line that lies whole in a chunk is passed without copying. */
export class LineReader {
  readonly #onLine: LineHandler;
  #carry = new Uint8Array(0);
  #carried = 0;
  #overlong = false;
  /** Lines passed on so far. */
  lines = 0;

  constructor(onLine: LineHandler) {
    this.#onLine = onLine;
  }

  write(chunk: Uint8Array): void {
    let start = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline < 0) break;
      if (this.#carried > 0 || this.#overlong) {
        this.#keep(chunk, start, newline);
        this.#emitCarry();
      } else {
        this.#emit(chunk, start, newline);
      }
      start = newline + 1;
    }
    this.#keep(chunk, start, chunk.length);
  }

  /** Passes on a last line that had no line end. Returns whether there was one. */
  finish(): boolean {
    if (this.#carried === 0 && !this.#overlong) return false;
    this.#emitCarry();
    return true;
  }

  #emit(bytes: Uint8Array, start: number, end: number): void {
    const overlong = end - start > LONGEST_LINE;
    const stop = overlong ? start + LONGEST_LINE : end > start && bytes[end - 1] === RETURN ? end - 1 : end;
    this.#onLine(bytes, start, stop, ++this.lines, overlong);
  }

  #emitCarry(): void {
    const overlong = this.#overlong;
    const length = this.#carried;
    this.#carried = 0;
    this.#overlong = false;
    const end = !overlong && length > 0 && this.#carry[length - 1] === RETURN ? length - 1 : length;
    this.#onLine(this.#carry, 0, end, ++this.lines, overlong);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    let length = end - start;
    if (this.#carried + length > LONGEST_LINE) {
      length = LONGEST_LINE - this.#carried;
      this.#overlong = true;
    }
    if (length <= 0) return;
    if (this.#carried + length > this.#carry.length) {
      const larger = new Uint8Array(Math.max(4096, (this.#carried + length) * 2));
      larger.set(this.#carry.subarray(0, this.#carried));
      this.#carry = larger;
    }
    this.#carry.set(bytes.subarray(start, start + length), this.#carried);
    this.#carried += length;
  }
}
