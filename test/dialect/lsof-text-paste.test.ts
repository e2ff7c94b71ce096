import { describe, expect, it } from 'vitest';
import { detectDialect, sampleOf } from '../../src/dialect/detect.ts';
import { lsofText } from '../../src/dialect/lsof-text/lsof-text.ts';
import { parse } from '../support/parsed.ts';

/** The rows of a paste as a reader would write them down; the dialect must be found, too. */
function rows(...lines: string[]): string[] {
  const text = `${lines.join('\n')}\n`;
  expect(detectDialect(sampleOf(Buffer.from(text))).name).toBe('lsof');
  return parse(lsofText, text).rows.map(({ line, pid, cells }) =>
    [line, cells.command, pid, cells.user, cells.fd, cells.type ?? '~', cells.name].join('|'),
  );
}

describe('a few rows among prose', () => {
  it('one row, indented, in a letter', () => {
    expect(
      rows(
        'The gauge stands still, and all that lsof says is',
        '',
        '    gauged  4711 meter   12u  sock       0,7      0t0 1136882 protocol: TCP',
        '',
        'which helps nobody. We looked at the counters next,',
        'and at the log, where nothing was.',
      ),
    ).toEqual(['3|gauged|4711|meter|12u|sock|protocol: TCP']);
  });

  it('rows in fences below the command that printed them', () => {
    expect(
      rows(
        '```',
        "lsof / | grep ' DEL '",
        '```',
        '```',
        'gauged  972    root  DEL    REG  253,0          1006 /tmp/ffi1Q1',
        '```',
      ),
    ).toEqual(['5|gauged|972|root|DEL|REG|/tmp/ffi1Q1']);
  });

  it('a row of a file that could not be looked at, blanks collapsed', () => {
    expect(
      rows(
        '[root@box ~]# lsof | grep /mnt/',
        "lsof: WARNING: can't stat() cifs file system /mnt/",
        'Output information may be incomplete.',
        'bash 18841 root cwd unknown /mnt/old (stat: No such device)',
      ),
    ).toEqual(['4|bash|18841|root|cwd|unknown|/mnt/old (stat: No such device)']);
  });

  it('rows in comments, with and without a blank behind the sign', () => {
    expect(
      rows(
        '  #Example of a socket with a path:',
        '  #pool7. 25897 root 9u unix 0x000000006509e31f 0t0 58381 /run/pool.sock type=STREAM',
        '  # pool7. 1110 web 0u IPv4 15760 0t0 TCP localhost:8002 (LISTEN)',
        '  def read(line)',
      ),
    ).toEqual([
      '2|pool7.|25897|root|9u|unix|/run/pool.sock type=STREAM',
      '3|pool7.|1110|web|0u|IPv4|localhost:8002 (LISTEN)',
    ]);
  });
});

describe('headers as pages print them', () => {
  it('titles in lower case', () => {
    expect(
      rows(
        'command     PID USER   FD      type             DEVICE     SIZE       NODE NAME',
        'init          1 root  cwd       DIR                8,2     4096          2 /',
        'init          1 root   10u     FIFO               0,17                1233 /dev/initctl',
      ),
    ).toEqual(['2|init|1|root|cwd|DIR|/', '3|init|1|root|10u|FIFO|/dev/initctl']);
  });

  it('without NODE', () => {
    const text = [
      '# COMMAND  PID USER FD TYPE DEVICE SIZE/OFF NLINK NAME',
      '# gauged  1234 root 3u REG  8,1 104857600 0 /tmp/big (deleted)',
      '',
    ].join('\n');
    const { cells } = parse(lsofText, text).rows[0] ?? { cells: {} };
    expect(cells).toMatchObject({ size: '104857600', links: '0', name: '/tmp/big (deleted)' });
    expect(cells.node).toBeUndefined();
  });

  it('is none where rows ran into its line', () => {
    const header = 'COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME';
    const text = `${header}  init      1   root  cwd    DIR    0,2     512  844 /\n`;
    expect(parse(lsofText, text).result.lines).toMatchObject({ rows: 0, other: 0, unplacedTotal: 1 });
  });
});

