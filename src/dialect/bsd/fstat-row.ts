import type { DescriptorClass } from '../../model/descriptor-class.ts';

/** One row of fstat(1). Text is Latin-1, cells as printed; undefined = not printed. */
export interface FstatRow {
  readonly user: string;
  readonly command: string;
  readonly pid: number;
  readonly fd: string;
  readonly class: DescriptorClass;
  /** MOUNT, or DEV under `-n`. */
  readonly mount?: string | undefined;
  readonly inode?: string | undefined;
  /** SZ of a file, in bytes. */
  readonly size?: string | undefined;
  /** DV of a device: its name below /dev, or major,minor. */
  readonly special?: string | undefined;
  readonly access?: 'r' | 'w' | 'u' | undefined;
  readonly name?: string | undefined;
  readonly protocol?: string | undefined;
  readonly local?: string | undefined;
  readonly remote?: string | undefined;
  /** OpenBSD marks an inode without links by a star. */
  readonly deleted?: boolean;
}

/**
 * `%-8.8s %-10s %5d` and the descriptor: the same in FreeBSD, OpenBSD, NetBSD and DragonFly. CMD may hold blanks; it and
 * the mount point are bounded so that no line costs more than a few thousand steps.
 */
const PREFIX = String.raw`^(?:[0-9a-f]{8,16} )?(\S{1,64})\s+(\S.{0,40}?)\s+(\d+)\s+(text|wd|root|tr|mmap|jail|ctty|\d+)`;
const MODE = '([-dlcbpsw?][-rwxsStTlL]{9}[+@]?|[0-7]{3,7})';
const FILE = String.raw`(\S.{0,256}?)\s+(\d+)(\*)? +${MODE}`;

/** FreeBSD, NetBSD, DragonFly: SZ|DV, then R/W, then the file's name where files were named. */
const SIZE_FIRST = new RegExp(String.raw`${PREFIX}\s+${FILE}\s+(\S+)(?:\s+(rw|r|w)(?=\s|$))?(?:\s+(\S.*))?$`, 's');
/** OpenBSD: R/W with flags, then SZ|DV with `-o` and `-s` columns. */
const ACCESS_FIRST = new RegExp(
  String.raw`${PREFIX}\s+${FILE}\s+(r?w?e?f?p?) +(\d+,\s*\d+|[^\s:]+)(?::\S+)?\s*(?:\s+(?:\d+|\*) +(?:\d+|\*))??(?: (\S.*))?$`,
  's',
);
/** Sockets of all, pipes of all but OpenBSD: `3* internet stream tcp ...`. */
const STARRED = new RegExp(String.raw`${PREFIX}(\*) +(\S.*)$`, 's');
/** OpenBSD's pipes and kqueues have no star; of a socket it may be lost where `*` is markup. */
const UNSTARRED = new RegExp(
  String.raw`${PREFIX}() +((?:(?:pipe|kqueue) (?:0x)?[0-9a-f]+\b|internet6? (?:stream|dgram|raw)\b|unix (?:stream|dgram|seqpacket)\b).*)$`,
  's',
);
const WORDED = / (?:pipe|kqueue|internet6?|unix) /;
/** A vnode that could not be read. */
const BAD = new RegExp(String.raw`${PREFIX}\s+-\s+-\s+(\S.*?)\s+-\s*$`, 's');
/** NetBSD's dead vnode. */
const DEAD = new RegExp(String.raw`${PREFIX} +(flags \S+.*)$`, 's');
/** FreeBSD's POSIX shared memory and semaphores: path instead of mount, and no inode. */
const SHARED = new RegExp(String.raw`${PREFIX} +(\/\S*|-) +([-][-rwxsStT]{9}) +(\d+)(?: +(rw|r|w))?\s*$`, 's');
/** FreeBSD's DTYPE_DEV and the types fstat does not know have nothing behind the number. */
const NOTHING = new RegExp(`${PREFIX}\\s*$`, 's');

/** How the rows are laid out, as far as a header above them says: `R/W` before `SZ|DV` is OpenBSD's way. */
export type FstatLayout = 'size-first' | 'access-first' | 'no-header';

/**
 * The row that a line of fstat is, or null. Rows that say little (no vnode, nothing but a number) are taken only
 * below a header.
 */
export function parseFstatRow(text: string, layout: FstatLayout): FstatRow | null {
  const socket = socketRow(text.includes('* ') ? STARRED.exec(text) : WORDED.test(text) ? UNSTARRED.exec(text) : null);
  if (socket) return socket;
  const accessFirst = layout === 'access-first';
  const headed = layout !== 'no-header';
  return (
    (accessFirst ? fileRowAccessFirst(text, headed) : fileRowSizeFirst(text, headed)) ??
    (accessFirst ? fileRowSizeFirst(text, headed) : fileRowAccessFirst(text, headed)) ??
    (headed ? bareRow(text) : null)
  );
}

