import { describe, expect, it } from 'vitest';
import { grownSince } from '../../src/analysis/orphans/disk-growth.ts';
import { heartbeatFindings } from '../../src/analysis/orphans/heartbeat-finding.ts';
import { judgeFiles } from '../../src/analysis/orphans/judge.ts';
import type { Observation, ObservedFile, ServiceProcess } from '../../src/analysis/orphans/observation.ts';
import { orphanReport } from '../../src/analysis/orphans/orphans.ts';
import { freedBy, reclaimable, sumOf } from '../../src/analysis/orphans/sums.ts';

/** Wall clock of these tests, ms. */
const NOW = 1_700_000_000_000;
/** So many seconds ago. */
const ago = (seconds: number): number => NOW - seconds * 1000;

function file(seconds: number, more: Partial<ObservedFile> = {}): ObservedFile {
  const time = ago(seconds);
  const path = `/spool/${seconds}`;
  return {
    path,
    key: path,
    size: 100,
    allocated: 4096,
    links: 1,
    owner: 'www',
    modified: time,
    changed: time,
    born: time,
    holders: [],
    ...more,
  };
}

function worker(pid: number, seconds: number, more: Partial<ServiceProcess> = {}): ServiceProcess {
  const started = ago(seconds);
  return { pid, command: 'gunicorn', started, manager: false, heartbeat: null, serial: false, ...more };
}

function observation(files: readonly ObservedFile[], more: Partial<Observation> = {}): Observation {
  return {
    folders: ['/spool'],
    time: NOW,
    files,
    vanished: 0,
    disks: [],
    service: null,
    withheld: [],
    processes: { seen: 1, read: 1, refused: 0 },
    hidden: [],
    ...more,
  };
}

function states(files: readonly ObservedFile[], more: Partial<Observation> = {}, olderThan = 60): string[] {
  return judgeFiles(observation(files, more), olderThan).map(({ state, why }) => (why ? `${state}: ${why}` : state));
}

const service = (...processes: ServiceProcess[]) => ({ service: { name: 'gunicorn', processes, timeout: 30 } });

describe('judgeFiles', () => {
  it('calls a file orphaned that nobody holds and that is old', () => {
    const held = file(500, { holders: [{ pid: 7, command: 'app', how: 'fd 3' }] });
    expect(states([file(500), file(59.9), file(60), held])).toEqual([
      'orphaned',
      'unheld: young',
      'orphaned',
      'in-use',
    ]);
  });

  it('goes by the latest of all times', () => {
    const old = ago(5000);
    // Copied with its time; moved here; a file system that keeps no birth.
    const files = [
      file(10, { modified: old, changed: old }),
      file(5000, { changed: ago(5) }),
      file(5000, { born: null }),
      file(-3600),
    ];
    expect(states(files)).toEqual(['unheld: young', 'unheld: young', 'orphaned', 'unheld: young']);
  });

  it('calls nothing orphaned where holders cannot be known', () => {
    expect(states([file(500), file(1)], { withheld: ['no root'] })).toEqual(['unheld: withheld', 'unheld: young']);
  });

  it('knows makers by their start', () => {
    expect(states([file(500), file(100)], service(worker(1, 400)))).toEqual(['orphaned', 'unheld: maker']);
    // Within the error of a start it may have been there.
    expect(states([file(400.05)], service(worker(1, 400)))).toEqual(['unheld: maker']);
    expect(states([file(400.2)], service(worker(1, 400)))).toEqual(['orphaned']);
  });

  it('takes no manager for a maker, and no worker that has been in its loop since', () => {
    const manager = worker(1, 9000, { manager: true });
    const at = (heartbeat: number, serial = true) => worker(2, 8000, { heartbeat: ago(heartbeat), serial });
    expect(states([file(500)], service(manager))).toEqual(['orphaned']);
    expect(states([file(500)], service(manager, at(0.5)))).toEqual(['orphaned']);
    // Stuck since before the file, or at work on several requests at a time.
    expect(states([file(500)], service(manager, at(501)))).toEqual(['unheld: maker']);
    expect(states([file(500)], service(manager, at(0.5, false)))).toEqual(['unheld: maker']);
  });
});