it('reads a device number whose minor is padded', () => {
  const text = [
    'COMMAND     PID     USER   FD   TYPE     DEVICE   SIZE/OFF  INODE NAME',
    'in.gauged  7362     root    3u  VCHR    23,   0       0t66  52928 /devices/pseudo/clone@0:ptmx',
    '',
  ].join('\n');
  expect(parse(lsofText, text).rows.map(({ cells }) => [cells.device, cells.offset, cells.node, cells.name])).toEqual([
    ['23,   0', '0t66', '52928', '/devices/pseudo/clone@0:ptmx'],
  ]);
});

describe('rows that stand beside their header', () => {
  const HEADER = 'COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF   NODE NAME';

  it('are read where every cell is there', () => {
    expect(
      rows(
        HEADER,
        'gauged   1000 meter  cwd    DIR    8,1     4096  131073 /srv/meter',
        'gauged   1000 meter  3r    REG     8,1     96       131074    /srv/meter/log',
      ),
    ).toEqual(['2|gauged|1000|meter|cwd|DIR|/srv/meter', '3|gauged|1000|meter|3r|REG|/srv/meter/log']);
  });

  it('are read where a socket lacks its SIZE and has its protocol', () => {
    const text = `${HEADER}\ngauged 12 meter    3u  IPv4   6027              TCP *:53 (LISTEN)\n`;
    expect(parse(lsofText, text).rows.map(({ cells }) => [cells.device, cells.size, cells.node, cells.name])).toEqual([
      ['6027', undefined, 'TCP', '*:53 (LISTEN)'],
    ]);
  });

  it('are not where a cell is missing', () => {
    const text = `${HEADER}\ngauged   1000 meter   3r   FIFO   0,15                 1309     /dev/initctl\n`;
    expect(parse(lsofText, text).result.lines).toMatchObject({ rows: 0, unplacedTotal: 1 });
  });

  it('may have dots for a cell, for an address and for the name', () => {
    expect(
      rows(
        'gauged 900 meter cwd    DIR   8,48     4096 ... /srv/meter',
        'gauged 900 meter   1u   unix 0xffff...  0t0  12345 /run/meter.sock type=STREAM',
        'gauged 900 meter   2w   REG   8,48  827  216725 …',
      ),
    ).toEqual([
      '1|gauged|900|meter|cwd|DIR|/srv/meter',
      '2|gauged|900|meter|1u|unix|/run/meter.sock type=STREAM',
      '3|gauged|900|meter|2w|REG|…',
    ]);
  });

  it('keep no tab that a paste put behind them', () => {
    const row = 'gauged   1000 meter  cwd    DIR    8,1     4096 131073 /srv/meter';
    const text = `${HEADER}\n${`${row}\t\t\n`.repeat(9)}`;
    expect(new Set(parse(lsofText, text).rows.map(({ cells }) => cells.name))).toEqual(new Set(['/srv/meter']));
  });
});

describe('what stands below the last and longest row', () => {
  const HEADER = '# COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF   NODE NAME';
  const FILE = '# gauged  1000 meter   3w   REG    8,1     4096 131073 /srv/meter/log/of/the/longest/path';
  const SOCKET = '# gauged  1000 meter   4u  IPv4  14240      0t0    TCP 192.0.2.77:53->192.0.2.78:53111 (ESTABLISHED)';

  it.each(['function readGauge(pid) {', '      />', '#                ^^^^^^^^   ^ see here', 'END'])(
    'is not the rest of a connection: %s',
    (next) => {
      expect(rows(HEADER, SOCKET, next)).toEqual([
        '2|gauged|1000|meter|4u|IPv4|192.0.2.77:53->192.0.2.78:53111 (ESTABLISHED)',
      ]);
    },
  );

  it.each(['Any ideas?', 'Thanks!', '#        ^^^^^^^^ this one'])('is not the rest of a name: %s', (next) => {
    expect(rows(HEADER, FILE, next)).toEqual(['2|gauged|1000|meter|3w|REG|/srv/meter/log/of/the/longest/path']);
  });

  it('is not the rest of a deleted name', () => {
    expect(rows(HEADER, `${FILE} (deleted)`, 'of/these')).toEqual([
      '2|gauged|1000|meter|3w|REG|/srv/meter/log/of/the/longest/path (deleted)',
    ]);
  });

  it('is another row of the same process, even if that one cannot be placed', () => {
    expect(rows(HEADER, FILE, '# gauged  1000 meter   5r   FIFO   0,15                 1309     pipe')).toEqual([
      '2|gauged|1000|meter|3w|REG|/srv/meter/log/of/the/longest/path',
    ]);
  });
});

