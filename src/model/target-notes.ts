/** Decodes one character per byte, so that positions in the text are positions in the bytes. */
const latin1 = new TextDecoder('latin1');

/**
 * Notes that lsof puts behind a name: an NFS or other remote source, a path that no longer leads to the file,
 * mount supplements (-e, +e), a stale NFS handle.
 */
const NOTE =
  / \((?:[^()\s/]+:\/[^()]*|path (?:dev|inode)=[^()]*|[+-]e \/[^()]*|getpidcon: [^()]*|revoked|STALE|-X specified)\)$/;

/** Why a name could not be read; up to lsof 4.99.6 the note of lstat lacks its opening parenthesis. */
const ERROR = / (?:\((?:readlink|stat|lstat|fstat|opendir|open)|lstat)(?: [^()]*)?: [^()]*\)$/;

/** Where the notes begin that stand behind a name, in bytes; `end` if there are none. */
export function notesStart(bytes: Uint8Array, start: number, end: number, unreadable: boolean): number {
  let text = latin1.decode(bytes.subarray(start, end));
  for (;;) {
    const note = NOTE.exec(text) ?? (unreadable ? ERROR.exec(text) : null);
    if (!note || note.index === 0) return start + text.length;
    text = text.slice(0, note.index);
  }
}

/** The processes at the other ends (lsof -E, +E): ` 10,fd zoo (x,251w 11,net-svc,251w`. Their commands are printed raw. */
const ENDPOINTS = / \d+,.*,\d+[a-zA-Z]$/s;
/** Fill of a pipe on macOS. */
const FILL = /, cnt=\d+$/;

/** Where the list of other ends begins that lsof puts behind pipes, terminals and the like; `end` if there is none. */
export function endpointsStart(bytes: Uint8Array, start: number, end: number): number {
  const last = bytes[end - 1] as number;
  const before = bytes[end - 2] as number;
  const digit = before >= 0x30 && before <= 0x39;
  if (!digit && before !== 0x3d) return end;
  if (last === 0x5d /* ] */) return end;
  let comma = end - 1;
  while (comma > start && bytes[comma] !== 0x2c) comma--;
  if (comma === start) return end;
  const text = latin1.decode(bytes.subarray(start, end));
  const found = (last >= 0x41 ? ENDPOINTS : FILL).exec(text);
  return found && found.index > 0 ? start + found.index : end;
}
