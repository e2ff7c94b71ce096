import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/columns/utf8.ts';
import { find } from '../../src/dialect/proc-link/find.ts';
import { ls } from '../../src/dialect/proc-link/ls.ts';
import { parse } from '../support/parsed.ts';

const rows = (text: string) =>
  parse(ls, text).rows.map(({ line, pid, cells }) => [
    line,
    pid,
    cells.fd,
    cells.access ?? null,
    cells.user ?? null,
    cells.name ?? null,
  ]);

describe('a folder that is listed again', () => {
  const link = (fd: number, target = '/dev/null') => `lrwx------ 1 ann users 64 Nov 21 10:29 ${fd} -> ${target}`;
  const listings = (...lines: string[]) =>
    parse(ls, `${lines.join('\n')}\n`)
      .rows.map(({ line, listing }) => `${line}:${listing}`)
      .join(' ');

  it.each([
    ['a command line', '$ ls -l /proc/12/fd'],
    ['a heading', '/proc/12/fd:'],
    ['its total', 'total 0'],
  ])('begins another listing behind %s', (_name, above) => {
    expect(listings(above, link(0), link(1), above, link(0), link(1), link(2))).toBe('2:0 3:0 5:1 6:1 7:1');
  });

  it('is another where no process is named: one has no number twice', () => {
    const lines = ['/ # ls -l /proc/$$/fd', link(0), link(6), '# docker exec b3 ls -l /proc/self/fd', link(0), link(6)];
    expect(listings(...lines)).toBe('2:0 3:0 5:1 6:1');
  });

  it('is none if it is of another process or thread, or only quoted', () => {
    expect(
      listings('/proc/12/fd:', link(0), '', '/proc/13/fd:', link(0), '/proc/12/task/14/fd:', link(0)),
    ).not.toContain(':1');
    expect(listings('/proc/12/fd:', link(0), link(1), link(2), 'I mean this one:', link(1))).not.toContain(':1');
  });
});

