import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TargetTable, type TargetTableOptions } from '../../src/analysis/target/target-table.ts';
import { classOf } from '../../src/model/classify.ts';
import { patternOf } from '../../src/model/pattern.ts';
import { Num } from '../../src/model/row-batch.ts';
import { type Cells, writeRows } from '../model/rows.ts';

/** Counts rows; the slot of a row is its pid. */
function tableOf(rows: readonly Cells[], options?: TargetTableOptions): TargetTable {
  const table = new TargetTable(options);
  writeRows(rows, {
    listing: () => {},
    process: () => {},
    rows: (batch) => {
      const pids = batch.numbers[Num.pid] as Int32Array;
      for (let row = 0; row < batch.rows; row++) table.add(pids[row] as number, batch, row, classOf(batch, row));
    },
  });
  return table;
}

const file = (pid: number, name: string): Cells => ({ pid, fd: '3r', type: 'REG', name });

describe('TargetTable', () => {
  it('counts patterns by process and over all', () => {
    const table = tableOf([
      file(1, '/srv/up/img1.jpg'),
      file(1, '/srv/up/img2.jpg'),
      file(2, '/srv/up/img3.jpg'),
      file(2, '/etc/passwd'),
      file(2, '/etc/passwd'),
      { pid: 2, fd: '4u', type: 'IPv4', node: 'TCP', name: '10.0.0.1:41234->10.0.0.2:443 (CLOSE_WAIT)' },
      { pid: 2, fd: '5u', type: 'IPv4', node: 'TCP', name: '10.0.0.1:41235->10.0.0.2:443 (ESTABLISHED)' },
    ]);
    expect(table.overall(9)).toEqual([
      { pattern: '/srv/up/img*.jpg', name: '/srv/up/img1.jpg', type: 'REG', class: 'regular', count: 3, processes: 2 },
      { pattern: '/etc/passwd', name: '/etc/passwd', type: 'REG', class: 'regular', count: 2, processes: 1 },
      {
        pattern: '10.0.0.1:*->10.0.0.2:443',
        name: '10.0.0.1:41234->10.0.0.2:443',
        type: 'IPv4',
        class: 'inet',
        count: 2,
        processes: 1,
      },
    ]);
    expect(table.top(1, 9)).toMatchObject([{ pattern: '/srv/up/img*.jpg', count: 2, single: false }]);
    expect(table.top(2, 2)).toMatchObject([
      { pattern: '/etc/passwd', count: 2, single: true },
      { pattern: '10.0.0.1:*->10.0.0.2:443', count: 2, single: false },
    ]);
    expect(table.top(77, 5)).toEqual([]);
    expect(table.overall(9, new Set([2]))).toMatchObject([{ pattern: '/srv/up/img*.jpg', count: 2, processes: 1 }]);
  });

  it('gives each process an example of its own', () => {
    const table = tableOf([file(1, '/srv/up/img1.jpg'), file(2, '/srv/up/img2.jpg'), file(2, '/srv/up/img2.jpg')]);
    expect(table.top(1, 1)).toMatchObject([{ name: '/srv/up/img1.jpg', single: true }]);
    expect(table.top(2, 1)).toMatchObject([{ name: '/srv/up/img2.jpg', single: true, count: 2 }]);
  });

  it('keeps deleted and present, classes and types, escaped and plain apart or together as they are', () => {
    const table = tableOf([
      file(1, '/a (deleted)'),
      file(1, '/a'),
      { pid: 1, fd: '3r', type: 'DIR', name: '/a' },
      file(1, '/b\\x20c'),
      file(1, '/b c'),
      { pid: 1, fd: '3r', type: 'KQUEUE' },
    ]);
    const found = table.overall(9).map(({ pattern, class: kind, count }) => [pattern, kind, count]);
    expect(found).toEqual([
      ['/b c', 'regular', 2],
      [null, 'epoll', 1],
      ['/a', 'regular', 1],
      ['/a', 'directory', 1],
      ['/a (deleted)', 'regular', 1],
    ]);
  });

  it('counts exact names when asked', () => {
    const table = tableOf([file(1, '/x-1'), file(1, '/x-2'), file(2, '/x-2'), file(2, '/x-3 (deleted)')], {
      exact: true,
    });
    expect(table.overall(9).map(({ pattern, name, count }) => [pattern, name, count])).toEqual([
      ['/x-2', '/x-2', 2],
      ['/x-1', '/x-1', 1],
      ['/x-3 (deleted)', '/x-3', 1],
    ]);
  });

  it('lets ids that read like words join their siblings, and nothing else', () => {
    const ids = Array.from({ length: 200 }, (_, i) =>
      file(1, `/srv/up/${(i * 2654435761).toString(16).padStart(9, '0').slice(-8)}.jpg`),
    );
    const table = tableOf([
      ...ids,
      file(1, '/srv/up/deadbeef.jpg'),
      file(1, '/srv/up/cat.jpg'),
      file(1, '/srv/deadbeef.jpg'),
    ]);
    expect(table.overall(9).map(({ pattern, count }) => [pattern, count])).toEqual([
      ['/srv/up/*.jpg', 201],
      ['/srv/deadbeef.jpg', 1],
      ['/srv/up/cat.jpg', 1],
    ]);
    expect(table.maxError).toBe(0);
  });

  const names = fc.array(fc.tuple(fc.nat(5), fc.stringMatching(/^\/[a-d]{1,3}\/[a-z]{1,3}-?[0-9]{0,3}$/)), {
    maxLength: 300,
  });

  it('agrees with a Map of patternOf', () => {
    fc.assert(
      fc.property(names, (list) => {
        const expected = new Map<string, number>();
        for (const [, name] of list) expected.set(patternOf(name), (expected.get(patternOf(name)) ?? 0) + 1);
        const table = tableOf(list.map(([pid, name]) => file(pid, name)));
        const found = new Map(table.overall(1000).map(({ pattern, count }) => [pattern, count]));
        expect(found).toEqual(expected);
      }),
    );
  });

  it('stays within bounds and its stated error on more names than it holds', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 8, max: 40 }), (list, limit) => {
        const table = tableOf(
          list.map(([pid, name]) => file(pid, name)),
          { exact: true, patterns: limit, pairs: limit },
        );
        expect(table.size).toBeLessThanOrEqual(limit);
        const counts = new Map<string, number>();
        for (const [, name] of list) counts.set(name, (counts.get(name) ?? 0) + 1);
        const found = new Map(table.overall(1000).map(({ pattern, count }) => [pattern, count]));
        for (const [name, count] of counts) {
          const held = found.get(name) ?? 0;
          expect(held).toBeLessThanOrEqual(count);
          expect(count - held).toBeLessThanOrEqual(table.maxError);
        }
      }),
    );
  });
});