describe('lines that were dressed for a page or a program', () => {
  const LISTING = [
    'COMMAND    PID   USER   FD   TYPE DEVICE SIZE/OFF NLINK  NODE NAME',
    'gauged     849   root  txt    REG    0,1     8632     0 16764 / (deleted)',
    'gaugelog  1484 syslog   14w   REG    8,1 36015664     0 35280 /var/log/gauge (deleted)',
    'gaugelog  1484 syslog   15u  unix 0x5d4a      0t0     0 35281 type=STREAM (CONNECTED)',
  ];
  const SPOKEN = [
    'gauged|849|root|txt|REG|/ (deleted)',
    'gaugelog|1484|syslog|14w|REG|/var/log/gauge (deleted)',
  ].concat('gaugelog|1484|syslog|15u|unix|type=STREAM (CONNECTED)');

  const dresses: Readonly<Record<string, (line: string, index: number) => string>> = {
    backticks: (line) => `\`${line}\``,
    'a list of backticks': (line) => `- \`${line}\``,
    strings: (line) => `  "${line}\\n",`,
    'single quotes': (line) => `'${line}' +`,
    breaks: (line) => `${line}<br>`,
    'more breaks': (line) => `${line} <br/>`,
    'no-break spaces for every second blank': (line) => line.replaceAll('  ', ' \u00a0'),
    'no-break spaces': (line) => line.replaceAll(' ', '\u00a0'),
    colours: (line) => line.replace(/(\d+)/, '\x1b[01;31m\x1b[K$1\x1b[m\x1b[K'),
    'a numbered list': (line, index) => `${index + 9}. ${line}`,
    'cat -n': (line, index) => `${String(index + 9).padStart(6)}\t${line}`,
    nl: (line, index) => `${String(index + 9).padStart(3)}  ${line}`,
    'quotes in quotes': (line) => `> > ${line}`,
    'a list': (line) => `* ${line}`,
    comments: (line) => `// ${line}`,
  };

  it.each(Object.entries(dresses))('%s, with a header and without', (_name, dress) => {
    const headed = rows(...LISTING.map(dress)).map((row) => row.slice(row.indexOf('|') + 1));
    expect(headed).toEqual(SPOKEN);
    const headerless = rows(...LISTING.slice(1).map(dress)).map((row) => row.slice(row.indexOf('|') + 1));
    expect(headerless).toEqual(SPOKEN);
  });

  it('a backslash behind the header and every row', () => {
    expect(rows(...LISTING.map((line) => `${line}\\`)).map((row) => row.slice(row.indexOf('|') + 1))).toEqual(SPOKEN);
  });

  it('a table', () => {
    expect(
      rows(
        '| COMMAND | PID | USER | FD | TYPE | DEVICE | SIZE/OFF | NODE | NAME |',
        '| ------- | --- | ---- | -- | ---- | ------ | -------- | ---- | ---- |',
        '| gauged | 185176 | meter | 33u | IPv4 | 722971 | 0t0 | TCP | localhost:53 (LISTEN) |',
      ),
    ).toEqual(['3|gauged|185176|meter|33u|IPv4|localhost:53 (LISTEN)']);
  });
});

