import { describe, expect, it } from 'vitest';
import { type DeletedOptions, deletedAnalysis } from '../../src/analysis/deleted/deleted.ts';
import type { DeletedData } from '../../src/analysis/deleted/deleted-data.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import type { Report } from '../../src/model/report.ts';
import { reportOf, type TestRow, times } from '../support/rows.ts';

function gone(pid: number, fd: string, name: string, size: string | null, node: string, more: Partial<TestRow> = {}) {
  const row: TestRow = { pid, command: 'app', user: 'www', fd, type: 'REG', device: '8,1', node, links: '0', name };
  return { ...row, ...(size === null ? {} : { size }), ...more };
}

function ask(rows: readonly TestRow[], options?: DeletedOptions, facts?: readonly ProcessFact[]): Report<DeletedData> {
  return reportOf(deletedAnalysis(options), rows, facts);
}

const lines = ({ data }: Report<DeletedData>, pid: number) =>
  data.holders.find((holder) => holder.pid === pid)?.release.map(({ line }) => line);

describe('deletedAnalysis', () => {
  it('counts an inode once in all, for each process that holds it, and what one holds alone', () => {
    const { data } = ask([
      gone(1, '3w', '/tmp/a', '1000', '7'),
      gone(1, '4w', '/tmp/a', '1000', '7'),
      gone(2, '3w', '/tmp/a', '1000', '7'),
      gone(2, '5r', '/tmp/b', '500', '8'),
      // The same number on another device is another file.
      gone(2, '6r', '/mnt/b', '20', '8', { device: '8,2' }),
    ]);
    expect(data.disk).toEqual({ files: 3, bytes: 1520, allocated: null, unsized: 0 });
    expect(data.holders.map(({ pid, files, bytes, alone }) => [pid, files, bytes, alone])).toEqual([
      [2, 3, 1520, 520],
      [1, 1, 1000, 0],
    ]);
  });

  it('says of some processes not what they hold alone', () => {
    const rows = [gone(1, '3w', '/tmp/a', '2000000', '7')];
    const [whole, some] = [ask(rows), ask(rows, { only: 'label' })];
    expect([whole, some].map(({ data }) => data.holders[0]?.alone)).toEqual([2_000_000, null]);
  });

  it('does not call clean what it could not look at', () => {
    const refused = ask([], {}, [{ pid: 7, refused: 'permission' }]);
    expect(JSON.stringify(refused.sections)).toContain('no deleted file that could be seen');
    expect(JSON.stringify(ask([]).sections)).toContain('no deleted file takes');
  });

  it('tells a budget and what breaks it apart', () => {
    const { sections } = ask([gone(1, '3w', '/tmp/a', '5000001', '7')], { maxDeleted: 5_000_000 });
    expect(JSON.stringify(sections)).toContain('5,000,001 B of 5,000,000 B allowed');
  });

  it('lists memory and mappings apart, and counts no heartbeat', () => {
    const { data, sections } = ask([
      gone(1, '3u', '/tmp/wgunicorn-x1', '0', '1'),
      gone(1, '4u', '/dev/shm/psm_1', '4096', '2'),
      gone(1, 'DEL', '/SYSV00000000', null, '3'),
      gone(1, 'DEL', '/usr/lib/libssl.so.3', null, '4'),
      { pid: 1, fd: '5u', type: 'REG', name: '/memfd:jit', size: '8192', device: '0,1', node: '5' },
      gone(1, '6w', '/var/log/x.log', '10', '6'),
      // Mapped and open: on the disk once.
      gone(1, 'DEL', '/var/log/x.log', null, '6'),
    ]);
    expect([data.disk, data.memory, data.mapped].map(({ files, bytes, unsized }) => [files, bytes, unsized])).toEqual([
      [1, 10, 0],
      [3, 12_288, 1],
      [1, 0, 1],
    ]);
    expect(data.empty).toBe(1);
    expect(JSON.stringify(sections)).toContain('such as /tmp/wgunicorn-x1');
  });

  it('takes no file for deleted that is called so', () => {
    const alive = gone(1, '3r', '/srv/x (deleted)', '10', '1', { links: '1' });
    expect(ask([alive]).data.files).toEqual([]);
  });

  it('folds names into patterns', () => {
    const { data } = ask(times(5, (i) => gone(1, `${i + 3}u`, `/tmp/upload-${i}1${i}`, '100', String(i))));
    expect(data.patterns).toMatchObject([{ pattern: '/tmp/upload-*', files: 5, bytes: 500, processes: 1 }]);
  });

  it('prefers blocks to sizes where they are known, and keeps what could not be asked apart', () => {
    const rows = [gone(1, '3w', '/tmp/sparse', '1000000', '1'), gone(1, '4w', '/tmp/full', '5000', '2')];
    const blocks = new Map([
      ['1', 4096],
      ['2', 8192],
    ]);
    const { data } = ask(rows, { allocatedOf: (_, { node }) => blocks.get(node ?? '') ?? null });
    expect(data.files.map(({ name }) => name)).toEqual(['/tmp/full', '/tmp/sparse']);
    expect(data.disk).toEqual({ files: 2, bytes: 1_005_000, allocated: 12_288, unsized: 0 });
    blocks.delete('2');
    expect(ask(rows, { allocatedOf: (_, { node }) => blocks.get(node ?? '') ?? null }).data.disk.allocated).toBeNull();
  });

  it.each([
    [999, 'fail', {}],
    [1000, 'pass', {}],
    [1000, 'inconclusive', { refused: 'permission' }],
  ] as const)('a budget of %d bytes for 1,000: %s', (maxDeleted, verdict, more) => {
    const report = ask([gone(1, '3w', '/a', '1000', '1')], { maxDeleted }, [{ pid: 9, state: 'S', ...more }]);
    expect([report.verdict, report.data.budget?.value]).toEqual([verdict, 1000]);
  });

  it('stays bounded: what is not told apart is counted by descriptor, and said', () => {
    const rows = times((1 << 17) + 10, (i) => gone(1, `${i}u`, '/tmp/x', '10', String(i)));
    const { data, coverage } = ask(rows);
    expect(data.disk).toMatchObject({ files: rows.length, bytes: rows.length * 10 });
    expect(coverage.approximate).toEqual({ table: 'files', maxError: 10 });
  });
});

