import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DESCRIPTOR_CLASSES } from '../../src/model/descriptor-class.ts';
import { type OpenFile, openFile } from '../../src/model/open-file.ts';
import { CELLS, Cell, Num, type RowBatch } from '../../src/model/row-batch.ts';
import { RowWriter } from '../../src/model/row-writer.ts';
import { OPEN_FILE_FIELDS } from '../../src/model/schema.ts';
import { JsonRows } from '../../src/view/json-rows.ts';

const FIELDS = OPEN_FILE_FIELDS.map(({ name }) => name);

/** Cells as sources print them, and as they should not. */
const ODD = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    ' ',
    '  ',
    '-',
    '0',
    '00',
    '007',
    '-1',
    '-0',
    '9007199254740993',
    '123456789012345',
    '4.0K',
    '1e3',
  ),
);
const number = fc.nat(2 ** 31 - 1).map(String);
const cell: Partial<Record<(typeof CELLS)[number], fc.Arbitrary<string>>> = {
  fd: fc.oneof(
    fc
      .tuple(fc.nat(20000), fc.constantFrom('', 'r', 'w', 'u', '-', ' '), fc.constantFrom('', 'R', 'W', 'x', ' '))
      .map(([digits, access, lock]) => `${digits}${access}${lock}`),
    fc.constantFrom('cwd', 'mem', 'DEL', '*345u', '012u', '3*', 'NOFD', '?', '12345678901234567890u', '5uWW', '7Z'),
  ),
  type: fc.constantFrom(
    'REG',
    'DIR',
    'CHR',
    'FIFO',
    'IPv4',
    'unix',
    'sock',
    'a_inode',
    'netlink',
    'unknown',
    'UNIX-STREAM',
  ),
  size: fc.oneof(number, fc.constantFrom('0t12', '0x1f', '1.5M')),
  offset: fc.oneof(
    number,
    number.map((digits) => `0t${digits}`),
    fc.constantFrom('0t0', '0t007', '0x1f', '0t', '0tx'),
  ),
  links: fc.constantFrom('0', '1', '2'),
  node: fc.oneof(number, fc.constantFrom('TCP', 'UDP')),
  name: fc.constantFrom(
    '/srv/app/a.jpg',
    '/srv/a"b\\\\c',
    '/tmp/x\\ny (deleted)',
    '/tmp/x (deleted)',
    '/tmp/blank ',
    '/tmp/\u202e\u00e9\u4f60',
    '/nfs/x (server:/export)',
    '127.0.0.1:80->10.0.0.1:4242 (ESTABLISHED)',
    'protocol: TCPv6',
    '/run/x.sock type=STREAM (LISTEN)',
    '[eventfd:12]',
    'pipe',
    'state=listen type=stream path=/run/y',
  ),
};
const anyRow = fc.record({
  cells: fc.tuple(
    ...CELLS.map((name) => fc.option(cell[name] ? fc.oneof(cell[name], ODD) : ODD, { nil: null, freq: 2 })),
  ),
  bytes: fc.option(fc.uint8Array({ maxLength: 12 }), { nil: null, freq: 8 }),
  pid: fc.integer({ min: -1, max: 2 ** 22 }),
  line: fc.nat(2 ** 31 - 1),
  class: fc.option(fc.constantFrom(...DESCRIPTOR_CLASSES), { nil: null }),
  deleted: fc.option(fc.boolean(), { nil: null }),
});
type AnyRow = typeof anyRow extends fc.Arbitrary<infer T> ? T : never;

function write(rows: readonly AnyRow[], consume: (batch: RowBatch) => void): void {
  const writer = new RowWriter({ rows: consume, listing: () => undefined, process: () => undefined });
  for (const row of rows) {
    writer.begin(row.line, row.pid);
    for (const [column, text] of row.cells.entries()) if (text !== null) writer.text(column, text);
    if (row.bytes) writer.cell(Cell.name, row.bytes, 0, row.bytes.length);
    if (row.class) writer.class(row.class);
    if (row.deleted !== null) writer.deleted(row.deleted);
    writer.end();
  }
  writer.flush();
}

/** The rows as objects, and as the lines that were printed. */
function both(rows: readonly AnyRow[], fields: readonly (keyof OpenFile)[], alike: readonly number[] = []) {
  const objects: unknown[] = [];
  const chunks: Buffer[] = [];
  const printer = new JsonRows(fields, (bytes) => chunks.push(Buffer.from(bytes)));
  write(rows, (batch) => {
    for (const column of alike) makeAlike(batch, column);
    printer.rows(batch);
    for (let row = 0; row < batch.rows; row++) {
      const whole = openFile(batch, row);
      objects.push(Object.fromEntries(fields.map((field) => [field, whole[field]])));
    }
  });
  printer.flush();
  return { objects, text: Buffer.concat(chunks).toString() };
}

/** Gives all rows the first one's range, as sources do whose cells repeat. */
function makeAlike(batch: RowBatch, column: number): void {
  const cells = batch.text[column];
  cells?.start.fill(cells.start[0] as number, 0, batch.rows);
  cells?.end.fill(cells.end[0] as number, 0, batch.rows);
}

describe('rows as NDJSON', () => {
  it('say what the rows say as objects, keys in order, and hold nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 12 }), (rows) => {
        const { objects, text } = both(rows, FIELDS);
        const lines = text.split('\n').slice(0, -1);
        expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(objects)));
        for (const line of lines) expect(Object.keys(JSON.parse(line))).toEqual(FIELDS);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}](?<!\n)/u);
      }),
    );
  });

  it('say the same where columns do not change, in any choice of fields', () => {
    const fields = fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1 });
    const columns = fc.subarray([...CELLS.keys()]);
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 2, maxLength: 6 }), fields, columns, (rows, chosen, alike) => {
        const { objects, text } = both(rows, chosen, alike);
        const lines = text.split('\n').slice(0, -1);
        expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(objects)));
      }),
    );
  });

  it('prints a field once that is asked for twice, and hands large outputs on in pieces', () => {
    const row = fc.sample(anyRow, 1)[0] as AnyRow;
    const sizes: number[] = [];
    const printer = new JsonRows(['pid', 'line', 'pid'], (bytes) => sizes.push(bytes.length));
    write(
      Array.from({ length: 50_000 }, () => ({ ...row, pid: 12, line: 7 })),
      (batch) => {
        expect((batch.numbers[Num.pid] as Int32Array)[0]).toBe(12);
        printer.rows(batch);
      },
    );
    printer.flush();
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(50_000 * '{"pid":12,"line":7}\n'.length);
  });
});
