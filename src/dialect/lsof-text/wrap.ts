import { CELLS } from '../../model/row-batch.ts';
import { Fit } from './align.ts';
import type { Listing, Recovery } from './recovery.ts';
import { RowCut } from './row-cut.ts';
import type { WidestLine } from './wrap-width.ts';

/** A line, or the part of one that a narrow terminal, a pager or a mailer left. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Terminals are at least this wide. */
const NARROWEST = 60;
/** Blanks in a row that a NAME is taken to have at most where a line was broken at them. */
const MOST_CUT_BLANKS = 3;
/** Widths that terminals and pagers have when nobody dragged a corner. */
const USUAL_WIDTHS = new Set([
  72, 76, 78, 79, 80, 96, 100, 120, 128, 132, 140, 150, 158, 160, 180, 200, 220, 236, 238, 240, 250,
]);
/** What lsof puts behind a name after a blank: a word-wrapped line may begin with it. */
const ANNOTATION =
  /^(?:\((?:[A-Z_0-9]{3,}(?: Q[RS]=\d+)*|deleted|stat: .*|readlink: .*|lstat: .*|opendir: .*|\/dev\/[^)]*|[\w.-]+:\/[^)]*)\)|type=[A-Z]+)/;

function text(piece: Piece): string {
  return Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset + piece.start, piece.end - piece.start).toString(
    'latin1',
  );
}

/** How wide a line is: in characters, and in terminal columns, two for the wide characters of East Asia. */
export interface Size {
  readonly columns: number;
  readonly characters: number;
}

export function sizeOf({ bytes, start, end }: Piece): Size {
  let characters = 0;
  let wide = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if ((byte & 0xc0) === 0x80) continue;
    characters++;
    if (byte >= 0xe3 && byte <= 0xed) wide++;
  }
  return { columns: characters + wide, characters };
}

/** How a line goes on a row whose NAME it follows. */
export type NameJoin = Joined | 'ambiguous' | null;

/** Lines put together; `hard` where the break lost nothing, as a terminal's at its width. */
export interface Joined {
  readonly bytes: Uint8Array;
  readonly hard: boolean;
}

/** What is known of an input's line breaks. */
export interface WrapContext {
  /** Columns or characters at which its lines are known to have been broken, 0 while none was. */
  readonly width: number;
  /** Bytes of the listing's longest line so far: a line shorter than another was not broken. */
  readonly longest: number;
  readonly widest: WidestLine;
  /** Bytes in front of every line. */
  readonly lead: readonly number[];
}

/**
 * The rest of a wrapped NAME. A terminal breaks at one width and loses nothing; a mailer breaks at a blank and eats it.
 * `last` is the line on which the held row ends now.
 */
export function joinName(held: Piece, last: Piece, next: Piece, context: WrapContext): NameJoin {
  const rest = unled(next, context.lead);
  const trimmed = rest.trim();
  if (trimmed === '') return null;
  const { width, widest } = context;
  const { columns, characters } = sizeOf(last);
  const size = sizeOf(next);
  const first = trimmed.split(/\s/, 1)[0];
  const fitted = (limit: number): boolean => columns + 1 + first.length <= limit;
  if (
    width > 0 &&
    ((columns === width && size.columns <= width) || (characters === width && size.characters <= width))
  ) {
    return { bytes: join(held, rest, 0), hard: true };
  }
  // A wide character that did not fit went whole to the next line.
  if (width > 0 && columns === width - 1 && next.bytes[next.start] >= 0xe3)
    return { bytes: join(held, rest, 0), hard: true };
  // Blanks at the break were cut off the line.
  const likely = width > 0 ? width : widest.count > 1 ? widest.columns : 0;
  if (columns < likely && columns >= likely - MOST_CUT_BLANKS && size.columns <= likely && !fitted(likely - 1)) {
    return width > 0 ? { bytes: join(held, rest, width - columns), hard: true } : 'ambiguous';
  }
  const open = held.bytes[held.end - 1] === 32;
  const indented = rest.startsWith(' ') || rest.startsWith('\t');
  const least = Math.max(NARROWEST, width > 0 ? 0 : context.longest);
  if (fitted(Math.max(widest.columns, least)) && fitted(Math.max(widest.characters, least))) return null;
  if (ANNOTATION.test(trimmed)) return { bytes: join(held, trimmed, open ? 0 : 1), hard: false };
  if (width > 0 && columns > width && characters > width) return null;
  const full = columns >= Math.max(widest.columns, least) || characters >= Math.max(widest.characters, least);
  if (!full || size.characters > columns) return null;
  if (indented)
    return first === trimmed && /[/.]/.test(trimmed) ? { bytes: join(held, trimmed, 0), hard: false } : null;
  // No line is wider than this one. If others are as wide, or this is how wide terminals are, that is where lines break.
  if (widest.count > 1 || USUAL_WIDTHS.has(columns)) return { bytes: join(held, rest, 0), hard: true };
  return first === trimmed || trimmed.endsWith(')') || isOpen(held) ? 'ambiguous' : null;
}

