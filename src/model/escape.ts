import { decodeText } from '../columns/utf8.ts';

const BACKSLASH = 0x5c;

/**
 * One-letter escapes of lsof's `safepup()` and what they stand for. `\\` is the backslash itself.
 *
 * Two things cannot be undone. Bytes below 0x20 without a letter print as `^A` ... `^_`, but `^` is not escaped, so a name
 * with those two characters prints the same: `^A` is kept as printed. And lsof escapes byte by byte, so `\xff` may be a
 * byte that is not UTF-8: it is kept as `\xff`, as for any other source.
 */
const LETTERS: Readonly<Record<number, number>> = {
  98: 0x08, // b
  102: 0x0c, // f
  110: 0x0a, // n
  114: 0x0d, // r
  116: 0x09, // t
  [BACKSLASH]: BACKSLASH,
};

/** Value of a hexadecimal digit, or -1. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Undoes lsof's escapes in bytes `[start, end)`, writing the original bytes to `into`; returns how many.
 * The result is never longer than the input. A backslash that begins no escape stays as it is.
 */
export function unescapeInto(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let to = 0;
  for (let at = start; at < end; ) {
    const byte = bytes[at++] as number;
    if (byte !== BACKSLASH || at >= end) {
      into[to++] = byte;
      continue;
    }
    const letter = bytes[at] as number;
    const plain = LETTERS[letter];
    if (plain !== undefined) {
      into[to++] = plain;
      at++;
      continue;
    }
    const high = letter === 0x78 && at + 2 < end ? hexDigit(bytes[at + 1] as number) : -1;
    const low = high >= 0 ? hexDigit(bytes[at + 2] as number) : -1;
    if (low < 0) {
      into[to++] = byte;
      continue;
    }
    into[to++] = high * 16 + low;
    at += 3;
  }
  return to;
}

/** Text of bytes `[start, end)` with lsof's escapes undone. */
export function decodeEscaped(bytes: Uint8Array, start: number, end: number): string {
  let first = start;
  while (first < end && bytes[first] !== BACKSLASH) first++;
  if (first === end) return decodeText(bytes, start, end);
  const plain = new Uint8Array(end - start);
  return decodeText(plain, 0, unescapeInto(bytes, start, end, plain));
}
