import { describe, expect, it } from 'vitest';
import type { OpenFile } from '../../src/model/open-file.ts';
import { OPEN_FILE_FIELDS } from '../../src/model/schema.ts';
import { type Cells, openFiles } from './rows.ts';

function facts(cells: Cells): Partial<OpenFile> {
  const [row] = openFiles([cells]);
  if (!row) throw new Error('no row');
  const { target, state, protocol, local, remote, deleted } = row;
  const all = { target, state, protocol, local, remote, deleted };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== false));
}

describe('names of internet sockets', () => {
  const inet = { fd: '3u', type: 'IPv4', node: 'TCP' };
  it.each([
    [
      '10.0.0.1:80->10.0.0.2:5555 (ESTABLISHED)',
      '10.0.0.1:80->10.0.0.2:5555',
      'ESTABLISHED',
      '10.0.0.1:80',
      '10.0.0.2:5555',
    ],
    [
      '10.0.0.1:80->10.0.0.2:5555 (CLOSE_WAIT QR=0 QS=12)',
      '10.0.0.1:80->10.0.0.2:5555',
      'CLOSE_WAIT',
      '10.0.0.1:80',
      '10.0.0.2:5555',
    ],
    [
      '10.0.0.1:80->10.0.0.2:5555 17,Web Conte,5u (ESTABLISHED)',
      '10.0.0.1:80->10.0.0.2:5555',
      'ESTABLISHED',
      '10.0.0.1:80',
      '10.0.0.2:5555',
    ],
    ['*:80 (LISTEN QR=0 QS=0)', '*:80', 'LISTEN', '*:80', undefined],
    ['[::1]:ssh (LISTEN)', '[::1]:ssh', 'LISTEN', '[::1]:ssh', undefined],
    ['10.0.0.1:80->10.0.0.2:5555', '10.0.0.1:80->10.0.0.2:5555', undefined, '10.0.0.1:80', '10.0.0.2:5555'],
    [':8080->:0 (LISTEN)', ':8080->:0', 'LISTEN', ':8080', undefined],
    [':8080->:59372 (CLOSE_WAIT)', ':8080->:59372', 'CLOSE_WAIT', ':8080', ':59372'],
  ])('%s', (name, target, state, local, remote) => {
    expect(facts({ ...inet, name })).toEqual(
      Object.fromEntries(
        Object.entries({ target, state, protocol: 'TCP', local, remote }).filter(([, v]) => v !== undefined),
      ),
    );
  });

  it('does without a state for UDP, with queues or a trailing blank', () => {
    const udp = { fd: '3u', type: 'IPv4', node: 'UDP' };
    expect(facts({ ...udp, name: '*:53 ' })).toEqual({ target: '*:53', protocol: 'UDP', local: '*:53' });
    expect(facts({ ...udp, name: '*:53 (QR=0 QS=0)' })).toEqual({ target: '*:53', protocol: 'UDP', local: '*:53' });
  });

  it('keeps the sentence of a socket that was never bound', () => {
    expect(facts({ fd: '3u', type: 'sock', name: 'protocol: TCP' })).toEqual({
      target: 'protocol: TCP',
      protocol: 'TCP',
    });
    expect(facts({ fd: '3u', type: 'sock', name: 'protocol: TCPv6' })).toEqual({
      target: 'protocol: TCPv6',
      protocol: 'TCP',
    });
    expect(facts({ fd: '3u', type: 'sock', name: "can't identify protocol" })).toEqual({
      target: "can't identify protocol",
    });
  });

  it('reads attributes as lsfd prints them', () => {
    const name = 'state=close-wait laddr=127.0.0.1:34567 raddr=127.0.0.1:23456';
    expect(facts({ fd: '3', type: 'TCP', name })).toEqual({
      target: '127.0.0.1:34567->127.0.0.1:23456',
      state: 'CLOSE_WAIT',
      protocol: 'TCP',
      local: '127.0.0.1:34567',
      remote: '127.0.0.1:23456',
    });
    expect(facts({ fd: '3', type: 'TCPv6', name: 'state=listen laddr=[::1]:80' })).toEqual({
      target: '[::1]:80',
      state: 'LISTEN',
      protocol: 'TCP',
      local: '[::1]:80',
    });
  });
});

describe('names of unix sockets', () => {
  it.each([
    ['/run/x.sock type=STREAM (CONNECTED)', '/run/x.sock', 'CONNECTED', 'STREAM'],
    ['/run/x.sock type=DGRAM', '/run/x.sock', undefined, 'DGRAM'],
    ['type=STREAM ->INO=757156 10,fd zoo (x,47u (CONNECTED)', 'socket', 'CONNECTED', 'STREAM'],
    ['@abstract type=SEQPACKET (LISTEN)', '@abstract', 'LISTEN', 'SEQPACKET'],
    ['@/tmp/dbus-a,guid=12 type=STREAM (CONNECTED)', '@/tmp/dbus-a,guid=12', 'CONNECTED', 'STREAM'],
    ['socket', 'socket', undefined, undefined],
    ['->0x9abc', '->0x9abc', undefined, undefined],
    ['state=listen path=a b.sock type=stream', 'a b.sock', 'LISTEN', 'STREAM'],
    ['state=connected', 'socket', 'CONNECTED', undefined],
  ])('%s', (name, target, state, protocol) => {
    expect(facts({ fd: '3u', type: 'unix', name })).toEqual(
      Object.fromEntries(Object.entries({ target, state, protocol }).filter(([, v]) => v !== undefined)),
    );
  });
});

