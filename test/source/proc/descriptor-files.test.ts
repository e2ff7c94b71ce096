import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessOfFlags,
  accessOfMode,
  flagNames,
  parseFdInfo,
  pathOnly,
} from '../../../src/source/proc/descriptor/fdinfo.ts';
import { deviceText, guessType, typeOfMode } from '../../../src/source/proc/descriptor/file-type.ts';
import { linkInode, linkKind } from '../../../src/source/proc/descriptor/link.ts';
import { parseLocks } from '../../../src/source/proc/descriptor/locks.ts';
import { Mounts } from '../../../src/source/proc/file/mounts.ts';
import { escapeBytes } from '../../../src/source/proc/kernel/escape-bytes.ts';
import { parseMaps } from '../../../src/source/proc/process/maps.ts';

describe('/proc/locks', () => {
  it('names the inodes that hold a lock or wait for one', () => {
    const text =
      '1: POSIX  ADVISORY  WRITE 708 08:01:1048737 0 EOF\n1: -> POSIX  ADVISORY  READ 709 08:01:1048737 0 9\n' +
      '2: FLOCK  ADVISORY  WRITE -1 fe:0a:18 0 EOF\n3: LEASE  ACTIVE    READ 9 00:2f:77 0 EOF\n';
    expect([...parseLocks(text)]).toEqual([1048737, 18, 77]);
    expect(parseLocks('').size).toBe(0);
  });
});

describe('fdinfo', () => {
  it('reads position, flags and inode of any file', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 63n }),
        fc.nat(2 ** 26),
        fc.nat(2 ** 31),
        (position, flags, inode) => {
          const text = `pos:\t${position}\nflags:\t0${flags.toString(8)}\nmnt_id:\t24\nino:\t${inode}\n`;
          const identity = `\nmnt_id:\t24\nino:\t${inode}`;
          const expected = {
            position: String(position),
            flags,
            inode: String(inode),
            identity,
            lock: '',
            detail: null,
          };
          expect(parseFdInfo(text)).toEqual(expected);
          // Before Linux 5.14 there is no inode.
          expect(parseFdInfo(text.replace(/ino.*\n/, ''))).toEqual({ ...expected, inode: null, identity: null });
        },
      ),
    );
  });

  it('never throws, and is null for what is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseFdInfo(text)).not.toThrow();
      }),
    );
    expect(parseFdInfo('')).toBeNull();
    expect(parseFdInfo('flags:\t02\npos:\t0\n')).toBeNull();
  });

  const plain = 'pos:\t0\nflags:\t02100002\nmnt_id:\t24\nino:\t7\n';

  it.each([
    ['lock:\t1: FLOCK  ADVISORY  WRITE 359 00:13:11691 0 EOF\n', 'W'],
    ['lock:\t1: POSIX  ADVISORY  WRITE 359 00:13:11691 0 6\n', 'w'],
    ['lock:\t1: POSIX  ADVISORY  READ 359 00:13:11691 0 EOF\n', 'R'],
    ['lock:\t1: OFDLCK ADVISORY  READ -1 00:13:11691 5 EOF\n', 'r'],
    ['lock:\t1: -> POSIX  ADVISORY  WRITE 359 00:13:11691 0 EOF\n', ''],
  ])('reads the lock of %s', (line, lock) => {
    expect(parseFdInfo(plain + line)?.lock).toBe(lock);
  });

  it('reads what anonymous inodes add', () => {
    expect(parseFdInfo(`${plain}eventfd-count:                3\neventfd-id: 12\neventfd-semaphore: 0\n`)?.detail).toBe(
      '12',
    );
    expect(parseFdInfo(`${plain}Pid:\t7703\nNSpid:\t7703\n`)?.detail).toBe('7703');
    const watched = (numbers: number[]) =>
      numbers
        .map((number) => `tfd:${String(number).padStart(9)} events:       19 data: 0  pos:0 ino:1 sdev:1\n`)
        .join('');
    expect(parseFdInfo(plain + watched([11, 9]))?.detail).toBe('9,11');
    const many = Array.from({ length: 40 }, (_, i) => i);
    expect(parseFdInfo(plain + watched(many))?.detail).toBe(`${many.slice(0, 32).join(',')},...`);
  });

  it('names flags as lsof +fg does', () => {
    expect(flagNames(0)).toBe('');
    expect(flagNames(0o2100002)).toBe(process.arch === 'x64' ? 'RW,LG,CX' : flagNames(0o2100002));
    expect(flagNames(0o2002001)).toBe('W,AP,CX');
    expect(flagNames(0o10000000)).toBe('PATH');
    expect(accessOfFlags(0o10000000)).toBe('u');
    expect([0, 1, 2].map(accessOfFlags)).toEqual(['r', 'w', 'u']);
  });

  it('reads access from the permissions of a link', () => {
    expect([0o120500, 0o120300, 0o120700, 0o120000].map(accessOfMode)).toEqual(['r', 'w', 'u', 'u']);
    expect([0o120500, 0o120300, 0o120700, 0o120000].map(pathOnly)).toEqual([false, false, false, true]);
  });
});

