import { CELLS, Cell } from '../../model/row-batch.ts';
import { Fit } from './align.ts';
import { isNameWord } from './grammar.ts';
import { type Joined, text, unled, type WrapContext } from './joined.ts';
import { type Piece, sizeOf } from './piece.ts';
import { inOneWord } from './raw-command.ts';
import type { Listing, Recovery } from './recovery.ts';
import { RowCut } from './row-cut.ts';

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
  context: WrapContext,
): Joined | null {
  const width = context.soft ? 0 : context.width;
  const rest = unled(next, listing.lead);
  let head = text(pieces[0]);
  if (context.fitted > 0) {
    for (const piece of pieces.slice(1)) head = `${head.trimEnd()} ${unled(piece, listing.lead).trimStart()}`;
    const blanks = joinKept(pieces, next, listing, recovery, cut);
    return blanks ?? joinWords(head, rest, listing, recovery, cut);
  }
  for (const piece of pieces.slice(1)) head += unled(piece, listing.lead);
  const plain = Buffer.from(head + rest, 'latin1');
  const inside = !head.endsWith(' ') && !rest.startsWith(' ');
  if (listing.aligned) {
    if (fits(plain, listing, recovery, cut) || recovery.aligned(plain, listing, cut))
      return { bytes: plain, hard: inside, at: 0 };
  } else {
    const spaced = Buffer.from(`${head.trimEnd()} ${rest.trimStart()}`, 'latin1');
    const other = new RowCut();
    const one = fits(plain, listing, recovery, cut);
    const two = fits(spaced, listing, recovery, other);
    // Both read, and not alike: the width at which lines break may tell, nothing else.
    if (
      one &&
      two &&
      cellTexts(plain, cut) !== cellTexts(spaced, other) &&
      sizeOf(pieces[pieces.length - 1]).columns !== width
    ) {
      return null;
    }
    if (one) return { bytes: plain, hard: false, at: 0 };
    if (!two) return null;
    cut.copy(other);
    return { bytes: spaced, hard: false, at: 0 };
  }
  return joinPadded(head, rest, listing, recovery, cut);
}

/** Lines put together with the blanks that `fold -s` leaves at their ends: the row then lies at its edges again. */
function joinKept(
  pieces: readonly Piece[],
  next: Piece,
  listing: Listing,
  recovery: Recovery,
  cut: RowCut,
): Joined | null {
  if (!listing.aligned) return null;
  const head =
    text(pieces[0]) +
    pieces
      .slice(1)
      .map((piece) => unled(piece, listing.lead))
      .join('');
  const rest = unled(next, listing.lead);
  if (!head.endsWith(' ') && !rest.startsWith(' ')) return null;
  const plain = Buffer.from(head + rest, 'latin1');
  return isRow(plain, listing, recovery, cut) ? { bytes: plain, hard: false, at: 0 } : null;
}

/** Lines that were broken at blanks, some of which were eaten: at the listing's edges where only one way fits, else by content. */
function joinWords(head: string, rest: string, listing: Listing, recovery: Recovery, cut: RowCut): Joined | null {
  const padded = listing.aligned ? joinPadded(head, rest, listing, recovery, cut) : null;
  if (padded) return padded;
  const spaced = Buffer.from(`${head.trimEnd()} ${rest.trimStart()}`, 'latin1');
  const { fit } = recovery.place(
    inOneWord(spaced, listing.lead.length, listing.layout.pidAt),
    0,
    spaced.length,
    listing,
    cut,
  );
  return fit === Fit.row ? { bytes: spaced, hard: false, at: 0 } : null;
}

/** The one number of blanks between two lines with which all cells lie at the listing's edges. */
function joinPadded(head: string, rest: string, listing: Listing, recovery: Recovery, cut: RowCut): Joined | null {
  const words = rest.trimStart();
  const base = head.trimEnd();
  const other = new RowCut();
  let found: Buffer | null = null;
  let foundText = '';
  let at = 0;
  const most = listing.lead.length + listing.layout.nameAt;
  for (let column = base.length + 1; column <= most; column++) {
    const padded = Buffer.from(base.padEnd(column) + words, 'latin1');
    if (!fits(padded, listing, recovery, other)) continue;
    const cells = cellTexts(padded, other);
    if (found && cells !== foundText) return null;
    found ??= padded;
    at = column - (rest.length - words.length);
    foundText = cells;
    cut.copy(other);
  }
  return found && fits(found, listing, recovery, cut) ? { bytes: found, hard: false, at } : null;
}

/** Whether the joined line is one row: blanks in its NAME would be those of another row's columns. */
function fits(bytes: Uint8Array, listing: Listing, recovery: Recovery, cut: RowCut): boolean {
  return isRow(bytes, listing, recovery, cut) && !hasColumns(bytes, cut.start[Cell.name], cut.end[Cell.name]);
}

function hasColumns(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = Math.max(0, start); at + 2 < end; at++) {
    if (bytes[at] === 32 && bytes[at + 1] === 32 && bytes[at + 2] === 32) return true;
  }
  return false;
}

function isRow(bytes: Uint8Array, listing: Listing, recovery: Recovery, cut: RowCut): boolean {
  if (!listing.aligned) return recovery.place(bytes, 0, bytes.length, listing, cut).fit === Fit.row;
  return recovery.exact(bytes, 0, bytes.length, listing, cut) === Fit.row && !beginsWithCell(bytes, cut);
}

/** Whether NAME begins with what NODE or SIZE/OFF may be while NODE is blank: the line was put together at the wrong place. */
function beginsWithCell(bytes: Uint8Array, cut: RowCut): boolean {
  const start = cut.start[Cell.name];
  if (start < 0 || cut.start[Cell.node] >= 0) return false;
  let end = start;
  while (end < cut.end[Cell.name] && bytes[end] > 32) end++;
  return end > start && !isNameWord(bytes, start, end);
}

function cellTexts(bytes: Buffer, cut: RowCut): string {
  let all = String(cut.pid);
  for (let cell = 0; cell < CELLS.length; cell++) {
    if (cut.start[cell] >= 0) all += `\0${cell}\0${bytes.toString('latin1', cut.start[cell], cut.end[cell])}`;
  }
  return all;
}
