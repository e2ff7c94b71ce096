import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessEntry } from '../../src/analysis/process/process-entry.ts';
import { ProcessTable } from '../../src/analysis/process/process-table.ts';
import { className } from '../../src/model/descriptor-class.ts';
import { feed, type TestRow, times } from '../support/rows.ts';

function entriesOf(rows: readonly TestRow[], split?: number): Map<number, ProcessEntry> {
  const table = new ProcessTable();
  feed(table, rows, split);
  return new Map(table.finish().map((entry) => [entry.pid, entry]));
}

/** What must not depend on how rows come. */
function counts(rows: readonly TestRow[], split?: number) {
  return [...entriesOf(rows, split).values()]
    .sort((a, b) => a.pid - b.pid)
    .map((entry) => ({
      pid: entry.pid,
      listed: entry.listedRows,
      rows: entry.rows,
      classes: Object.fromEntries(
        [...entry.listedClasses].flatMap((count, code) => (count > 0 ? [[className(code), count]] : [])),
      ),
      above: entry.numbers.atOrAbove(3),
    }));
}

const row: fc.Arbitrary<TestRow> = fc.record({
  pid: fc.integer({ min: 1, max: 4 }),
  command: fc.constant('app'),
  fd: fc.constantFrom('0r', '1w', '2u', '3u', '4uW', '12', '*345u', 'cwd', 'rtd', 'txt', 'mem', 'DEL'),
  type: fc.constantFrom('REG', 'DIR', 'CHR', 'FIFO', 'IPv4', 'unix', 'a_inode'),
  name: fc.constantFrom('/a', '/b', '[eventfd]', 'pipe', 'a:1->b:2 (ESTABLISHED)'),
});

describe('ProcessTable', () => {
  it('counts numbers, not cwd, txt, mem and DEL', () => {
    const rows: TestRow[] = ['cwd', 'rtd', 'txt', 'mem', 'mem', 'DEL', '0u', '1w', '2w', '3uW', '4-', '5'].map(
      (fd) => ({
        pid: 7,
        command: 'app',
        fd,
        type: 'REG',
        name: '/x',
      }),
    );
    const entry = entriesOf(rows).get(7);
    expect(entry?.listedRows).toBe(6);
    expect(entry?.rows).toBe(12);
  });

  it('counts rows, not labels, where lsof cuts numbers to *NNN', () => {
    const label = (fd: number) => (fd < 10_000 ? `${fd}r` : `*${String(fd).slice(-3)}r`);
    const rows = times(19_955, (fd) => ({ pid: 9, fd: label(fd), type: 'REG', name: '/x' }));
    const entry = entriesOf(rows).get(9);
    expect(entry?.listedRows).toBe(19_955);
    expect(entry?.numbers.labels).toBe(11_000);
  });

  it('takes the largest single thread where every row has a TID', () => {
    const rows: TestRow[] = [
      ...times(3, (fd) => ({ pid: 5, tid: '51', fd: `${fd}u`, type: 'CHR', name: '/dev/null' })),
      ...times(5, (fd) => ({ pid: 5, tid: '52', fd: `${fd}u`, type: 'FIFO', name: 'pipe' })),
    ];
    const entry = entriesOf(rows).get(5);
    expect(entry?.listedRows).toBe(5);
    expect(counts(rows)[0]?.classes).toEqual({ pipe: 5 });
  });

  it('keeps a refused process apart from one without descriptors', () => {
    const entries = entriesOf([
      { pid: 1, fd: 'NOFD', name: '/proc/1/fd (opendir: Permission denied)' },
      { pid: 2, fd: 'cwd', type: 'DIR', name: '/' },
    ]);
    expect(entries.get(1)).toMatchObject({ refused: true, rows: 0 });
    expect(entries.get(2)).toMatchObject({ refused: false, rows: 1, listedRows: 0, cwd: '/' });
  });

  it('counts every row as a descriptor where the source has no FD column', () => {
    const entry = entriesOf(times(4, (i) => ({ pid: 3, command: '/bin/busybox', name: `/f${i}` }))).get(3);
    expect(entry?.countsUnlabelled).toBe(true);
    expect(entry?.listedRows).toBe(4);
  });

  it('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (rows, dice) => {
        const shuffled = rows
          .map((value) => ({ value, place: dice.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ value }) => value);
        expect(counts(shuffled)).toEqual(counts(rows));
      }),
    );
  });

  it('does not depend on where batches end', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (rows, split) => {
        expect(counts(rows, split)).toEqual(counts(rows));
      }),
    );
  });

  it('does not change when every thread repeats its process', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (rows, threads, first) => {
          const repeats = times(threads, (i) =>
            rows.map((r) => ({ ...r, tid: String(r.pid * 100 + i), task: 'worker' })),
          ).flat();
          const all = first ? [...repeats, ...rows] : [...rows, ...repeats];
          expect(counts(all)).toEqual(counts(rows));
        },
      ),
    );
  });

  it('shows each process at its peak when asked for several listings', () => {
    const listing = (index: number, many: number): TestRow[] =>
      times(many, (fd) => ({ pid: 8, listing: index, fd: `${fd}u`, type: 'REG', name: '/x' }));
    const entries = entriesOf([...listing(0, 3), ...listing(1, 9), ...listing(2, 4)]);
    expect(entries.get(8)?.listedRows).toBe(9);
  });
});
