import { describe, expect, it } from 'vitest';
import { rankAnalysis } from '../../src/analysis/rank/rank.ts';
import { hasCell, hashCells } from '../../src/analysis/row-bytes.ts';
import { Cell } from '../../src/model/row-batch.ts';
import { feed, TEST_RESULT, type TestRow, times } from '../support/rows.ts';

/** A row with a cell, then rows without it, in batches of one: buffers are used again. */
const reused: readonly TestRow[] = [
  { pid: 1, fd: '3u', type: 'IPv4', device: '12345', node: 'TCP', name: '127.0.0.1:80' },
  { pid: 2, type: 'REG', name: '/srv/a' },
];

describe('a cell that is absent', () => {
  it('is absent whatever an earlier batch left in its place', () => {
    const seen: boolean[] = [];
    const row = (index: number) => ({
      listing: () => {},
      process: () => {},
      rows: (batch: Parameters<typeof hasCell>[0]) => {
        seen.push(hasCell(batch, 0, index));
        expect(hashCells(batch, 0, [Cell.links])).toBe(hashCells(batch, 0, [Cell.lock]));
      },
    });
    feed(row(Cell.node), reused, 1);
    feed(row(Cell.fd), reused, 1);
    expect(seen).toEqual([true, false, true, false]);
  });

  it('is no identity of deleted files, nor an association', () => {
    const analysis = rankAnalysis();
    const files = times(10, (i): TestRow => ({ pid: 2, fd: `${i}w`, type: 'REG', name: `/tmp/f${i} (deleted)` }));
    feed(analysis, [...reused.slice(0, 1), ...times(9, () => reused[0] as TestRow), ...files], 10);
    const { findings } = analysis.finish(TEST_RESULT);
    expect(findings).toMatchObject([{ rule: 'deleted-held', pid: 2, evidence: { files: 10 } }]);
  });

  it('leaves rows without an FD cell to be counted as such', () => {
    const analysis = rankAnalysis();
    feed(analysis, reused, 1);
    expect(analysis.finish(TEST_RESULT).coverage.hidden).toHaveLength(1);
  });
});
