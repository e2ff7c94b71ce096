import { describe, expect, it } from 'vitest';
import { type RankOptions, rankAnalysis } from '../../src/analysis/rank/rank.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import type { SourceResult } from '../../src/model/source.ts';
import { regular, reportOf, type TestRow, times } from '../support/rows.ts';

function rank(
  rows: readonly TestRow[],
  facts: readonly ProcessFact[] = [],
  options: RankOptions = {},
  result: Partial<SourceResult> = {},
) {
  return reportOf(rankAnalysis(options), rows, facts, result);
}

describe('rank: counts', () => {
  it('fills a row with what is known, and null where nothing is', () => {
    const rows = [
      ...times(3, (fd) => regular(4, fd, '/srv/app/cat.jpg')),
      { pid: 4, command: 'app', user: 'www', fd: 'cwd', type: 'DIR', name: '/srv' },
      { pid: 4, command: 'app', user: 'www', fd: '3u', type: 'IPv4', node: 'TCP', name: '10.0.0.1:80 (LISTEN)' },
    ];
    expect(rank(rows).data.processes).toEqual([
      {
        pid: 4,
        startTime: null,
        command: 'app',
        user: 'www',
        descriptors: 4,
        listed: 4,
        reserved: null,
        openFiles: 5,
        softLimit: null,
        hardLimit: null,
        utilisation: null,
        headroom: null,
        classes: { regular: 3, inet: 1 },
        topTarget: { pattern: '/srv/app/cat.jpg', name: '/srv/app/cat.jpg', class: 'regular', type: 'REG', count: 3 },
      },
    ]);
  });

  it('lets the kernel count win over the listing and calls the difference reserved', () => {
    const [process] = rank(
      times(6, (fd) => regular(1, fd, '/x')),
      [{ pid: 1, descriptors: 29, softLimit: 40, hardLimit: 40 }],
    ).data.processes;
    expect(process).toMatchObject({ descriptors: 29, listed: 6, reserved: 23, headroom: 11, utilisation: 29 / 40 });
  });

  it('gives back the room that numbers above the limit do not take', () => {
    // 64 descriptors at a limit of 64, one of them inherited as number 251: number 63 is free.
    const rows = [...times(63, (fd) => regular(1, fd, '/x')), regular(1, 251, '/inherited')];
    const [process] = rank(rows, [{ pid: 1, softLimit: 64, hardLimit: 4096 }]).data.processes;
    expect(process).toMatchObject({ descriptors: 64, utilisation: 1, headroom: 1 });
  });

  it('takes the numbers above the limit from the fact where there are no rows', () => {
    const [process] = rank([], [{ pid: 1, descriptors: 64, listed: 64, aboveLimit: 3, softLimit: 64 }]).data.processes;
    expect(process).toMatchObject({ headroom: 3, listed: 64, classes: null });
  });

  it('assumes --soft-limit only where the source has none', () => {
    const rows = [...times(8, (fd) => regular(1, fd, '/x')), ...times(4, (fd) => regular(2, fd, '/x'))];
    const { processes } = rank(rows, [{ pid: 1, softLimit: 16 }], { softLimit: 1024 }).data;
    expect(processes.map(({ pid, softLimit }) => [pid, softLimit])).toEqual([
      [1, 16],
      [2, 1024],
    ]);
  });

  it('tells zombies, unreadable processes and empty tables apart', () => {
    const { data, findings } = rank(
      [{ pid: 3, command: 'kthread', fd: 'cwd', type: 'DIR', name: '/' }],
      [
        { pid: 1, command: 'gone', state: 'Z', refused: 'zombie', descriptors: 0 },
        { pid: 2, command: 'theirs', refused: 'permission' },
      ],
    );
    expect(data.processes.map(({ pid, descriptors, classes }) => ({ pid, descriptors, classes }))).toEqual([
      { pid: 3, descriptors: 0, classes: {} },
      { pid: 1, descriptors: null, classes: null },
      { pid: 2, descriptors: null, classes: null },
    ]);
    expect(findings.filter(({ rule }) => rule === 'zombie')).toMatchObject([{ evidence: { zombies: 1, pids: [1] } }]);
  });

  it('counts two processes with one table once', () => {
    const { data, findings } = rank(
      [],
      [
        { pid: 10, command: 'owner', descriptors: 50, softLimit: 1024 },
        { pid: 11, command: 'thread', descriptors: 50, softLimit: 1024, sharesTableWith: 10 },
      ],
    );
    expect(data.processes.map(({ pid }) => pid)).toEqual([10]);
    expect(findings).toMatchObject([{ rule: 'shared-table', pid: 11, evidence: { sharesTableWith: 10 } }]);
  });

  it('leaves out processes of which only a limit is known', () => {
    expect(rank([regular(1, 0, '/x')], [{ pid: 2, softLimit: 1024 }]).data.processes).toHaveLength(1);
  });

  it('does not claim headroom for a part of the rows', () => {
    const { data, sections } = rank([regular(1, 5, '/x')], [{ pid: 1, softLimit: 8 }], { partial: true });
    expect(data.processes[0]).toMatchObject({ descriptors: 1, headroom: null });
    expect(JSON.stringify(sections)).toContain('matching rows only');
  });
});

