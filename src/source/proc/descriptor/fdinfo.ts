import { constants } from 'node:fs';

/** What `/proc/PID/fdinfo/N` says (proc_pid_fdinfo(5)). */
export interface FdInfo {
  /** File offset, bytes, decimal. */
  readonly position: string;
  /** Open flags, O_*. */
  readonly flags: number;
  /** Inode (Linux 5.14), decimal. */
  readonly inode: string | null;
  /** Mount and inode: the same for two descriptors of one name means the same file. Null before Linux 5.14. */
  readonly identity: string | null;
  /** Lock letter as lsof prints it: `r`/`w` a part, `R`/`W` the whole; blank without a lock. */
  readonly lock: string;
  /** What the kind of file adds: the eventfd's id, the pid behind a pidfd, the descriptors an epoll instance watches. */
  readonly detail: string | null;
}

/** At most this many watched descriptors are named, then `...`, as lsof does. */
const WATCHED = 32;

const POSITION = 'pos:\t';
const FLAGS = '\nflags:\t';
const INODE = '\nino:\t';

/** Parses fdinfo. Null where the text is no such file. */
export function parseFdInfo(text: string): FdInfo | null {
  const flags = text.indexOf(FLAGS);
  if (flags < 0 || !text.startsWith(POSITION)) return null;
  const position = text.slice(POSITION.length, flags);
  const flagsAt = flags + FLAGS.length;
  const flagsEnd = lineEnd(text, flagsAt);
  const digits = text.slice(flagsAt, flagsEnd);
  if (!/^\d+$/.test(position) || !/^[0-7]+$/.test(digits)) return null;
  const ino = text.indexOf(INODE, flagsEnd);
  const inodeEnd = ino < 0 ? flagsEnd : lineEnd(text, ino + INODE.length);
  // Most files end here; what follows is the kind's own.
  const more = inodeEnd + 1 < text.length;
  return {
    position,
    flags: Number.parseInt(digits, 8),
    inode: ino < 0 ? null : text.slice(ino + INODE.length, inodeEnd),
    identity: ino < 0 ? null : text.slice(flagsEnd, inodeEnd),
    lock: more ? lockLetter(text) : '',
    detail: more ? detail(text) : null,
  };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function field(text: string, name: string): string | null {
  const at = text.indexOf(`\n${name}`);
  if (at < 0) return null;
  const start = at + name.length + 1;
  return text.slice(start, lineEnd(text, start)).trim();
}

function lockLetter(text: string): string {
  if (!text.includes('lock:')) return '';
  // `lock:	1: FLOCK  ADVISORY  WRITE 359 00:13:11691 0 EOF`; a blocked request has `->` and holds nothing.
  const match = /^lock:\s+\d+: (?!->)\S+\s+\S+\s+(READ|WRITE)\s+\S+ \S+ (\d+) (\d+|EOF)/m.exec(text);
  if (!match) return '';
  const letter = match[1] === 'WRITE' ? 'w' : 'r';
  return match[2] === '0' && match[3] === 'EOF' ? letter.toUpperCase() : letter;
}

function detail(text: string): string | null {
  const id = field(text, 'eventfd-id:') ?? field(text, 'Pid:');
  if (id !== null) return id;
  const watched = [...text.matchAll(/^tfd:\s+(\d+)\s/gm)].map((match) => Number(match[1]));
  if (watched.length === 0) return null;
  watched.sort((a, b) => a - b);
  return watched.length > WATCHED ? `${watched.slice(0, WATCHED).join(',')},...` : watched.join(',');
}

/** Not among Node's constants; 0100000 where the kernel's generic value holds. */
const O_LARGEFILE = process.arch === 'arm64' || process.arch === 'arm' ? 0o400000 : 0o100000;
const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;

/** lsof's short names (`+fg`), in its order: of flags that share bits the larger comes first. */
const NAMES: readonly (readonly [number, string])[] = [
  [constants.O_WRONLY, 'W'],
  [constants.O_RDWR, 'RW'],
  [constants.O_APPEND, 'AP'],
  [constants.O_NONBLOCK, 'ND'],
  [constants.O_SYNC & ~constants.O_DSYNC, 'SYN'],
  [0o20000, 'ASYN'],
  [constants.O_DIRECT, 'DIR'],
  [constants.O_DIRECTORY, 'DTY'],
  [constants.O_NOFOLLOW, 'NFLK'],
  [constants.O_NOATIME, 'NATM'],
  [constants.O_DSYNC, 'DSYN'],
  [O_LARGEFILE, 'LG'],
  [O_CLOEXEC, 'CX'],
  [O_PATH, 'PATH'],
  [0o20000000, 'TMPF'],
];

const namedFlags = new Map<number, string>();

/** Flags as lsof's `+fg` prints them: `RW,AP,LG,CX`; bits without a name in hexadecimal; empty for a plain read-only open. */
export function flagNames(flags: number): string {
  const known = namedFlags.get(flags);
  if (known !== undefined) return known;
  const names: string[] = [];
  let rest = flags;
  for (const [bits, name] of NAMES) {
    if (bits === 0 || (rest & bits) !== bits) continue;
    names.push(name);
    rest &= ~bits;
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  const text = names.join(',');
  if (namedFlags.size < 1024) namedFlags.set(flags, text);
  return text;
}

/** lsof's access letter of open flags: O_PATH and O_RDWR both print `u`. */
export function accessOfFlags(flags: number): string {
  if ((flags & O_PATH) !== 0) return 'u';
  return (flags & 3) === 0 ? 'r' : (flags & 3) === 1 ? 'w' : 'u';
}

/** lsof's access letter of a link's permissions (`/proc/PID/fd/N` shows the open mode as its owner bits). */
export function accessOfMode(mode: number): string {
  const readable = (mode & 0o400) !== 0;
  const writable = (mode & 0o200) !== 0;
  return readable === writable ? 'u' : readable ? 'r' : 'w';
}

/** Whether a link's permissions are those of an O_PATH descriptor: neither readable nor writable. */
export function pathOnly(mode: number): boolean {
  return (mode & 0o600) === 0;
}

/** Whether a write end of a pipe makes packets (O_DIRECT, pipe(2)). */
export function opensPackets(flags: number): boolean {
  return (flags & constants.O_DIRECT) !== 0;
}

export function opensWithoutBlocking(flags: number): boolean {
  return (flags & constants.O_NONBLOCK) !== 0;
}
