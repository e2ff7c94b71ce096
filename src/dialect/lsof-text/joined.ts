import type { Piece } from './piece.ts';
import type { WidestLine } from './wrap-width.ts';

/** Lines put together; `hard` where the break lost nothing, as a terminal's at its width. */
export interface Joined {
  readonly bytes: Uint8Array;
  readonly hard: boolean;
  /** Terminal columns before the break, cut blanks counted, where it is known; else 0. */
  readonly at: number;
}

/** What is known of an input's line breaks. */
export interface WrapContext {
  /** Columns or characters at which its lines are known to have been broken, 0 while none was. */
  readonly width: number;
  readonly widest: WidestLine;
  /** Lines of this input were broken at blanks, at no one width. */
  readonly soft: boolean;
  /** Characters into which the words of every line had to fit, where lines were broken at blanks; else 0. */
  readonly fitted: number;
  /** Bytes in front of every line. */
  readonly lead: readonly number[];
}

/** The piece's bytes as Latin-1 text. */
export function text(piece: Piece): string {
  return Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset + piece.start, piece.end - piece.start).toString(
    'latin1',
  );
}

/** The piece without the quote or comment signs that stand in front of every line of the listing. */
export function unled(piece: Piece, lead: readonly number[]): string {
  const line = text(piece);
  if (lead.length === 0 || lead.every((byte) => byte === 32)) return line;
  return lead.every((byte, i) => line.charCodeAt(i) === byte) ? line.slice(lead.length) : line;
}
