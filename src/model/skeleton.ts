import type { Hash } from '../columns/hash.ts';
import { KIND, Kind } from './word-shape.ts';

/**
 * Digits from which the value of a number that stands by itself decides nothing when a path is folded: only shorter ones
 * can be part of a version, where a leading zero counts (`id-rule.ts`).
 */
const LONG = 4;
/** Longest path looked at, in bytes: folding looks no further than PATH_MAX, which could cut a number short. */
const LONGEST = 4000;
const SLASH = 0x2f;
/** Stands for a long number, and is no byte. */
const NUMBER = 0x100;

/**
 * Hashes the path in bytes `[start, end)` with each long number that stands by itself as its mere length, so that
 * `/up/1700000001.part` and `/up/1700000002.part` are one: paths of one skeleton have one pattern, if that pattern
 * `isNumberless`. Returns false for what is no such path, or has no number.
 */
export function hashSkeleton(bytes: Uint8Array, start: number, end: number, seed: number, into: Hash): boolean {
  if (bytes[start] !== SLASH || end - start > LONGEST) return false;
  let first = seed ^ (end - start);
  let second = Math.imul(seed + 0x7f4a7c15, 0x2c1b3c6d);
  let numbers = 0;
  let before: number = Kind.separator;
  for (let at = start; at < end; ) {
    let byte = bytes[at] as number;
    const kind = KIND[byte] as number;
    if (kind >= Kind.star) return false;
    let next = at + 1;
    if (kind === Kind.digit && !isInWord(before)) {
      const stop = numberEnd(bytes, at, end);
      if (stop > at) {
        byte = NUMBER + stop - at;
        next = stop;
        numbers++;
      }
    }
    first = Math.imul(first ^ byte, 0x01000193);
    first ^= first >>> 15;
    second = Math.imul(((second << 13) | (second >>> 19)) + byte, 0x85ebca6b);
    before = kind;
    at = next;
  }
  into.first = first ^ (first >>> 13);
  into.second = second ^ (second >>> 16);
  return numbers > 0;
}

/** Whether no long number stands by itself in a pattern: all those of its names were blanked. */
export function isNumberless(bytes: Uint8Array, start: number, end: number): boolean {
  let before: number = Kind.separator;
  for (let at = start; at < end; at++) {
    const kind = KIND[bytes[at] as number] as number;
    if (kind === Kind.digit && !isInWord(before) && numberEnd(bytes, at, end) > at) return false;
    before = kind;
  }
  return true;
}

/** The end of the long number that begins at `at`; `at` itself where it is short or goes on with letters. */
function numberEnd(bytes: Uint8Array, at: number, end: number): number {
  let stop = at + 1;
  while (stop < end && KIND[bytes[stop] as number] === Kind.digit) stop++;
  return stop - at < LONG || (stop < end && isInWord(KIND[bytes[stop] as number] as number)) ? at : stop;
}

function isInWord(kind: number): boolean {
  return kind >= Kind.digit && kind <= Kind.wide;
}