it('compares no disk with another one that was mounted there', () => {
  const disk = { folder: '/spool', device: '1', type: 'ext4', size: 1e12, available: 6e9, grown: 7, seconds: 1 };
  const then = [{ ...disk, available: 7e9 }];
  expect(grownSince([disk], then, 60)).toMatchObject([{ grown: 1e9, seconds: 60 }]);
  expect(grownSince([{ ...disk, device: '2' }], then, 60)).toMatchObject([{ grown: 7, seconds: 1 }]);
});

describe('orphanReport', () => {
  const source = { kind: 'live', name: 'host', dialect: 'proc', time: null } as const;
  const options = { top: 20, olderThan: 60, only: null, removal: null, source };
  const report = (seen: Observation, more = {}) => orphanReport(seen, judgeFiles(seen, 60), { ...options, ...more });

  it('adds up by state, each inode once, and what removal would free', () => {
    const twice = { key: '1:7', links: 2, size: 5000, allocated: 8192 };
    const elsewhere = { key: '1:8', links: 2, size: 9000, allocated: 12_288 };
    const files = [
      file(500),
      file(501, { ...twice, path: '/spool/a' }),
      file(501, { ...twice, path: '/spool/b' }),
      file(502, elsewhere),
    ];
    const judged = judgeFiles(observation(files), 60);
    expect(sumOf(judged)).toEqual({ files: 4, bytes: 14_100, allocated: 24_576 });
    expect(reclaimable(judged)).toBe(12_288);
    // Of two names of one file the last frees it.
    expect(freedBy(files).map(({ bytes }) => bytes)).toEqual([4096, 0, 8192, 0]);
  });

  it('could not tell only where a file is old enough to ask', () => {
    expect(report(observation([file(1)], { withheld: ['x'] })).verdict).toBe('none');
    const undecided = report(observation([file(100)], { withheld: ['x'] }));
    expect([undecided.verdict, undecided.data.orphaned.files]).toEqual(['inconclusive', 0]);
    expect(undecided.coverage).toMatchObject({ complete: false, hidden: ['x'] });
  });

  it('says when the disk is full', () => {
    const disk = { folder: '/spool', device: '1', type: 'ext4', size: 1e12, available: 6e9, grown: 1e7, seconds: 10 };
    const { data, sections } = report(observation([], { disks: [disk, { ...disk, grown: -5 }] }));
    expect(data.disks.map(({ rate, fullIn }) => [rate, fullIn])).toEqual([
      [1e6, 6000],
      [-0.5, null],
    ]);
    expect(JSON.stringify(sections)).toContain('full in 1.7 h');
  });

  it('lists one state only where asked, and adds up all', () => {
    const { data } = report(observation([file(1), file(100)]), { only: 'orphaned' });
    expect([data.files.map(({ state }) => state), data.unheld.files]).toEqual([['orphaned'], 1]);
  });
});

describe('silent workers', () => {
  const silent = (seconds: readonly number[], timeout: number | null) =>
    heartbeatFindings(
      {
        name: 'g',
        timeout,
        processes: seconds.map((heartbeat, pid) => worker(pid + 1, 9000, { heartbeat: ago(heartbeat) })),
      },
      NOW,
    ).map(({ pid, severity }) => `${pid} ${severity}`);

  it.each([
    [[0.1, 1], 2, []],
    [[0.1, 1.6], 2, ['2 warning']],
    [[3.2, 0.4], 2, ['1 critical']],
    [[14.9], 30, []],
    [[0.5, 3.2], null, ['2 warning']],
    [[0.5, 1.2], null, []],
    [[40], null, []],
  ] as const)('%j s with a timeout of %j: %j', (seconds, timeout, expected) => {
    expect(silent(seconds, timeout)).toEqual(expected);
  });
});
