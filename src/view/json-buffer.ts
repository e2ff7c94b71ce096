import { decodeText } from '../columns/utf8.ts';
import { safeJson } from './escape.ts';

const FIRST_BYTES = 1 << 16;
const DIGIT_0 = 0x30;
const INTEGER_DIGITS = 10;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BLANK = 0x20;
const DELETE = 0x7f;
/** Most bytes of UTF-8 per character of a string. */
const WIDEST = 3;
/** Up to here a loop copies faster than a call. */
const SHORT = 48;

/** JSON as it grows, in bytes that are used again: a million rows make no string and no object. */
export class JsonBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Bytes in use. */
  length = 0;

  /** What was written so far. Valid until more is. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** JSON text that is safe as it stands. */
  raw(from: Uint8Array): void {
    this.#room(from.length);
    const bytes = this.#bytes;
    let to = this.length;
    if (from.length > SHORT) bytes.set(from, to);
    else for (let at = 0; at < from.length; at++) bytes[to + at] = from[at] as number;
    to += from.length;
    this.length = to;
  }

  /** Digits, or one of the words of JSON, as they lie in a cell. */
  digits(from: Uint8Array, start: number, end: number): void {
    this.#room(end - start);
    const bytes = this.#bytes;
    let to = this.length;
    for (let at = start; at < end; at++) bytes[to++] = from[at] as number;
    this.length = to;
  }

  /** A string whose UTF-8 lies in `[start, end)`. Only bytes that need an escape, or a look, make it a text first: as `decode` says. */
  string(from: Uint8Array, start: number, end: number, decode = decodeText): void {
    this.#room(end - start + 2);
    const bytes = this.#bytes;
    let to = this.length;
    bytes[to++] = QUOTE;
    for (let at = start; at < end; at++) {
      const byte = from[at] as number;
      if (byte < BLANK || byte >= DELETE || byte === QUOTE || byte === BACKSLASH) {
        this.value(decode(from, start, end));
        return;
      }
      bytes[to++] = byte;
    }
    bytes[to++] = QUOTE;
    this.length = to;
  }

  /** A whole number from 0 to 2^31 - 1. */
  integer(value: number): void {
    this.#room(INTEGER_DIGITS);
    let end = this.length + 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) end++;
    this.length = end;
    const bytes = this.#bytes;
    let rest = value;
    do {
      bytes[--end] = DIGIT_0 + (rest % 10);
      rest = (rest / 10) | 0;
    } while (rest > 0);
  }

  /** A string, a number, true, false or null. */
  value(value: string | number | boolean | null): void {
    const text = safeJson(JSON.stringify(value));
    this.#room(text.length * WIDEST);
    this.length += this.#bytes.write(text, this.length);
  }

  #room(more: number): void {
    const need = this.length + more;
    if (need <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(need, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
