import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lsfd } from '../../src/dialect/lsfd/lsfd.ts';
import { lsfdJson } from '../../src/dialect/lsfd/lsfd-json.ts';
import { type ParsedRow, parse, sampleFor } from '../support/parsed.ts';

const read = (name: string) => readFileSync(`fixtures/lsfd-2.43/${name}`);

/** What readlink and stat said of the same process at the same time. */
const TRUTH = readFileSync('fixtures/lsfd-2.43/truth.tsv', 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t') as [fd: string, link: string, inode: string, links: string, kind: string]);

/** The link of the truth table as lsfd prints a name in a UTF-8 locale: only what is no text stays escaped. */
function plain(link: string): string {
  const bytes = Buffer.from(
    link.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  const text = bytes.toString();
  return text.includes('\ufffd') ? link : text;
}

function withoutPlace({ pid, class: kind, deleted, cells }: ParsedRow) {
  return { pid, kind, deleted, cells };
}

describe('lsfd 2.43 of a process that holds one of everything', () => {
  const document = parse(lsfdJson, read('json.txt'));

  it('has a row per descriptor, as readlink and stat see it', () => {
    expect(document.rows.map(({ cells }) => [cells.fd, cells.node])).toEqual(TRUTH.map(([fd, , inode]) => [fd, inode]));
    for (const [i, [, link, , links, kind]] of TRUTH.entries()) {
      const row = document.rows[i] as ParsedRow;
      const gone = links === '0';
      expect(row.deleted).toBe(gone);
      if (kind === 'SOCK' || kind === 'UNKN') continue;
      expect(row.cells.type).toBe(kind);
      const name = gone ? plain(link).replace(/ \(deleted\)$/, '') : plain(link);
      if (!/[\n\t\\]/.test(name)) expect(row.cells.name).toBe(name);
    }
  });

  it('has a class for each', () => {
    const classes = document.rows.map(({ cells, class: kind }) => `${cells.fd} ${kind}`);
    const count = (kind: string) => classes.filter((text) => text.endsWith(` ${kind}`)).length;
    const linked = (pattern: RegExp) => TRUTH.filter(([, link]) => pattern.test(link)).length;
    expect(count('pipe')).toBe(linked(/^pipe:/));
    for (const [kind, link] of [
      ['epoll', /\[eventpoll\]/],
      ['eventfd', /\[eventfd\]/],
      ['timerfd', /\[timerfd\]/],
      ['signalfd', /\[signalfd\]/],
      ['inotify', /inotify/],
      ['pidfd', /pidfd/],
      ['directory', /^\/tmp$|^\/tmp\/lab$/],
      ['char', /^\/dev\/null$/],
    ] as const)
      expect([kind, count(kind)]).toEqual([kind, linked(link)]);
    // Three TCP over IPv4, one over IPv6, one UDP, one never bound; a listener and a pair; netlink; a packet socket.
    expect([count('inet'), count('unix'), count('netlink')]).toEqual([6, 3, 1]);
    expect(document.rows.find(({ cells }) => cells.type === 'PACKET')?.class).toBeNull();
  });

  it('decodes names that lsfd escapes', () => {
    const targets = Object.fromEntries(document.rows.map(({ cells }) => [cells.fd, cells.target]));
    expect(targets['5']).toBe('/tmp/lab/tab\tnl\nx');
    expect(targets['6']).toBe('/tmp/lab/back\\slash \\x41');
    expect(targets['7']).toBe('/tmp/lab/bad\\xff\\xfe');
    expect(document.rows.find(({ cells }) => cells.type === 'timerfd')?.cells).toMatchObject({
      name: 'clockid=monotonic',
      target: 'anon_inode:[timerfd]',
    });
  });

  it.each(['default.txt', 'raw.txt', 'noheadings.txt', 'c-locale.txt'])('has the same rows in %s', (name) => {
    const { rows, result } = parse(lsfd, read(name));
    expect(rows.map(withoutPlace)).toEqual(document.rows.map(withoutPlace));
    expect(result.lines.unplacedTotal).toBe(0);
    expect(result.lines.total).toBe(result.lines.rows + result.lines.other);
    expect(lsfd.detect(sampleFor(read(name)))).toBeGreaterThan(0.7);
  });

  it('has the same rows in columns of another choice and order, some of several lines', () => {
    const { rows, result } = parse(lsfd, read('columns.txt'));
    expect(rows.map(({ pid, cells }) => [pid, cells.fd, cells.name])).toEqual(
      document.rows.map(({ pid, cells }) => [pid, cells.fd, cells.name]),
    );
    expect(rows.map(({ class: kind }) => kind)).toEqual(
      // STTYPE tells sockets from nothing else: their class is known by name or not at all.
      document.rows.map(({ class: kind, cells }) =>
        /^(?:TCP|UDP|UNIX|NETLINK|PACKET)/.test(cells.type ?? '') ? null : kind,
      ),
    );
    expect(result.lines).toMatchObject({ other: 1, unplacedTotal: 0 });
    expect(result.lines.rows).toBeGreaterThan(rows.length);
    expect(rows.find(({ cells }) => cells.state === 'established')?.cells).toMatchObject({
      local: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      remote: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    expect(rows.find(({ cells }) => cells.state === 'listen')?.cells.remote).toBeUndefined();
  });

  it.each(['default.txt', 'raw.txt', 'columns.txt', 'noheadings.txt'])('is the same in any chunks: %s', (name) => {
    const parsed = parse(lsfd, read(name));
    for (const size of [1, 13, 1000]) expect(parse(lsfd, read(name), size)).toEqual(parsed);
  });

  it('is JSON in any chunks, each row on the line of its brace', () => {
    for (const size of [1, 13, 1000]) expect(parse(lsfdJson, read('json.txt'), size)).toEqual(document);
    const braces = read('json.txt')
      .toString('latin1')
      .split('\n')
      .flatMap((line, i) => (/^ {6}.*\{$/.test(line) ? [i + 1] : []));
    expect(document.rows.map(({ line }) => line)).toEqual(braces);
    expect(document.result.lines.unplacedTotal).toBe(0);
    expect(lsfdJson.detect(sampleFor(read('json.txt')))).toBe(1);
  });
});

describe('lsfd 2.38', () => {
  const HEADER = 'COMMAND     PID USER  ASSOC MODE TYPE       SOURCE MNTID      INODE NAME\n';

  it('has raw names, from which the class of a socket is known', () => {
    const { rows } = parse(
      lsfd,
      `${HEADER}uwsgi      2445 root      9  -w-  REG          vda    27    2146774 /tmp/gone (deleted)
uwsgi      2445 root     12  rw- SOCK       sockfs    10     114369 TCP:[114369]
uwsgi      2445 root     15  rw- SOCK       sockfs    10     114372 TCPv6:[114372]
uwsgi      2445 root     18  rw- SOCK       sockfs    10     114375 UNIX-STREAM:[114375]
uwsgi      2445 root     25  rw- UNKN anon_inodefs    17       1039 anon_inode:[eventpoll]
uwsgi      2445 root  pid4c  ---  REG          0:4     0 4026531836 pid:[4026531836]
`,
    );
    expect(rows.map(({ class: kind, cells }) => [cells.fd, kind, cells.protocol, cells.access])).toEqual([
      ['9', null, undefined, '-w-'],
      ['12', 'inet', 'TCP', 'rw-'],
      ['15', 'inet', 'TCP', 'rw-'],
      ['18', 'unix', undefined, 'rw-'],
      ['25', null, undefined, 'rw-'],
      ['pid4c', 'other', undefined, '---'],
    ]);
    expect(rows[0]?.cells.name).toBe('/tmp/gone (deleted)');
  });

  it('has commands, users and names with blanks and wide letters', () => {
    const { rows, result } = parse(
      lsfd,
      `COMMAND      PID       USER  ASSOC MODE TYPE SOURCE MNTID INODE NAME
fac é x 12    10       root      3  rw-  REG    vda    27     5 /a  b
日本語        11  user name      4  rw-  REG    vda    27     6 /日本 語
`,
    );
    expect(rows.map(({ pid, cells }) => [cells.command, pid, cells.user, cells.fd, cells.name])).toEqual([
      ['fac é x 12', 10, 'root', '3', '/a  b'],
      ['日本語', 11, 'user name', '4', '/日本 語'],
    ]);
    expect(result.lines.unplacedTotal).toBe(0);
  });
});

describe('a header', () => {
  it('may be quoted or indented, and come again', () => {
    const text = `COMMAND PID USER ASSOC MODE TYPE SOURCE MNTID INODE NAME\napp      12 root     3  rw-  REG    vda    27     5 /a\n`;
    expect(parse(lsfd, text).rows).toHaveLength(1);
    for (const prefix of ['> ', '    ', '# '])
      expect(parse(lsfd, text.replaceAll(/^(?=.)/gm, prefix)).rows.map(({ line }) => line)).toEqual([2]);
    const twice = parse(lsfd, text + text);
    expect(twice.rows.map(({ line, listing }) => [line, listing])).toEqual([
      [2, 0],
      [4, 1],
    ]);
    expect(parse(lsfd, text + text.replace('12', '13')).listings).toHaveLength(1);
  });

  it('stands before rows that fit it exactly; what does not is told', () => {
    const text = `COMMAND PID USER ASSOC MODE TYPE SOURCE MNTID INODE NAME
app      12 root     3  rw-  REG    vda    27     5 /a
app     12 root     3  rw-  REG    vda    27     5 /shifted
app      12 root     3  rw-
app      12 root     3  rw-  REG    vda    27     5
app      12 root     4  rw-  REG    vda    27     6 /b
`;
    const { rows, result } = parse(lsfd, text);
    expect(rows.map(({ cells }) => cells.name)).toEqual(['/a', '/b']);
    expect(result.lines.unplaced.map(({ line }) => line)).toEqual([3, 4, 5]);
  });

  it('may name a column twice, behind NAME', () => {
    const text = `COMMAND PID USER ASSOC MODE TYPE SOURCE MNTID INODE NAME     DELETED INODE
app      12 root     3  rw-  REG    vda    27     5 /a  b          0     5
`;
    expect(parse(lsfd, text).rows).toMatchObject([{ pid: 12, cells: { fd: '3', name: '/a  b', node: '5' } }]);
  });

  it('without a process column leaves rows of nobody, and says so', () => {
    const { rows, result } = parse(lsfd, 'ASSOC TYPE NAME\n    3  REG /a\n');
    expect(rows).toMatchObject([{ pid: -1, cells: { fd: '3', type: 'REG', name: '/a' } }]);
    expect(result.hidden).toEqual([expect.stringContaining('PID')]);
  });

  it('of the summary stands before no rows', () => {
    const { rows, result } = parse(
      lsfd,
      'PID ASSOC NAME\n  1     3 /a\n\nVALUE COUNTER\n    1 processes\n  249 open files\n',
    );
    expect(rows).toHaveLength(1);
    expect(result.lines).toMatchObject({ rows: 1, other: 5, unplacedTotal: 0 });
  });

  it('may carry hyperlinks below it', () => {
    const { rows } = parse(
      lsfd,
      'PID ASSOC NAME\n  1     3 \x1b]8;;file://h/etc/passwd\x1b\\/etc/passwd\x1b]8;;\x1b\\\n',
    );
    expect(rows[0]?.cells.name).toBe('/etc/passwd');
  });
});

describe('a raw listing', () => {
  it('is known by an escape that an aligned one does not have', () => {
    const { rows, result } = parse(lsfd, 'ASSOC COMMAND PID INODE\n10000 \\x5caa 10 0\n0 a 0 0\n');
    expect(result.lines.unplaced).toEqual([]);
    expect(rows.map(({ cells }) => [cells.fd, cells.command, cells.node])).toEqual([
      ['10000', '\\aa', '0'],
      ['0', 'a', '0'],
    ]);
  });
});

describe('threads', () => {
  const HEADER = 'COMMAND PID TID USER ASSOC MODE TYPE SOURCE MNTID INODE NAME\n';
  const rows = `app      12  12 root   cwd  ---  DIR    vda     0     2 /
app      12  13 root   cwd  ---  DIR    vda     0     2 /
`;

  it('have a column, with and without a header', () => {
    for (const text of [HEADER + rows, rows])
      expect(parse(lsfd, text).rows.map(({ pid, cells }) => [pid, cells.tid, cells.user])).toEqual([
        [12, '12', 'root'],
        [12, '13', 'root'],
      ]);
  });

  it('are not guessed where two readings are possible', () => {
    const { rows, result } = parse(lsfd, 'app 7  12 root cwd --- DIR vda 0 2 /\n');
    expect([rows.length, result.lines.unplacedTotal]).toEqual([0, 1]);
  });
});

describe('test transcripts of util-linux', () => {
  const folder = 'fixtures/lsfd-transcripts';

  it('are read where a header names their columns', () => {
    const { rows, result } = parse(lsfd, readFileSync(`${folder}/column-kthread.txt`));
    expect(rows.map(({ line, pid, cells }) => [line, pid, cells.command, cells.type, cells.name])).toEqual([
      [2, 1, 'systemd', 'DIR', '/'],
      [3, 1, 'systemd', 'DIR', '/'],
      [4, 2, 'kthreadd', 'DIR', '/'],
      [5, 2, 'kthreadd', 'DIR', '/'],
    ]);
    expect(result.lines.unplaced).toEqual([{ line: 6, text: '0' }]);
  });

  it('are read where they are JSON', () => {
    const { rows, result } = parse(lsfdJson, readFileSync(`${folder}/mkfds-eventpoll.txt`));
    expect(rows).toMatchObject([{ line: 5, pid: -1, class: 'epoll', cells: { fd: '3', name: 'tfds=5,7' } }]);
    expect(result.lines.unplaced.map(({ line }) => line)).toEqual([1, 2, 15]);
  });

  it.each(readdirSync(folder).filter((name) => !/kthread|eventpoll/.test(name)))(
    'are refused where nothing says what their columns are: %s',
    (name) => {
      const bytes = readFileSync(`${folder}/${name}`);
      expect([lsfd.detect(sampleFor(bytes)), lsfdJson.detect(sampleFor(bytes))]).toEqual([0, 0]);
      const { rows, result } = parse(lsfd, bytes);
      expect(rows).toEqual([]);
      expect(result.lines.unplacedTotal).toBe(result.lines.total);
    },
  );
});

it('reads rows of JSON that stand alone, and tells unreadable ones', () => {
  const { rows } = parse(
    lsfdJson,
    '{"command":"app","pid":1,"assoc":"3","mode":"rw-","type":"ERROR","source":"stat:EACCES","deleted":true,"inode":null}\n',
  );
  expect(rows).toMatchObject([
    { pid: 1, class: 'unreadable', deleted: true, cells: { fd: '3', device: 'stat:EACCES' } },
  ]);
  expect(rows[0]?.cells.node).toBeUndefined();
});
