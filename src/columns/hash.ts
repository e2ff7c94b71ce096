/** Two 32-bit hashes of one byte range: the first to find a place, the second to tell ranges apart. */
export interface Hash {
  first: number;
  second: number;
}

export function newHash(): Hash {
  return { first: 0, second: 0 };
}

/**
 * Hashes bytes `[start, end)` together with a seed (what else the key consists of). Four bytes a step; mixing as in
 * MurmurHash3. Not meant to resist somebody who looks for collisions: tables that must be exact compare the bytes too.
 */
export function hashRange(bytes: Uint8Array, start: number, end: number, seed: number, into: Hash): void {
  let first = seed ^ (end - start);
  let second = Math.imul(seed + 0x7f4a7c15, 0x2c1b3c6d) ^ (end - start);
  let at = start;
  for (const stop = end - 3; at < stop; at += 4) {
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    first = Math.imul(first ^ word, 0x9e3779b1);
    first ^= first >>> 15;
    second = Math.imul(((second << 13) | (second >>> 19)) + word, 0x85ebca6b);
  }
  let rest = 0;
  for (; at < end; at++) rest = (rest << 8) | (bytes[at] as number);
  finish(first, second, rest, into);
}

/** The same kind of hash, with other values, for ranges that mostly lie in one buffer: reads words instead of bytes. */
export class WordHasher {
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);

  hash(bytes: Uint8Array, start: number, end: number, seed: number, into: Hash): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    let first = seed ^ (end - start);
    let second = Math.imul(seed + 0x7f4a7c15, 0x2c1b3c6d) ^ (end - start);
    let at = start;
    for (const stop = end - 3; at < stop; at += 4) {
      const word = view.getInt32(at, true);
      first = Math.imul(first ^ word, 0x9e3779b1);
      first ^= first >>> 15;
      second = Math.imul(((second << 13) | (second >>> 19)) + word, 0x85ebca6b);
    }
    let rest = 0;
    for (; at < end; at++) rest = (rest << 8) | (bytes[at] as number);
    finish(first, second, rest, into);
  }
}

function finish(first: number, second: number, rest: number, into: Hash): void {
  let low = Math.imul(first ^ rest, 0x85ebca6b);
  low = Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  let high = Math.imul(second + rest, 0x27d4eb2f);
  high = Math.imul(high ^ (high >>> 15), 0x9e3779b1);
  into.first = low ^ (low >>> 16);
  into.second = high ^ (high >>> 14);
}
