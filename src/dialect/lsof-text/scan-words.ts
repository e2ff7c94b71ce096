export const BLANK = 32;
export const NEWLINE = 10;
/** Four blanks, read as one word. */
const BLANKS = 0x20202020;

/** Bytes read at once: what a read may reach over the cursor. */
export const WORD = 4;

/** Lock letters of lsof(8): part or whole file, read, write, both, SCO, Solaris NFS, unknown. */
export function isLock(byte: number): boolean {
  return (
    byte === 114 ||
    byte === 82 ||
    byte === 119 ||
    byte === 87 ||
    byte === 117 ||
    byte === 85 ||
    byte === 78 ||
    byte === 120 ||
    byte === 88
  );
}

/** Whether bytes `[start, end)` hold neither blank nor control character, four at a time (Warren, Hacker's Delight, 6-1). */
export function isWord(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
  if (end - start < WORD) {
    for (let at = start; at < end; at++) if (bytes[at] <= BLANK) return false;
    return true;
  }
  const last = end - WORD;
  for (let at = start; at < last; at += WORD) if (hasBlank(view.getInt32(at, true))) return false;
  return !hasBlank(view.getInt32(last, true));
}

/** Whether any of four bytes is a blank or less. */
function hasBlank(word: number): boolean {
  return ((word - 0x21212121) & ~word & 0x80808080) !== 0;
}

/** The first byte from `at` on that is no blank. */
export function skipBlanks(bytes: Uint8Array, view: DataView, at: number): number {
  let next = at;
  while (view.getInt32(next, true) === BLANKS) next += WORD;
  while (bytes[next] === BLANK) next++;
  return next;
}

/** Whether `length` (at least 4) bytes at both places are the same. */
export function sameBytes(view: DataView, a: number, b: number, length: number): boolean {
  const last = length - WORD;
  for (let i = 0; i < last; i += WORD) if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;
  return view.getInt32(a + last, true) === view.getInt32(b + last, true);
}

/** `mem`, `txt`, `cwd`, `rtd` or `DEL`; rarer associations go the slow path. */
export function isUsualAssociation(bytes: Uint8Array, at: number): boolean {
  const label = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
  return label === 0x6d656d || label === 0x747874 || label === 0x637764 || label === 0x727464 || label === 0x44454c;
}

export function isNoFd(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 78 && bytes[at + 1] === 79 && bytes[at + 2] === 70 && bytes[at + 3] === 68;
}
