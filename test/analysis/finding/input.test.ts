import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { regular, times } from '../../support/rows.ts';

describe('thread-rows', () => {
  it('says how many rows are repeats, and of whom most', () => {
    const rows = [
      ...times(10, (fd) => regular(1, fd, '/x')),
      ...times(3, (t) => times(10, (fd) => regular(1, fd, '/x', { tid: String(50 + t), task: 'w' }))).flat(),
      regular(2, 0, '/y'),
    ];
    expect(findingsOf('thread-rows', rows)).toMatchObject([
      { severity: 'info', evidence: { rows: 41, repeats: 30, processes: 1, mostThreads: 3, mostThreadsPid: 1 } },
    ]);
    expect(findingsOf('thread-rows', rows.slice(0, 10))).toEqual([]);
  });
});

describe('label-collision', () => {
  const rows = (count: number) =>
    times(count, (fd) => regular(1, fd, '/x', { fd: fd < 10_000 ? `${fd}r` : `*${String(fd).slice(-3)}r` }));

  it('says how many labels the rows share', () => {
    expect(findingsOf('label-collision', rows(19_955))).toMatchObject([
      { severity: 'info', pid: 1, evidence: { rows: 19_955, labels: 11_000, starred: 9955 } },
    ]);
  });

  it('is silent while labels differ', () => {
    expect(findingsOf('label-collision', rows(10_500))).toEqual([]);
  });
});
