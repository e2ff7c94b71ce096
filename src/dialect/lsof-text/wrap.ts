import { CELLS, Cell } from '../../model/row-batch.ts';
import { Fit } from './align.ts';
import { type Piece, sizeOf } from './piece.ts';
import type { Listing, Recovery } from './recovery.ts';
import { RowCut } from './row-cut.ts';
import type { WidestLine } from './wrap-width.ts';

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

/** Notes with words in them that lsof puts in parentheses (strerror(3) for the usual failures). */
const NOTE =
  /^\((?:(?:readlink|stat|lstat|opendir|fstat|open): (?:Permission denied|No such file or directory|Operation not permitted|Input\/output error|Transport endpoint is not connected|Stale file handle|No such process|Required key not available)|ESTABLISHED|LISTEN|CLOSE_WAIT|TIME_WAIT|FIN_WAIT[12]|SYN_SENT|SYN_RECV|LAST_ACK|CLOSING|CLOSED?|CONNECTED|UNCONNECTED|CONNECTING|deleted)\)$/;

const STATES =
  'ESTABLISHED|LISTEN|CLOSE_WAIT|TIME_WAIT|FIN_WAIT_?[12]|SYN_SENT|SYN_RECV|SYN_RCVD|LAST_ACK|CLOSING|CLOSED?|IDLE|BOUND';
/** The state of a connection ends its NAME: whatever follows is no part of it. */
const ENDED = new RegExp(String.raw` (?:TCP|UDP|UDPLITE|SCTP|DCCP) .*\((?:${STATES})(?: [A-Z]+=\d+)*\)`);
/** Bytes of a row that a connection's state is looked for in. */
const LONGEST_ENDED = 1024;
/** A part of a file's name by its looks: a word with what paths are made of. */
const NAME_PART = /^\S*[/._\d-]\S*(?: \(deleted\))?$/;
/** The end of a word of a name. */
const WORD_PART = /^[a-z]+(?: \(deleted\))?$/;

function text(piece: Piece): string {
  return Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset + piece.start, piece.end - piece.start).toString(
    'latin1',
  );
}

/** How a line goes on a row whose NAME it follows. */
export type NameJoin = Joined | 'ambiguous' | null;

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
  if (trimmed === '' || isEnded(held)) return null;
  const { width, widest, soft } = context;
  const { columns, characters } = sizeOf(last);
  const size = sizeOf(next);
  const first = trimmed.split(/\s/, 1)[0];
  const fitted = (limit: number): boolean => columns + 1 + first.length <= limit;
  const fits = fitted(Math.max(widest.columns, NARROWEST)) && fitted(Math.max(widest.characters, NARROWEST));
  const blank = held.bytes[held.end - 1] === 32;
  if (width > 0 && !soft) {
    const whole = (columns === width && size.columns <= width) || (characters === width && size.characters <= width);
    // A wide character that did not fit goes whole to the next line.
    if (whole || (columns === width - 1 && next.bytes[next.start] >= 0xe3)) {
      return { bytes: join(held, rest, 0), hard: true, at: 0 };
    }
  }
  // Nor does anything stand behind a whole note, unless every line of this width was broken there.
  const note = text(held).lastIndexOf(' (');
  if (note >= 0 && NOTE.test(text(held).slice(note + 1))) return null;
  if (ANNOTATION.test(trimmed) && !fits) return { bytes: join(held, trimmed, blank ? 0 : 1), hard: false, at: 0 };
  const closed = fits ? null : closing(held, rest, blank);
  if (closed) return closed;
  // Blanks at the break were cut off the line.
  const likely = width > 0 && !soft ? width : widest.count > 1 && !widest.unbroken ? widest.columns : 0;
  if (
    !blank &&
    columns < likely &&
    columns >= likely - MOST_CUT_BLANKS &&
    size.columns <= likely &&
    !fitted(likely - 1)
  ) {
    return likely === width && width === widest.columns && widest.count > 1
      ? { bytes: join(held, rest, width - columns), hard: true, at: 0 }
      : 'ambiguous';
  }
  if (fits) return null;
  const indented = rest.startsWith(' ') || rest.startsWith('\t');
  if (blank && !indented) return soft ? { bytes: join(held, rest, 0), hard: false, at: 0 } : 'ambiguous';
  const full = columns === widest.columns || characters === widest.characters;
  // One widest line of no usual width wraps seldom, nor do lines that a row stood below; prose there is no rest of a name.
  const lone = width === 0 && (widest.unbroken || (widest.count === 1 && !USUAL_WIDTHS.has(columns)));
  const plausible = soft || isOpen(held) || isPlausible(trimmed, indented, lone, width === 0 && widest.count === 1);
  if (!(full || USUAL_WIDTHS.has(columns)) || size.characters > columns) return plausible ? 'ambiguous' : null;
  if (indented) {
    return !widest.unbroken && first === trimmed && /[/.]/.test(trimmed)
      ? { bytes: join(held, trimmed, 0), hard: false, at: 0 }
      : plausible
        ? 'ambiguous'
        : null;
  }
  // No line is wider than this one. If others are as wide, or this is how wide terminals are, that is where lines break.
  const broken =
    widest.count > 1 || (USUAL_WIDTHS.has(columns) && [NAME_PART, WORD_PART].some((part) => part.test(trimmed)));
  if (!soft && full && !lone && broken) return { bytes: join(held, rest, 0), hard: true, at: 0 };
  return plausible || (full && !lone && first.includes('/')) ? 'ambiguous' : null;
}

/** Whether a connection's state was read already. A NAME with one is short, which bounds what a hostile line costs. */
function isEnded(held: Piece): boolean {
  return held.end - held.start <= LONGEST_ENDED && ENDED.test(text(held));
}

/** The end of a note that was broken, where only one way of joining gives words that lsof prints. */
function closing(held: Piece, rest: string, blank: boolean): Joined | null {
  if (!isOpen(held)) return null;
  const line = text(held);
  const tail = line.slice(line.lastIndexOf('('));
  const plain = NOTE.test(tail + rest.trimEnd());
  const spaced = !blank && NOTE.test(`${tail} ${rest.trim()}`);
  if (plain === spaced && !(plain && rest.startsWith(' '))) return null;
  return { bytes: plain ? join(held, rest, 0) : join(held, rest.trim(), 1), hard: false, at: 0 };
}

/**
 * Whether words could be the rest of a name: hardly any where lines were not broken (`lone`), those without the signs of a
 * sentence where one line alone is as wide as a terminal (`single`).
 */
function isPlausible(words: string, indented: boolean, lone: boolean, single: boolean): boolean {
  if (lone) return words.length <= LONGEST_ENDED && NAME_PART.test(words);
  const first = words.split(/\s/, 1)[0];
  if (first === words && !(single && /[!?:,]$/.test(words))) return true;
  return single && indented ? false : indented || words.endsWith(')');
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
  width: number,
): Joined | null {
  let head = text(pieces[0]);
  for (const piece of pieces.slice(1)) head += unled(piece, listing.lead);
  const rest = unled(next, listing.lead);
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
