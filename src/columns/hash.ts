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
  first = Math.imul(first ^ rest, 0x85ebca6b);
  first = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  second = Math.imul(second + rest, 0x27d4eb2f);
  second = Math.imul(second ^ (second >>> 15), 0x9e3779b1);
  into.first = first ^ (first >>> 16);
  into.second = second ^ (second >>> 14);
}