describe('links', () => {
  it('tells kinds by the first bytes, and a path by its slash whatever follows', () => {
    expect(linkKind('/srv/pipe:[1]')).toBe('path');
    expect(linkKind('/memfd:x (deleted)')).toBe('memfd');
    expect(linkKind('pipe:[123]')).toBe('pipe');
    expect(linkKind('socket:[4]')).toBe('socket');
    expect(linkKind('anon_inode:[eventpoll]')).toBe('anon');
    expect(linkKind('net:[4026531840]')).toBe('other');
    expect(linkInode('socket:[4026531840]')).toBe('4026531840');
    fc.assert(fc.property(fc.string(), (text) => void expect(linkKind(text)).toBeTypeOf('string')));
  });
});

describe('file types', () => {
  it('names types as lsof does', () => {
    const types = [0o100644, 0o040755, 0o020666, 0o060660, 0o010600, 0o140777, 0o120777, 0].map(
      (m) => typeOfMode(m).type,
    );
    expect(types).toEqual(['REG', 'DIR', 'CHR', 'BLK', 'FIFO', 'sock', 'LINK', 'unknown']);
  });

  it('splits device numbers as makedev(3) puts them together', () => {
    fc.assert(
      fc.property(fc.nat(0xfff), fc.nat(0xfffff), (major, minor) => {
        const device = (minor & 0xff) + (major << 8) + Math.floor(minor / 256) * 2 ** 20;
        expect(deviceText(device)).toBe(`${major},${minor}`);
      }),
    );
  });

  it('guesses only where nobody may ask', () => {
    expect(guessType('/srv/a', 0).type).toBe('REG');
    expect(guessType('/dev/pts/0', 0).type).toBe('CHR');
    expect(guessType('/dev/shm/x', 0).type).toBe('REG');
  });
});

describe('mounts', () => {
  const mounts = new Mounts(
    [
      '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
      '40 27 0:44 / /mnt/my\\040share rw shared:1 - nfs4 host:/export rw',
      '41 40 0:45 / /mnt/my\\040share/local rw - tmpfs tmpfs rw',
      '42 27 0:46 / /home/max/remote rw - fuse.sshfs max@host: rw',
      'not a mount',
    ].join('\n'),
  );

  it('knows what lies on a network file system, and what is mounted over it', () => {
    expect(mounts.remote('/mnt/my share/file')).toBe(true);
    expect(mounts.remote('/mnt/my share')).toBe(true);
    expect(mounts.remote('/mnt/my share (deleted)')).toBe(true);
    expect(mounts.remote('/mnt/my shared')).toBe(false);
    expect(mounts.remote('/mnt/my share/local/file')).toBe(false);
    expect(mounts.remote('/home/max/remote/x')).toBe(true);
    expect(mounts.remote('/etc/passwd')).toBe(false);
  });

  it('asks everything where the root itself is local and nothing where it is remote', () => {
    const nfsRoot = new Mounts('27 1 0:20 / / rw - nfs host:/ rw\n28 27 0:21 / /dev rw - devtmpfs dev rw\n');
    expect(nfsRoot.remote('/etc/passwd')).toBe(true);
    expect(nfsRoot.remote('/dev/null')).toBe(false);
    expect(new Mounts('').remote('/etc/passwd')).toBe(false);
  });
});

describe('maps', () => {
  it('yields the files of the mappings, with blanks and newlines in their names', () => {
    const text = [
      '00400000-0041f000 r--p 00000000 fe:00 260811                             /usr/bin/my prog',
      '0041f000-006d2000 rw-p 00000000 00:00 0 ',
      '21272000-2149f000 rw-p 00000000 00:00 0                                  [heap]',
      '7f0000000000-7f0000001000 rw-s 00000000 00:01 1027                       /memfd:x (deleted)',
      '7f0000002000-7f0000003000 r--p 00000000 103:02 9                         /srv/new\\012line',
      '',
    ].join('\n');
    const found = [...parseMaps(Buffer.from(text))].map((mapping) => ({
      ...mapping,
      path: Buffer.from(mapping.path).toString(),
    }));
    expect(found).toEqual([
      { range: '400000-41f000', device: '254,0', inode: '260811', path: '/usr/bin/my prog' },
      { range: '7f0000000000-7f0000001000', device: '0,1', inode: '1027', path: '/memfd:x (deleted)' },
      { range: '7f0000002000-7f0000003000', device: '259,2', inode: '9', path: '/srv/new\nline' },
    ]);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void expect([...parseMaps(Buffer.from(bytes))]).toBeDefined()));
  });
});

describe('escapes', () => {
  it('leaves no control byte, and keeps distinct names distinct', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), (a, b) => {
        // `^` is lsof's own ambiguity: a file named `^A` prints like one named 0x01.
        fc.pre(!a.includes(94) && !b.includes(94));
        expect(escapeBytes(a)).not.toMatch(/[\x00-\x1f\x7f]/);
        if (Buffer.compare(a, b) !== 0) expect(escapeBytes(a)).not.toBe(escapeBytes(b));
      }),
    );
    expect(escapeBytes(Buffer.from('a\nb\tc\\d\x01\x7f'))).toBe('a\\nb\\tc\\\\d^A\\x7f');
  });
});
