/** Signs that quote, comment, list or compare a line, and indents. */
const SIGNS = new Set(Array.from(' \t>#+|*$%-:', (sign) => sign.charCodeAt(0)));

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
  return true;
}

/** Length of the decoration in front of a row whose edges do not tell it. */
export function decorationLength(bytes: Uint8Array, start: number, end: number, lead: readonly number[]): number {
  if (lead.length > 0) {
    const like = leadLike(bytes, start, end, lead);
    if (like > 0) return like;
  }
  let at = blanks(bytes, start, end);
  const sign = at;
  while (at < end && at - sign < 2 && (bytes[at] === 35 || bytes[at] === 62 || bytes[at] === 43 || bytes[at] === 124))
    at++;
  // `|` decorates only with a blank behind it; `>`, `+` and `#` stand alone too: no command begins with them.
  if (at > sign && (bytes[sign] !== 124 || blanks(bytes, at, end) > at)) return blanks(bytes, at, end) - start;
  return sign - start;
}

function blanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++;
  return at;
}
