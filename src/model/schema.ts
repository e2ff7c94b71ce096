import type { OpenFile } from './open-file.ts';

/** Description of one field of an exported row. */
export interface FieldDoc {
  readonly name: keyof OpenFile;
  /** Type in JSON; every field can also be null, except `listing` and `class`. */
  readonly type: 'string' | 'number' | 'boolean';
  /** Unit of a number; null where it has none. */
  readonly unit: string | null;
  readonly doc: string;
  /** Where the value comes from: lsof(8)'s column and field letter, or how it is derived. */
  readonly source: string;
}

function field(
  name: keyof OpenFile,
  type: FieldDoc['type'],
  unit: string | null,
  doc: string,
  source: string,
): FieldDoc {
  return { name, type, unit, doc, source };
}

/** The fields of an open file, in order: the one source of column docs, of `--list-columns` and of the row's JSON Schema. */
export const OPEN_FILE_FIELDS: readonly FieldDoc[] = [
  field('line', 'number', 'line, from 1', 'line of the input where the row begins; null for a live row', 'the input'),
  field('listing', 'number', 'index, from 0', 'listing inside the input that the row belongs to', 'the input'),
  field('command', 'string', null, 'label of the process as printed, often cut; not an identity', 'COMMAND, c'),
  field('pid', 'number', null, 'process id', 'PID, p'),
  field('tid', 'number', null, 'thread that the row was repeated for; null for the process itself', 'TID, K'),
  field('task', 'string', null, 'name of that thread', 'TASKCMD, M'),
  field('ppid', 'number', null, 'id of the parent process', 'PPID, R'),
  field('pgid', 'number', null, 'id of the process group', 'PGID, g'),
  field('uid', 'number', null, 'numeric user id', 'u'),
  field('user', 'string', null, 'user as printed, login name or number', 'USER, L'),
  field('fd', 'string', null, 'FD as printed: number, mode and lock, or an association', 'FD, f'),
  field(
    'association',
    'string',
    null,
    'why the file is attached: a descriptor number, `cwd`, `txt`, `mem`, `DEL` ...; only numbers count against the limit',
    'FD without mode and lock',
  ),
  field('number', 'number', null, 'descriptor number; null for `*345`, whose leading digits lsof cut off', 'FD'),
  field('access', 'string', null, '`r` reading, `w` writing, `u` both', 'FD, a'),
  field('lock', 'string', null, 'lock letter of lsof(8): `N r R w W u U x X`', 'FD, l'),
  field('type', 'string', null, 'type as printed: `REG`, `IPv4`, `a_inode` ...', 'TYPE, t'),
  field(
    'class',
    'string',
    null,
    'descriptor class: regular, directory, pipe, inet, unix, netlink, char, block, eventfd, epoll, timerfd, inotify, signalfd, pidfd, memfd, other, unreadable',
    'derived from TYPE and NAME',
  ),
  field('device', 'string', null, 'device numbers, socket inode or kernel address, as printed', 'DEVICE, D, d'),
  field('size', 'number', 'bytes', 'size of the file; a string of digits above 2^53', 'SIZE, SIZE/OFF, s'),
  field('offset', 'number', 'bytes', 'file offset; a string of digits above 2^53', 'OFFSET, SIZE/OFF, o'),
  field('links', 'number', 'links', 'link count; 0 means deleted', 'NLINK, k'),
  field('node', 'string', null, 'inode number, or protocol of an internet socket, as printed', 'NODE, i, P'),
  field('name', 'string', null, 'name as printed, trailing blanks cut', 'NAME, n'),
  field('target', 'string', null, 'what is opened: the name decoded, notes taken off', 'derived from NAME and TYPE'),
  field('state', 'string', null, 'state of a socket: `ESTABLISHED`, `CLOSE_WAIT`, `CONNECTED` ...', 'NAME, T'),
  field(
    'protocol',
    'string',
    null,
    'protocol of an internet socket, type of a unix socket, family of a netlink socket',
    'NODE, P, NAME',
  ),
  field('local', 'string', null, 'own address of an internet socket, `host:port`', 'NAME'),
  field('remote', 'string', null, "peer's address of an internet socket, `host:port`", 'NAME'),
  field(
    'deleted',
    'boolean',
    null,
    'the link is gone while the file is held; a memfd never had one',
    'link count, else DEL or ` (deleted)` in NAME',
  ),
];
