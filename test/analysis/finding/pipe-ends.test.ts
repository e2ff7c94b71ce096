import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { type TestRow, times } from '../../support/rows.ts';

const end = (fd: number, mode: string, node: number, more: Partial<TestRow> = {}): TestRow => ({
  pid: 1,
  command: 'srv',
  fd: `${fd}${mode}`,
  type: 'FIFO',
  device: '0,13',
  node: String(node),
  name: 'pipe',
  ...more,
});
const pairs = (count: number): TestRow[] => times(count, (i) => [end(2 * i, 'r', i), end(2 * i + 1, 'w', i)]).flat();
const find = (rows: readonly TestRow[]) => findingsOf('pipe-ends', rows);

describe('pipe-ends', () => {
  it('knows that one self-pipe is normal and that 64 are not', () => {
    expect(find(pairs(15))).toEqual([]);
    expect(find(pairs(16))).toMatchObject([{ severity: 'info', evidence: { pairs: 16, pipes: 16 } }]);
    expect(find(pairs(64))[0]?.severity).toBe('warning');
  });

  it('counts a pair only where both ends are here', () => {
    const reading = times(200, (i) => end(i, 'r', i));
    expect(find(reading)).toEqual([]);
    const twice = times(100, (i) => [end(2 * i, 'r', i), end(2 * i + 1, 'r', i)]).flat();
    expect(find(twice)).toEqual([]);
  });

  it('reads the access from its own cell and the inode from the name', () => {
    const rows = times(20, (i) => [
      { pid: 1, fd: String(2 * i), access: 'r', type: 'FIFO', name: `pipe:[${i}]` },
      { pid: 1, fd: String(2 * i + 1), access: '-w-', type: 'FIFO', name: `pipe:[${i}]` },
    ]).flat();
    expect(find(rows)[0]?.evidence).toMatchObject({ pairs: 20 });
  });

  it('takes two descriptors of one pipe for its ends where no row tells them, and says so', () => {
    const rows = times(70, (i) => [
      { pid: 1, fd: String(2 * i), type: 'FIFO', node: String(i), name: 'pipe' },
      { pid: 1, fd: String(2 * i + 1), type: 'FIFO', node: String(i), name: 'pipe' },
    ]).flat();
    expect(find(rows)).toMatchObject([{ severity: 'warning', evidence: { pairs: 70, assumed: 70 } }]);
    expect(find(rows)[0]?.message).toContain('most likely both ends of each');
    expect(find(times(200, (i) => ({ pid: 1, fd: String(i), type: 'FIFO', node: String(i), name: 'pipe' })))).toEqual(
      [],
    );
    expect(find(pairs(64))[0]?.evidence).toMatchObject({ assumed: 0 });
  });

  it('pairs the pipes of macOS by address', () => {
    const address = (i: number) => `0x${(0x1000 + i).toString(16)}`;
    const rows = times(20, (i) => [
      end(2 * i, '', 0, { type: 'PIPE', node: '', device: address(2 * i), name: `->${address(2 * i + 1)}` }),
      end(2 * i + 1, '', 0, { type: 'PIPE', node: '', device: address(2 * i + 1), name: `->${address(2 * i)}, cnt=5` }),
    ]).flat();
    expect(find(rows)[0]?.evidence).toMatchObject({ pairs: 20 });
  });
});
