import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/dialect/dialect.ts';
import { lsfd } from '../../src/dialect/lsfd/lsfd.ts';
import { lsfdJson } from '../../src/dialect/lsfd/lsfd-json.ts';
import { parse } from '../support/parsed.ts';

/** The columns rendered, whether libsmartcols aligns them on the left, and what fills them. */
const text = fc
  .oneof(
    fc.string({
      unit: fc.constantFrom('a', 'B', '7', '/', ' ', '.', '\\', '\n', '\x1b', 'é', '日', 'x', '4', '1'),
      minLength: 1,
      maxLength: 12,
    }),
    fc.constantFrom('Web Content', 'a 12', 'state=listen laddr=127.0.0.1:80', '/x (deleted)', 'pid:[4026531836]'),
  )
  .filter((value) => value.trim() === value && value !== '');

const number = fc.nat(99_999).map(String);
const maybe = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: '' });
const COLUMNS: Readonly<Record<string, { left?: true; number?: true; value: fc.Arbitrary<string> }>> = {
  COMMAND: { left: true, value: text },
  PID: { number: true, value: number },
  USER: { value: fc.constantFrom('root', 'www-data', 'ünï', '65534') },
  ASSOC: { value: fc.oneof(number, fc.constantFrom('cwd', 'exe', 'mem', 'pid4c', 'net')) },
  XMODE: { value: fc.constantFrom('rw----', 'r-xD--', '-w-DLm', '------', '???-l-') },
  TYPE: { value: fc.constantFrom('REG', 'TCPv6', 'eventpoll', 'UNIX-STREAM', 'DIR') },
  SOURCE: { value: fc.constantFrom('vda', 'anon_inodefs', '0:4', 'mem:3') },
  MNTID: { number: true, value: number },
  INODE: { number: true, value: fc.bigInt({ min: 0n, max: 1n << 64n }).map(String) },
  NAME: { left: true, value: text },
  FLAGS: { value: maybe(fc.constantFrom('rdwr,cloexec', 'wronly')) },
  'TCP.LADDR': { value: maybe(fc.constantFrom('127.0.0.1:80', '[::1]:443')) },
  'TCP.LPORT': { number: true, value: maybe(number) },
};

type Row = Readonly<Record<string, string>>;

/** What lsfd prints of a value in a UTF-8 locale: `\xNN` for control bytes and for a backslash before x. */
const safe = (value: string) =>
  value.replace(/[\x00-\x1f\x7f]|\\(?=x)/g, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** With `-r` also blanks, backslashes and bytes beyond ASCII. */
const blankless = (value: string) =>
  [...Buffer.from(value)]
    .map((byte) =>
      byte > 32 && byte < 127 && byte !== 92 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');

function aligned(columns: readonly string[], rows: readonly Row[]): string {
  const widths = columns.map((name) =>
    Math.max(name.length, ...rows.map((row) => stringWidth(safe(row[name] as string)))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => {
        const left = COLUMNS[columns[i] as string]?.left;
        const last = i === cells.length - 1;
        const pad = ' '.repeat((widths[i] as number) - stringWidth(cell));
        return cell === '' && last ? '' : left ? (last ? cell : cell + pad) : pad + cell;
      })
      .join(' ');
  return [columns, ...rows.map((row) => columns.map((name) => safe(row[name] as string)))]
    .map((cells) => `${line(cells)}\n`)
    .join('');
}

const FORMS: readonly (readonly [string, Dialect, (columns: readonly string[], rows: readonly Row[]) => string])[] = [
  ['aligned', lsfd, aligned],
  [
    '-r',
    lsfd,
    (columns, rows) =>
      [columns, ...rows.map((row) => columns.map((name) => blankless(row[name] as string)))]
        .map((cells) => `${cells.join(' ')}\n`)
        .join(''),
  ],
  [
    '-J',
    lsfdJson,
    (columns, rows) => {
      const value = (name: string, cell: string) =>
        COLUMNS[name]?.number ? cell || 'null' : cell === '' ? 'null' : JSON.stringify(cell);
      const objects = rows.map(
        (row) =>
          `{\n${columns.map((name) => `         "${name.toLowerCase()}": ${value(name, row[name] as string)}`).join(',\n')}\n      }`,
      );
      return `{\n   "lsfd": [\n      ${objects.join(',')}\n   ]\n}\n`;
    },
  ],
];

const CELL: Readonly<Record<string, string>> = {
  COMMAND: 'command',
  USER: 'user',
  ASSOC: 'fd',
  XMODE: 'access',
  TYPE: 'type',
  SOURCE: 'device',
  INODE: 'node',
  NAME: 'name',
  FLAGS: 'flags',
  'TCP.LADDR': 'local',
};

const OPTIONAL = Object.keys(COLUMNS).filter((name) => name !== 'PID' && name !== 'ASSOC');
/** PID and ASSOC, with any others, in any order. COMMAND directly before USER cannot always be parted. */
const table = fc
  .subarray(OPTIONAL, { minLength: 1 })
  .chain((some) => fc.shuffledSubarray([...some, 'PID', 'ASSOC'], { minLength: some.length + 2 }))
  .filter((columns) => !/(?:COMMAND|NAME) USER/.test(columns.join(' ')))
  .chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(
        fc.record(
          Object.fromEntries(columns.map((name) => [name, (COLUMNS[name] as { value: fc.Arbitrary<string> }).value])),
        ),
        {
          minLength: 1,
          maxLength: 6,
        },
      ),
    }),
  );

describe.each(FORMS)('lsfd %s', (form, dialect, render) => {
  it('gives back what was listed, whatever columns were asked for', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 300 }), ({ columns, rows }, chunk) => {
        const printed = render(columns, rows);
        const parsed = parse(dialect, printed, chunk);
        expect(parsed.result.lines.unplaced).toEqual([]);
        const got = parsed.rows.map(({ pid, cells }) => ({
          pid,
          ...Object.fromEntries(
            columns.flatMap((name) => (CELL[name] ? [[name, cells[CELL[name] as keyof typeof cells] ?? '']] : [])),
          ),
        }));
        expect(got).toEqual(
          rows.map((row) => ({
            pid: Number(row.PID),
            ...Object.fromEntries(columns.flatMap((name) => (CELL[name] ? [[name, safe(row[name] as string)]] : []))),
          })),
        );
        const deleted = rows.map(({ XMODE }) => (XMODE === undefined ? null : XMODE[3] === 'D'));
        expect(parsed.rows.map((row) => row.deleted)).toEqual(deleted);
        expect(parsed.result.lines.total).toBe(printed.split('\n').length - 1);
        if (form !== '-J') expect(parsed.rows.map(({ line }) => line)).toEqual(rows.map((_, i) => i + 2));
      }),
      { numRuns: 400 },
    );
  });
});
