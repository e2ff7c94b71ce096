import { decodeText, encodeText } from '../columns/utf8.ts';
import { classCode, className, DESCRIPTOR_CLASSES } from '../model/descriptor-class.ts';
import { decodeEscaped } from '../model/escape.ts';
import { accessOf, lockOf } from '../model/fd-cell.ts';
import type { NameFacts } from '../model/name.ts';
import type { OpenFile } from '../model/open-file.ts';
import { isOffset, parseOffset, parseSize, parseWhole } from '../model/quantity.ts';
import { Cell, Num } from '../model/row-batch.ts';
import type { JsonBuffer } from './json-buffer.ts';
import { digitsEnd, type RowCursor } from './row-cursor.ts';

/** How a field of `OpenFile` is written as JSON from the bytes of its row: the same as `openFile` reads it. */
export interface RowField {
  /** Cells and numbers of the batch that it is made of: where they do not change, it does not. */
  readonly cells: readonly number[];
  readonly numbers: readonly number[];
  write(row: RowCursor, out: JsonBuffer): void;
}

const NULL = encodeText('null');
const TRUE = encodeText('true');
const FALSE = encodeText('false');
const CLASSES = DESCRIPTOR_CLASSES.map((name) => encodeText(JSON.stringify(name)));
const UNREADABLE = classCode('unreadable');
const BLANK = 0x20;
const [ZERO, LETTER_T] = [0x30, 0x74];

function number(column: number, isAbsent: (value: number) => boolean): RowField {
  return {
    cells: [],
    numbers: [column],
    write: ({ batch, row }, out) => {
      const value = (batch.numbers[column] as Int32Array)[row] as number;
      if (isAbsent(value)) out.raw(NULL);
      else out.integer(value);
    },
  };
}

function text(column: number): RowField {
  return {
    cells: [column],
    numbers: [],
    write: (row, out) => {
      if (row.find(column)) out.string(row.batch.bytes, row.start, row.end);
      else out.raw(NULL);
    },
  };
}

/** A number that is digits in its cell; `parse` reads any other cell. */
function quantity(column: number, parse: (text: string) => number | string | null): RowField {
  return {
    cells: [column],
    numbers: [],
    write: (row, out) => {
      if (!row.find(column)) out.raw(NULL);
      else if (digitsEnd(row.batch.bytes, row.start, row.end) === row.end) {
        out.digits(row.batch.bytes, row.start, row.end);
      } else out.value(parse((row.text(column) ?? '').trim()));
    },
  };
}

const offset: RowField = {
  cells: [Cell.offset, Cell.size],
  numbers: [],
  write: (row, out) => {
    const { bytes } = row.batch;
    if (row.find(Cell.offset)) {
      const marked = bytes[row.start] === ZERO && bytes[row.start + 1] === LETTER_T;
      const start = marked ? row.start + 2 : row.start;
      if (digitsEnd(bytes, start, row.end) === row.end) {
        out.digits(bytes, start, row.end);
        return;
      }
    }
    const own = (row.text(Cell.offset) ?? '').trim();
    const size = (row.text(Cell.size) ?? '').trim();
    out.value(parseOffset(own === '' && isOffset(size) ? size : own));
  },
};

const name: RowField = {
  cells: [Cell.name],
  numbers: [],
  write: (row, out) => {
    if (!row.find(Cell.name)) {
      out.raw(NULL);
      return;
    }
    const { bytes } = row.batch;
    let { end } = row;
    while (end > row.start && bytes[end - 1] === BLANK) end--;
    if (end > row.start) out.string(bytes, row.start, end);
    else out.raw(NULL);
  },
};

const association: RowField = {
  cells: [Cell.fd],
  numbers: [],
  write: (row, out) => {
    const parsed = row.fd;
    if (parsed) out.value(parsed.association);
    else if (row.find(Cell.fd)) out.string(row.batch.bytes, row.start, row.numberEnd);
  },
};