describe('release', () => {
  const nginx = (pid: number, ppid: number): ProcessFact => ({ pid, ppid, command: 'nginx', state: 'S' });
  const log = (pid: number, fd = '5w') =>
    gone(pid, fd, '/var/log/nginx/access.log.1', '100', '1', { command: 'nginx' });

  it('signals the first process of the family', () => {
    const report = ask([log(10), log(11)], {}, [nginx(10, 1), nginx(11, 10)]);
    expect(lines(report, 11)?.[0]).toBe('sudo kill -USR1 10');
    expect(lines(report, 10)?.[0]).toBe('sudo kill -USR1 10');
  });

  it('names the command where no parent is known', () => {
    expect(lines(ask([log(11)]), 11)?.[0]).toBe('nginx -s reopen');
    expect(lines(ask([log(11)], { only: 'label' }, [nginx(11, 10)]), 11)?.[0]).toBe('sudo kill -USR1 11');
    // A worker whose master was not asked for: the signal is the master's.
    expect(lines(ask([log(11)], { only: 'some' }, [nginx(11, 10)]), 11)?.[0]).toBe('nginx -s reopen');
  });

  it('asks no program to reopen logs when what it holds is none', () => {
    expect(lines(ask([gone(1, '5u', '/tmp/nginx/body/0001', '9', '1', { command: 'nginx' })]), 1)).toEqual([]);
  });

  it.each([
    ['a log that is written', '5w', '/var/log/app.log', ['sudo truncate -s 0 /proc/1/fd/5']],
    ['any file that is only written', '5w', '/data/x', ['sudo truncate -s 0 /proc/1/fd/5']],
    ['a log that is read too', '5u', '/var/log/app.log', ['sudo truncate -s 0 /proc/1/fd/5']],
    ['work data', '5u', '/tmp/sort8x', []],
    ['what is only read', '5r', '/var/log/app.log', []],
    ['a number that was cut off', '*005w', '/var/log/app.log', []],
  ])('empties %s only where that is safe', (_, fd, name, expected) => {
    expect(lines(ask([gone(1, fd, name, '100', '1')]), 1)).toEqual(expected);
  });

  it('empties nothing that is mapped', () => {
    const rows = [gone(1, '5w', '/var/log/x.log', '9', '1'), gone(2, 'DEL', '/var/log/x.log', null, '1')];
    expect(lines(ask(rows), 1)).toEqual([]);
  });
});
