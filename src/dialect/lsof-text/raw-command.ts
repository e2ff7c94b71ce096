import { isDigit } from './grammar.ts';

/** Longest COMMAND that may hold blanks: toybox prints the kernel's name as it is. */
const LONGEST = 16;
/** COMMAND's column is at least as wide as its title. */
const NARROWEST = 7;
const BLANK = 32;
const UNDERSCORE = 95;

/**
 * Where a COMMAND of several words ends in a line whose PID is to end `pidAt` bytes behind `base`, or -1. A COMMAND wider than
 * its column moves the PID to the right, by as much as it is wider.
 */
function rawCommandEnd(bytes: Uint8Array, base: number, end: number, pidAt: number): number {
  let blanks = false;
  for (let at = base; at < Math.min(end, base + LONGEST); at++) {
    if (bytes[at] !== BLANK) continue;
    let start = at;
    while (start < end && bytes[start] === BLANK) start++;
    let stop = start;
    while (stop < end && isDigit(bytes[stop])) stop++;
    const shift = stop - base - pidAt;
    const moved = shift === 0 || (shift > 0 && at - base - shift >= NARROWEST);
    if (stop > start && bytes[stop] === BLANK && moved) return blanks ? at : -1;
    blanks = true;
    at = start - 1;
  }
  return -1;
}

/** Whether a COMMAND with blanks and a PID at its edge begin the line. */
export function hasRawCommand(bytes: Uint8Array, base: number, end: number, pidAt: number): boolean {
  return pidAt > 0 && base < end && bytes[base] > BLANK && rawCommandEnd(bytes, base, end, pidAt) > 0;
}

/** The line with the blanks in such a COMMAND filled, so that it is one word; else the line itself. */
export function inOneWord(line: Uint8Array, base: number, pidAt: number): Uint8Array {
  if (!hasRawCommand(line, base, line.length, pidAt)) return line;
  const stop = rawCommandEnd(line, base, line.length, pidAt);
  const filled = new Uint8Array(line);
  for (let at = base; at < stop; at++) if (filled[at] === BLANK) filled[at] = UNDERSCORE;
  return filled;
}
