import type { DescriptorClass } from '../../model/descriptor-class.ts';

/** First line of a descriptor's block: `   3: S_IFREG mode:0644 dev:102,0 ino:20431 uid:0 gid:3 size:11`. */
export interface BlockHead {
  readonly fd: string;
  readonly type: string;
  readonly class: DescriptorClass;
  readonly device: string | undefined;
  readonly inode: string | undefined;
  readonly size: string | undefined;
}

/** What the lines below add. */
export interface BlockBody {
  access: 'r' | 'w' | 'u' | undefined;
  flags: string | undefined;
  lock: string | undefined;
  offset: string | undefined;
  size: string | undefined;
  name: string | undefined;
  local: string | undefined;
  remote: string | undefined;
  family: 'inet' | 'unix' | undefined;
}

const CLASSES: Readonly<Record<string, DescriptorClass>> = {
  S_IFREG: 'regular',
  S_IFDIR: 'directory',
  S_IFCHR: 'char',
  S_IFBLK: 'block',
  S_IFIFO: 'pipe',
  S_IFSOCK: 'other',
  S_IFPORT: 'epoll',
};

const HEAD = /^(\d+): (S_IF[A-Z]+|0x[0-9a-f]+)\s+mode: ?0?[0-7]+\b(.*)$/;

/** The head of a block, or null. */
export function parseBlockHead(text: string): BlockHead | null {
  const head = HEAD.exec(text);
  if (!head) return null;
  return {
    fd: head[1],
    type: head[2],
    class: CLASSES[head[2]] ?? 'other',
    device: field(head[3], 'dev'),
    inode: field(head[3], 'ino'),
    size: field(head[3], 'size'),
  };
}

function field(text: string, name: string): string | undefined {
  return new RegExp(String.raw`\b${name}: ?(\S+)`).exec(text)?.[1];
}

/** Flags of open(2) as pfiles prints them; AIX puts size and name behind them. */
const FLAGS = /^((?:O_[A-Z]+|0x[0-9a-f]+)(?:\|(?:O_[A-Z]+|0x[0-9a-f]+))*)((?:\s+FD_\w+)*)(?:\s+(.*))?$/;
const ADDRESS = /^(sockname|peername): (AF_\w+)\s*(.*)$/;

/** Takes one line of a block's body into it; false if the line is none that pfiles or procfiles prints there. */
export function takeBodyLine(body: BlockBody, text: string): boolean {
  const flags = FLAGS.exec(text);
  if (flags) {
    body.flags = `${flags[1]}${flags[2]}`;
    body.access = accessOf(flags[1]);
    takeAixWords(body, flags[3] ?? '');
    return true;
  }
  const address = ADDRESS.exec(text);
  if (address) {
    takeAddress(body, address[1], address[2], address[3]);
    return true;
  }
  const lock = /^(?:advisory|mandatory) (read|write) lock set\b/.exec(text);
  if (lock) body.lock = lock[1] === 'read' ? 'R' : 'W';
  const offset = /^offset: ?(\d+)$/.exec(text);
  if (offset) body.offset = offset[1];
  if (lock || offset) return true;
  if (text.startsWith('/')) {
    // A door says whose it is before it says its path.
    if (body.name === undefined || body.name.startsWith('door to ')) body.name = text;
    return true;
  }
  if (/^(?:name|size|file descriptor):/.test(text)) {
    takeAixWords(body, text);
    return true;
  }
  return /^(?:SOCK_\w+|(?:SO|UDP|TCP)_\w+[,(]|(?:SO|UDP|TCP)_\w+$|congestion control: |state: TCP_|unknown socket type|peer: |(?:door to|peer)\b| ?door to )/.test(
    text,
  );
}

function accessOf(flags: string): 'r' | 'w' | 'u' | undefined {
  if (flags.startsWith('O_RDWR')) return 'u';
  return flags.startsWith('O_RDONLY') ? 'r' : flags.startsWith('O_WRONLY') ? 'w' : undefined;
}

function takeAixWords(body: BlockBody, text: string): void {
  const name = /(?:^|\s)name:(.*)$/.exec(text);
  if (name && name[1] !== '') body.name = name[1];
  const size = /(?:^|\s)size:\s*(\d+)/.exec(text);
  if (size) body.size = size[1];
  if (/(?:^|\s)door to /.test(text)) body.name ??= text.trim();
}

/** `sockname: AF_INET 10.0.0.1  port: 22`, `peername: AF_UNIX /path`. */
function takeAddress(body: BlockBody, side: string, family: string, rest: string): void {
  const port = /^(\S+)\s+port: (\d+)/.exec(rest);
  const host = port && family === 'AF_INET6' ? `[${port[1]}]` : port?.[1];
  const address = port ? `${host}:${port[2]}` : rest.trim();
  if (family.startsWith('AF_INET')) body.family = 'inet';
  if (family === 'AF_UNIX') body.family = 'unix';
  const words = `${side}: ${family} ${rest}`.trimEnd();
  body.name = body.name?.startsWith('sockname: ') ? `${body.name} ${words}` : words;
  if (side === 'sockname') body.local = address;
  else body.remote = address;
}

export function emptyBody(): BlockBody {
  return {
    access: undefined,
    flags: undefined,
    lock: undefined,
    offset: undefined,
    size: undefined,
    name: undefined,
    local: undefined,
    remote: undefined,
    family: undefined,
  };
}

/** A row of AIX `procfiles -c`: FD, TYPE, MODE, DEV(RDEV), owner and group of the file, OPMOD, NAME under `-n`. */
export interface ColumnRow extends BlockHead {
  readonly access: 'r' | 'w' | 'u' | undefined;
  readonly flags: string;
  readonly name: string | undefined;
}

const COLUMNS =
  /^(\d+)\s+([-cdbpsl])\s+[-r][-w][-xsS][-r][-w][-xsS][-r][-w][-xtT]\s+(\d+, *\d+)(?:\(\d+, *\d+\))?\s+\S+\s+\S+\s+((?:R-W|R|W)(?:\|[\w-]+)*)(?:\s+(\S.*))?$/;
const COLUMN_CLASSES: Readonly<Record<string, DescriptorClass>> = {
  '-': 'regular',
  d: 'directory',
  c: 'char',
  b: 'block',
  p: 'pipe',
};

export function parseColumnRow(text: string): ColumnRow | null {
  const row = COLUMNS.exec(text);
  if (!row) return null;
  const mode = /^[^|]*/.exec(row[4])?.[0];
  return {
    fd: row[1],
    type: row[2],
    class: COLUMN_CLASSES[row[2]] ?? 'other',
    device: row[3],
    inode: undefined,
    size: undefined,
    access: mode === 'R-W' ? 'u' : mode === 'R' ? 'r' : 'w',
    flags: row[4],
    name: row[5],
  };
}

/** Header and rules of `procfiles -c`. */
export function isColumnHeader(text: string): boolean {
  return /^FD\s+TYPE\s+MODE\s+DEV\/RDEV\b/.test(text) || /^-{20,}$/.test(text);
}
