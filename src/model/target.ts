import { decodeText, encodeText } from '../columns/utf8.ts';
import { classCode } from './descriptor-class.ts';
import { decodeEscaped } from './escape.ts';
import { Cell, Num, type RowBatch } from './row-batch.ts';
import { hasAttributes, parseAttributes } from './socket-name.ts';
import { endpointsStart, notesStart } from './target-notes.ts';

const { name: NAME, target: TARGET, links: LINKS, fd: FD } = Cell;
const DELETED = Num.deleted;

const REGULAR = classCode('regular');
const DIRECTORY = classCode('directory');
const INET = classCode('inet');
const UNIX = classCode('unix');
const MEMFD = classCode('memfd');
const UNREADABLE = classCode('unreadable');

const SPACE = 0x20;
const COLON = 0x3a;
const EQUALS = 0x3d;
const CLOSE_PARENTHESIS = 0x29;

/** The kernel's mark on the path of an unlinked file (proc_pid_fd(5)). */
const DELETED_MARK = encodeText(' (deleted)');
const TYPE_MARK = encodeText(' type=');
/** What lsof, ls and toybox call a socket without an address. */
const SOCKET = encodeText('socket');

/** Where a row's target lies. Reused between calls, so that finding it allocates nothing. */
export interface TargetRange {
  /** The batch's buffer, or a text of its own where the target does not lie in one piece in the row. */
  bytes: Uint8Array;
  /** -1 where the row has no target. */
  start: number;
  end: number;
  /** Whether lsof's escapes are to be undone in it. */
  escaped: boolean;
  /** Whether the link is gone while the file is held. */
  deleted: boolean;
}

export function targetRange(): TargetRange {
  return { bytes: new Uint8Array(0), start: -1, end: -1, escaped: false, deleted: false };
}

/** The target as text, escapes undone; null where the row has none. */
export function targetText(range: TargetRange): string | null {
  if (range.start < 0) return null;
  const decode = range.escaped ? decodeEscaped : decodeText;
  return decode(range.bytes, range.start, range.end);
}

/**
 * Finds the target of a row of class `code` (`classOf`) and whether it is deleted. The target is the source's own word
 * for it if it gave one, else NAME without the notes that listers add. TYPE is trusted before what a suffix looks like:
 * a regular file may truly be called `x (LISTEN)`.
 */
export function locateTarget(batch: RowBatch, row: number, code: number, into: TargetRange): void {
  const names = batch.text[NAME];
  const start = names ? (names.start[row] as number) : -1;
  const end = names && start >= 0 ? (names.end[row] as number) : -1;
  const known = deletedBySource(batch, row);
  into.bytes = batch.bytes;
  into.start = end > start ? start : -1;
  into.end = end;
  into.escaped = true;
  into.deleted = false;
  if (end > start) {
    if (code === INET) locateAddress(into);
    else if (code === UNIX) locateSocket(into);
    else locatePath(into, code, known !== false);
  }
  if (known !== null) into.deleted = known;
  // A memfd never had a link that could be gone: the kernel's mark and a link count of 0 mean nothing there.
  if (code === MEMFD && (batch.numbers[DELETED] as Int32Array)[row] === 0) into.deleted = false;
  const given = batch.text[TARGET];
  if (!given || (given.start[row] as number) < 0) return;
  into.bytes = batch.bytes;
  into.start = given.start[row] as number;
  into.end = given.end[row] as number;
  into.escaped = false;
}

/**
 * Whether the source itself says that the link is gone: the kernel's or the lister's own word, lsof's DEL, or a link
 * count (only that tells a deleted file from one called `x (deleted)`). Null where only the name can tell.
 */
function deletedBySource(batch: RowBatch, row: number): boolean | null {
  const word = (batch.numbers[DELETED] as Int32Array)[row] as number;
  if (word !== 0) return word === 2;
  const { bytes } = batch;
  const links = batch.text[LINKS];
  if (links) {
    const start = links.start[row] as number;
    const length = (links.end[row] as number) - start;
    const first = bytes[start] as number;
    if (start >= 0 && length > 0 && first >= 0x30 && first <= 0x39) return length === 1 && first === 0x30;
  }
  const fds = batch.text[FD];
  if (fds) {
    const start = fds.start[row] as number;
    const length = (fds.end[row] as number) - start;
    if (start >= 0 && length === 3 && bytes[start] === 0x44 && bytes[start + 1] === 0x45 && bytes[start + 2] === 0x4c) {
      return true;
    }
  }
  return null;
}