describe('ls -l /proc/PID/fd', () => {
  it.each([
    ['GNU', 'lrwx------ 1 ann users 64 Nov 21 10:29 7 -> /x', 'ann'],
    ['GNU, last year', 'lrwx------ 1 ann users 64 Nov 21  2023 7 -> /x', 'ann'],
    ['GNU, German', 'lrwx------ 1 ann users 64 21. Nov 10:29 7 -> /x', 'ann'],
    ['GNU, French', 'lrwx------ 1 ann users 64 21 nov.  10:29 7 -> /x', 'ann'],
    ['GNU, Japanese', 'lrwx------ 1 ann users 64 11月 21 10:29 7 -> /x', 'ann'],
    ['GNU, ISO', 'lrwx------. 1 ann users 64 2026-11-21 10:29 7 -> /x', 'ann'],
    ['GNU, full', 'lrwx------+ 1 ann users 64 2026-11-21 10:29:39.634601931 +0000 7 -> /x', 'ann'],
    ['GNU, seconds', 'lrwx------ 1 ann users 64 1795255899 7 -> /x', 'ann'],
    ['GNU, numeric', 'lrwx------ 1 1000 100 64 Nov 21 10:29 7 -> /x', '1000'],
    ['GNU, SELinux', 'lrwx------. 1 ann users system_u:system_r:init_t:s0 64 Nov 21 10:29 7 -> /x', 'ann'],
    ['GNU 8.22 -Z', 'lrwx------. ann users system_u:system_r:init_t:s0 7 -> /x', 'ann'],
    ['GNU, domain', 'lrwx------ 1 CORP\\ann CORP\\domain users 64 Nov 21 10:29 7 -> /x', 'CORP\\ann'],
    ['GNU, a name with blanks', 'lrwx------ 1 ann b c domain users 64 Nov 21 10:29 7 -> /x', null],
    ['GNU -o', 'lrwx------ 1 ann 64 Nov 21 10:29 7 -> /x', null],
    ['GNU -g, ISO', 'lrwx------ 1 users 64 2026-11-21 10:29 7 -> /x', null],
    ['busybox', 'lrwx------    1 ann      users           64 Nov 21 10:29 7 -> /x', 'ann'],
    ['Android toolbox', 'lrwx------ ann     users             2014-05-05 10:00 7 -> /x', 'ann'],
    ['eza', 'lrwx------@ - ann 21 Nov 10:29 7 -> /x', 'ann'],
    ['lsd', 'lrwx------ ann users 64 B Sat Nov 21 10:30:44 2026 7 ⇒ /x', 'ann'],
  ])('%s', (_name, text, user) => {
    expect(rows(text)).toEqual([[1, -1, '7', 'u', user, '/x']]);
  });

  it('makes no descriptor of the end of a row that was cut', () => {
    const whole = 'lr-x------  1 root root 64 Nov 21  2023 7 -> /x';
    for (let end = 0; end < whole.length; end++) {
      const found = rows(whole.slice(0, end));
      if (found.length > 0)
        expect([whole.slice(0, end), found[0]?.[2]]).toEqual([expect.stringContaining('2023 7'), '7']);
    }
  });

  it('takes the mode bits for the access, and none for O_PATH', () => {
    const modes = ['lr-x------', 'l-wx------', 'lrwx------', 'l---------'];
    const text = modes.map((mode, fd) => `${mode} 1 root root 64 Nov 21 10:29 ${fd} -> /x\n`).join('');
    expect(rows(text).map((row) => row[3])).toEqual(['r', 'w', 'u', null]);
  });

  it.each([
    ['/proc/77/fd:', 77],
    ['/proc/77/fd/:', 77],
    ["'/host/proc/77/fd':", 77],
    ['77/fd:', 77],
    ['$ ls -l /proc/77/fd', 77],
    ['[root@db ~]# sudo ls -la /proc/77/fd/ | grep deleted', 77],
    ['root@db:/proc/77/fd# ls -l', 77],
    ['root@db:~# cd /proc/77', 77],
    ['kubectl exec web-0 -- ls -l /proc/77/fd', 77],
    ['$ ls -l /proc/self/fd', -1],
    ['$ ls -l /proc/$(pidof java)/fd', -1],
    ['$ ls -l /proc/77/fd /proc/78/fd', -1],
  ])('the process is that of: %s', (above, pid) => {
    expect(rows(`${above}\ntotal 0\nlr-x------ 1 root root 64 Nov 21 10:29 0 -> /dev/null\n`)).toEqual([
      [3, pid, '0', 'r', 'root', '/dev/null'],
    ]);
  });

  it('several processes, each under its heading, and threads', () => {
    const row = 'lr-x------ 1 root root 64 Nov 21 10:29 0 -> /dev/null';
    const parsed = parse(ls, `/proc/1/fd:\ntotal 0\n${row}\n\n/proc/2/task/3/fd:\ntotal 0\n${row}\n`);
    expect(parsed.rows.map((each) => [each.pid, each.cells.tid])).toEqual([
      [1, undefined],
      [2, '3'],
    ]);
    expect(parsed.result.lines).toMatchObject({ total: 7, rows: 2, other: 5 });
  });

  it('a link that could not be read is an unreadable row, a folder that was refused a refused process', () => {
    const text = [
      "ls: cannot read symbolic link '/proc/8/fd/3': Permission denied",
      "ls: cannot open directory '/proc/1/fd': Permission denied",
      '/proc/8/fd:',
      'total 0',
      'l-wx------ 1 root root  64 Nov 21 10:11 3',
      'l????????? ? ? ? ? ? 5',
    ].join('\n');
    const { rows: found, facts, result } = parse(ls, text);
    expect(found.map(({ line, pid, class: name, cells }) => [line, pid, name, cells.fd, cells.name])).toEqual([
      [5, 8, 'unreadable', '3', undefined],
      [6, 8, 'unreadable', '5', undefined],
    ]);
    expect(facts).toEqual([{ pid: 1, refused: 'permission' }]);
    expect(result.hidden).toEqual(["ls: cannot open directory '/proc/1/fd': Permission denied"]);
    expect(result.lines.unplaced).toEqual([]);
  });

  it('joins lines between two rows to the name they broke, and nothing else', () => {
    const row = (fd: number, target: string) => `lrwx------ 1 root root 64 Nov 21 10:29 ${fd} -> ${target}`;
    const joined = parse(ls, `${row(3, '/a\nb\n c')}\n${row(4, '/d')}\n`);
    expect(joined.rows.map(({ line, cells }) => [line, cells.name, cells.target])).toEqual([
      [1, '/a', '/a\nb\n c'],
      [4, '/d', undefined],
    ]);
    expect(joined.result.lines).toMatchObject({ rows: 4, total: 4 });
    for (const between of [
      '$ ls -l /proc/2/fd',
      '',
      'ls: cannot access /proc/1/fd/9: No such file or directory',
      'root@db:~# date',
    ]) {
      const parsed = parse(ls, `${row(3, '/a')}\n${between}\n${row(4, '/d')}\n`);
      expect(parsed.rows.map(({ cells }) => cells.target ?? cells.name)).toEqual(['/a', '/d']);
      expect(parsed.result.lines).toMatchObject({ rows: 2, other: 1, total: 3 });
    }
    const after = parse(ls, `${row(3, '/a')}\nany ideas?\n`);
    expect(after.rows[0]?.cells.target ?? after.rows[0]?.cells.name).toBe('/a');
    expect(after.result.lines.unplaced).toEqual([{ line: 2, text: 'any ideas?' }]);
  });

  it('never takes another link for the rest of a name, and knows the bare names of old kernels', () => {
    const row = (fd: number, target: string) => `lrwx------ 1 root root 64 1433797348 ${fd} -> ${target}`;
    const { rows, result } = parse(ls, `${row(3, '/a')}\n${row(4, '[eventfd]')}\n${row(5, 'odd?')}\n${row(6, '/d')}\n`);
    expect(rows.map(({ line, class: name, cells }) => [line, name, cells.target ?? cells.name])).toEqual([
      [1, 'regular', '/a'],
      [2, 'eventfd', '[eventfd]'],
      [4, 'regular', '/d'],
    ]);
    expect(result.lines.unplaced.map(({ line }) => line)).toEqual([3]);
  });

  it('takes the process from a heading in words', () => {
    const { rows } = parse(
      ls,
      '[2] Open files (/proc/4250/fd):\nlr-x------ 1 ann ann 64 Sep 11 03:38 0 -> /dev/null\n',
    );
    expect(rows.map(({ pid }) => pid)).toEqual([4250]);
  });

  it("the reader's own links, which name no process", () => {
    const { rows } = parse(ls, '/proc/self/fd/0 -> /dev/console\n/proc/self/fd/3 -> pipe:[12345]\n');
    expect(rows.map(({ pid, cells }) => [pid, cells.fd])).toEqual([
      [-1, '0'],
      [-1, '3'],
    ]);
  });

  it('a last line that was cut within the quotes around its target', () => {
    const { rows } = parse(ls, "lr-x------ 1 ann ann 64 Jan 22 07:56 20 -> '/var/log/spi");
    expect(rows.map(({ cells }) => [cells.fd, cells.name, cells.target])).toEqual([
      ['20', "'/var/log/spi", '/var/log/spi'],
    ]);
  });

  it('leaves rows of other folders alone', () => {
    const { rows: found, result } = parse(
      ls,
      '-rw-r--r-- 1 root root 12 Nov 21 10:29 notes\nlrwxrwxrwx 1 root root 7 Nov 21 10:29 bin -> usr/bin\n',
    );
    expect(found).toEqual([]);
    expect(result.lines.unplacedTotal).toBe(2);
  });

  it('cwd, exe and root of a process', () => {
    const text =
      'lrwxrwxrwx 1 root root 0 Nov 21 10:29 /proc/9/cwd -> /srv\nlrwxrwxrwx 1 root root 0 Nov 21 10:29 /proc/9/exe -> /usr/bin/node\n';
    expect(rows(text).map((row) => row.slice(1, 3))).toEqual([
      [9, 'cwd'],
      [9, 'exe'],
    ]);
  });
});

