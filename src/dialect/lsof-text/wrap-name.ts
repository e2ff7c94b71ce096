import { type Joined, text, unled, type WrapContext } from './joined.ts';
import { type Piece, sizeOf } from './piece.ts';

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

/** How a line goes on a row whose NAME it follows. */
export type NameJoin = Joined | 'ambiguous' | null;

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
  if (context.fitted > 0) return joinFitted(held, last, rest, context);
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
  // A note by itself is no sentence: it belongs to the row, if it is not known how.
  if (NOTE.test(trimmed)) return 'ambiguous';
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

/** A word of a sentence that stands below a row, rather than in a name. */
const SENTENCE = /^(?:[A-Z][a-z']*[!?.,:]|[A-Z][a-z']*,?(?: [A-Za-z']+,?){2,}.*|(?:[a-z']{2,}[,:]? ){4,}.*)$/;

/**
 * The rest of a NAME that was broken at a blank: the line before had no room for its first word. A line with which it could have
 * gone on is no rest, but then what the row's NAME is cannot be told.
 */
function joinFitted(held: Piece, last: Piece, rest: string, { fitted }: WrapContext): NameJoin {
  const words = rest.trim();
  const note = text(held).lastIndexOf(' (');
  if (
    note >= 0 &&
    NOTE.test(
      text(held)
        .slice(note + 1)
        .trimEnd(),
    )
  )
    return null;
  const line = text(last).trimEnd();
  const { characters } = sizeOf(pieceOf(line));
  const first = sizeOf(pieceOf(words.split(/\s/, 1)[0])).characters;
  const sentence = SENTENCE.test(words) && !WORD_PART.test(words);
  // fold -s wants room for the blank behind the word as well.
  if (characters + 1 + first < fitted) return sentence || !/^\S/.test(rest) ? null : 'ambiguous';
  if (sentence) return 'ambiguous';
  const blank = held.bytes[held.end - 1] === 32;
  // fold -s breaks a word that is longer than a line, at its width; mailers leave it whole.
  if (!blank && characters >= fitted && !/\S\s+\S/.test(line)) return 'ambiguous';
  return { bytes: blank ? join(held, rest, 0) : join(held, words, 1), hard: false, at: 0 };
}

function pieceOf(words: string): Piece {
  const bytes = Buffer.from(words, 'latin1');
  return { bytes, start: 0, end: bytes.length };
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
