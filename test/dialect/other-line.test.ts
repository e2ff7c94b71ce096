import { describe, expect, it } from 'vitest';
import { recogniseOther } from '../../src/dialect/line/other-line.ts';
import { lsofText } from '../../src/dialect/lsof-text/lsof-text.ts';
import { ls } from '../../src/dialect/proc-link/ls.ts';
import { parse } from '../support/parsed.ts';

const OTHERS: Readonly<Record<string, readonly string[]>> = {
  blank: ['', '   ', '\t', '>', '> > ', '|'],
  warning: [
    "lsof: WARNING: can't stat() fuse.gvfsd-fuse file system /run/user/1000/gvfs",
    '      Output information may be incomplete.',
    'lsof: no pwd entry for UID 1001',
    '      assuming "dev=fd00" from mount table',
    'sudo: unable to resolve host box',
    '[sudo] password for ann:',
    'Password:',
    'Every 2.0s: lsof -p 4711                                  Tue Jun 19 07:43:12 2018',
    "```lsof: WARNING: can't stat() fuse file system /mnt/a",
    "> lsof: WARNING: can't stat() fuse file system /mnt/a",
    'grep: /proc/912/limits: No such file or directory',
    '-bash: line 3: ulimit: open files: cannot modify limit',
    ' latest revision: https://github.com/lsof-org/lsof',
  ],
  prompt: [
    '$ lsof -p 1234',
    '# lsof',
    '# lsof -nP | head',
    '> lsof -p 12',
    '> > $ sudo lsof -i',
    'root@web-1:~# lsof -p $(pidof nginx)',
    'root@web-1:~#',
    'hass:~# lsof',
    'box:/srv/app$ lsof -p 12',
    '[root@db01 log]# lsof | grep deleted | wc -l',
    'ann@laptop ~ % lsof -i',
    'MacBook-Pro:~ ann$ sudo lsof',
    '(venv) ann@box:/srv/app$ lsof',
    'bash-4.2$ lsof',
    '~ # lsof',
    '/app $ ls -l /proc/1/fd',
    'lsof -p 4711',
    'sudo lsof -nP +c0 > /tmp/lsof.txt',
    'kubectl exec -it web-0 -- lsof -p 1',
    '^C',
    'exit',
    '[1]+  Stopped                 lsof',
    'Thu Nov 20 10:11:12 UTC 2025',
  ],
  omission: [
    '...',
    '....',
    '…',
    '[...]',
    '(...)',
    '<snip>',
    '[snip]',
    '-- more --',
    '--',
    '... (1234 more lines)',
    '省略',
    '[truncated]',
  ],
  marker: ['=======', '====='],
  markup: ['```', '```text', '   > ```shell', '{code}', '{noformat}', '<pre>', '</code></pre>', '</details>'],
  limits: [
    'Max open files            1024                 4096                 files',
    'Limit                     Soft Limit           Hard Limit           Units',
    'Max cpu time              unlimited            unlimited            seconds',
  ],
};

/** Rows of every dialect, whole and damaged: claiming one of these would drop it in silence. */
const ROWS = [
  'java      2445 www-data  745u   REG    8,1     4096 131 /srv/app/cat.jpg',
  '> java    2445 www-data  745u   REG    8,1     4096 131 /srv/app/cat.jpg',
  '# lsof    4778  kbrazil    7w  FIFO   0,12      0t0 44135 pipe',
  'lsof      4778  kbrazil    7w  FIFO   0,12      0t0 44135 pipe',
  'lsof      4778',
  'lsof 2445 root',
  'ls',
  '> java 2445 root',
  '# systemd 1 root',
  'svc@corp  77 CORP\\svc 3u IPv4 99 0t0 TCP 10.0.0.1:1->10.0.0.2:2 (ESTABLISHED)',
  'bash: wor 77 root 3u CHR 1,3 0t0 6 /dev/null',
  'lrwx------ 1 root root 64 Nov 21 10:00 7 -> /dev/null',
  '1\t/bin/sh\t0\t/dev/null',
  'n/var/log/x',
  'p1234',
  'f3',
  '4097',
  'root     sshd       93013    3* internet stream tcp 0x0 *:22',
  '  881 sshd                 0 v c rw------   6       0 -   /dev/null',
  '   3: S_IFREG mode:0644 dev:102,0 ino:20431 uid:0 gid:3 size:11',
  '      /var/run/utmpx',
  '/tmp/autosave#',
  'socket:[1234]',
];

