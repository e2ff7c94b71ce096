import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fstat } from '../../src/dialect/bsd/fstat.ts';
import { procstat } from '../../src/dialect/bsd/procstat.ts';
import { procstatJson } from '../../src/dialect/bsd/procstat-json.ts';
import { detectDialect, sampleOf } from '../../src/dialect/detect.ts';
import { type Parsed, parse } from '../support/parsed.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/bsd/', import.meta.url));

/** The rows as a table that can be checked against the listing by eye. */
function table({ rows }: Parsed, cells: readonly (keyof Parsed['rows'][number]['cells'])[]): string[] {
  return rows.map((row) => [row.line, row.pid, row.class, ...cells.map((cell) => row.cells[cell] ?? '~')].join('|'));
}

describe('fstat', () => {
  it('of OpenBSD: sockets, pipes and kqueues in free text, R/W before SZ|DV, starred inodes', () => {
    const parsed = parse(fstat, readFileSync(`${FIXTURES}openbsd-fstat.txt`));
    expect(table(parsed, ['user', 'command', 'fd', 'access', 'device', 'node', 'size', 'name'])).toEqual([
      '3|93013|regular|root|sshd|text|r|/usr|466703|557192|~',
      '4|93013|directory|root|sshd|wd|r|/|2|512|~',
      '5|93013|char|root|sshd|0|u|/|51963|~|~',
      '6|93013|inet|root|sshd|3*|~|~|~|~|internet stream tcp 0x0 *:22',
      '7|93013|inet|root|sshd|4*|~|~|~|~|internet6 stream tcp 0x0 *:22',
      '8|4021|unix|_smtpd|smtpd: queu|5*|~|~|~|~|unix stream 0xd5a7b200 <-> 0xd5a7b300',
      '9|61201|unix|root|syslogd|6*|~|~|~|~|unix dgram 0x0 /dev/log',
      '10|61201|inet|root|syslogd|7*|~|~|~|~|internet dgram udp *:514',
      '11|61201|inet|root|syslogd|8*|~|~|~|~|internet dgram udp 10.0.0.5:514 <-> 10.0.0.9:4711',
      '12|71820|inet|www|httpd|9*|~|~|~|~|internet stream tcp 0x0 10.0.0.5:80 <-- 10.0.0.77:50112',
      '13|71820|inet|www|httpd|10*|~|~|~|~|internet6 stream tcp 0x0 [2001:db8::5]:80 --> [2001:db8::9]:443',
      '14|71820|regular|www|httpd|11|u|/var|51970|1200|~',
      '15|71820|regular|www|httpd|12|w|/var|51971|88|~',
      '16|71820|pipe|www|httpd|13|~|~|~|~|pipe 0xfffffd807fe37480 state: W',
      '17|71820|epoll|www|httpd|14|~|~|~|~|kqueue 0xffffff0012345678 1 state: W',
      '18|33001|char|root|pflogd|5|u|/|51980|~|~',
      '19|33002|unreadable|root|dead|3|~|~|~|~|none',
      '20|33003|other|root|route|3*|~|~|~|~|route raw 0 0xffff800000abcd00',
    ]);
    expect(parsed.result.lines).toMatchObject({ total: 20, rows: 18, other: 2, unplacedTotal: 0 });
    expect(table(parsed, ['protocol', 'local', 'remote']).slice(7, 11)).toEqual([
      '10|61201|inet|udp|*:514|~',
      '11|61201|inet|udp|10.0.0.5:514|10.0.0.9:4711',
      '12|71820|inet|tcp|10.0.0.5:80|10.0.0.77:50112',
      '13|71820|inet|tcp|[2001:db8::5]:80|[2001:db8::9]:443',
    ]);
    // fstat names no file: the device, or mount and inode, tell one target from another.
    expect(parsed.rows.map((row) => row.cells.target).filter((target) => target !== undefined)).toEqual([
      '/usr inode 466703',
      '/ inode 2',
      '/dev/null',
      '/var inode 51970',
      '/var inode 51971',
      '/dev/pf',
    ]);
    expect(parsed.rows.filter((row) => row.deleted).map((row) => row.line)).toEqual([14]);
  });

  it('of FreeBSD: overflowing mount points, the NAME column, shared memory, devices without a name', () => {
    const parsed = parse(fstat, readFileSync(`${FIXTURES}freebsd-fstat.txt`));
    expect(table(parsed, ['user', 'command', 'fd', 'access', 'device', 'node', 'size', 'name'])).toEqual([
      '2|881|regular|root|sshd|text|r|/usr|321456|324240|~',
      '3|881|directory|root|sshd|wd|r|/|2|1024|~',
      '4|881|char|root|sshd|0|u|/dev|14|~|~',
      '5|881|inet|root|sshd|3*|~|~|~|~|internet6 stream tcp fffff80003ce7000',
      '6|881|inet|root|sshd|4*|~|~|~|~|internet stream tcp fffff80003ce7000 192.0.2.1:22 <-> 192.0.2.9:50000',
      '7|881|pipe|root|sshd|5*|~|~|~|~|pipe fffff80003aaa000 <-> fffff80003aaa160      0 rw',
      '8|881|unix|root|sshd|6*|~|~|~|~|local stream fffff80003bbb000 <-> fffff80003bbb100',
      '9|882|char|root|screen|7*|~|~|~|~|pseudo-terminal master      pts/0 rw',
      '10|900|regular|www|nginx: work|8|w|/zroot/var/log|43211|120912|/zroot/var/log/access log',
      '11|910|other|pgsql|postgres|9|u|~|~|4096|/shm',
      '12|910|other|pgsql|postgres|10|~|~|~|~|~',
      '13|910|unreadable|pgsql|postgres|11|~|~|~|~|bad',
      '14|910|char|pgsql|postgres|12|u|/dev|99|~|~',
    ]);
    expect(parsed.result.lines.unplaced).toEqual([]);
    expect(parsed.rows[4]?.cells).toMatchObject({ local: '192.0.2.1:22', remote: '192.0.2.9:50000' });
  });

  it('takes no line of a table of processes for a row without its header', () => {
    for (const line of [
      ' 4242 app       20   0 2000000  90000  20000 S   1.0  1.0   0:01.00 node',
      'Average:        0     23960    166.11      0.00  108312   1175   0.01  pidstat',
      'app       4242  1  0 10  70 0644 77 node',
    ])
      expect(parse(fstat, `${line}\n`).rows, line).toEqual([]);
  });

  it('reads rows without their header, in either order of columns, but none that say too little', () => {
    for (const file of ['openbsd-fstat.txt', 'freebsd-fstat.txt']) {
      const lines = readFileSync(FIXTURES + file, 'utf8').split('\n');
      const body = lines.filter((line) => !/USER|^#/.test(line)).join('\n');
      const whole = parse(fstat, lines.join('\n'));
      const bare = parse(fstat, body);
      const say = ({ rows }: Parsed) =>
        rows.filter((row) => row.class !== 'unreadable' && row.class !== 'other').map((row) => row.cells);
      expect(say(bare)).toEqual(say(whole));
      expect(bare.result.lines.total).toBe(
        bare.result.lines.rows + bare.result.lines.other + bare.result.lines.unplacedTotal,
      );
    }
  });

  it('reads sockets that lost their star, and a few rows among prose', () => {
    const text = [
      'the name server first, then the mailer:',
      'root named 101 10 internet stream tcp 0x0 *:53',
      '(nothing for the printer)',
      'and the rest of the report follows.',
      '+_smtpd smtpd 4021 5* internet6 stream tcp 0x0 *:25',
      '',
    ].join('\n');
    expect(detectDialect(sampleOf(Buffer.from(text))).name).toBe('fstat');
    expect(table(parse(fstat, text), ['user', 'command', 'fd', 'name'])).toEqual([
      '2|101|inet|root|named|10|internet stream tcp 0x0 *:53',
      '5|4021|inet|_smtpd|smtpd|5*|internet6 stream tcp 0x0 *:25',
    ]);
  });

  it('keeps apart what the paste put in front of the lines', () => {
    const text = readFileSync(`${FIXTURES}openbsd-fstat.txt`, 'utf8');
    const quoted = text.replace(/^/gm, '> ').replace(/> $/, '');
    expect(parse(fstat, quoted).rows).toEqual(parse(fstat, text).rows);
  });
});

describe('procstat', () => {
  it('tells class, access, protocol and addresses', () => {
    const parsed = parse(procstat, readFileSync(`${FIXTURES}freebsd-procstat.txt`));
    expect(table(parsed, ['command', 'fd', 'type', 'access', 'offset', 'protocol', 'name'])).toEqual([
      '3|881|regular|sshd|text|v|r|~|~|/usr/sbin/sshd',
      '4|881|char|sshd|ctty|v|u|~|~|/dev/pts/0',
      '5|881|directory|sshd|cwd|v|r|~|~|/',
      '6|881|char|sshd|0|v|u|0|~|/dev/null',
      '7|881|inet|sshd|3|s|u|0|TCP|0 0 192.0.2.1:22 192.0.2.9:50000',
      '8|881|inet|sshd|4|s|u|0|UDP|*:514 *:0',
      '9|900|unix|nginx: worker proc|5|s|u|0|UDS|0 0 /var/run/log',
      '10|900|epoll|nginx: worker proc|6|k|u|0|~|~',
      '11|900|pipe|nginx: worker proc|7|p|u|0|~|~',
      '12|900|regular|nginx: worker proc|8|v|w|1234|~|/var/log/access log',
      '13|900|other|nginx: worker proc|9|s|u|0|~|~',
      '14|900|eventfd|nginx: worker proc|10000|E|u|0|~|~',
    ]);
    expect(parsed.result.lines).toMatchObject({ total: 14, rows: 12, other: 2, unplacedTotal: 0 });
    expect(parsed.rows.map((row) => row.cells.target).filter(Boolean)).toEqual([
      '192.0.2.1:22 192.0.2.9:50000',
      '/var/run/log',
    ]);
    expect(parsed.rows[4]?.cells).toMatchObject({ local: '192.0.2.1:22', remote: '192.0.2.9:50000' });
    expect(parsed.rows[5]?.cells).toMatchObject({ local: '*:514', remote: '*:0' });
  });

  it('with fewer flags than today', () => {
    const { rows } = parse(procstat, '  881 sh                  cwd v d -------   -       - -   /home/ann\n');
    expect(rows.map(({ pid, cells }) => [pid, cells.fd, cells.name])).toEqual([[881, 'cwd', '/home/ann']]);
  });

  it('with capabilities', () => {
    const { rows } = parse(
      procstat,
      '  PID COMM               FD T FLAGS     CAPABILITIES  PRO NAME        \n  881 sshd                0 v rw------- rd,wr,mm,fs   -   /dev/null\n  881 sshd                3 s rw------c             - TCP 192.0.2.1:22 192.0.2.9:50000\n',
    );
    expect(rows.map((row) => [row.cells.fd, row.class, row.cells.flags, row.cells.name])).toEqual([
      ['0', 'regular', 'rw-------', '/dev/null'],
      ['3', 'inet', 'rw------c', '192.0.2.1:22 192.0.2.9:50000'],
    ]);
  });
});

describe('procstat as JSON', () => {
  const document = {
    __version: '1',
    procstat: {
      files: {
        881: {
          process_id: 881,
          command: 'sshd',
          files: [
            {
              fd: 'text',
              fd_type: 'vnode',
              vode_type: 'regular',
              fd_flags: ['read'],
              ref_count: '-',
              offset: '-',
              protocol: '-',
              path: '/usr/sbin/sshd',
            },
            {
              fd: 0,
              fd_type: 'vnode',
              vode_type: 'character',
              fd_flags: ['read', 'write'],
              ref_count: 6,
              offset: 0,
              protocol: '-',
              path: '/dev/null',
            },
            {
              fd: 3,
              fd_type: 'socket',
              fd_flags: ['read', 'write', 'nonblocking'],
              ref_count: 1,
              offset: 0,
              protocol: 'TCP',
              sendq: 0,
              recvq: 0,
              path: '192.0.2.1:22 192.0.2.9:50000',
            },
          ],
        },
        900: {
          process_id: 900,
          command: 'nginx: worker',
          files: [
            {
              fd: 6,
              fd_type: 'kqueue',
              fd_flags: ['read', 'write'],
              ref_count: 1,
              offset: 0,
              protocol: '-',
              path: '-',
            },
          ],
        },
      },
    },
  };

  it.each([undefined, 2])('in one line or many', (indent) => {
    const parsed = parse(procstatJson, `${JSON.stringify(document, null, indent)}\n`);
    expect(
      table(parsed, ['command', 'fd', 'type', 'access', 'protocol', 'name']).map((row) => row.replace(/^\d+\|/, '')),
    ).toEqual([
      '881|regular|sshd|text|vnode|r|~|/usr/sbin/sshd',
      '881|char|sshd|0|vnode|u|~|/dev/null',
      '881|inet|sshd|3|socket|u|TCP|192.0.2.1:22 192.0.2.9:50000',
      '900|epoll|nginx: worker|6|kqueue|u|~|~',
    ]);
    const { lines } = parsed.result;
    expect(lines.rows + lines.other).toBe(lines.total);
  });

  it('says that the end is missing', () => {
    const text = JSON.stringify(document);
    expect(parse(procstatJson, text.slice(0, -90)).result.hidden).toEqual([
      'the input ends within a JSON value: its last row is missing',
    ]);
  });
});
