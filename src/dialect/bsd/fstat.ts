import { Cell } from '../../model/row-batch.ts';
import type { Dialect } from '../dialect.ts';
import { ListingParser, shareOf, type TextLine, withoutPrefix } from '../line/listing-parser.ts';
import { type FstatLayout, type FstatRow, parseFstatRow } from './fstat-row.ts';

const HEADER = /^(?:ADDR\S*\s+)?USER\s+CMD\s+PID\s+FD\s+(?:MOUNT|DEV)\s+INUM\s+MODE\b(.*)$/;
/** fstat and kvm(3) talking on stderr. */
const MESSAGE = /^fstat: |^(?:can't read|unknown file type \d+ for file) /;

/** Certainty of rows that are the lesser part of a paste: a dialect that knows more of its lines is surer. */
const FEW_ROWS = 0.35;

class FstatParser extends ListingParser {
  #layout: FstatLayout = 'no-header';

  protected override place(line: TextLine): void {
    const header = HEADER.exec(line.text);
    if (header) {
      this.#layout = /R\/W\s+SZ\|DV/.test(header[1]) ? 'access-first' : 'size-first';
      this.ledger.other();
      return;
    }
    const row = parseFstatRow(line.text, this.#layout);
    if (row) {
      this.#write(row, line.number);
      this.ledger.row();
    } else if (MESSAGE.test(line.text)) {
      this.ledger.other();
      this.hidden(line.text);
    } else {
      this.surrounding(line);
    }
  }

  #write(row: FstatRow, line: number): void {
    this.writer.begin(line, row.pid);
    this.cell(Cell.user, row.user);
    this.cell(Cell.command, row.command);
    this.cell(Cell.fd, row.fd);
    this.cell(Cell.device, row.mount);
    this.cell(Cell.node, row.inode);
    this.cell(Cell.size, row.size);
    this.cell(Cell.access, row.access);
    this.cell(Cell.name, row.name);
    this.cell(Cell.protocol, row.protocol);
    this.cell(Cell.local, row.local);
    this.cell(Cell.remote, row.remote);
    if (row.name === undefined) this.cell(Cell.target, targetOf(row));
    this.writer.class(row.class);
    if (row.deleted) this.writer.deleted(true);
    this.writer.end();
  }
}

/**
 * fstat names no file it was not asked for: what it does print, the device's name or the mount and the inode, tells
 * one file from another.
 */
function targetOf({ mount, inode, special }: FstatRow): string | undefined {
  if (special !== undefined && !/^\d|^0x/.test(special)) return `/dev/${special}`;
  return mount === undefined || inode === undefined ? undefined : `${mount} inode ${inode}`;
}

/** fstat(1) of OpenBSD, FreeBSD, NetBSD and DragonFly. */
export const fstat: Dialect = {
  name: 'fstat',
  title: 'fstat of OpenBSD, FreeBSD, NetBSD, DragonFly',
  detect({ lines }) {
    const head = lines.slice(0, 2000);
    if (head.some((line) => HEADER.test(withoutPrefix(line)))) return 0.98;
    const { count, share } = shareOf(head, (line) => {
      const row = parseFstatRow(line, 'no-header');
      return (
        row !== null && (row.inode !== undefined || /^(?:internet6?|unix|local|pipe|kqueue) /.test(row.name ?? ''))
      );
    });
    if (count === 0) return 0;
    return share > 0.5 ? 0.7 : FEW_ROWS;
  },
  parser: (consumer) => new FstatParser(consumer),
};
