import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fstat } from '../../src/dialect/bsd/fstat.ts';
import { procstat } from '../../src/dialect/bsd/procstat.ts';
import { busybox } from '../../src/dialect/busybox.ts';
import { pfiles } from '../../src/dialect/pfiles/pfiles.ts';
import { ls } from '../../src/dialect/proc-link/ls.ts';
import { toolbox } from '../../src/dialect/toolbox.ts';
import { parse } from '../support/parsed.ts';

/** A path as a lister prints it in one line: no line ends, no blank at its end that a padded cell could not keep. */
const path = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019._-/ ()[]:,*"\'\\^é日'), minLength: 1, maxLength: 30 })
  .map((text) => `/${text.trim()}x`);
const word = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,7}$/);
const command = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9:_.-]{0,8}$/);
const pid = fc.integer({ min: 1, max: 4_194_304 });
const fd = fc.integer({ min: 0, max: 99_999 });
const inode = fc.integer({ min: 1, max: 2 ** 31 });
const access = fc.constantFrom('r' as const, 'w' as const, 'u' as const);
const MODES = { r: 'r', w: 'w', u: 'rw' } as const;

const left = (text: string | number, width: number) => String(text).padEnd(width);
const right = (text: string | number, width: number) => String(text).padStart(width);

/** Renders records, parses them, and compares what of a row the record determines. */
function comesBack<T>(
  dialect: Parameters<typeof parse>[0],
  record: fc.Arbitrary<T>,
  render: (records: readonly T[]) => string,
  say: (record: T) => readonly (string | number | undefined)[],
  cells: readonly (
    | 'command'
    | 'user'
    | 'fd'
    | 'access'
    | 'device'
    | 'node'
    | 'size'
    | 'offset'
    | 'protocol'
    | 'name'
  )[],
): void {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 12 }), (records) => {
      const { rows, result } = parse(dialect, render(records));
      expect(result.lines.unplaced).toEqual([]);
      expect(rows.map((row) => [row.pid, ...cells.map((cell) => row.cells[cell])])).toEqual(records.map(say));
    }),
    { numRuns: 200 },
  );
}

describe('what is rendered as the lister renders it comes back', () => {
  it('ls', () => {
    const bits = { r: 'lr-x------', w: 'l-wx------', u: 'lrwx------' };
    comesBack(
      ls,
      fc.record({ fd, user: word, access, path }),
      (rows) =>
        `/proc/77/fd:\ntotal 0\n${rows.map((row) => `${bits[row.access]} 1 ${row.user} users 64 Nov 21 10:29 ${row.fd} -> ${row.path}\n`).join('')}`,
      (row) => [77, row.user, `${row.fd}`, row.access, row.path],
      ['user', 'fd', 'access', 'name'],
    );
  });

  it('busybox', () => {
    comesBack(
      busybox,
      fc.record({ pid, exe: path, fd, path }),
      (rows) => rows.map((row) => `${row.pid}\t${row.exe}\t${row.fd}\t${row.path}\n`).join(''),
      (row) => [row.pid, row.exe, `${row.fd}`, row.path],
      ['command', 'fd', 'name'],
    );
  });

  it('toolbox', () => {
    comesBack(
      toolbox,
      fc.record({ pid, command, user: word, fd, path }),
      (rows) =>
        rows
          .map(
            (row) =>
              `${left(row.command, 9)} ${right(row.pid, 5)} ${right(row.user, 10)} ${right(row.fd, 4)} ${right('???', 9)} ${right('???', 18)} ${right('???', 9)} ${right('???', 10)} ${row.path}\n`,
          )
          .join(''),
      (row) => [row.pid, row.command, row.user, `${row.fd}`, row.path],
      ['command', 'user', 'fd', 'name'],
    );
  });

  const file = fc.record({
    pid,
    command,
    user: word,
    fd,
    mount: path.map((text) => text.replaceAll(' ', '')),
    inode,
    size: inode,
    access,
  });

  it('fstat of FreeBSD', () => {
    comesBack(
      fstat,
      file,
      (rows) =>
        `USER     CMD          PID   FD MOUNT      INUM MODE         SZ|DV R/W\n${rows
          .map(
            (row) =>
              `${left(row.user, 8)} ${left(row.command, 10)} ${right(row.pid, 5)} ${right(row.fd, 4)} ${left(row.mount, 8)} ${right(row.inode, 6)} ${right('-rw-r--r--', 10)} ${right(row.size, 6)} ${right(MODES[row.access], 2)}\n`,
          )
          .join('')}`,
      (row) => [row.pid, row.user, row.command, `${row.fd}`, row.mount, `${row.inode}`, `${row.size}`, row.access],
      ['user', 'command', 'fd', 'device', 'node', 'size', 'access'],
    );
  });

  it('fstat of OpenBSD', () => {
    comesBack(
      fstat,
      file,
      (rows) =>
        `USER     CMD          PID   FD MOUNT        INUM  MODE         R/W    SZ|DV\n${rows
          .map(
            (row) =>
              `${left(row.user, 8)} ${left(row.command, 10)} ${right(row.pid, 5)} ${right(row.fd, 4)} ${left(row.mount, 8)} ${right(row.inode, 8)}  ${right('-rw-r--r--', 11)} ${right(MODES[row.access], 4)} ${right(row.size, 8)}\n`,
          )
          .join('')}`,
      (row) => [row.pid, row.user, row.command, `${row.fd}`, row.mount, `${row.inode}`, `${row.size}`, row.access],
      ['user', 'command', 'fd', 'device', 'node', 'size', 'access'],
    );
  });

  it('procstat', () => {
    const flags = { r: 'r-------', w: '-w------', u: 'rw------' };
    comesBack(
      procstat,
      fc.record({ pid, command, fd, access, offset: inode, path }),
      (rows) =>
        `  PID COMM                FD T V FLAGS    REF  OFFSET PRO NAME        \n${rows
          .map(
            (row) =>
              `${right(row.pid, 5)} ${left(row.command, 16)} ${right(row.fd, 5)} v r ${flags[row.access]} ${right(1, 3)} ${right(row.offset, 7)} -   ${left(row.path, 18)}\n`,
          )
          .join('')}`,
      (row) => [row.pid, row.command, `${row.fd}`, row.access, `${row.offset}`, row.path],
      ['command', 'fd', 'access', 'offset', 'name'],
    );
  });

  it('pfiles', () => {
    const flags = { r: 'O_RDONLY', w: 'O_WRONLY|O_APPEND', u: 'O_RDWR' };
    comesBack(
      pfiles,
      fc.record({ fd, access, inode, size: inode, path }),
      (rows) =>
        `77:\t/bin/app -d\n  Current rlimit: 256 file descriptors\n${rows
          .map(
            (row) =>
              `${right(row.fd, 4)}: S_IFREG mode:0644 dev:102,0 ino:${row.inode} uid:0 gid:3 size:${row.size}\n      ${flags[row.access]}\n      ${row.path}\n      offset:12\n`,
          )
          .join('')}`,
      (row) => [77, '/bin/app', `${row.fd}`, row.access, '102,0', `${row.inode}`, `${row.size}`, '12', row.path],
      ['command', 'fd', 'access', 'device', 'node', 'size', 'offset', 'name'],
    );
  });
});
