/** Signs that quote, comment, list or compare a line, and indents. */
const SIGNS = new Set(Array.from(' \t>#+|*$%-:', (sign) => sign.charCodeAt(0)));

/** Signs that quote or comment a line, with or without a blank behind them; that list one; that end an item's number. */
const QUOTES = new Set(Array.from('>#+|', (sign) => sign.charCodeAt(0)));
const ITEMS = new Set(Array.from('*-%$/', (sign) => sign.charCodeAt(0)));
const NUMBER_SIGNS = new Set(Array.from('.):', (sign) => sign.charCodeAt(0)));
const BAR = 124;
/** Bytes of a COMMAND that a line's number is believed to stand in front of: cells that ran together are longer. */
const LONGEST_COMMAND = 20;

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/** Length of what stands in front of a row if it is like `lead`, numbers for numbers (`12:` is like `1:`), or -1. */
export function leadLike(bytes: Uint8Array, start: number, end: number, lead: readonly number[]): number {
  let at = start;
  for (let i = 0; i < lead.length; i++) {
    if (!isDigit(lead[i])) {
      if (at >= end || bytes[at] !== lead[i]) return -1;
      at++;
      continue;
    }
    while (i + 1 < lead.length && isDigit(lead[i + 1])) i++;
    const from = at;
    while (at < end && isDigit(bytes[at])) at++;
    if (at === from) return -1;
  }
  return at - start;
}

/** Whether bytes in front of a row are decoration: nothing that belongs to COMMAND. */
export function isDecoration(bytes: Uint8Array, start: number, end: number, lead: readonly number[]): boolean {
  if (end === start || leadLike(bytes, start, end, lead) === end - start) return true;
  for (let at = start; at < end; at++) if (!SIGNS.has(bytes[at])) return false;
  // The first of several signs is no decoration of the others: `***` in the place of a COMMAND.
  return bytes[end - 1] <= 32 || bytes[end] !== bytes[end - 1];
}

/** Whether nothing but blanks and signs that quote stands there: no COMMAND begins with these. */
export function isQuoting(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++)
    if (bytes[at] > 32 && (bytes[at] === BAR || !QUOTES.has(bytes[at]))) return false;
  return true;
}

/** Length of the decoration in front of a row whose edges do not tell it. */
export function decorationLength(bytes: Uint8Array, start: number, end: number, lead: readonly number[]): number {
  if (lead.length > 0) {
    const like = leadLike(bytes, start, end, lead);
    if (like > 0) return like;
  }
  let at = blanks(bytes, start, end);
  for (;;) {
    const next = oneDecoration(bytes, at, end);
    if (next === at) return at - start;
    at = next;
  }
}

/** Behind one sign of quoting or listing and the blanks that follow it, or `at` if there is none. */
function oneDecoration(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && stop - at < 2 && QUOTES.has(bytes[stop])) stop++;
  // `|` decorates only with a blank behind it; `>`, `+` and `#` stand alone too: no command begins with them.
  if (stop > at) return bytes[at] !== BAR || blanks(bytes, stop, end) > stop ? blanks(bytes, stop, end) : at;
  while (stop < end && isDigit(bytes[stop])) stop++;
  // `3.`, `12)`: an item's number; `- ` and the like: an item's sign. Glued to a word they may belong to it.
  if (stop > at) {
    if (stop < end && NUMBER_SIGNS.has(bytes[stop])) stop++;
    else return isNumbered(bytes, stop, end) ? blanks(bytes, stop, end) : at;
  } else while (stop < end && stop - at < 2 && ITEMS.has(bytes[stop])) stop++;
  const behind = blanks(bytes, stop, end);
  return stop > at && behind > stop ? behind : at;
}

/** Whether a bare number is followed by a word and another number: then it is a line's number and not COMMAND, which PID follows. */
function isNumbered(bytes: Uint8Array, at: number, end: number): boolean {
  const word = blanks(bytes, at, end);
  let stop = word;
  let digits = true;
  while (stop < end && bytes[stop] > 32) if (!isDigit(bytes[stop++])) digits = false;
  const next = blanks(bytes, stop, end);
  let last = next;
  while (last < end && isDigit(bytes[last])) last++;
  const numbered = next > stop && last > next && blanks(bytes, last, end) > last;
  return word > at && !digits && stop - word <= LONGEST_COMMAND && numbered;
}

function blanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++;
  return at;
}