/** Not everywhere installed. */
const BUSYBOX = 'busybox';

/** Names as a file system takes them: any byte but NUL and `/`. */
const nameBytes = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((bytes) => bytes.map((byte) => (byte === 0 || byte === 47 ? 120 : byte)));

describe.skipIf(process.platform !== 'linux')('what ls and find print of files with any name', () => {
  it('comes back byte for byte', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaksof-ls-'));
    try {
      fc.assert(
        fc.property(fc.array(nameBytes, { minLength: 1, maxLength: 8 }), (names) => {
          const fds = names.map((name) => openSync(Buffer.concat([Buffer.from(`${folder}/n`), name]), 'w'));
          // A process that opens nothing by itself, so that no descriptor comes or goes while it is listed.
          const holder = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', ...fds] });
          try {
            const place = `/proc/${holder.pid}/fd`;
            const runs = [
              { dialect: ls, output: execFileSync('ls', ['-l', '--quoting-style=shell-escape', place]) },
              { dialect: ls, output: execFileSync('ls', ['-l', '--quoting-style=c', place]) },
              { dialect: find, output: execFileSync('find', [place, '-ls']) },
            ];
            for (const { dialect, output } of runs) {
              const { rows: found, result } = parse(dialect, output);
              expect(result.lines.unplaced).toEqual([]);
              for (const index of fds.keys()) {
                const target = readlinkSync(`${place}/${index + 3}`, { encoding: 'buffer' });
                const cells = found.find((row) => row.cells.fd === `${index + 3}`)?.cells;
                expect(cells?.access).toBe('w');
                expect(cells?.target ?? cells?.name).toBe(decodeText(target, 0, target.length));
              }
            }
          } finally {
            holder.kill();
            for (const fd of fds) closeSync(fd);
          }
        }),
        { numRuns: 25 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.skipIf(spawnSync(BUSYBOX, ['true']).status !== 0)('busybox ls', () => {
    const holder = spawn('sleep', ['60'], { stdio: 'ignore' });
    const place = `/proc/${holder.pid}/fd`;
    const output = execFileSync(BUSYBOX, ['ls', '-l', place]);
    holder.kill();
    const { rows: found, result } = parse(ls, `$ ls -l ${place}\n${output}`);
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(new Set(found.map((row) => row.pid))).toEqual(new Set([holder.pid]));
    expect(result.lines.unplaced).toEqual([]);
  });
});
