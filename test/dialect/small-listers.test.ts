import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/columns/utf8.ts';
import { busybox } from '../../src/dialect/busybox.ts';
import { pfiles } from '../../src/dialect/pfiles/pfiles.ts';
import { tombstone } from '../../src/dialect/tombstone.ts';
import { toolbox } from '../../src/dialect/toolbox.ts';
import { parse } from '../support/parsed.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const CORPUS = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));

/** Bytes as the program shows them: what is not UTF-8 as `\\xNN`. */
const text = (bytes: Uint8Array) => decodeText(bytes, 0, bytes.length);

describe('busybox', () => {
  it.skipIf(!existsSync(CORPUS))('agrees with the row-level truth of a whole capture', () => {
    const { rows, result } = parse(busybox, readFileSync(`${CORPUS}208-localbusybox-lsof.txt`));
    const [head, ...lines] = text(readFileSync(`${CORPUS}truth/208-localbusybox-lsof.tsv`))
      .trimEnd()
      .split('\n');
    expect(head).toBe('line\tCOMMAND\tPID\tUSER\tFD\tTYPE\tNAME');
    const unescaped = (cell: string) =>
      cell.replace(/\\(.)/g, (_, letter: string) => (letter === 't' ? '\t' : letter === 'x' ? '\\x' : letter));
    const truth = lines.map((line) => {
      const [number, command, pid, , fd, , name] = line.split('\t').map(unescaped) as string[];
      // The truth was cut at every TAB, and one file's name holds one: there, its FD stands in front of its NAME.
      const shifted = fd === '' ? /^(\d+)\t(.*)$/s.exec(name as string) : null;
      return [Number(number), command, Number(pid), shifted?.[1] ?? fd, shifted?.[2] ?? name];
    });
    expect(rows.map((row) => [row.line, row.cells.command, row.pid, row.cells.fd, row.cells.name])).toEqual(truth);
    expect(result.lines).toMatchObject({ total: 256, rows: 256, unplacedTotal: 0 });
  });

  it('joins a target that was broken by the newline in it', () => {
    const { rows } = parse(busybox, readFileSync(`${FIXTURES}busybox/lsof.txt`));
    const broken = rows.filter((row) => row.cells.target?.includes('\n'));
    expect(broken.map((row) => [row.line, row.cells.name, row.cells.target])).toEqual([
      [20, '/tmp/lab/dir with spaces/new', '/tmp/lab/dir with spaces/new\nline'],
    ]);
  });

  it('does not join what follows the last row', () => {
    const { rows, result } = parse(busybox, '1\t/bin/sh\t0\t/dev/null\nthat was all\n');
    expect(rows.map((row) => row.cells.target ?? row.cells.name)).toEqual(['/dev/null']);
    expect(result.lines.unplaced).toEqual([{ line: 2, text: 'that was all' }]);
  });

  it('copied from a terminal, where each TAB became blanks', () => {
    const expanded = (line: string) =>
      line.split('\t').reduce((text, cell) => text.padEnd((Math.floor(text.length / 8) + 1) * 8) + cell);
    for (const file of ['lsof.txt', 'lsof-three-columns.txt']) {
      const lines = readFileSync(`${FIXTURES}busybox/${file}`, 'utf8').split('\n');
      const plain = lines.filter((line) => /^\d+\t[^\t ]+(?:\t\d+)?\t[^\t ]+$/.test(line));
      const copied = parse(busybox, `ann:~# lsof\n${plain.map(expanded).join('\n')}\n`);
      const truth = parse(busybox, `ann:~# lsof\n${plain.join('\n')}\n`);
      expect(plain.length).toBeGreaterThan(2);
      expect(copied.rows).toEqual(truth.rows);
      expect(copied.result.lines.unplaced).toEqual([]);
    }
  });

  it('takes no words for a row that only happen to end at tab stops', () => {
    for (const line of ['1234567 /usr/bin/perl5x /etc/app.conf', '12 /usr/bin/perl /etc/app.conf', '1234    /etc/x'])
      expect(parse(busybox, `${line}\n`).rows, line).toEqual([]);
  });

  it('counts the rows of old builds, which print no numbers', () => {
    const { rows, facts, result } = parse(busybox, readFileSync(`${FIXTURES}busybox/lsof-three-columns.txt`));
    expect(rows.map((row) => [row.pid, row.cells.command, row.cells.fd, row.class, row.cells.name])).toEqual([
      [1, '/bin/busybox', undefined, 'char', '/dev/null'],
      [1, '/bin/busybox', undefined, 'char', '/dev/null'],
      [77, undefined, undefined, 'other', 'socket:[4711]'],
      [77, undefined, undefined, 'pipe', 'pipe:[9]'],
      [77, undefined, undefined, 'regular', '/var/log/a b'],
    ]);
    expect(facts).toEqual([
      { pid: 1, descriptors: 2, listed: 2 },
      { pid: 77, descriptors: 3, listed: 3 },
    ]);
    expect(result.lines.unplacedTotal).toBe(0);
  });
});