function prefix(match: RegExpExecArray): Pick<FstatRow, 'user' | 'command' | 'pid' | 'fd'> {
  return { user: match[1], command: match[2], pid: Number(match[3]), fd: match[4] };
}

function fileRowSizeFirst(text: string, headed: boolean): FstatRow | null {
  const row = SIZE_FIRST.exec(text);
  if (row && !headed && !isTold(row)) return null;
  // What stands in the place of SZ|DV tells OpenBSD's order apart: letters of R/W are no size, and no device's name.
  if (!row || (isDevice(row[8]) ? /^r?w?e?f?p?$/ : /\D/).test(row[9])) return null;
  return { ...prefix(row), ...file(row), ...extent(row[8], row[9]), access: access(row[10] ?? ''), name: row[11] };
}

function fileRowAccessFirst(text: string, headed: boolean): FstatRow | null {
  const row = ACCESS_FIRST.exec(text);
  if (row && !headed && !isTold(row)) return null;
  if (!row || (!isDevice(row[8]) && /\D/.test(row[10]))) return null;
  return { ...prefix(row), ...file(row), ...extent(row[8], row[10]), access: access(row[9]), name: row[11] };
}

/**
 * Whether the cells tell a row without its header: permissions in letters, or under `-n` in digits beside a DEV in digits.
 * Any table of numbers (`top`, `pidstat`) has digits where an octal MODE would stand.
 */
function isTold(row: RegExpExecArray): boolean {
  return !/^\d/.test(row[8]) || /^\d+,\s*\d+$/.test(row[5]);
}

function file(row: RegExpExecArray): Pick<FstatRow, 'class' | 'mount' | 'inode'> & { deleted?: boolean } {
  const found = { class: modeClass(row[8]), mount: row[5], inode: row[6] };
  return row[7] === '*' ? { ...found, deleted: true } : found;
}

function extent(mode: string, text: string): Pick<FstatRow, 'size' | 'special'> {
  return isDevice(mode) ? { special: text } : { size: text };
}

function isDevice(mode: string): boolean {
  const found = modeClass(mode);
  return found === 'char' || found === 'block';
}

function access(letters: string): 'r' | 'w' | 'u' | undefined {
  if (letters.startsWith('rw')) return 'u';
  return letters.startsWith('r') ? 'r' : letters.startsWith('w') ? 'w' : undefined;
}

/** strmode(3), or under `-n` the octal st_mode, whose type bits are 0170000. */
function modeClass(mode: string): DescriptorClass {
  const octal = /^[0-7]+$/.test(mode) ? (Number.parseInt(mode, 8) >> 12) & 0xf : -1;
  if (mode.startsWith('d') || octal === 0o4) return 'directory';
  if (mode.startsWith('c') || octal === 0o2) return 'char';
  if (mode.startsWith('b') || octal === 0o6) return 'block';
  if (mode.startsWith('p') || octal === 0o1) return 'pipe';
  if (mode.startsWith('s') || octal === 0o14) return 'unix';
  return mode.startsWith('-') || octal === 0o10 || octal === 0 ? 'regular' : 'other';
}

const CLASSES: Readonly<Record<string, DescriptorClass>> = {
  internet: 'inet',
  internet6: 'inet',
  unix: 'unix',
  local: 'unix',
  pipe: 'pipe',
  kqueue: 'epoll',
  eventfd: 'eventfd',
  'pseudo-terminal': 'char',
  error: 'unreadable',
};

/** `internet stream tcp 0xfff 10.0.0.1:22 <-- 10.0.0.2:4711`; FreeBSD prints addresses only with `-s`. */
const ADDRESSES =
  /^internet6?\s+\S+\s+(\S+)(?:\s+(?:0x)?[0-9a-f]+(?=\s|$))?(?:\s+(\S*[:.][\d\w]+|\*))?(?:\s+(?:-->|<--|<->)\s+(\S*[:.]\S+))?/;

function socketRow(row: RegExpExecArray | null): FstatRow | null {
  if (!row) return null;
  const words = row[6].trimEnd();
  const found = {
    ...prefix(row),
    fd: row[4] + row[5],
    name: words,
    class: CLASSES[/^\S+/.exec(words)?.[0] ?? ''] ?? 'other',
  };
  const address = ADDRESSES.exec(words);
  return address ? { ...found, protocol: address[1], local: address[2], remote: address[3] } : found;
}

function bareRow(text: string): FstatRow | null {
  const bad = BAD.exec(text) ?? DEAD.exec(text);
  if (bad) return { ...prefix(bad), class: 'unreadable', name: bad[5] };
  const shared = SHARED.exec(text);
  if (shared) {
    const name = shared[5] === '-' ? undefined : shared[5];
    return { ...prefix(shared), class: 'other', name, size: shared[7], access: access(shared[8] ?? '') };
  }
  const nothing = NOTHING.exec(text);
  return nothing && /^\d+$/.test(nothing[4]) ? { ...prefix(nothing), class: 'other' } : null;
}