describe('recogniseOther', () => {
  for (const [kind, lines] of Object.entries(OTHERS)) {
    it.each(lines)(`${kind}: %s`, (line) => {
      expect(recogniseOther(line)?.kind).toBe(kind);
    });
  }

  it.each(ROWS)('never claims a row: %s', (line) => {
    expect(recogniseOther(line)).toBeNull();
  });

  it('hands on the limits of a process', () => {
    const line = '/proc/2445/limits:Max open files            1024                 unlimited            files';
    expect(recogniseOther(line)).toEqual({
      kind: 'limits',
      fact: { pid: 2445, softLimit: 1024, hardLimit: Number.POSITIVE_INFINITY },
    });
  });

  it('says what a warning says is missing', () => {
    expect(recogniseOther('      Output information may be incomplete.')?.hidden).toBe(
      'Output information may be incomplete.',
    );
    expect(recogniseOther('lsof: no pwd entry for UID 7')?.hidden).toBeUndefined();
  });

  it('stays quick on lines made to be slow', () => {
    for (const unit of ['@', 'a@', ' ', '#', '$ ', '~', '. ', '(', 'a:b ']) {
      expect(() => recogniseOther(unit.repeat(100_000))).not.toThrow();
    }
  });
});

describe('a command line that lets only some rows through', () => {
  it.each([
    ['[root@db01 log]# lsof | grep deleted', 'lsof | grep deleted'],
    ['$ sudo lsof -p 4711 | tail -3', 'lsof -p 4711 | tail -3'],
    ['# ls -l /proc/4711/fd | grep socket', 'ls -l /proc/4711/fd | grep socket'],
    ['$ lsof -p 1 | head -5; lsof -p 1 | wc -l', 'lsof -p 1 | head -5'],
  ])('%s', (line, shown) => {
    expect(recogniseOther(line)?.hidden).toBe(`what was left out by: ${shown}`);
  });

  it.each(['$ lsof -p 4711', '$ lsof | grep deleted | wc -l', '$ lsof | grep -c deleted', '$ ps aux | grep lsof'])(
    'but not %s',
    (line) => {
      expect(recogniseOther(line)?.hidden).toBeUndefined();
    },
  );
});

describe('limits without the path of their process', () => {
  const row = 'gauged    4711 meter   19r      REG    8,1     4096  7712 /srv/meter/log';
  const link = 'lrwx------ 1 ann users 64 Nov 21 10:29 0 -> /dev/null';
  const open = 'Max open files            1024                 4096                 files     ';
  const facts = (...lines: string[]) =>
    [parse(lsofText, `${lines.join('\n')}\n${row}\n`), parse(ls, `${lines.join('\n')}\n${link}\n`)].map(
      ({ facts }) => facts,
    );

  it.each([
    ['# cat /proc/4711/limits', open],
    ['ann@box:~$ grep open /proc/4711/limits', open],
    ['$ prlimit --pid 4711', 'NOFILE     max number of open files                1024      4096 files'],
    ['$ prlimit -n -p 4711', 'NOFILE     max number of open files                1024      4096 files'],
  ])('are those of the process in %s', (command, line) => {
    const fact = { pid: 4711, softLimit: 1024, hardLimit: 4096 };
    expect(facts(command, line)).toEqual([[fact], [fact]]);
  });

  it('are nobody\u2019s where no command names one process, or another command came between', () => {
    expect(facts('$ cat /proc/self/limits', open)).toEqual([[], []]);
    expect(facts('$ cat /proc/4711/limits', '$ ulimit -a', open)).toEqual([[], []]);
    expect(facts(open)).toEqual([[], []]);
  });
});
