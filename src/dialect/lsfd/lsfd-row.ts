import { Cell } from '../../model/row-batch.ts';
import type { RowWriter } from '../../model/row-writer.ts';
import { anonymousClass, anonymousLink, lsfdClass, protocolOfName } from './lsfd-class.ts';
import { LSFD_COLUMNS, lsfdColumn } from './lsfd-column.ts';
import { fromLsfdText } from './lsfd-escape.ts';

/** Columns whose cells are taken as they are. Where two serve one cell, the first that is filled wins. */
const PLAIN: readonly (readonly [number, readonly string[]])[] = [
  [Cell.command, ['COMMAND']],
  [Cell.tid, ['TID']],
  [Cell.uid, ['UID']],
  [Cell.user, ['USER', 'UID']],
  [Cell.fd, ['ASSOC', 'FD']],
  [Cell.type, ['TYPE', 'STTYPE']],
  [Cell.device, ['DEV', 'MAJ:MIN', 'SOURCE', 'PARTITION']],
  [Cell.size, ['SIZE']],
  [Cell.offset, ['POS']],
  [Cell.links, ['NLINK']],
  [Cell.node, ['INODE']],
  [Cell.name, ['NAME', 'KNAME']],
  [Cell.flags, ['FLAGS']],
  [Cell.state, ['SOCK.STATE']],
  [Cell.local, ['TCP.LADDR', 'UDP.LADDR', 'UDPLITE.LADDR', 'VSOCK.LADDR', 'INET.LADDR', 'INET6.LADDR']],
  [Cell.remote, ['TCP.RADDR', 'UDP.RADDR', 'UDPLITE.RADDR', 'VSOCK.RADDR', 'INET.RADDR', 'INET6.RADDR']],
];
const PLAIN_COLUMNS = PLAIN.map(([cell, titles]) => ({ cell, columns: titles.map(lsfdColumn) }));

const [PID, ASSOC, MODE, XMODE, TYPE, STTYPE, NAME, KNAME, DELETED, AINODECLASS, PROTONAME, SOCK_PROTONAME] = [
  'PID',
  'ASSOC',
  'MODE',
  'XMODE',
  'TYPE',
  'STTYPE',
  'NAME',
  'KNAME',
  'DELETED',
  'AINODECLASS',
  'PROTONAME',
  'SOCK.PROTONAME',
].map(lsfdColumn) as [number, number, number, number, number, number, number, number, number, number, number, number];

const DELETED_MARK = ' (deleted)';
/** The other end of a socket that has none. */
const NOWHERE = /^(?:0\.0\.0\.0(?::0)?|\[::\]:0|::|\*:\*)$/;

/** The cells of one lsfd row by column, as byte strings in the form of the aligned text; writes them as a row. */
export class LsfdRow {
  readonly #cells: string[] = new Array<string>(LSFD_COLUMNS.length).fill('');
  #scratch = new Uint8Array(1024);

  clear(): void {
    this.#cells.fill('');
  }

  set(column: number, cell: string): void {
    this.#cells[column] = cell;
  }

  get(column: number): string {
    return this.#cells[column] as string;
  }

  /** The process, or -1 if the columns do not say. */
  get pid(): number {
    const cell = this.get(PID);
    const pid = cell === '' ? -1 : Number(cell);
    return Number.isInteger(pid) && pid <= 0x7fffffff ? pid : -1;
  }

  get association(): string {
    return this.get(ASSOC);
  }

  write(writer: RowWriter, line: number): void {
    writer.begin(line, this.pid);
    for (const { cell, columns } of PLAIN_COLUMNS) {
      const column = columns.find((candidate) => this.get(candidate) !== '');
      if (column === undefined) continue;
      const value = this.get(column);
      if (cell !== Cell.remote || !NOWHERE.test(value)) this.#put(writer, cell, value);
    }
    const mode = this.get(XMODE) || this.get(MODE);
    if (mode !== '') this.#put(writer, Cell.access, mode);
    if (/[Ll]/.test(mode[4] ?? '')) this.#put(writer, Cell.lock, mode.slice(4, 5));
    const name = this.get(NAME) || this.get(KNAME);
    const deleted = this.#deleted(mode);
    if (deleted !== null) writer.deleted(deleted);
    const anonymous = this.get(AINODECLASS) || anonymousClass(this.get(TYPE));
    if (name.includes('\\') && name.startsWith('/')) this.#target(writer, name, deleted);
    else if (anonymous !== '' && /^\w+=/.test(name)) this.#put(writer, Cell.target, anonymousLink(anonymous));
    const protocol = this.get(SOCK_PROTONAME) || this.get(PROTONAME) || (protocolOfName(name) ?? '');
    const descriptorClass = lsfdClass(this.get(TYPE) || this.get(STTYPE), name, anonymous, protocol);
    if (descriptorClass) writer.class(descriptorClass);
    if (descriptorClass === 'inet' && protocol !== '') this.#put(writer, Cell.protocol, protocol.replace(/v?6$/i, ''));
    writer.end();
  }

  #deleted(mode: string): boolean | null {
    const cell = this.get(DELETED);
    if (cell !== '') return cell === '1';
    if (mode[3] === 'D') return true;
    return mode[3] === '-' ? false : null;
  }

  /** lsfd's escapes are not lsof's: a name that has any is decoded here. */
  #target(writer: RowWriter, name: string, deleted: boolean | null): void {
    const raw = fromLsfdText(name);
    const marked = deleted !== false && raw.endsWith(DELETED_MARK);
    this.#put(writer, Cell.target, marked ? raw.slice(0, -DELETED_MARK.length) : raw);
  }

  #put(writer: RowWriter, cell: number, value: string): void {
    if (value.length > this.#scratch.length) this.#scratch = new Uint8Array(value.length * 2);
    for (let i = 0; i < value.length; i++) this.#scratch[i] = value.charCodeAt(i);
    writer.cell(cell, this.#scratch, 0, value.length);
  }
}
