import { decodeText, encodeText } from '../columns/utf8.ts';
import { classCode, type DescriptorClass } from './descriptor-class.ts';
import { Cell, Num, type RowBatch } from './row-batch.ts';

const REGULAR = classCode('regular');
const DIRECTORY = classCode('directory');
const PIPE = classCode('pipe');
const INET = classCode('inet');
const UNIX = classCode('unix');
const NETLINK = classCode('netlink');
const CHAR = classCode('char');
const BLOCK = classCode('block');
const MEMFD = classCode('memfd');
const OTHER = classCode('other');
const UNREADABLE = classCode('unreadable');

/** Ordinals as plain constants: looking them up in `Cell` for every row would cost more than the rest. */
const { type: TYPE, name: NAME, fd: FD, tid: TID } = Cell;
const CLASS = Num.class;

/** Kinds of TYPE that do not settle the class alone. */
const BY_NAME = -1;
const BY_NAME_ELSE_UNREADABLE = -2;

/** First four bytes of a word as one integer; shorter words are padded with zeros. */
function packed(word: string): number {
  let key = 0;
  for (let i = 0; i < Math.min(4, word.length); i++) key |= word.charCodeAt(i) << (8 * i);
  return key;
}

const REG = packed('REG');
const DIR = packed('DIR');
const CHR = packed('CHR');
const BLK = packed('BLK');
const FIFO = packed('FIFO');
const IPV4 = packed('IPv4');
const IPV6 = packed('IPv6');
const UNIX4 = packed('unix');
const SOCK4 = packed('sock');
const A_IN = packed('a_in');

/**
 * Classes of the rarer TYPEs. Upper-case `V...` are the vnode types of Solaris and AIX builds; the upper-case socket
 * families and the lower-case anonymous inodes are lsfd(1)'s TYPE column. kqueue is the BSDs' epoll and counts as one.
 */
const RARE_TYPES: Readonly<Record<string, DescriptorClass | typeof BY_NAME | typeof BY_NAME_ELSE_UNREADABLE>> = {
  VREG: 'regular',
  VDIR: 'directory',
  VCHR: 'char',
  VBLK: 'block',
  VFIFO: 'pipe',
  PIPE: 'pipe',
  pipe: 'pipe',
  fifo: 'pipe',
  inet: 'inet',
  inet6: 'inet',
  raw: 'inet',
  raw6: 'inet',
  rawi: 'inet',
  icmp: 'inet',
  icmp6: 'inet',
  sctp: 'inet',
  SCTP: 'inet',
  SCTPv6: 'inet',
  TCP: 'inet',
  TCPv6: 'inet',
  UDP: 'inet',
  UDPv6: 'inet',
  'UDP-LITE': 'inet',
  UDPLITE: 'inet',
  UDPLITEv6: 'inet',
  'UDP-LITEv6': 'inet',
  MPTCP: 'inet',
  MPTCPv6: 'inet',
  'SMC-INET': 'inet',
  RAW: 'inet',
  RAWv6: 'inet',
  PING: 'inet',
  PINGv6: 'inet',
  ICMP: 'inet',
  ICMPv6: 'inet',
  internet: 'inet',
  internet6: 'inet',
  UNIX: 'unix',
  'UNIX-STREAM': 'unix',
  'UNIX-DGRAM': 'unix',
  'UNIX-SEQPACKET': 'unix',
  local: 'unix',
  netlink: 'netlink',
  NETLINK: 'netlink',
  ROUTE: 'netlink',
  KQUEUE: 'epoll',
  kqueue: 'epoll',
  eventpoll: 'epoll',
  epoll: 'epoll',
  eventfd: 'eventfd',
  timerfd: 'timerfd',
  signalfd: 'signalfd',
  inotify: 'inotify',
  pidfd: 'pidfd',
  memfd: 'memfd',
  sock: BY_NAME,
  SOCK: BY_NAME,
  socket: BY_NAME,
  a_inode: BY_NAME,
  ANON: BY_NAME,
  unknown: BY_NAME_ELSE_UNREADABLE,
  UNKN: BY_NAME_ELSE_UNREADABLE,
  ERROR: 'unreadable',
};