/**
 * What `locateTarget` is told by cells other than NAME and the target's own, as bits from the 18th on: rows with equal
 * seeds, equal class and equal NAME have equal targets.
 */
export function deletedSeed(batch: RowBatch, row: number): number {
  const known = deletedBySource(batch, row);
  if (known === null) return 0;
  const word = (batch.numbers[DELETED] as Int32Array)[row] as number;
  return (known ? 0x4_0000 : 0x8_0000) | (word !== 0 ? 0x10_0000 : 0);
}

/** Whether `locateTarget` can find the row's link gone: false for most rows, at a glance. */
export function mayBeDeleted(batch: RowBatch, row: number): boolean {
  const known = deletedBySource(batch, row);
  if (known !== null) return known;
  const names = batch.text[NAME];
  return names !== null && names !== undefined && batch.bytes[(names.end[row] as number) - 1] === CLOSE_PARENTHESIS;
}

/** A path or the name of an anonymous inode: notes stand behind it, the innermost of them is ` (deleted)`. */
function locatePath(into: TargetRange, code: number, mayBeDeleted: boolean): void {
  const { bytes, start } = into;
  if (bytes[into.end - 1] === CLOSE_PARENTHESIS) {
    if (!cutDeleted(into, mayBeDeleted)) {
      into.end = notesStart(bytes, start, into.end, code === UNREADABLE);
      cutDeleted(into, mayBeDeleted);
    }
  }
  if (code !== REGULAR && code !== DIRECTORY && code !== MEMFD && code !== UNREADABLE) {
    into.end = endpointsStart(bytes, start, into.end);
  }
}

/** Cuts one ` (deleted)`; returns whether there was one. */
function cutDeleted(into: TargetRange, mayBeDeleted: boolean): boolean {
  const at = into.end - DELETED_MARK.length;
  if (!mayBeDeleted || at <= into.start || !matches(into.bytes, at, DELETED_MARK)) return false;
  into.end = at;
  into.deleted = true;
  return true;
}

/** `a:p->b:q (ESTABLISHED)`: the first word, if it is an address; sentences like `protocol: TCP` are kept whole. */
function locateAddress(into: TargetRange): void {
  const { bytes, start } = into;
  let { end } = into;
  while (end > start && bytes[end - 1] === SPACE) end--;
  into.end = end;
  let colon = -1;
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === SPACE) break;
    if (byte === COLON) colon = at;
    if (byte === EQUALS && locateAttributes(into)) return;
  }
  if (at === end) return;
  if (colon >= 0 && colon < at - 1) into.end = at;
  else if (bytes[end - 1] === CLOSE_PARENTHESIS) into.end = notesStart(bytes, start, end, false);
  // Android's toybox puts the protocol first: `TCP 10.0.0.1:22->10.0.0.2:5555 (ESTABLISHED)`.
  else if (at - start <= 4 && (bytes[start] as number) < 0x61) {
    into.start = at + 1;
    locateAddress(into);
  }
}

/** `path type=STREAM (CONNECTED)`; without a path what lsof printed before 4.88: `socket`. */
function locateSocket(into: TargetRange): void {
  const { bytes, start, end } = into;
  if (matches(bytes, start, TYPE_MARK.subarray(1)) && isUpper(bytes[start + 5] as number)) {
    into.bytes = SOCKET;
    into.start = 0;
    into.end = SOCKET.length;
    return;
  }
  if (isLower(bytes[start] as number) && locateAttributes(into)) return;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== SPACE || !matches(bytes, at, TYPE_MARK)) continue;
    into.end = at;
    return;
  }
  into.end = endpointsStart(bytes, start, end);
}

/** lsfd's attributes: the target is put together from them. Returns whether the name is such a list. */
function locateAttributes(into: TargetRange): boolean {
  const name = decodeText(into.bytes, into.start, into.end);
  if (!hasAttributes(name)) return false;
  const { target } = parseAttributes(name);
  into.bytes = target === null ? SOCKET : encodeText(target);
  into.start = 0;
  into.end = into.bytes.length;
  return true;
}

function isLower(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function matches(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}
