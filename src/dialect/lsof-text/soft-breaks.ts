/** Lines below a row that must go on where it ended before they tell anything. */
const LEAST = 2;
/** The share of broken lines into which the next line's first word would not have fitted. */
const FULL = 0.9;

/** A descriptor and its type, behind COMMAND, PID and USER: the front of a row. */
const ROW =
  /^\W{0,8}\w.{0,64}?\s[1-9]\d{0,9}\s.*?\s(?:NOFD|(?:\*?\d{1,7}|cwd|rtd|txt|mem|DEL|mmap|ltx|err|L\d\d)[rwu-]?[rRwWuUNxX]?\s+(?:[A-Za-z]\w+|[0-7]{4}))(?:\s|$)/;
/** COMMAND, PID and words: the front of a row that was broken before its FD. */
const FRONT = /^[^\w\n]{0,8}(?!\d[\d,.tx]*[BKMGTPE]?\s)\w\S*\s+[1-9]\d{0,9}\s+\S/;
const HEADER = /(?:^|[^A-Za-z])COMMAND\s+PID\b/;
/** A cell in front of NAME: beside it stood several blanks, of which nothing is left. */
const CELL =
  /^(?:\d[\d,.]*[BKMGTPE]?|0t\d+|0x[\da-f]+|TCP|UDP|[A-Z]{3,4}|IPv[46]|unix|sock|a_inode|unknown|cwd|rtd|txt|mem|\d+[rwu][A-Za-z]?)$/;
/** Bytes of a line that are looked at. */
const LOOKED_AT = 400;

/** The share of lines broken within NAME that are as wide as the widest where a terminal broke them. */
const HARD = 0.8;
/** The share of broken lines that end in the blank they were broken at, in text made to flow (RFC 3676) and by `fold -s`. */
const KEPT = 0.8;
/** Lines that such a share is taken of, at least. */
const TOLD = 3;

/** Lines that may have been broken at blanks. */
export interface SoftBreaks {
  /** Characters that no line of several words exceeds. */
  readonly width: number;
  /** Lines that go on in the next. */
  readonly lines: number;
  /** They certainly were: the blanks are there still. */
  readonly sure: boolean;
}

/** A line that goes on in the next. */
interface Broken {
  /** Characters, without blanks at the end. */
  readonly characters: number;
  /** Characters with the blanks that end it. */
  readonly whole: number;
  /** Characters of the next line's first word. */
  readonly next: number;
  /** It was broken in front of or behind a cell other than NAME. */
  readonly cell: boolean;
}

/**
 * Where an input's lines may have been broken at blanks, as mailers and `fold -s` do; null if they were not. Such breaks are
 * greedy, so that the next line's first word never fits into the line before it. Lines that a terminal broke at one width
 * may pass as well: which of both it was only reading them can tell.
 */
export function softBreaks(bytes: Uint8Array): SoftBreaks | null {
  const { broken, width } = brokenLines(bytes);
  if (broken.length < LEAST) return null;
  const full = broken.filter(({ characters, next, cell }) => cell || characters + 1 + next > width).length;
  if (full < broken.length * FULL) return null;
  const within = broken.filter(({ cell }) => !cell);
  const hard = within.filter(({ characters }) => characters >= width - 1).length;
  const widest = Math.max(...broken.map(({ whole }) => whole));
  const kept = broken.filter(({ whole, characters }) => whole > characters).length;
  const narrower = broken.filter(({ whole }) => whole < widest - 1).length;
  const sure = narrower >= TOLD && narrower * 2 > broken.length && kept >= broken.length * KEPT;
  if (!sure && within.length >= TOLD && hard >= within.length * HARD) return null;
  return { width, lines: broken.length, sure };
}

/** The lines below which another goes on, and the width of the widest line of several words. */
function brokenLines(bytes: Uint8Array): { broken: readonly Broken[]; width: number } {
  const broken: Broken[] = [];
  let before: { characters: number; whole: number; last: string } | null = null;
  let width = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const length = Math.min(end - start, LOOKED_AT);
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, length)
      .toString('latin1')
      .replace(/\r$/, '');
    start = end + 1;
    const text = line.trimEnd();
    const first = /[^\s>|#+]\S*/.exec(text);
    const starts = HEADER.test(line) || ROW.test(line) || FRONT.test(line);
    if (!first || (!starts && !before)) {
      before = null;
      continue;
    }
    if (!starts && before) {
      const cell = CELL.test(before.last) || CELL.test(first[0]);
      broken.push({ characters: before.characters, whole: before.whole, next: characters(first[0]), cell });
    }
    before = { characters: characters(text), whole: characters(line), last: /\S+$/.exec(text)?.[0] ?? '' };
    if (/\S\s+\S/.test(text.slice(first.index))) width = Math.max(width, before.characters);
  }
  return { broken, width };
}

/** Characters of a text in UTF-8 whose bytes are given in Latin-1. */
function characters(text: string): number {
  return text.replace(/[\x80-\xbf]/g, '').length;
}
