import { describe, expect, it } from 'vitest';
import { lsofText } from '../../src/dialect/lsof-text/lsof-text.ts';
import { parse } from '../support/parsed.ts';
import { rows } from './paste-rows.ts';

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