describe('rank: order', () => {
  it('is by share of the limit, with unknown limits taken as the usual 1024, ties by descriptors, then pid', () => {
    const facts: ProcessFact[] = [
      { pid: 1, descriptors: 5000, softLimit: 1_048_576 },
      { pid: 2, descriptors: 931, softLimit: 1024 },
      { pid: 3, descriptors: 512 },
      { pid: 4, descriptors: 42, softLimit: 1024 },
      { pid: 6, descriptors: 8, softLimit: 64 },
      { pid: 5, descriptors: 8, softLimit: 64 },
      { pid: 7, descriptors: 128, softLimit: 1024 },
      { pid: 8, refused: 'permission' },
    ];
    expect(rank([], facts).data.processes.map(({ pid }) => pid)).toEqual([2, 3, 7, 5, 6, 4, 1, 8]);
  });

  it('ranks a limit that was lowered afterwards behind those who run into theirs now', () => {
    const { data } = rank(
      [],
      [
        { pid: 1, descriptors: 505, softLimit: 100 },
        { pid: 2, descriptors: 99, softLimit: 100 },
        { pid: 3, descriptors: 70, softLimit: 100 },
      ],
    );
    expect(data.processes.map(({ pid }) => pid)).toEqual([2, 1, 3]);
  });

  it('does not let a sandbox with a lowered limit lead', () => {
    const facts: ProcessFact[] = [
      { pid: 1, command: 'sshd', descriptors: 7, softLimit: 1, hardLimit: 1 },
      { pid: 2, command: 'app', descriptors: 100, softLimit: 1024 },
    ];
    const { data, findings, sections } = rank([], facts);
    expect(data.processes.map(({ pid }) => pid)).toEqual([2, 1]);
    expect(findings).toMatchObject([{ rule: 'limit-lowered', severity: 'info', pid: 1 }]);
    expect(JSON.stringify(sections)).not.toContain('7,0.');
  });
});

