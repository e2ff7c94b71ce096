import { Cell } from '../../model/row-batch.ts';
import type { Dialect } from '../dialect.ts';
import { ListingParser, shareOf, type TextLine, withoutPrefix } from '../line/listing-parser.ts';
import { accessOfFlags, classOfProcstat } from './procstat-type.ts';

/** `PID COMM FD T V FLAGS REF OFFSET PRO NAME`, or with `-C` `... T FLAGS CAPABILITIES PRO NAME`. */
const HEADER = /^PID\s+COMM\s+FD\s+T\s+(?:V\s+)?FLAGS\s+(?:REF\s+OFFSET|CAPABILITIES)\s+PRO\s+NAME\s*$/;

/** COMM is padded to 16 and may hold blanks; FLAGS are five to nine places of a letter or `-`. */
const START = String.raw`^(\d+)\s+(\S.{0,40}?)\s+(\d+|ctty|cwd|jail|root|text|trace) +([a-zA-Z?])`;
/** PRO and NAME; a socket that went away while it was read has neither. */
const REST = String.raw`(?: +(-|\?|[A-Z][A-Z\d?]{1,3})(?= |$))?(?: +(\S.*?))?\s*$`;
const ROW = new RegExp(String.raw`${START} ([rbdclsfx?-]) ([rwasfndlc-]{5,9})\s+(-|\d+)\s+(-|-?\d+)${REST}`, 's');
const CAPABILITY_ROW = new RegExp(String.raw`${START} ([rwasfndlc-]{8,9})\s+(-|[a-z]{2}(?:,[a-z]{2})*)?${REST}`, 's');
interface ProcstatRow {
  readonly pid: number;
  readonly command: string;
  readonly fd: string;
  readonly type: string;
  readonly vnode: string | undefined;
  readonly flags: string;
  readonly offset: string | undefined;
  readonly protocol: string | undefined;
  readonly name: string | undefined;
}

function parseRow(text: string): ProcstatRow | null {
  const row = ROW.exec(text);
  const match = row ?? CAPABILITY_ROW.exec(text);
  if (!match) return null;
  const start = { pid: Number(match[1]), command: match[2], fd: match[3], type: match[4] };
  return row
    ? { ...start, vnode: row[5], flags: row[6], offset: said(row[8]), protocol: said(row[9]), name: said(row[10]) }
    : {
        ...start,
        vnode: undefined,
        flags: match[5],
        offset: undefined,
        protocol: said(match[7]),
        name: said(match[8]),
      };
}

/** procstat prints `-` for what there is not; NAME of a file is padded to 18. */
function said(cell: string | undefined): string | undefined {
  const text = cell?.trimEnd();
  return text === undefined || text === '' || text === '-' ? undefined : text;
}

/** Bytes in the send and the receive queue, in front of the addresses since FreeBSD 12. */
const QUEUES = /^\d+ \d+ (?=\S)/;
/** The local and the peer address. */
const ADDRESSES = /^(?:\d+ \d+ )?(\S+[:.]\d+) (\S+[:.]\d+)$/;

class ProcstatParser extends ListingParser {
  protected override place(line: TextLine): void {
    const row = parseRow(line.text);
    if (row) {
      this.#write(row, line.number);
      this.ledger.row();
    } else if (HEADER.test(line.text)) {
      this.ledger.other();
    } else if (/^procstat: /.test(line.text)) {
      this.ledger.other();
      this.hidden(line.text);
    } else {
      this.surrounding(line);
    }
  }

  #write(row: ProcstatRow, line: number): void {
    this.writer.begin(line, row.pid);
    this.cell(Cell.command, row.command);
    this.cell(Cell.fd, row.fd);
    this.cell(Cell.type, row.type);
    this.cell(Cell.flags, row.flags);
    this.cell(Cell.access, accessOfFlags(row.flags));
    this.cell(Cell.offset, row.offset);
    this.cell(Cell.protocol, row.protocol);
    this.cell(Cell.name, row.name);
    const address = row.type === 's' ? ADDRESSES.exec(row.name ?? '') : null;
    this.cell(Cell.local, address?.[1]);
    this.cell(Cell.remote, address?.[2]);
    const target = row.type === 's' ? row.name?.replace(QUEUES, '') : row.name;
    // Paths are raw, while derivation would undo lsof's escapes.
    if (target !== undefined && (target !== row.name || /[\\^]/.test(target))) this.cell(Cell.target, target);
    this.writer.class(classOfProcstat(row.type, row.vnode, row.protocol));
    this.writer.end();
  }
}

/** `procstat -f PID`, `procstat -af`, `procstat files` of FreeBSD. */
export const procstat: Dialect = {
  name: 'procstat',
  title: 'procstat -f of FreeBSD',
  detect({ lines }) {
    const head = lines.slice(0, 2000);
    if (head.some((line) => HEADER.test(withoutPrefix(line)))) return 0.98;
    const { count, share } = shareOf(head, (line) => parseRow(line) !== null);
    return count > 0 && share > 0.5 ? 0.85 : 0;
  },
  parser: (consumer) => new ProcstatParser(consumer),
};
