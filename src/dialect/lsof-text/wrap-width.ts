import { columnsOf } from './wrap.ts';

/** Bytes at the front of an input that are looked at before its first line is read. */
export const PROBE_BYTES = 1 << 16;

/**
 * The widest line of an input's first bytes. In a wrapped paste several lines are exactly that wide and none is wider;
 * in any other, lines that are narrower cannot have been wrapped.
 */
export interface WidestLine {
  /** Terminal columns. */
  readonly columns: number;
  /** Lines that wide. */
  readonly count: number;
}

export function widestLine(bytes: Uint8Array): WidestLine {
  let columns = 0;
  let count = 0;
  let start = 0;
  while (start < bytes.length) {
    let end = bytes.indexOf(10, start);
    const cut = end < 0;
    if (cut) end = bytes.length;
    const next = end + 1;
    if (end > start && bytes[end - 1] === 13) end--;
    const wide = columnsOf({ bytes, start, end });
    if (wide > columns) {
      columns = wide;
      count = cut ? 0 : 1;
    } else if (wide === columns) count++;
    start = next;
  }
  return { columns, count };
}
