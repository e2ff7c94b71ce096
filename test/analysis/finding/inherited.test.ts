import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { type TestRow, times } from '../../support/rows.ts';

type Make = (pid: number, fd: number) => Partial<TestRow>;

const pipe: Make = (_pid, fd) => ({ fd: `${fd}w`, type: 'FIFO', device: '0,13', node: String(700 + fd), name: 'pipe' });
/** `count` processes that each hold `files` descriptors from 3 up. */
const family = (count: number, files: number, make: Make, command: (i: number) => string = () => 'worker'): TestRow[] =>
  times(count, (i) => times(files, (f) => ({ pid: 100 + i, command: command(i), ...make(100 + i, 3 + f) }))).flat();
const find = (rows: readonly TestRow[]) => findingsOf('inherited', rows);
const mixed = (i: number) => (i % 2 ? 'cron' : 'sh');

describe('inherited', () => {
  it('finds a pipe that survived exec into other programs', () => {
    expect(find(family(8, 1, pipe, mixed))).toMatchObject([
      {
        severity: 'info',
        pid: null,
        evidence: { processes: 8, files: 1, commands: ['cron', 'sh'], number: 3, execed: true },
      },
    ]);
    expect(find(family(8, 16, pipe, mixed))[0]?.severity).toBe('warning');
    expect(find(family(7, 16, pipe, mixed))).toEqual([]);
  });

  it('is patient with the children of a prefork server', () => {
    expect(find(family(12, 3, pipe))).toEqual([]);
    expect(find(family(12, 4, pipe))[0]).toMatchObject({ severity: 'info', evidence: { files: 4, execed: false } });
    expect(find(family(12, 64, pipe))[0]?.severity).toBe('warning');
  });

  it.each<[string, Make]>([
    ['standard streams', (_pid, fd) => ({ ...pipe(0, fd), fd: `${fd % 3}w` })],
    [
      'listening sockets',
      (_pid, fd) => ({ fd: `${fd}u`, type: 'IPv4', device: String(fd), node: 'TCP', name: '*:80 (LISTEN)' }),
    ],
    [
      'files open for reading',
      (_pid, fd) => ({ fd: `${fd}r`, type: 'REG', device: '8,1', node: String(fd), name: '/modules' }),
    ],
    ['devices', (_pid, fd) => ({ fd: `${fd}u`, type: 'CHR', device: '1,3', node: '4', name: '/dev/null' })],
    [
      'anonymous inodes',
      (_pid, fd) => ({ fd: `${fd}u`, type: 'a_inode', device: '0,14', node: '9', name: '[eventpoll]' }),
    ],
    ['different pipes', (pid, fd) => ({ ...pipe(pid, fd), node: `${pid}${fd}` })],
    ['other numbers of the same pipe', (pid, fd) => ({ ...pipe(pid, 3), fd: `${fd + (pid % 50) * 4}w` })],
  ])('leaves out %s', (_what, make) => {
    expect(find(family(9, 1, make, mixed))).toEqual([]);
  });

  it('sees sockets and files open for writing', () => {
    const connection: Make = (_pid, fd) => ({
      fd: `${fd}u`,
      type: 'IPv4',
      device: `9${fd}`,
      node: 'TCP',
      name: 'a:1->b:2 (ESTABLISHED)',
    });
    const log: Make = (_pid, fd) => ({ fd: `${fd}w`, type: 'REG', device: '8,1', node: `8${fd}`, name: '/var/log/x' });
    expect(find(family(9, 1, connection, mixed))).toHaveLength(1);
    expect(find(family(9, 1, log, mixed))).toHaveLength(1);
  });

  it('does not count a process twice', () => {
    const rows = family(4, 1, pipe, mixed);
    expect(find([...rows, ...rows, ...rows])).toEqual([]);
  });
});
