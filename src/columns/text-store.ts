import { decodeText } from './utf8.ts';

/** Byte strings one behind the other, numbered in order; takes so many bytes in all, then no more. */
export class TextStore {
  readonly #limit: number;
  #bytes = new Uint8Array(1024);
  #ends = new Int32Array(64);
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** Number of the entry with a copy of bytes `[start, end)`; -1 if there is no room for it. */
  push(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#start(this.#size);
    const stop = at + end - start;
    if (stop > this.#limit) return -1;
    if (stop > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(stop, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (this.#size === this.#ends.length) {
      const larger = new Int32Array(this.#ends.length * 2);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    for (let from = start, to = at; to < stop; from++, to++) this.#bytes[to] = bytes[from] as number;
    this.#ends[this.#size] = stop;
    return this.#size++;
  }

  /** Number in this store of a copy of another store's entry; -1 for -1 and where there is no room. */
  adopt(other: TextStore, id: number): number {
    return id < 0 ? -1 : this.push(other.#bytes, other.#start(id), other.#ends[id] as number);
  }

  text(id: number): string {
    return decodeText(this.#bytes, this.#start(id), this.#ends[id] as number);
  }

  #start(id: number): number {
    return id === 0 ? 0 : (this.#ends[id - 1] as number);
  }
}
