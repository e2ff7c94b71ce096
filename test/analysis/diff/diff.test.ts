import { describe, expect, it } from 'vitest';
import { sameDevice } from '../../../src/analysis/diff/device.ts';
import { diffReport } from '../../../src/analysis/diff/diff.ts';
import { type Side, SideReader } from '../../../src/analysis/diff/side.ts';
import type { ProcessFact } from '../../../src/model/process.ts';
import type { SourceResult } from '../../../src/model/source.ts';
import { feed, regular, TEST_RESULT, type TestRow, times } from '../../support/rows.ts';

interface Given {
  readonly rows?: readonly TestRow[];
  readonly facts?: readonly ProcessFact[];
  readonly time?: string;
  readonly bootId?: string;
}

function sidesOf({ rows = [], facts = [], time, bootId }: Given): readonly Side[] {
  const reader = new SideReader(null, false);
  for (const fact of facts) reader.process(fact);
  feed(reader, rows);
  const result: SourceResult = {
    ...TEST_RESULT,
    info: { ...TEST_RESULT.info, time: time ?? null },
    ...(bootId === undefined ? {} : { machine: { host: 'box', bootId, kernel: null } }),
  };
  return reader.finish(result);
}

function side(given: Given): Side {
  const [first] = sidesOf(given);
  if (!first) throw new Error('no side');
  return first;
}

function diff(before: Given, after: Given, maxGrowth: number | null = null) {
  return diffReport([side(before), side(after)], { top: 20, maxGrowth });
}

const sums = ({ data: { opened, closed, kept } }: ReturnType<typeof diff>) => [opened, closed, kept];
const files = (count: number, pid = 1, name = '/srv/cat.jpg') =>
  times(count, (i) => regular(pid, i, name, { node: '7' }));

describe('what was opened and closed', () => {
  it('is counted by identity, not by descriptor number', () => {
    const before = [regular(1, 3, '/a', { node: '1' }), regular(1, 4, '/b', { node: '2' })];
    const after = [regular(1, 3, '/b', { node: '2' }), regular(1, 4, '/c', { node: '3' })];
    const { data } = diff({ rows: before }, { rows: after });
    expect([data.opened, data.closed, data.kept]).toEqual([1, 1, 1]);
    expect(data.targets.map(({ pattern, growth }) => [pattern, growth])).toEqual([
      ['/c', 1],
      ['/a', -1],
    ]);
  });

  it('tells a file from its successor of the same name', () => {
    const before = [regular(1, 3, '/var/log/x.log', { node: '1' })];
    const after = [regular(1, 3, '/var/log/x.log', { node: '2' })];
    expect(sums(diff({ rows: before }, { rows: after }))).toEqual([1, 1, 0]);
  });

  it('knows a renamed file by inode and descriptor number together', () => {
    const before = [regular(1, 3, '/var/log/x.log', { node: '1', device: '8,1' })];
    const renamed = (fd: number) => [regular(1, fd, '/var/log/x.log.1', { node: '1', device: '8,1' })];
    expect(sums(diff({ rows: before }, { rows: renamed(3) }))).toEqual([0, 0, 1]);
    expect(sums(diff({ rows: before }, { rows: renamed(9) }))).toEqual([1, 1, 0]);
  });

  it('knows sockets and pipes by inode, whatever they are called', () => {
    const text = [
      { pid: 1, fd: '3u', type: 'IPv4', device: '900', node: 'TCP', name: '10.0.0.1:80->10.0.0.2:5 (ESTABLISHED)' },
      { pid: 1, fd: '4r', type: 'FIFO', device: '0,15', node: '901', name: 'pipe' },
      {
        pid: 1,
        fd: '5u',
        type: 'unix',
        device: '0x0000000058cee279',
        node: '902',
        name: '/run/x type=STREAM (LISTEN)',
      },
    ];
    const links = ['socket:[900]', 'pipe:[901]', 'socket:[902]'].map((name, i) => ({ pid: 1, fd: `${i + 3}`, name }));
    expect(sums(diff({ rows: text }, { rows: links }))).toEqual([0, 0, 3]);
    expect(sums(diff({ rows: links }, { rows: text }))).toEqual([0, 0, 3]);
  });

  it('says when a kept socket or file is not what it was', () => {
    const socket = (state: string): TestRow => ({
      pid: 1,
      fd: '3u',
      type: 'IPv4',
      device: '900',
      node: 'TCP',
      name: `1.1.1.1:80->2.2.2.2:5 (${state})`,
    });
    const before = [socket('ESTABLISHED'), regular(1, 4, '/tmp/x', { node: '5' })];
    const after = [socket('CLOSE_WAIT'), regular(1, 4, '/tmp/x (deleted)', { node: '5' })];
    const report = diff({ rows: before }, { rows: after });
    expect(sums(report)).toEqual([0, 0, 2]);
    expect(report.data.changes.map(({ from, to, count }) => [from, to, count])).toEqual([
      ['linked', 'deleted', 1],
      ['ESTABLISHED', 'CLOSE_WAIT', 1],
    ]);
  });

  it('takes nothing for closed that a side only counts', () => {
    const facts = [{ pid: 1, descriptors: 9, refused: 'permission' as const }];
    const report = diff({ rows: files(3), facts: [{ pid: 1, descriptors: 3 }] }, { facts });
    expect(report.data.processes).toMatchObject([{ before: 3, after: 9, growth: 6, opened: null, closed: null }]);
    expect(report.coverage.complete).toBe(false);
    expect(report.coverage.hidden).toEqual(['1 process was not listed on both sides: only counts are compared']);
  });

  it('stays fast where everything was replaced', () => {
    const many = (node: number) => times(20_000, (i) => regular(1, i, '/tmp/x (deleted)', { node: String(node + i) }));
    expect(sums(diff({ rows: many(0) }, { rows: many(50_000) }))).toEqual([20_000, 20_000, 0]);
  });
});

