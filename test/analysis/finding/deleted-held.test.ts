import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { regular, type TestRow, times } from '../../support/rows.ts';

const MIB = 2 ** 20;
const deleted = (pid: number, fd: number, name: string, bytes: number, node = String(1000 + fd)): TestRow =>
  regular(pid, fd, `${name} (deleted)`, { device: '8,1', node, size: String(bytes) });
const find = (rows: readonly TestRow[]) => findingsOf('deleted-held', rows);

describe('deleted-held', () => {
  it('adds up bytes and counts a file once, however many descriptors and processes hold it', () => {
    const rows = [
      deleted(1, 3, '/var/log/a.log', 700 * MIB, '50'),
      deleted(1, 4, '/var/log/a.log', 700 * MIB, '50'),
      deleted(1, 5, '/var/log/b.log', 400 * MIB, '51'),
      deleted(2, 3, '/var/log/a.log', 700 * MIB, '50'),
    ];
    expect(find(rows)).toMatchObject([
      {
        severity: 'warning',
        target: '/var/log/a.log',
        evidence: { files: 2, bytes: 1100 * MIB, largest: '/var/log/a.log', largestBytes: 700 * MIB, shared: 1 },
      },
    ]);
  });

  it('leaves out empty files, such as the heartbeats of gunicorn', () => {
    const rows = [1, 2, 3].flatMap((pid) => times(10, (fd) => deleted(pid, fd, '/tmp/wgunicorn-x1y2z3', 0)));
    expect(find(rows)).toEqual([]);
  });

  it.each(['/memfd:buffer', '/dev/shm/x', '/SYSV00000000', '/dev/zero', '/[aio]', '/drm mm object'])(
    'leaves out %s',
    (name) => {
      expect(find([deleted(1, 3, name, 4096 * MIB)])).toEqual([]);
    },
  );

  it('is silent about little, and warns of many', () => {
    expect(find(times(7, (fd) => deleted(1, fd, `/tmp/t${fd}`, 100)))).toEqual([]);
    expect(find(times(8, (fd) => deleted(1, fd, `/tmp/t${fd}`, 100)))[0]?.severity).toBe('info');
    expect(find(times(100, (fd) => deleted(1, fd, `/tmp/t${fd}`, 100)))[0]?.severity).toBe('warning');
    expect(find([deleted(1, 3, '/tmp/t', MIB - 1)])).toEqual([]);
    expect(find([deleted(1, 3, '/tmp/t', MIB)])[0]?.severity).toBe('info');
  });

  it('says where sizes are not known', () => {
    const [finding] = find(times(9, (fd) => regular(1, fd, `/tmp/t${fd} (deleted)`)));
    expect(finding?.message).toContain('sizes not known');
    expect(finding?.evidence).toMatchObject({ files: 9, bytes: 0, unsized: 9 });
  });

  it('goes by the link count where the source has one: a live file may be called "x (deleted)"', () => {
    const rows = times(9, (fd) => ({ ...deleted(1, fd, '/tmp/x', MIB), isDeleted: false }));
    expect(find(rows)).toEqual([]);
  });
});
