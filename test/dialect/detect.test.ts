import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectDialect, sampleOf } from '../../src/dialect/detect.ts';
import { DIALECTS } from '../../src/dialect/registry.ts';
import { ForeignInputError, LeaksofError, UsageError } from '../../src/model/error.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const CORPUS = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));

const bytesOf = (input: string | Uint8Array) => (typeof input === 'string' ? Buffer.from(input) : input);
const detected = (input: string | Uint8Array) => detectDialect(sampleOf(bytesOf(input))).name;

function refusal(input: string | Uint8Array): ForeignInputError {
  try {
    const { name } = detectDialect(sampleOf(bytesOf(input)));
    throw new Error(`taken for ${name}`);
  } catch (error) {
    if (error instanceof ForeignInputError) return error;
    throw error;
  }
}

describe('detection', () => {
  it.each([
    ['proc-links/gnu-ls-pipe.txt', 'ls'],
    ['proc-links/find-ls.txt', 'find'],
    ['busybox/lsof.txt', 'busybox'],
    ['busybox/lsof-three-columns.txt', 'busybox'],
    ['android/toolbox-lsof.txt', 'toolbox'],
    ['bsd/openbsd-fstat.txt', 'fstat'],
    ['bsd/freebsd-fstat.txt', 'fstat'],
    ['bsd/freebsd-procstat.txt', 'procstat'],
    ['solaris/pfiles.txt', 'pfiles'],
    ['solaris/procfiles-aix.txt', 'pfiles'],
    ['solaris/procfiles-columns.txt', 'pfiles'],
  ])('%s is %s', (file, name) => {
    const bytes = readFileSync(FIXTURES + file);
    expect(detected(bytes)).toBe(name);
    const text = bytes.toString('latin1');
    expect(detected(Buffer.from(text.replace(/^/gm, '> '), 'latin1'))).toBe(name);
    expect(detected(Buffer.from(`Hi all, this is what I get:\n\n${text}\nAny ideas?\n`, 'latin1'))).toBe(name);
    expect(detected(Buffer.from(text.replace(/\n/g, '\r\n'), 'latin1'))).toBe(name);
  });

  it.skipIf(!existsSync(CORPUS))('takes every file of the corpus for what it is', () => {
    const families: readonly (readonly [RegExp, string])[] = [
      [/busybox/, 'busybox'],
      [/-F0?[.-]/, 'lsof-field'],
      [/-J-/, 'lsof-json'],
      [/local4997|toybox|jc-/, 'lsof'],
      [/eventpoll/, 'lsfd-json'],
      [/column-kthread/, 'lsfd'],
      // Expectations of lsfd's own tests: columns without a header, and no process.
      [/utillinux/, 'refused'],
    ];
    for (const file of readdirSync(CORPUS).filter((each) => each.endsWith('.txt'))) {
      const [, name] = families.find(([pattern]) => pattern.test(file)) ?? [/./, '?'];
      const bytes = readFileSync(CORPUS + file);
      if (name === 'refused') expect(refusal(bytes).message).toMatch(/columns of lsfd without header|a hex dump/);
      else expect([file, detected(bytes)]).toEqual([file, name]);
    }
  });

  it.each([
    ['COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n', 'lsof'],
    ['USER     CMD          PID   FD MOUNT      INUM MODE         SZ|DV R/W\n', 'fstat'],
    ['  PID COMM                FD T V FLAGS    REF  OFFSET PRO NAME\n', 'procstat'],
    ['1234:\t/bin/sh\n  Current rlimit: 256 file descriptors\n', 'pfiles'],
    ['/proc/77/fd:\ntotal 0\n', 'ls'],
    ["ls: cannot open directory '/proc/1/fd/': Permission denied\n", 'ls'],
  ])('a listing without rows is an empty answer: %j', (text, name) => {
    expect(detected(text)).toBe(name);
  });

  it('can be forced, by a name that exists', () => {
    for (const dialect of DIALECTS) expect(detectDialect(sampleOf(new Uint8Array(0)), dialect.name)).toBe(dialect);
    expect(() => detectDialect(sampleOf(bytesOf('p1\nf1\n')), 'lsoff')).toThrow(UsageError);
  });

  it('names are unique and fit the command line', () => {
    const names = DIALECTS.map((dialect) => dialect.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  it('never throws and stays between 0 and 1, whatever the sample', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 600 }),
          fc.string({ maxLength: 600 }).map((text) => new Uint8Array(Buffer.from(text))),
        ),
        (bytes) => {
          const sample = sampleOf(bytes);
          for (const dialect of DIALECTS) {
            const sure = dialect.detect(sample);
            expect(sure).toBeGreaterThanOrEqual(0);
            expect(sure).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a sample', () => {
  it('has one character per byte, whole lines, and no byte order mark', () => {
    const { text, lines } = sampleOf(Buffer.from('\ufeffa\u00e9\r\nb\n'));
    expect(text).toBe('a\xc3\xa9\r\nb\n');
    expect(lines).toEqual(['a\xc3\xa9', 'b']);
    expect(sampleOf(new Uint8Array(1 << 20)).bytes).toHaveLength(65_536);
  });
});

describe('foreign input', () => {
  const utf16 = Buffer.from('COMMAND  PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\r\n', 'utf16le');

  it.each<readonly [string | Uint8Array, RegExp]>([
    ['', /empty/],
    ['\n \n\t\n', /blank/],
    [readFileSync(process.execPath).subarray(0, 65_536), /ELF|macOS|Windows/],
    ['%PDF-1.7\n%\xe2\xe3\n1 0 obj\n', /PDF/],
    [Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), /PNG/],
    [Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'), /JPEG/],
    [gzipSync('COMMAND PID'), /gzip/],
    [Buffer.from('BZh91AY&SY\x01\x02\x03', 'latin1'), /bzip2/],
    [Buffer.from('\xfd7zXZ\0\0\x04', 'latin1'), /xz/],
    [Buffer.from(`${'x'.repeat(257)}ustar\0`, 'latin1'), /tar archive/],
    [Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), /UTF-16/],
    [utf16, /UTF-16/],
    ['2445\n812\n77\n', /bare numbers/],
    ['4097\n', /bare numbers/],
    [
      '                     USER        PID ACCESS COMMAND\n/srv:                root     kernel mount /srv\n                     ann        4711 ..c.. bash\n',
      /fuser/,
    ],
    ['/srv/app/cat.jpg:     2445  2446m\n', /fuser/],
    [
      'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\ntcp   LISTEN 0      128    0.0.0.0:22   0.0.0.0:*\n',
      /\bss\b/,
    ],
    [
      'Active Internet connections (servers and established)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name\n',
      /netstat/,
    ],
    [
      'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0.0  0.0 167744 11764 ?        Ss   Nov20   0:03 /sbin/init\n',
      /\bps\b/,
    ],
    ['  PID TTY          TIME CMD\n 4711 pts/0    00:00:00 bash\n', /\bps\b/],
    ['top - 10:29:01 up 3 days,  2:11,  1 user,  load average: 0.00, 0.01, 0.05\n', /\btop\b/],
    [
      'total 12\ndrwxr-xr-x 2 root root 4096 Nov 21 10:29 data\n-rw-r--r-- 1 root root  120 Nov 21 10:29 notes.txt\nlrwxrwxrwx 1 root root 7 Nov 21 10:29 bin -> usr/bin\n',
      /ls -l of a folder/,
    ],
    [
      'Nov 21 10:29:01 web-1 systemd[1]: Started nginx.\nNov 21 10:29:02 web-1 nginx[77]: too many open files\n',
      /a log/,
    ],
    ['2026-11-21 10:29:01,123 ERROR [main] java.net.SocketException: Too many open files\n', /a log/],
    ['10.0.0.1 - - [21/Nov/2026:10:29:01 +0000] "GET / HTTP/1.1" 200 612\n', /a log/],
    ['<!DOCTYPE html>\n<html><body><pre>COMMAND</pre></body></html>\n', /HTML/],
    ['openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3\nclose(3) = 0\n', /strace/],
    [
      '[pid  4711] 10:29:01.123456 accept4(3, NULL, NULL, SOCK_CLOEXEC) = -1 EMFILE (Too many open files)\n4711  close(3) = 0\n',
      /strace/,
    ],
    ['{"schemaVersion": 1, "command": "rank", "processes": []}\n', /leaksof's own reports/],
    ['{"name": "leaksof", "version": "0.1.0"}\n', /JSON of another program/],
    ['pid,command,fd,name\n1,init,0,/dev/null\n2,sh,1,/dev/tty\n', /CSV/],
    [
      'lsof version information:\n    revision: 4.95.0\n    latest revision: https://github.com/lsof-org/lsof\n',
      /lsof -v/,
    ],
    [
      'lsof: illegal option character: J\nlsof 4.95.0\n latest revision: https://github.com/lsof-org/lsof\n usage: [-?abhKlnNoOPRtUvVX] [+|-c c] [+|-d s] [+D D]\n',
      /usage message/,
    ],
    [
      "lsof: WARNING: can't stat() fuse.x file system /p\n      Output information may be incomplete.\n",
      /messages of lsof/,
    ],
    ['bash: lsof: command not found\n', /command not found/],
    ['     12 nginx\n    745 uwsgi\n', /counts/],
    [
      "It is always the same:\n$ lsof | awk '{print $9}' | sort | uniq -c | sort -n\n     82 inotify\n   1001 pipe\n",
      /counts/,
    ],
    ['so says netstat\ntcp6      50      0 10.0.0.7:4343     10.0.0.9:52158    CLOSE_WAIT\n', /netstat/],
    ['unix  3      [ ]         STREAM     CONNECTED     2568679986 24103/gauged\n', /netstat/],
    ['tcp        0      0 0.0.0.0:4343     0.0.0.0:*    LISTEN  31014/java\n', /netstat/],
    ['u_str  ESTAB  0  0   * 1068003   * 0    users:(("java",pid=31339,fd=3474),("java",pid=31339,fd=12))\n', /\bss\b/],
    [
      'Num       RefCount Protocol Flags    Type St Inode Path\n0000000000000000: 00000002 00000000 00010000 0001 01 20001 /run/x\n',
      /proc.net.unix/,
    ],
    ['INotify Limits:\n  max_user_instances   128\n     77 0          gauged        127        110\n', /inotify-info/],
    ['[    0.000000] Linux version 6.1\n[    1.200000] VFS: file-max limit 9 reached\n', /a log/],
    [
      'Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time              unlimited            unlimited            seconds   \nMax open files            1024                 4096                 files     \n',
      /limits/,
    ],
    [
      'COMMAND           PID   TYPE SIZE MODE  M      START        END PATH\ncron              812  FLOCK   4B WRITE 0          0          0 /run/crond.pid\n',
      /lslocks/,
    ],
    [
      'USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         FOREIGN ADDRESS\nroot     sshd       881   3   tcp4   *:22                  *:*\n',
      /sockstat/,
    ],
    [
      'Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/sda1       10255636 4711000   5004660  49% /\n',
      /\bdf\b/,
    ],
    ['It was a dark and stormy night; the rain fell in torrents.\n', /no listing of open files/],
  ])('%j is refused by name', (input, sentence) => {
    const error = refusal(input);
    expect(error.message).toMatch(sentence);
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.message.split('\n')).toHaveLength(1);
    expect(error.hint).not.toBeNull();
    expect(error.exitCode).toBe(2);
    expect(error).toBeInstanceOf(LeaksofError);
    expect(error.name).toBe('ForeignInputError');
  });

  it('random bytes of any length are refused', () => {
    for (const length of [1, 2, 3, 10, 100, 1000, 100_000]) {
      for (let run = 0; run < 20; run++) expect(refusal(randomBytes(length)).exitCode).toBe(2);
    }
  });

  it.each([
    'Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/sda1       10255636 4711000   5004660  49% /\n',
    '                     USER        PID ACCESS COMMAND\n/srv:                root     kernel mount /srv\n',
    'top - 10:29:01 up 3 days,  2:11,  1 user,  load average: 0.00, 0.01, 0.05\n  4711 ann  20   0 20000  90 20 S  1.0  1.0  0:01.00 gauged\n',
    '2026-11-21 10:29:01,123 ERROR [main] Too many open files\n2026-11-21 10:29:02,123 ERROR [main] again\n',
    'tcp        1      0 10.0.0.7:4343     10.0.0.9:52158    CLOSE_WAIT  4711/gauged\n',
    'lsof version information:\n    revision: 4.95.0\n',
    "lsof | awk '{print $1}' | sort | uniq -c\n    745 gauged\n",
  ])('rows without a header are a listing below %j, too', (above) => {
    const row = 'gauged     4711        ann    9w      REG    8,1   1234     77 /var/log/gauge.log (deleted)\n';
    expect(detected(`${above}\n$ lsof | grep deleted\n${row}`)).toBe('lsof');
    expect(detected(`${above}\nCOMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n${row}`)).toBe('lsof');
  });

  it('a listing with another program above it is a listing', () => {
    const ps =
      'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0.0  0.0 167744 11764 ?        Ss   Nov20   0:03 /sbin/init\n';
    const rows = 'lr-x------ 1 root root 64 Nov 21 10:29 0 -> /dev/null\n'.repeat(5);
    expect(
      detected(`${ps}COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\ninit 1 root cwd DIR 8,1 4096 2 /\n`),
    ).toBe('lsof');
    expect(detected(`${ps}\n$ ls -l /proc/1/fd\ntotal 0\n${rows}`)).toBe('ls');
    expect(detected(`${ps.repeat(40)}\n$ ls -l /proc/1/fd\ntotal 0\n${rows}`)).toBe('ls');
  });
});