describe('rank: groups', () => {
  const facts: ProcessFact[] = [
    { pid: 1, command: 'init', descriptors: 9, softLimit: 1024 },
    { pid: 10, ppid: 1, command: 'nginx', user: 'root', descriptors: 10, softLimit: 4096, container: 'c1' },
    { pid: 11, ppid: 10, command: 'nginx', user: 'www', descriptors: 4000, softLimit: 4096, container: 'c1' },
    { pid: 12, ppid: 10, command: 'nginx', user: 'www', descriptors: 20, softLimit: 4096 },
    { pid: 20, ppid: 1, command: 'cron', user: 'root', descriptors: 3, softLimit: 1024 },
  ];

  it('keeps the worst member, never a sum over a sum of limits', () => {
    const { groups } = rank([], facts, { by: 'command' }).data;
    expect(groups?.map(({ key, processes, descriptors, worst }) => [key, processes, descriptors, worst.pid])).toEqual([
      ['nginx', 3, 4030, 11],
      ['init', 1, 9, 1],
      ['cron', 1, 3, 20],
    ]);
    expect(groups?.[0]?.worst.utilisation).toBe(4000 / 4096);
  });

  it('groups by user and container, with null for none', () => {
    const keys = (by: 'user' | 'container') => rank([], facts, { by }).data.groups?.map(({ key }) => key);
    expect(keys('user')).toEqual(['www', null, 'root']);
    expect(keys('container')).toEqual(['c1', null]);
  });

  it('names a tree by its topmost process below init', () => {
    const { groups } = rank([], facts, { by: 'tree' }).data;
    expect(groups?.map(({ key, processes }) => [key, processes])).toEqual([
      ['10 nginx', 3],
      ['1 init', 1],
      ['20 cron', 1],
    ]);
  });

  it('survives a circle of parents', () => {
    const circle: ProcessFact[] = [
      { pid: 5, ppid: 6, descriptors: 1 },
      { pid: 6, ppid: 5, descriptors: 1 },
    ];
    expect(rank([], circle, { by: 'tree' }).data.groups?.length).toBeGreaterThan(0);
  });
});

describe('rank: budget', () => {
  const facts: ProcessFact[] = [{ pid: 1, descriptors: 80, softLimit: 100 }];

  it('passes at the limit and fails above it', () => {
    expect(rank([], facts, { maxUtilisation: 0.8 })).toMatchObject({
      verdict: 'pass',
      data: { budget: { limit: 0.8, value: 0.8, verdict: 'pass' } },
    });
    expect(rank([], facts, { maxUtilisation: 0.79 }).verdict).toBe('fail');
  });

  it('is inconclusive where nothing could be compared', () => {
    expect(rank([regular(1, 0, '/x')], [], { maxUtilisation: 0.8 }).verdict).toBe('inconclusive');
  });

  it('is passed by no input in which a process has no count or no limit, and failed all the same', () => {
    const verdict = (...facts: ProcessFact[]) => rank([], facts, { maxUtilisation: 0.8 }).verdict;
    const calm = { pid: 1, descriptors: 10, softLimit: 100 };
    expect(verdict(calm)).toBe('pass');
    expect(verdict(calm, { pid: 2, descriptors: 5 })).toBe('inconclusive');
    expect(verdict(calm, { pid: 2, refused: 'permission', softLimit: 100 })).toBe('inconclusive');
    expect(verdict({ ...calm, descriptors: 90 }, { pid: 2, descriptors: 5 })).toBe('fail');
    expect(verdict(calm, { pid: 2, refused: 'vanished' })).toBe('pass');
    expect(verdict(calm, { pid: 2, state: 'Z' })).toBe('pass');
    expect(verdict(calm, { pid: 2, descriptors: 5, command: 'lsof' })).toBe('pass');
    expect(verdict(calm, { pid: 2, descriptors: 0 })).toBe('pass');
  });

  it('is not failed by a sandbox', () => {
    expect(rank([], [...facts, { pid: 2, descriptors: 7, softLimit: 1 }], { maxUtilisation: 0.9 }).verdict).toBe(
      'pass',
    );
  });
});

describe('rank: coverage', () => {
  it('never reads refused processes as complete', () => {
    const { coverage } = rank([regular(1, 0, '/x')], [{ pid: 2, refused: 'permission', descriptors: 5 }]);
    expect(coverage).toMatchObject({
      complete: false,
      processes: { seen: 2, counted: 2, listed: 1, refused: 1, vanished: 0 },
    });
    expect(rank([regular(1, 0, '/x')]).coverage.complete).toBe(true);
  });

  it('says so where descriptors cannot be told from mappings', () => {
    const { coverage } = rank(times(2, (i) => ({ pid: 1, command: 'exe', name: `/f${i}` })));
    expect(coverage.complete).toBe(false);
    expect(coverage.hidden.join()).toContain('no FD cell');
  });
});
