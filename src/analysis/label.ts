import { Cell, type RowBatch } from '../model/row-batch.ts';

const FD = Cell.fd;
const STAR = 0x2a;
const ZERO = 0x30;
/** No table is that large. */
const LARGEST = 0x7fff_ffff;

/** What an FD cell begins with where that is not a whole number. */
export const Label = {
  /** `*345`: lsof kept the last three digits. */
  starred: -1,
  /** No cell, or a blank one. */
  none: -2,
  /** `cwd`, `mem`, `NOFD` ... */
  association: -3,
} as const;

/** Reads the FD cells of rows `[from, to)`: the descriptor number of each, or a `Label`. */
export function readLabels(batch: RowBatch, from: number, to: number, numbers: Int32Array): void {
  const { bytes } = batch;
  const fds = batch.text[FD];
  if (!fds) {
    numbers.fill(Label.none, from, to);
    return;
  }
  const { start, end } = fds;
  for (let row = from; row < to; row++) {
    const stop = end[row] as number;
    let at = start[row] as number;
    if (at < 0 || at >= stop) {
      numbers[row] = Label.none;
      continue;
    }
    let digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) {
      numbers[row] = digit === STAR - ZERO ? Label.starred : Label.association;
      continue;
    }
    let number = 0;
    while (digit >= 0 && digit <= 9) {
      number = number * 10 + digit;
      if (++at === stop) break;
      digit = (bytes[at] as number) - ZERO;
    }
    numbers[row] = Math.min(number, LARGEST);
  }
}

/** The digits behind the star of a `Label.starred`. */
export function starredTail(batch: RowBatch, row: number): number {
  const fds = batch.text[FD];
  return fds ? decimal(batch.bytes, (fds.start[row] as number) + 1, fds.end[row] as number) : 0;
}

/** The digits from `start` as a number, up to the first byte that is none. */
export function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