describe('rows that return without a header', () => {
  const row = (fd: number) => `gauged     4711 meter   ${fd}w   REG    8,1   1234   ${fd} /var/log/gauge-${fd}.log`;
  /** The listing of each row, by its line. */
  function listings(...lines: string[]): string {
    const { rows } = parse(lsofText, `${lines.join('\n')}\n`);
    return rows.map(({ line, listing }) => `${line}:${listing}`).join(' ');
  }

  it.each([
    ['a date', ['Mon Mar  4 10:01:01 UTC 2024']],
    ['a prompt', ['ann@box:~$ lsof | grep gauge']],
    ['words', ['and an hour later:']],
    ['fences', ['```', '', 'and an hour later', '```']],
  ])('begin again behind %s', (_name, between) => {
    const first = between.length + 3;
    const later = [0, 1, 2].map((i) => `${first + i}:1`).join(' ');
    expect(listings(row(21), row(22), ...between, row(21), row(22), row(23))).toBe(`1:0 2:0 ${later}`);
    expect(listings(row(21), row(22), ...between, row(23), row(24), row(25))).not.toContain(':1');
  });

  it('begin again each time', () => {
    const round = ['Mon Mar  4 10:01:01 UTC 2024', row(21), row(22)];
    expect(listings(...round, ...round, ...round)).toBe('2:0 3:0 5:1 6:1 8:2 9:2');
  });

  it('a quotation of one of many is no listing, nor is a label that was cut', () => {
    const many = [21, 22, 23, 24].map(row);
    expect(listings(...many, 'It is this one that I mean:', row(23))).toBe('1:0 2:0 3:0 4:0 6:0');
    const cut = row(21).replace(' 21w', '*121w');
    expect(listings(cut, 'and', cut)).toBe('1:0 3:0');
  });
});

it('no row is made of prose and of tables of numbers beside a row', () => {
  expect(
    rows(
      'Job 12 has 3 unknown errors and 5 more.',
      'Average:        0     23960    166.11      0.00  108312   1175   0.01  pidstat',
      'gauged     4711 meter    9w   REG    8,1   1234   77 /var/log/gauge.log',
      'gauged     4711 meter    3 unknown /proc/4711/fd/3 (readlink: Permission denied)',
    ),
  ).toEqual([
    '3|gauged|4711|meter|9w|REG|/var/log/gauge.log',
    '4|gauged|4711|meter|3|unknown|/proc/4711/fd/3 (readlink: Permission denied)',
  ]);
});

describe('words right below rows of one width', () => {
  const heights = [
    'COMMAND   PID  USER   FD   TYPE             DEVICE SIZE/OFF   NODE NAME',
    'gauged   4711 meter    3u  unix 0xffff880819eb5800      0t0  19686 /run/meter/gauge.sock',
    'gauged   4711 meter   12u  unix 0xffff880819eb5c00      0t0  19687 /run/meter/other.sock',
  ];
  const read = [
    '2|gauged|4711|meter|3u|unix|/run/meter/gauge.sock',
    '3|gauged|4711|meter|12u|unix|/run/meter/other.sock',
  ];

  it.each(['Thanks!', 'node -v', 'So it holds the file open.', '    at Gauge.read (gauge.js:12:3)'])('%s', (words) => {
    expect(rows(...heights, words)).toEqual(read);
  });

  it('but what may be a part of a name leaves the row untold', () => {
    expect(rows(...heights, '.old/part-2')).toEqual(read.slice(0, 1));
  });

  it('a prompt with a path in it', () => {
    expect(
      rows(
        '[root@meter:/srv/gauges/of/the/north/side/and/all] #lsof gauge.out',
        "lsof: WARNING: can't stat() fuse.gvfsd-fuse file system /run/user/108/gvfs",
        '      Output information may be incomplete.',
        'COMMAND   PID USER  FD   TYPE DEVICE SIZE/OFF    NODE NAME',
        'gauged  13077 root txt    REG 253,16     8824 6443719 gauged',
        '[root@meter:/srv/gauges/of/the/north/side/and/all] #lsof gauge.out',
      ),
    ).toEqual(['5|gauged|13077|root|txt|REG|gauged']);
  });
});