describe('toolbox', () => {
  it('keeps ??? as printed, takes commands with blanks and without a name, and says who refused', () => {
    const { rows, facts, result } = parse(toolbox, readFileSync(`${FIXTURES}android/toolbox-lsof.txt`));
    expect(
      rows.map(({ line, pid, class: name, cells }) => [
        line,
        pid,
        cells.command,
        cells.user,
        cells.fd,
        cells.type,
        name,
        cells.name,
      ]),
    ).toEqual([
      [2, 1, 'init', 'root', 'exe', '???', 'regular', '/init'],
      [3, 1, 'init', 'root', '0', '???', 'regular', '/dev/__null__ (deleted)'],
      [4, 1, 'init', 'root', '12', '???', 'other', 'socket:[1234]'],
      [5, 1, 'init', 'root', 'mem', '???', 'regular', '/system/lib/libc.so'],
      [6, 9, '', 'system', 'FDS', undefined, 'unreadable', '/proc/9/fd/ (opendir: Permission denied)'],
      [7, 1234, 'my app x', 'u0_a12', '10', '???', 'epoll', 'anon_inode:[eventpoll]'],
    ]);
    expect(rows[3]?.cells).toMatchObject({ device: 'b3:01', size: '4096', node: '1234' });
    expect(facts).toEqual([{ pid: 9, refused: 'permission' }]);
    expect(result.lines).toMatchObject({ total: 7, rows: 6, other: 1, unplacedTotal: 0 });
  });
});

describe('toolbox in a diff', () => {
  it('takes the signs of a diff off its commands', () => {
    const line = 'mediaserv   610      media   41       ???                ???       ???        ??? pipe:[7]';
    const { rows } = parse(toolbox, ` ${line}\n+${line}\n`);
    expect(rows.map(({ line: number, cells }) => [number, cells.command])).toEqual([
      [1, 'mediaserv'],
      [2, 'mediaserv'],
    ]);
  });
});