describe('names of files', () => {
  it.each<[Cells, string, boolean]>([
    [{ name: '/a (deleted)' }, '/a', true],
    [{ name: '/a (deleted) (deleted)' }, '/a (deleted)', true],
    [{ name: '/a (deleted)', links: '1' }, '/a (deleted)', false],
    [{ name: '/a (deleted)', links: '0' }, '/a', true],
    [{ name: '/a', links: '0' }, '/a', true],
    [{ name: '/a', links: '10' }, '/a', false],
    [{ name: '/a', fd: 'DEL' }, '/a', true],
    [{ name: '/a (deleted)', deleted: false }, '/a (deleted)', false],
    [{ name: '/a', deleted: true }, '/a', true],
    [{ name: '/memfd:x (deleted)' }, '/memfd:x', false],
    [{ name: '/mnt/a (server:/export)' }, '/mnt/a', false],
    [{ name: '/mnt/a (deleted) (server:/export)' }, '/mnt/a', true],
    [{ name: '/mnt/a (STALE)' }, '/mnt/a', false],
    [{ name: '/lib/x.so (path dev=0,57, inode=123)' }, '/lib/x.so', false],
    [{ name: '/mnt/a (+e /mnt)' }, '/mnt/a', false],
    [{ name: '/a TCP *:80 (LISTEN)' }, '/a TCP *:80 (LISTEN)', false],
    [{ name: '/a (stat: x)' }, '/a (stat: x)', false],
    [{ name: '/a b  c -> d' }, '/a b  c -> d', false],
    [{ name: '/tab\\tname' }, '/tab\tname', false],
    [{ name: '/raw\\tname', target: '/raw\\tname' }, '/raw\\tname', false],
    [{ name: '/a 10,x,3u' }, '/a 10,x,3u', false],
  ])('%j', (cells, target, deleted) => {
    const [row] = openFiles([{ fd: '3r', type: 'REG', ...cells }]);
    expect([row?.target, row?.deleted]).toEqual([target, deleted]);
  });

  it.each([
    '/proc/1/cwd (readlink: Permission denied)',
    '/proc/1/cwd (stat: Permission denied)',
    '/proc/1/cwd lstat: Permission denied)',
    '/proc/1/cwd (opendir: Permission denied)',
  ])('takes the error off %s', (name) => {
    const [row] = openFiles([{ fd: 'cwd', type: 'unknown', name }]);
    expect([row?.target, row?.class, row?.deleted]).toEqual(['/proc/1/cwd', 'unreadable', null]);
  });

  it('takes the other ends off pipes and terminals', () => {
    const rows = openFiles([
      { fd: '3w', type: 'FIFO', name: 'pipe 8,python3,251w 10,fd zoo (x,251w' },
      { fd: '3w', type: 'FIFO', name: '/run/my fifo 8,cat,3r' },
      { fd: '3u', type: 'CHR', name: '/dev/pts/3 8,bash,0u 9,ssh,1u' },
      { fd: '3', type: 'PIPE', name: '->0x1234, cnt=5' },
    ]);
    expect(rows.map(({ target }) => target)).toEqual(['pipe', '/run/my fifo', '/dev/pts/3', '->0x1234']);
  });
});

describe('openFile', () => {
  it('has the fields of the schema, in its order, absent ones null', () => {
    const [row] = openFiles([{}]);
    expect(Object.keys(row ?? {})).toEqual(OPEN_FILE_FIELDS.map(({ name }) => name));
    const absent = Object.entries(row ?? {}).filter(([, value]) => value !== null);
    expect(Object.fromEntries(absent)).toEqual({ line: 1, listing: 0, pid: 1, class: 'other' });
  });

  it.each([
    ['4096', 4096, null],
    ['0t123', null, 123],
    ['0x1f', null, 31],
    ['0t0', null, 0],
    ['4.0K', 4096, null],
    ['5.0T', 5 * 2 ** 40, null],
    ['0B', 0, null],
    ['9007199254740993', '9007199254740993', null],
    ['0xffffffffffffffff', null, '18446744073709551615'],
    ['', null, null],
    ['-', null, null],
  ])('SIZE/OFF %s', (size, bytes, offset) => {
    const [row] = openFiles([{ size }]);
    expect([row?.size, row?.offset]).toEqual([bytes, offset]);
  });

  it('lets cells of the source win over FD and NAME', () => {
    const [row] = openFiles([
      {
        fd: '3r',
        type: 'IPv4',
        name: '*:80 (LISTEN)',
        access: 'u',
        lock: 'W',
        state: 'established',
        protocol: 'MPTCP',
        local: 'a:1',
        remote: 'b:2',
        target: 'a:1->b:2',
        offset: '7',
      },
    ]);
    expect(row).toMatchObject({
      access: 'u',
      lock: 'W',
      state: 'ESTABLISHED',
      protocol: 'MPTCP',
      local: 'a:1',
      remote: 'b:2',
      target: 'a:1->b:2',
      offset: 7,
    });
  });

  it('keeps what is printed: COMMAND escaped, NAME with its notes, trailing blanks cut', () => {
    const [row] = openFiles([
      { command: 'fd\\x20zoo', name: '*:53 (QR=0 QS=0)  ', type: 'IPv4', node: '9223372036854775809' },
    ]);
    expect(row).toMatchObject({ command: 'fd\\x20zoo', name: '*:53 (QR=0 QS=0)', node: '9223372036854775809' });
  });
});
