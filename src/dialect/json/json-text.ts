import { encodeText } from '../../columns/utf8.ts';

/** A JSON string longer than this is cut there: no lister prints one, and memory must stay bounded. */
const LONGEST_STRING = 1 << 20;

const SHORT: Readonly<Record<number, number>> = { 34: 34, 92: 92, 47: 47, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 };

/**
 * The bytes of one JSON string or literal, escapes decoded, gathered over chunk ends. Bytes that are no UTF-8 stay as
 * they are: lsof and lsfd print names' raw bytes.
 */
export class JsonText {
  bytes = new Uint8Array(1 << 10);
  length = 0;
  /** The string was too long and has been cut. */
  cut = false;
  #escape = 0;
  #digits = 0;
  #code = 0;
  /** A high surrogate that waits for its low one. */
  #high = 0;

  clear(): void {
    this.length = 0;
    this.cut = false;
    this.#escape = 0;
    this.#high = 0;
  }

  append(source: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    this.#settle();
    this.#room(end - start);
    const count = Math.min(end - start, this.bytes.length - this.length);
    this.cut ||= count < end - start;
    this.bytes.set(source.subarray(start, start + count), this.length);
    this.length += count;
  }

  /** Inside an escape that is not finished. */
  get escaping(): boolean {
    return this.#escape !== 0;
  }

  beginEscape(): void {
    this.#escape = 1;
  }

  /** Takes the next byte of an escape; false if it cannot follow. */
  escape(byte: number): boolean {
    if (this.#escape === 1) {
      if (byte === 117) {
        this.#escape = 2;
        this.#digits = 0;
        this.#code = 0;
        return true;
      }
      const plain = SHORT[byte];
      this.#escape = 0;
      if (plain === undefined) return false;
      this.append(Uint8Array.of(plain), 0, 1);
      return true;
    }
    const digit = Number.parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) return false;
    this.#code = this.#code * 16 + digit;
    if (++this.#digits === 4) {
      this.#escape = 0;
      this.#unit(this.#code);
    }
    return true;
  }

  /** Ends the text: a high surrogate that stands alone becomes U+FFFD. */
  end(): void {
    this.#settle();
  }

  #unit(code: number): void {
    if (this.#high !== 0 && code >= 0xdc00 && code < 0xe000) {
      const text = String.fromCharCode(this.#high, code);
      this.#high = 0;
      this.#encode(text);
    } else if (code >= 0xd800 && code < 0xdc00) {
      this.#settle();
      this.#high = code;
    } else {
      this.#settle();
      this.#encode(String.fromCharCode(code));
    }
  }

  #settle(): void {
    if (this.#high === 0) return;
    this.#high = 0;
    this.#encode('\ufffd');
  }

  #encode(text: string): void {
    const encoded = encodeText(text);
    this.append(encoded, 0, encoded.length);
  }

  #room(more: number): void {
    const need = Math.min(this.length + more, LONGEST_STRING);
    if (need <= this.bytes.length) return;
    const larger = new Uint8Array(Math.min(LONGEST_STRING, Math.max(need, this.bytes.length * 2)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