describe('pfiles', () => {
  it('of Solaris: a block of lines is one row', () => {
    const { rows, facts, result } = parse(pfiles, readFileSync(`${FIXTURES}solaris/pfiles.txt`));
    expect(facts).toEqual([
      { pid: 1234, commandLine: '/usr/lib/ssh/sshd -D' },
      { pid: 1234, softLimit: 256 },
    ]);
    expect(
      rows.map(({ line, class: name, cells }) => [line, cells.fd, cells.type, name, cells.access, cells.name]),
    ).toEqual([
      [4, '0', 'S_IFCHR', 'char', 'u', '/devices/pseudo/mm@0:null'],
      [7, '3', 'S_IFDOOR', 'other', 'r', '/var/run/name_service_door'],
      [10, '4', 'S_IFSOCK', 'inet', 'u', 'sockname: AF_INET6 ::  port: 22 peername: AF_INET6 ::1  port: 2222'],
      [17, '5', 'S_IFREG', 'regular', 'w', '/var/run/a b'],
      [22, '6', 'S_IFIFO', 'pipe', 'u', undefined],
    ]);
    expect(rows.every((row) => row.pid === 1234 && row.cells.command === '/usr/lib/ssh/sshd')).toBe(true);
    expect(rows[2]?.cells).toMatchObject({ local: '[::]:22', remote: '[::1]:2222', node: '1234', device: '309,0' });
    expect(rows[3]?.cells).toMatchObject({ lock: 'W', offset: '11', size: '11', flags: 'O_WRONLY|O_CREAT|O_CLOEXEC' });
    expect(rows[4]?.cells.target).toBe('device 301,0 inode 99');
    expect(result.lines).toMatchObject({ total: 23, rows: 20, other: 3, unplacedTotal: 0 });
  });

  it('reads a paste that lost its indent', () => {
    const text = readFileSync(`${FIXTURES}solaris/pfiles.txt`, 'utf8');
    const cells = (input: string) => parse(pfiles, input).rows.map((row) => row.cells);
    expect(cells(text.replace(/^[ \t]+/gm, ''))).toEqual(cells(text));
  });

  it('as its Linux port prints it: the offset behind a blank, the state of a connection', () => {
    const { rows, result } = parse(
      pfiles,
      [
        '77:\t/usr/sbin/named',
        '   3: S_IFREG mode:0644 dev:8,1 ino:99 uid:0 gid:0 size:70',
        '      O_RDONLY|O_CLOEXEC',
        '      /etc/named.conf',
        '      offset: 70',
        '   4: S_IFSOCK mode:0777 dev:0,9 ino:100 uid:0 gid:0 size:0',
        '      O_RDWR',
        '        sockname: AF_INET 0.0.0.0  port: 53',
        '        state: TCP_LISTEN',
        '',
      ].join('\n'),
    );
    expect(rows.map(({ line, cells }) => [line, cells.fd, cells.offset, cells.name])).toEqual([
      [2, '3', '70', '/etc/named.conf'],
      [6, '4', undefined, 'sockname: AF_INET 0.0.0.0  port: 53'],
    ]);
    expect(result.lines).toMatchObject({ rows: 8, unplacedTotal: 0 });
  });

  it('of AIX: size and name behind the flags, with and without columns', () => {
    const blocks = parse(pfiles, readFileSync(`${FIXTURES}solaris/procfiles-aix.txt`));
    expect(
      blocks.rows.map(({ pid, class: name, cells }) => [
        pid,
        cells.command,
        cells.fd,
        name,
        cells.access,
        cells.size,
        cells.name,
      ]),
    ).toEqual([
      [188732, 'java', '0', 'char', 'r', undefined, '/dev/null'],
      [188732, 'java', '2', 'regular', 'u', '1234', '/var/log/app server.log'],
      [188732, 'java', '4', 'other', 'u', undefined, undefined],
    ]);
    expect(blocks.facts).toContainEqual({ pid: 188732, softLimit: 2000 });
    expect(blocks.result.lines.unplaced).toEqual([]);
    const columns = parse(pfiles, readFileSync(`${FIXTURES}solaris/procfiles-columns.txt`));
    expect(
      columns.rows.map(({ pid, class: name, cells }) => [pid, cells.fd, name, cells.access, cells.flags, cells.name]),
    ).toEqual([
      [22282268, '0', 'char', 'u', 'R-W|NC', '/dev/pts/1'],
      [22282268, '3', 'regular', 'r', 'R|DY', '/home/ann/notes 1'],
      [22282268, '4', 'regular', 'w', 'W', undefined],
    ]);
    expect(columns.result.lines.unplaced).toEqual([]);
  });

  it('says whom it could not examine, and takes unlimited for what it is', () => {
    const { facts, result } = parse(
      pfiles,
      'pfiles: permission denied: 77\n12:\tsched\n  [system process]\n13:\tx\n  Current rlimit: unlimited file descriptors\n',
    );
    expect(facts).toEqual([
      { pid: 77, refused: 'permission' },
      { pid: 12, commandLine: 'sched' },
      { pid: 13, commandLine: 'x' },
      { pid: 13, softLimit: Number.POSITIVE_INFINITY },
    ]);
    expect(result.hidden).toEqual(['pfiles: permission denied: 77']);
    expect(result.lines).toMatchObject({ total: 5, other: 5 });
  });
});

describe('a crash report of Android', () => {
  it('names its process, its open files and nothing else', () => {
    const { rows, result } = parse(tombstone, readFileSync(`${FIXTURES}android/tombstone.txt`));
    const command = 'org.example.gauge';
    expect(rows.map((row) => [row.line, row.pid, row.cells.command, row.cells.fd, row.class, row.cells.name])).toEqual([
      [21, 4711, command, '0', 'char', '/dev/null'],
      [22, 4711, command, '3', 'other', 'socket:[2287061]'],
      [23, 4711, command, '10', 'eventfd', 'anon_inode:[eventfd]'],
      [24, 4711, command, '11', 'epoll', 'anon_inode:[eventpoll]'],
      [25, 4711, command, '12', 'regular', '/dev/ashmem (deleted)'],
      [26, 4711, command, '13', 'regular', '/data/app/my gauges (1).apk'],
    ]);
    expect(result.lines).toMatchObject({ total: 30, rows: 6, unplaced: [{ line: 29, text: 'So much for today.' }] });
  });

  it('as an app writes it', () => {
    const { rows } = parse(tombstone, 'Open files:\n\tfd 0 :/dev/null\n\tfd 3 :pipe:[77]\n');
    expect(rows.map((row) => [row.pid, row.cells.fd, row.class])).toEqual([
      [-1, '0', 'char'],
      [-1, '3', 'pipe'],
    ]);
  });
});