describe('devices', () => {
  it.each([
    ['254,0', '0xfe00', true],
    ['254,0', '65024', true],
    ['254,0', '254:0', true],
    ['1,4', '0x1000004', true],
    ['259,5', '0x10305', true],
    ['8,1', '8,2', false],
    ['8,1', '0x802', false],
    ['8,1', 'vda', true],
    ['vda', 'vdb', false],
  ])('%s and %s can be one: %s', (one, other, same) => {
    expect(sameDevice(one, other)).toBe(same);
    expect(sameDevice(other, one)).toBe(same);
  });
});

describe('processes', () => {
  const start = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;
  const one = (pid: number, startTime: string, more: Partial<ProcessFact> = {}): ProcessFact => ({
    pid,
    startTime,
    command: 'app',
    ...more,
  });

  it('of one pid and another start are two lives, paired by role', () => {
    const { data } = diff(
      { rows: files(2), facts: [one(1, start(1))] },
      { rows: files(5), facts: [one(1, start(30))] },
    );
    expect(data.processes).toMatchObject([{ pid: 1, life: 'restarted', previousPid: 1, growth: 3 }]);
  });

  it('are matched with the worker they follow, by parent and command', () => {
    const before = [one(10, start(1)), one(11, start(2), { ppid: 10 }), one(12, start(2), { ppid: 99 })];
    const after = [one(10, start(1)), one(21, start(30), { ppid: 10 })];
    const rows = [...files(2, 10), ...files(2, 11), ...files(2, 12)];
    const { data } = diff({ rows, facts: before }, { rows: [...files(2, 10), ...files(6, 21)], facts: after });
    expect(data.processes.map(({ pid, life, previousPid, growth }) => [pid, life, previousPid, growth])).toEqual([
      [21, 'restarted', 11, 4],
      [12, 'ended', null, -2],
    ]);
  });

  it('are followed over a restart of their parent', () => {
    const before = [one(10, start(1), { command: 'master' }), one(11, start(2), { ppid: 10 })];
    const after = [one(20, start(30), { command: 'master' }), one(21, start(31), { ppid: 20 })];
    const { data } = diff(
      { rows: [...files(1, 10), ...files(1, 11)], facts: before },
      { rows: [...files(1, 20), ...files(3, 21)], facts: after },
    );
    expect(data.processes.map(({ pid, previousPid, life }) => [pid, previousPid, life])).toEqual([
      [21, 11, 'restarted'],
      [20, 10, 'restarted'],
    ]);
  });

  it('of another boot are never the same', () => {
    const facts = [one(1, start(1))];
    const { data } = diff({ rows: files(1), facts, bootId: 'a' }, { rows: files(1), facts, bootId: 'b' });
    expect(data.processes).toMatchObject([{ life: 'restarted' }]);
  });

  it('without a start are known by pid and command, cut and escaped or not', () => {
    const label = (command: string) => [regular(1, 3, '/a', { command })];
    for (const [cut, whole] of [
      ['postgres_', 'postgres_exporter'],
      ['Web\\x20Co', 'Web Content'],
      ['a\\x20b', 'a b c d'],
      ['\\xc3\\xbcn', 'ün-cömmänd'],
      ['ab\\xc3', 'abü'],
      ['Web\\x20Content', 'Web Content'],
    ] as const) {
      expect(diff({ rows: label(cut) }, { rows: label(whole) }).data.processes).toEqual([]);
      expect(diff({ rows: label(whole) }, { rows: label(cut) }).data.processes).toEqual([]);
    }
    expect(diff({ rows: label('a\\x20') }, { rows: label('a bc') }).data.processes).toHaveLength(2);
    expect(diff({ rows: label('postgres') }, { rows: label('nginx') }).data.processes.map(({ life }) => life)).toEqual([
      'started',
      'ended',
    ]);
  });
});