/** TYPE as Latin-1 text -> class code or one of the two kinds above. */
const rare = new Map<string, number>(
  Object.entries(RARE_TYPES).map(([type, value]) => [type, typeof value === 'number' ? value : classCode(value)]),
);

/**
 * Class code of a row (`descriptor-class.ts`): the source's own word if it gave one, else from TYPE, and only where TYPE
 * leaves it open (anonymous inodes, `sock`, memfd, no TYPE at all) from NAME. A path whose kind the source does not say
 * counts as regular. Allocates nothing for the common types.
 */
export function classOf(batch: RowBatch, row: number): number {
  const given = (batch.numbers[CLASS] as Int32Array)[row] as number;
  if (given !== 0) return given;
  const types = batch.text[TYPE];
  if (!types) return classWithoutType(batch, row);
  const start = types.start[row] as number;
  const length = (types.end[row] as number) - start;
  if (start < 0 || length === 0) return classWithoutType(batch, row);
  const bytes = batch.bytes;
  if (length === 3) {
    const key = (bytes[start] as number) | ((bytes[start + 1] as number) << 8) | ((bytes[start + 2] as number) << 16);
    if (key === REG) return isMemfd(batch, row) ? MEMFD : REGULAR;
    if (key === DIR) return DIRECTORY;
    if (key === CHR) return CHAR;
    if (key === BLK) return BLOCK;
  } else if (length === 4 || length === 7) {
    const key =
      (bytes[start] as number) |
      ((bytes[start + 1] as number) << 8) |
      ((bytes[start + 2] as number) << 16) |
      ((bytes[start + 3] as number) << 24);
    if (key === IPV4 || key === IPV6) return INET;
    if (key === FIFO) return PIPE;
    if (key === UNIX4) return UNIX;
    if (key === A_IN || key === SOCK4) return classByName(batch, row, OTHER);
  }
  return classOfRare(batch, row, start, start + length);
}

function classOfRare(batch: RowBatch, row: number, start: number, end: number): number {
  const type = decodeText(batch.bytes, start, end);
  const code = rare.get(type);
  if (code === BY_NAME) return classByName(batch, row, OTHER);
  if (code === BY_NAME_ELSE_UNREADABLE) return classByName(batch, row, UNREADABLE);
  if (code === REGULAR) return isMemfd(batch, row) ? MEMFD : REGULAR;
  if (code !== undefined) return code;
  if (type.startsWith('UNKN')) return classByName(batch, row, UNREADABLE);
  // lsof prints the octal file-type bits of an inode without any (`0000`): anonymous inodes before `a_inode` existed.
  if (/^0*[0-7]{4}$/.test(type)) return classByName(batch, row, OTHER);
  return OTHER;
}

/** NOFD stands for a table that could not be read; any other row without TYPE is told by its name. */
function classWithoutType(batch: RowBatch, row: number): number {
  const fds = batch.text[FD];
  if (fds) {
    const start = fds.start[row] as number;
    const bytes = batch.bytes;
    if (start >= 0 && bytes[start] === 0x4e /* N */ && cellText(batch, row, Cell.fd) === 'NOFD') return UNREADABLE;
  }
  return classByName(batch, row, OTHER, REGULAR);
}

function isMemfd(batch: RowBatch, row: number): boolean {
  const names = batch.text[NAME];
  if (!names) return false;
  const start = names.start[row] as number;
  const bytes = batch.bytes;
  // Two letters that few paths have in these places, before the whole comparison.
  if (start < 0 || bytes[start + 6] !== 0x3a /* : */ || bytes[start + 1] !== 0x6d /* m */) return false;
  return startsWith(bytes, start, names.end[row] as number, MEMFD_PREFIX);
}

const MEMFD_PREFIX = encodeText('/memfd:');
const ANON_PREFIX = encodeText('anon_inode:');
const PROTOCOL_PREFIX = encodeText('protocol: ');

