import { Buffer } from 'node:buffer';

/** A line without what it was dressed in. */
export interface Bare {
  readonly bytes: Uint8Array;
  /** Something stood on both sides of the line, or behind it: lines at their columns' edges have it too. */
  readonly framed: boolean;
}

/** Longest line that is looked at. */
const LONGEST = 8192;
const ESCAPE = 0x1b;
const SPACE = 32;
/** Bytes that a dressed line ends with: a quote, a comma or so behind it, `<br>`, a backslash, a bar. */
const ENDS = new Set(Array.from('`"\',;+)>\\|', (sign) => sign.charCodeAt(0)));

/** Colours of a terminal. lsof prints the byte they begin with as `^[`, so they are none of its own. */
const COLOUR = /\x1b\[[\d;]*[mK]/g;
/** A no-break space, in UTF-8 bytes: what pages have for two blanks in a row. */
const NO_BREAK = /\xc2\xa0/g;
const PADDED = /^[^/]*\xc2\xa0/;
/** Cells between bars that make a line a row of a markdown table. */
const TABLE_CELLS = 5;
/** What begins a line in quotes: code in a sentence, or a string in a program. */
const OPENING = /^(\s*(?:[>*+-]\s+)?)([`"'])/;
/** What may stand behind the closing quote of a string. */
const BEHIND = new Set(',;+)\\ ');
const BREAK = /<br\s{0,8}\/?>$/i;
const HEADER = /\bCOMMAND\s+PID\s/i;

/**
 * Takes off what a web page, a program's source or a terminal put around a line of lsof, or null if there is nothing of the
 * kind: colours, no-break spaces, quotes, `<br>`, the bars of a table. `framed` says that the lines before it were dressed so.
 */
export function undress(bytes: Uint8Array, start: number, end: number, framed = false): Bare | null {
  if (end - start > LONGEST || !isDressed(bytes, start, end)) return null;
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const plain = whole.replace(COLOUR, '');
  const text = (PADDED.test(plain) ? plain.replace(NO_BREAK, ' ') : plain).trimEnd();
  const bare = unframed(text, framed || HEADER.test(text));
  if (bare === whole.trimEnd()) return null;
  return { bytes: Buffer.from(bare, 'latin1'), framed: bare !== text };
}

function unframed(text: string, everyLine: boolean): string {
  const row = text.trimStart();
  if (row.startsWith('| ') && row.endsWith('|') && row.split(' | ').length >= TABLE_CELLS) {
    return text.replaceAll('|', ' ').trimEnd();
  }
  let line = text;
  if (line.endsWith('>')) line = line.replace(BREAK, '').trimEnd();
  // One backslash at the end of every line breaks it in markdown. A row by itself may end so if it was cut.
  if (everyLine && line.endsWith('\\') && !line.endsWith('\\\\')) line = line.slice(0, -1).trimEnd();
  const inside = unquoted(line);
  // Nothing but quotes, or a fence.
  return inside.trim() === '' ? text : inside;
}

/** The line without the quotes around it and the end of line that a program writes out; else the line itself. */
function unquoted(line: string): string {
  const opening = OPENING.exec(line);
  if (!opening) return line;
  const [whole, front, quote] = opening;
  let end = line.length;
  while (end > whole.length && BEHIND.has(line.charAt(end - 1))) end--;
  if (end - whole.length < 2 || line.charAt(end - 1) !== quote || line.charAt(whole.length) === quote) return line;
  end--;
  while (line.endsWith('\\n', end) || line.endsWith('\\r', end)) end -= 2;
  return front + line.slice(whole.length, Math.max(whole.length, end)).trimEnd();
}

/** A cheap look: whether the line holds an escape or a no-break space, or ends as dressed lines do. */
function isDressed(bytes: Uint8Array, start: number, end: number): boolean {
  let last = end;
  while (last > start && bytes[last - 1] <= SPACE) last--;
  if (last > start && ENDS.has(bytes[last - 1])) return true;
  for (let at = start; at < last; at++) {
    if (bytes[at] === ESCAPE || (bytes[at] === 0xc2 && bytes[at + 1] === 0xa0)) return true;
  }
  return false;
}