describe('growth', () => {
  const times_ = { before: '2026-01-01T00:00:00.000Z', after: '2026-01-01T00:10:00.000Z' };

  it('has a rate and an end where times and limits are known', () => {
    const facts = [{ pid: 1, softLimit: 100 }];
    const { data } = diff(
      { rows: files(10), facts, time: times_.before },
      { rows: files(40), facts, time: times_.after },
    );
    expect(data.seconds).toBe(600);
    expect(data.processes).toMatchObject([
      { growth: 30, perMinute: 3, headroom: 60, secondsLeft: 1200, counts: [10, 40] },
    ]);
  });

  it('has a budget', () => {
    expect(diff({ rows: files(3) }, { rows: files(5) }, 2)).toMatchObject({
      verdict: 'pass',
      data: { budget: { limit: 2, value: 2 } },
    });
    expect(diff({ rows: files(3) }, { rows: files(6) }, 2).verdict).toBe('fail');
    expect(diff({ rows: files(3) }, { rows: files(30, 2) }, 2).verdict).toBe('fail');
    expect(diff({ rows: files(3) }, { rows: files(30, 2).map((row) => ({ ...row, command: 'new' })) }, 2).verdict).toBe(
      'inconclusive',
    );
  });

  it('is followed through every source, and through the listings of one', () => {
    const rows = [
      ...files(1),
      ...files(4).map((row) => ({ ...row, listing: 1 })),
      ...files(9).map((row) => ({ ...row, listing: 2 })),
    ];
    const [first, second, ...more] = sidesOf({ rows });
    if (!first || !second) throw new Error('too few listings');
    const { data } = diffReport([first, second, ...more], { top: 20, maxGrowth: null });
    expect(data.processes).toMatchObject([{ counts: [1, 4, 9], growth: 8 }]);
    expect(data.sides.map(({ listing }) => listing)).toEqual([1, 2, 3]);
  });
});