/** What a name that is no path begins with -> class. Longer words first where one begins another. */
const NAME_PREFIXES: readonly (readonly [Uint8Array, number])[] = (
  [
    ['[eventpoll', 'epoll'],
    ['eventpoll', 'epoll'],
    ['[eventfd', 'eventfd'],
    ['eventfd', 'eventfd'],
    ['[timerfd', 'timerfd'],
    ['timerfd', 'timerfd'],
    ['[signalfd', 'signalfd'],
    ['signalfd', 'signalfd'],
    ['[inotify', 'inotify'],
    ['inotify', 'inotify'],
    ['[pidfd', 'pidfd'],
    ['pidfd', 'pidfd'],
    ['pipe:[', 'pipe'],
  ] as const
).map(([prefix, name]) => [encodeText(prefix), classCode(name)] as const);

/** Families of `protocol: X`, the name of a socket that is neither bound nor connected (lsof >= 4.87). */
const PROTOCOLS: readonly (readonly [Uint8Array, number])[] = (
  [
    ['TCP', INET],
    ['UDP', INET],
    ['RAW', INET],
    ['ICMP', INET],
    ['PING', INET],
    ['SCTP', INET],
    ['MPTCP', INET],
    ['UNIX', UNIX],
    ['NETLINK', NETLINK],
  ] as const
).map(([prefix, code]) => [encodeText(prefix), code] as const);

/** Devices whose names are the same on every Unix; anything else under /dev may be a file. */
const CHAR_DEVICE =
  /^\/dev\/(?:null|zero|full|random|urandom|console|tty\w*|ptmx|pts\/(?:ptmx|\d+)|kmsg|fuse|kvm|net\/tun)(?: \(deleted\))?$/;

function classByName(batch: RowBatch, row: number, otherwise: number, path = otherwise): number {
  const names = batch.text[NAME];
  if (!names) return otherwise;
  const bytes = batch.bytes;
  let start = names.start[row] as number;
  const end = names.end[row] as number;
  if (start < 0 || start >= end) return otherwise;
  if (bytes[start] === 0x2f /* / */) {
    if (startsWith(bytes, start, end, MEMFD_PREFIX)) return MEMFD;
    if (path !== REGULAR) return path;
    return CHAR_DEVICE.test(decodeText(bytes, start, Math.min(end, start + 64))) ? CHAR : path;
  }
  if (startsWith(bytes, start, end, ANON_PREFIX)) start += ANON_PREFIX.length;
  for (const [prefix, code] of NAME_PREFIXES) if (startsWith(bytes, start, end, prefix)) return code;
  if (end - start === 4 && startsWith(bytes, start, end, PIPE_WORD)) return PIPE;
  if (startsWith(bytes, start, end, PROTOCOL_PREFIX)) {
    for (const [prefix, code] of PROTOCOLS) {
      if (startsWith(bytes, start + PROTOCOL_PREFIX.length, end, prefix)) return code;
    }
  }
  return otherwise === UNREADABLE ? UNREADABLE : OTHER;
}

const PIPE_WORD = encodeText('pipe');

function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}

/** Whether the row is a descriptor, the only thing RLIMIT_NOFILE bounds: its FD cell begins with a digit or `*`. */
export function isDescriptor(batch: RowBatch, row: number): boolean {
  const fds = batch.text[FD];
  if (!fds) return false;
  const start = fds.start[row] as number;
  if (start < 0 || start >= (fds.end[row] as number)) return false;
  const first = batch.bytes[start] as number;
  return (first >= 0x30 && first <= 0x39) || first === 0x2a;
}

/** Whether the row repeats its process for one thread (lsof prints every thread): its TID cell is not blank. */
export function isThreadRow(batch: RowBatch, row: number): boolean {
  const tids = batch.text[TID];
  if (!tids) return false;
  const start = tids.start[row] as number;
  return start >= 0 && start < (tids.end[row] as number);
}

/** A cell as text, bytes that are not UTF-8 as `\xNN`; null where it is absent. */
export function cellText(batch: RowBatch, row: number, column: number): string | null {
  const cells = batch.text[column];
  if (!cells) return null;
  const start = cells.start[row] as number;
  return start < 0 ? null : decodeText(batch.bytes, start, cells.end[row] as number);
}
