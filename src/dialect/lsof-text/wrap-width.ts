import { sizeOf } from './piece.ts';

/** Bytes at the front of an input that are looked at before its first line is read. */
export const PROBE_BYTES = 1 << 16;

/**
 * The widest line of an input's first bytes. In a wrapped paste several lines are exactly that wide and none is wider;
 * in any other, lines that are narrower cannot have been wrapped. Terminals count columns, other programs characters.
 */
export interface WidestLine {
  readonly columns: number;
  readonly characters: number;
  /** Lines as wide as the widest, by columns or by characters, whichever are more. */
  readonly count: number;
  /** A row or nothing stands right below at least half of them, and words below few: lines were not broken there. */
  readonly unbroken: boolean;
}

/** Lines of one width that go on in the next are no chance any more. */
const CONTINUED = 3;
/** COMMAND, PID and two more cells, behind a sign or two. */
const ROW = /^\W{0,8}\w\S{0,60} +\d+ +\S+ +\S/;
/** Bytes of a line that these are looked for in. */
const ROW_BYTES = 160;

export function widestLine(bytes: Uint8Array): WidestLine {
  let columns = 0;
  let characters = 0;
  let byColumns = 0;
  let byCharacters = 0;
  let ended = 0;
  let below = false;
  let start = 0;
  while (start < bytes.length) {
    let end = bytes.indexOf(10, start);
    if (end < 0) end = bytes.length;
    const next = end + 1;
    if (end > start && bytes[end - 1] === 13) end--;
    const size = sizeOf({ bytes, start, end });
    if (below && (start === end || isRow(bytes, start, end))) ended++;
    if (size.columns > columns) {
      columns = size.columns;
      byColumns = 0;
      ended = 0;
    }
    below = size.columns === columns;
    if (size.columns === columns) byColumns++;
    if (size.characters > characters) {
      characters = size.characters;
      byCharacters = 0;
    }
    if (size.characters === characters) byCharacters++;
    start = next;
  }
  return {
    columns,
    characters,
    count: Math.max(byColumns, byCharacters),
    unbroken: ended > 0 && ended * 2 >= byColumns && byColumns - ended < CONTINUED,
  };
}

function isRow(bytes: Uint8Array, start: number, end: number): boolean {
  const length = Math.min(end - start, ROW_BYTES);
  return ROW.test(Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1'));
}
