import { sequenceLength } from '../columns/utf8.ts';

/** Code points that take two columns on a terminal (Unicode East Asian Width W and F, and emoji), as [first, last]. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1b000, 0x1b2fb],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6fc],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

function widthOf(code: number): number {
  if (code >= 0x300 && COMBINING.test(String.fromCodePoint(code))) return 0;
  for (const [first, last] of WIDE) if (code >= first && code <= last) return 2;
  return 1;
}

function codePoint(line: string, at: number, length: number): number {
  let code = line.charCodeAt(at) & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) code = code * 64 + (line.charCodeAt(at + i) & 0x3f);
  return code;
}

/**
 * For each column of a terminal line the place where its character begins in the byte string, then the line's length;
 * -1 for the second column of a wide character. A byte that is no UTF-8 takes one column.
 */
export function glyphColumns(line: string): Int32Array {
  const bytes = Buffer.from(line, 'latin1');
  const columns: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at, bytes.length) || 1;
    const width = length === 1 ? 1 : widthOf(codePoint(line, at, length));
    if (width > 0) columns.push(at);
    if (width > 1) columns.push(-1);
    at += length;
  }
  columns.push(bytes.length);
  return Int32Array.from(columns);
}