/** Whether a parenthesis was opened in the line's last words and not closed. */
function isOpen(held: Piece): boolean {
  const line = text(held);
  return line.lastIndexOf('(') > line.lastIndexOf(')');
}

function join(held: Piece, rest: string, blanks: number): Uint8Array {
  const tail = Buffer.from(`${' '.repeat(blanks)}${rest}`, 'latin1');
  const joined = new Uint8Array(held.end - held.start + tail.length);
  joined.set(held.bytes.subarray(held.start, held.end));
  joined.set(tail, held.end - held.start);
  return joined;
}

/**
 * The row that was wrapped before its NAME began: pieces joined so that every cell lies at its column's edge again, or, where
 * edges are not known, so that one reading results. Blanks at the end of a piece may have been cut, those at the start of the
 * next may be an indent; a join that is not the only one that fits is none.
 */
export function joinRow(
  pieces: readonly Piece[],
  next: Piece,
  listing: Listing,
  recovery: Recovery,
  cut: RowCut,
): Joined | null {
  let head = text(pieces[0]);
  for (const piece of pieces.slice(1)) head += unled(piece, listing.lead);
  const rest = unled(next, listing.lead);
  const plain = Buffer.from(head + rest, 'latin1');
  if (fits(plain, listing, recovery, cut) || recovery.aligned(plain, listing, cut)) {
    return { bytes: plain, hard: true };
  }
  if (!listing.aligned) {
    const spaced = Buffer.from(`${head.trimEnd()} ${rest.trimStart()}`, 'latin1');
    return recovery.place(spaced, 0, spaced.length, listing, cut).fit === Fit.row
      ? { bytes: spaced, hard: false }
      : null;
  }
  const words = rest.trimStart();
  const base = head.trimEnd();
  const other = new RowCut();
  let found: Buffer | null = null;
  let foundText = '';
  const most = listing.lead.length + listing.layout.nameAt;
  for (let column = base.length + 1; column <= most; column++) {
    const padded = Buffer.from(base.padEnd(column) + words, 'latin1');
    if (!fits(padded, listing, recovery, other)) continue;
    const cells = cellTexts(padded, other);
    if (found && cells !== foundText) return null;
    found ??= padded;
    foundText = cells;
    cut.copy(other);
  }
  return found && fits(found, listing, recovery, cut) ? { bytes: found, hard: false } : null;
}

function fits(bytes: Uint8Array, listing: Listing, recovery: Recovery, cut: RowCut): boolean {
  if (!listing.aligned) return recovery.place(bytes, 0, bytes.length, listing, cut).fit === Fit.row;
  return recovery.exact(bytes, 0, bytes.length, listing, cut) === Fit.row;
}

function cellTexts(bytes: Buffer, cut: RowCut): string {
  let all = String(cut.pid);
  for (let cell = 0; cell < CELLS.length; cell++) {
    if (cut.start[cell] >= 0) all += `\0${cell}\0${bytes.toString('latin1', cut.start[cell], cut.end[cell])}`;
  }
  return all;
}

/** The piece without the quote or comment signs that stand in front of every line of the listing. */
function unled(piece: Piece, lead: readonly number[]): string {
  const line = text(piece);
  if (lead.length === 0 || lead.every((byte) => byte === 32)) return line;
  return lead.every((byte, i) => line.charCodeAt(i) === byte) ? line.slice(lead.length) : line;
}
