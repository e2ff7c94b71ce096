import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../support/findings.ts';
import { regular, type TestRow, times } from '../../support/rows.ts';

const find = (rows: readonly TestRow[], softLimit = 65_536) =>
  findingsOf('many-opens', rows, [{ pid: 1, softLimit }])[0];

describe('many-opens', () => {
  it('finds one path that is opened again and again', () => {
    const finding = find(times(745, (fd) => regular(1, fd, '/srv/app/cat.jpg')));
    expect(finding).toMatchObject({
      severity: 'warning',
      pid: 1,
      target: '/srv/app/cat.jpg',
      evidence: { count: 745, share: 1, class: 'regular', onePath: true },
    });
    expect(finding?.message).toContain('745 times');
  });

  it('needs 16 of a path, and a quarter of the descriptors below 64', () => {
    const others = times(60, (i) =>
      regular(1, 500 + i, `/srv/${'abcdefghijklmnopqrst'[i % 20]}${i % 3 ? 'x' : 'y'}/f`),
    );
    expect(find(times(15, (fd) => regular(1, fd, '/a')))).toBeUndefined();
    expect(find(times(16, (fd) => regular(1, fd, '/a')))?.severity).toBe('info');
    expect(find([...times(16, (fd) => regular(1, fd, '/a')), ...others])).toBeUndefined();
    expect(find([...times(64, (fd) => regular(1, fd, '/a')), ...others])?.severity).toBe('warning');
  });

  it('takes a deleted path for one path', () => {
    const rows = times(80, (fd) => regular(1, fd, '/var/log/app.log (deleted)'));
    expect(find(rows)?.evidence).toMatchObject({ onePath: true });
  });

  it('knows one path also where its name would fold with others', () => {
    const rows = times(745, (fd) => regular(1, fd, '/srv/upload-000123.jpg'));
    expect(find(rows)).toMatchObject({ evidence: { onePath: true, name: '/srv/upload-000123.jpg' } });
  });

  it('sees a process of which only threads are listed', () => {
    const rows = ['70', '71'].flatMap((tid) => times(80, (fd) => ({ ...regular(1, fd, '/srv/app/cat.jpg'), tid })));
    expect(find(rows)?.evidence).toMatchObject({ count: 80, share: 1 });
  });

  it('speaks of many names of one pattern from 256 up, loudly only if they fill the limit', () => {
    const uploads = times(300, (fd) => regular(1, fd, `/tmp/upload-${String(fd).padStart(6, '0')}.tmp`));
    expect(find(uploads)).toMatchObject({ severity: 'info', evidence: { onePath: false, count: 300 } });
    expect(find(uploads, 512)?.severity).toBe('warning');
    expect(find(uploads.slice(0, 255), 512)).toBeUndefined();
  });

  it('finds a path that is not what the process holds most', () => {
    const pipes = times(70, (i) => ({
      pid: 1,
      command: 'app',
      fd: `${500 + i}r`,
      type: 'FIFO',
      node: String(i),
      name: 'pipe',
    }));
    expect(find([...pipes, ...times(66, (fd) => regular(1, fd, '/a'))])?.target).toBe('/a');
  });

  it.each([
    ['what a link of /proc says', { name: 'anon_inode:dmabuf' }, 'dmabuf'],
    ['what lsof says', { type: 'a_inode', name: 'sync_file' }, 'sync_file'],
    ['what an old lsof says', { type: '0000', name: 'anon_inode' }, 'anon_inode'],
  ])('speaks of descriptors without a file, by %s', (_name, cells, target) => {
    const rows = (count: number) => times(count, (fd) => ({ pid: 1, fd: `${fd}u`, ...cells }));
    expect(find(rows(620))).toMatchObject({
      severity: 'info',
      target,
      evidence: { class: 'other', count: 620, onePath: false },
    });
    expect(find(rows(620), 1024)).toMatchObject({ severity: 'warning' });
    expect(find(rows(255))).toBeUndefined();
  });

  it('speaks of sockets of which nothing else is known', () => {
    const rows = times(900, (fd) => ({ pid: 1, fd: String(fd), name: `socket:[${fd + 22_194_086}]` }));
    expect(find(rows, 1024)).toMatchObject({ severity: 'warning', target: 'socket', evidence: { count: 900 } });
    expect(find(rows)?.message).toContain('900 sockets;');
  });

  it('leaves a busy proxy alone', () => {
    const clients = times(200, (i) => ({
      pid: 1,
      command: 'nginx',
      fd: `${i}u`,
      type: 'IPv4',
      node: 'TCP',
      name: `10.0.0.1:443->10.0.${i % 5}.9:${40_000 + i} (ESTABLISHED)`,
    }));
    expect(find(clients, 1024)).toBeUndefined();
  });
});