const fdNumber: RowField = {
  cells: [Cell.fd],
  numbers: [],
  write: (row, out) => {
    const parsed = row.fd;
    if (parsed) out.value(parsed.number);
    else if (row.find(Cell.fd)) out.digits(row.batch.bytes, row.start, row.numberEnd);
  },
};

/** Quoted letters by their byte. */
const LETTERS = Array.from({ length: 128 }, (_, byte) => encodeText(`"${String.fromCharCode(byte)}"`));

/** What stands behind the number, unless the source has a cell for it. */
function letter(
  column: number,
  own: (text: string) => string | null,
  split: (row: RowCursor) => number,
  parsed: 'access' | 'lock',
): RowField {
  return {
    cells: [column, Cell.fd],
    numbers: [],
    write: (row, out) => {
      const given = row.text(column);
      if (given !== null) {
        out.value(own(given));
        return;
      }
      const { fd } = row;
      if (fd) {
        out.value(fd[parsed]);
        return;
      }
      const byte = split(row);
      out.raw(byte === 0 ? NULL : (LETTERS[byte] as Uint8Array));
    },
  };
}

const KIND = { cells: [Cell.type, Cell.name, Cell.fd], numbers: [Num.class] };
const NAMING = {
  cells: [...KIND.cells, Cell.target, Cell.links, Cell.node, Cell.state, Cell.protocol, Cell.local, Cell.remote],
  numbers: [...KIND.numbers, Num.deleted],
};

/** What only a socket's name says, or a cell of its own. */
function said(key: Exclude<keyof NameFacts, 'target' | 'deleted'>): RowField {
  return {
    ...NAMING,
    write: ({ facts }, out) => {
      const value = facts?.[key] ?? null;
      if (value === null) out.raw(NULL);
      else out.value(value);
    },
  };
}

const target: RowField = {
  ...NAMING,
  write: (row, out) => {
    const { facts } = row;
    const { start, end, bytes, escaped } = row.target;
    if (facts) out.value(facts.target);
    else if (start < 0) out.raw(NULL);
    else out.string(bytes, start, end, escaped ? decodeEscaped : decodeText);
  },
};

const deleted: RowField = {
  ...NAMING,
  write: (row, out) => {
    const { facts } = row;
    if (facts) out.value(facts.deleted);
    else if (row.target.deleted) out.raw(TRUE);
    // A row whose target could not be read does not say that it is not deleted.
    else out.raw(row.target.start < 0 || row.code === UNREADABLE ? NULL : FALSE);
  },
};

/** Every field of a row. */
export const ROW_FIELDS: Readonly<Record<keyof OpenFile, RowField>> = {
  line: number(Num.line, (line) => line <= 0),
  listing: { cells: [], numbers: [], write: ({ batch }, out) => out.value(batch.listing) },
  command: text(Cell.command),
  pid: number(Num.pid, (pid) => pid < 0),
  tid: quantity(Cell.tid, parseWhole),
  task: text(Cell.task),
  ppid: quantity(Cell.ppid, parseWhole),
  pgid: quantity(Cell.pgid, parseWhole),
  uid: quantity(Cell.uid, parseWhole),
  user: text(Cell.user),
  fd: text(Cell.fd),
  association,
  number: fdNumber,
  access: letter(Cell.access, accessOf, (row) => row.access, 'access'),
  lock: letter(Cell.lock, lockOf, (row) => row.lock, 'lock'),
  type: text(Cell.type),
  class: {
    ...KIND,
    write: ({ code }, out) => out.raw(CLASSES[code - 1] ?? encodeText(JSON.stringify(className(code)))),
  },
  device: text(Cell.device),
  size: quantity(Cell.size, (cell) => (isOffset(cell) ? null : parseSize(cell))),
  offset,
  links: quantity(Cell.links, parseWhole),
  node: text(Cell.node),
  name,
  target,
  state: said('state'),
  protocol: said('protocol'),
  local: said('local'),
  remote: said('remote'),
  deleted,
};
