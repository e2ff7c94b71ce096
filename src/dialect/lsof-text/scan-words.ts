export const BLANK = 32;
export const NEWLINE = 10;
/** Four blanks, read as one word. */
export const BLANKS = 0x20202020;

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
