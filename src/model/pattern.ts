import { decodeText, encodeText } from '../columns/utf8.ts';
import { foldEndpoints } from './endpoint-pattern.ts';
import { foldPath, type PatternBuffer } from './path-pattern.ts';

/** Longest pattern, in bytes, without its ` (deleted)`; a longer one is cut and ends in `*`. */
export const PATTERN_BYTES = 512;
/** Bytes of a name that are looked at (PATH_MAX of Linux). */
const NAME_BYTES = 4096;

const DELETED_MARK = encodeText(' (deleted)');
const ANON_PREFIX = encodeText('anon_inode:');

const SLASH = 0x2f;
const STAR = 0x2a;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const COLON = 0x3a;

/** A buffer that holds any pattern. */
export function patternBuffer(): PatternBuffer {
  return { bytes: new Uint8Array(NAME_BYTES + 64), length: 0 };
}

/**
 * The target with everything blanked that differs between otherwise equal targets, for grouping: a `*` stands for each
 * blank, so a pattern is also a glob that matches its names.
 *
 * Blanked:
 * - ids: UUIDs, `0x` numbers, words of eight or more hexadecimal digits, words that look drawn at random (`tmp.Ab3dE9xQ`;
 *   judged by alternation of letters and digits, capitals, and letter pairs that words do not have), the random part of
 *   templates (`tmpab12cd_3`, `phpXy3Z9q`, `.nfs0000...`);
 * - numbers: in a file's own name every number, in folder names those of three digits or more (`upload-0001.jpg`,
 *   `part-00042`, `/run/user/1000`), dates and times as one blank, and the folders of one to three hexadecimal digits
 *   above an id (`objects/3f/`);
 * - pids below /proc; inodes of pipes and sockets (`pipe:[17]` is `pipe`), watch lists (`[eventpoll:5,7]`);
 * - the port of a socket that the system picked: `10.0.0.1:*->10.0.0.2:443` at a client, `10.0.0.2:443->10.0.0.1:*` at a
 *   server. Hosts stay.
 *
 * Kept: dotted versions and addresses (`3.11`, `10.0.0.1`), digits of shared libraries and archives (`libssl.so.3`), of
 * words that own them (`python3`, `utf8`, `mp4`), of extensions, and, below /usr, /lib, /etc, /sys, /dev and the like, all
 * numbers of up to four or five digits (`/dev/sda1`, `/dev/pts/3`). A final ` (deleted)` stays as it is.
 *
 * Deterministic and idempotent: a name that holds a `*` is taken for a pattern already.
 */
export function patternOf(target: string): string {
  const bytes = encodeText(target);
  const buffer = patternBuffer();
  const end = bytes.length;
  const deleted = endsWithMark(bytes, end);
  foldTarget(bytes, 0, deleted ? end - DELETED_MARK.length : end, buffer);
  if (deleted) appendDeleted(buffer);
  return decodeText(buffer.bytes, 0, buffer.length);
}

function endsWithMark(bytes: Uint8Array, end: number): boolean {
  const start = end - DELETED_MARK.length;
  if (start <= 0) return false;
  for (let i = 0; i < DELETED_MARK.length; i++) if (bytes[start + i] !== DELETED_MARK[i]) return false;
  return true;
}

/** Appends the mark that keeps deleted targets apart from present ones. */
export function appendDeleted(buffer: PatternBuffer): void {
  buffer.bytes.set(DELETED_MARK, buffer.length);
  buffer.length += DELETED_MARK.length;
}

/**
 * Appends the pattern of the target in bytes `[start, end)`, escapes undone and without ` (deleted)`. Allocates nothing.
 * Returns whether the target is a path with a backslash in it: if escapes were not undone, they were to be.
 */
export function foldTarget(bytes: Uint8Array, start: number, end: number, into: PatternBuffer): boolean {
  const stop = Math.min(end, start + NAME_BYTES);
  const from = into.length;
  let backslash = false;
  if (bytes[start] === SLASH) backslash = foldPath(bytes, start, stop, into);
  else if (!foldKernelName(bytes, start, stop, into) && !foldEndpoints(bytes, start, stop, into)) {
    foldPath(bytes, start, stop, into);
  }
  if (into.length - from > PATTERN_BYTES || stop < end) cut(into, from);
  return backslash;
}

/** Appends the target itself, cut where a pattern would look no further: for counting names one by one. */
export function keepTarget(bytes: Uint8Array, start: number, end: number, into: PatternBuffer): void {
  copy(bytes, start, Math.min(end, start + NAME_BYTES), into);
}

/**
 * Names that the kernel or lsof make up: `anon_inode:[eventpoll]` and `[eventpoll:5,7]` are `[eventpoll]`, `pipe:[17]` is
 * `pipe`, `mnt:[4026531840]` is `mnt:[*]`. Returns false, having written nothing, for others.
 */
function foldKernelName(bytes: Uint8Array, start: number, end: number, into: PatternBuffer): boolean {
  let from = start;
  while (isAnonymous(bytes, from, end)) from += ANON_PREFIX.length;
  if (bytes[end - 1] !== CLOSE) {
    if (from === start) return false;
    foldPath(bytes, from, end, into);
    return true;
  }
  let colon = from;
  while (colon < end && bytes[colon] !== COLON && bytes[colon] !== 0x20) colon++;
  if (bytes[from] === OPEN) {
    if (bytes[colon] === 0x20) return false;
    copy(bytes, from, Math.min(colon, end), into);
    if (colon < end) into.bytes[into.length++] = CLOSE;
    return true;
  }
  if (bytes[colon] !== COLON || bytes[colon + 1] !== OPEN || colon + 3 > end) {
    if (from === start) return false;
    foldPath(bytes, from, end, into);
    return true;
  }
  copy(bytes, from, colon, into);
  const first = bytes[from];
  const plain = colon - from === 4 ? first === 0x70 /* pipe */ : colon - from === 6 && first === 0x73; /* socket */
  if (plain) return true;
  for (const byte of [COLON, OPEN, STAR, CLOSE]) into.bytes[into.length++] = byte;
  return true;
}

/** Whether more than the prefix of anonymous inodes stands there. */
function isAnonymous(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= ANON_PREFIX.length) return false;
  for (let i = 0; i < ANON_PREFIX.length; i++) if (bytes[start + i] !== ANON_PREFIX[i]) return false;
  return true;
}

function copy(bytes: Uint8Array, start: number, end: number, into: PatternBuffer): void {
  for (let at = start; at < end; at++) into.bytes[into.length++] = bytes[at] as number;
}

/** Cuts what was written from `from` on to its longest, between characters, and says so by a `*`. */
function cut(into: PatternBuffer, from: number): void {
  const limit = from + PATTERN_BYTES - 1;
  let end = Math.min(limit, into.length);
  if (into.length > limit) {
    while (end > from && ((into.bytes[end] as number) & 0xc0) === 0x80) end--;
  }
  if (end > from && into.bytes[end - 1] === STAR) end--;
  into.bytes[end++] = STAR;
  into.length = end;
}
