import { describe, expect, it } from 'vitest';
import { lsofText } from '../../src/dialect/lsof-text/lsof-text.ts';
import { type Open, render } from './lsof-text-render.ts';
import { corpusCaptures, fixtureCaptures, judged, parseText, score } from './lsof-text-support.ts';

function sampleOf(text: string) {
  const bytes = new TextEncoder().encode(text);
  const latin1 = Buffer.from(bytes).toString('latin1');
  return { bytes, text: latin1, lines: latin1.split('\n') };
}

/** An open file of one process; `render` lays it out as lsof does. */
function openFile(label: string, mode: Open['mode'], rest: readonly string[]): Open {
  const [type, device, size, node, name] = rest;
  const process = { command: 'node', pid: 12345, tid: null, task: '', ppid: 1, user: 'alice' };
  return { ...process, label, mode, lock: '', links: '', type, device, size, node, name };
}

const [HEADER, ...ROWS] = render(
  [
    openFile('cwd', '', ['DIR', '8,1', '4096', '131073', '/home/alice']),
    openFile('txt', '', ['REG', '8,1', '81234567', '262145', '/usr/bin/node']),
    openFile('0', 'u', ['CHR', '136,0', '0t0', '3', '/dev/pts/0']),
    openFile('21', 'u', ['IPv4', '987654', '0t0', 'TCP', '*:3000 (LISTEN)']),
  ],
  { threads: false, parents: false, links: false, header: true },
)
  .trimEnd()
  .split('\n');

describe('captures with row-level truth', () => {
  for (const { name, bytes, truth } of [...fixtureCaptures(), ...corpusCaptures()]) {
    it(`reads every row of ${name}`, () => {
      const parsed = parseText(bytes);
      const { right, wrong, missing } = score(parsed.rows, truth);
      expect(wrong).toEqual([]);
      expect(missing).toEqual([]);
      expect(right).toBe(truth.size);
      expect(parsed.listings).toHaveLength(1);
      expect(parsed.lines.rows + parsed.lines.other + parsed.lines.unplacedTotal).toBe(parsed.lines.total);
    });
  }
});

describe('columns', () => {
  it('puts the optional columns into their cells', () => {
    const { rows } = parseText(
      [
        'COMMAND  PID  TID TASKCMD      PPID PGID   USER  FD      TYPE   FILE-FLAG DEVICE SIZE/OFF NLINK NODE NAME',
        'java    4242                      1 4242 my bob   3u      REG RW,AP,LG;CX    8,1      120     1   77 /var/log/a.log',
        'java    4242 4250 GC\\x20Thread    1 4242 my bob   3u      REG                8,1     0t120        77 /var/log/a.log',
      ].join('\n'),
    );
    expect(rows).toEqual([
      {
        line: 2,
        listing: 0,
        pid: 4242,
        command: 'java',
        ppid: '1',
        pgid: '4242',
        user: 'my bob',
        fd: '3u',
        type: 'REG',
        flags: 'RW,AP,LG;CX',
        device: '8,1',
        size: '120',
        links: '1',
        node: '77',
        name: '/var/log/a.log',
      },
      {
        line: 3,
        listing: 0,
        pid: 4242,
        tid: '4250',
        task: 'GC\\x20Thread',
        command: 'java',
        ppid: '1',
        pgid: '4242',
        user: 'my bob',
        fd: '3u',
        type: 'REG',
        device: '8,1',
        offset: '0t120',
        node: '77',
        name: '/var/log/a.log',
      },
    ]);
  });

  it('keeps FD labels as printed: locks, unknown modes, labels above 9999', () => {
    const fds = [' 27uW', '*345u ', '  4-', ' 5ww', 'mem-R', '   3', 'NOFD'];
    const lines = fds.map((fd) => {
      const label = /^ *(?:\*?\d+|mem|NOFD)/.exec(fd)?.[0].trim() ?? '';
      const cell = `${label.padStart(4)}${fd.trim().slice(label.length).padEnd(2)}`;
      const rest = label === 'NOFD' ? ''.padEnd(33) : '     REG    8,1     4096 131073';
      return `node    12345 alice ${cell} ${rest.padStart(33)} /home/alice`;
    });
    const header = `COMMAND   PID  USER   FD   ${'    TYPE DEVICE SIZE/OFF   NODE'.padStart(33)} NAME`;
    const { rows } = parseText([header, ...lines].join('\n'));
    expect(rows.map((row) => row.fd)).toEqual(fds.map((fd) => fd.trim()));
  });

  it('reads the OFFSET column and hexadecimal offsets as offsets', () => {
    const { rows } = parseText(
      [
        'COMMAND   PID USER   FD      TYPE DEVICE     OFFSET   NODE NAME',
        'node    12345 alice   4r      REG    8,1    0t12345 131073 /home/alice/a',
        'node    12345 alice   5r      REG    8,1 0x1234567f 131074 /home/alice/b',
        'node    12345 alice cwd       DIR    8,1            131072 /home/alice',
      ].join('\n'),
    );
    expect(rows.map((row) => [row.offset, row.size, row.node])).toEqual([
      ['0t12345', undefined, '131073'],
      ['0x1234567f', undefined, '131074'],
      [undefined, undefined, '131072'],
    ]);
  });

  it('reads macOS rows: no DEVICE for KQUEUE, no NODE for unix and PIPE, 19-digit inodes', () => {
    const { rows, lines } = parseText(
      [
        'COMMAND  PID USER   FD     TYPE             DEVICE  SIZE/OFF                NODE NAME',
        'node    4411   me  cwd      DIR                1,4       704            80712345 /Users/me/app',
        'node    4411   me  txt      REG                1,4  83910432 1152921500312123456 /usr/lib/dyld',
        'node    4411   me    3u  KQUEUE                                                  count=0, state=0xa',
        'node    4411   me    4     PIPE 0x7a3d5e8f9b1c2d3e     16384                     ->0x8b4e6f9a0c2d3e4f',
        'node    4411   me   20u    unix 0x5b1f2e3d4c5b6a79       0t0                     ->0x6c2f3e4d5c6b7a80',
        'node    4411   me   21u    IPv6 0x1c2d3e4f5a6b7c8d       0t0                 TCP *:hbci (LISTEN)',
        'node    4411   me   22  NPOLICY',
        '',
      ].join('\n'),
    );
    expect(rows.map((row) => [row.fd, row.type, row.node, row.name])).toEqual([
      ['cwd', 'DIR', '80712345', '/Users/me/app'],
      ['txt', 'REG', '1152921500312123456', '/usr/lib/dyld'],
      ['3u', 'KQUEUE', undefined, 'count=0, state=0xa'],
      ['4', 'PIPE', undefined, '->0x8b4e6f9a0c2d3e4f'],
      ['20u', 'unix', undefined, '->0x6c2f3e4d5c6b7a80'],
      ['21u', 'IPv6', 'TCP', '*:hbci (LISTEN)'],
      ['22', 'NPOLICY', undefined, undefined],
    ]);
    expect(lines.unplacedTotal).toBe(0);
  });
});

describe('what stands around the rows', () => {
  it('takes a header without rows for an empty answer', () => {
    const parsed = parseText(`${HEADER}\n`);
    expect(parsed.rows).toEqual([]);
    expect(parsed.listings).toHaveLength(1);
    expect(parsed.lines).toMatchObject({ total: 1, other: 1, unplacedTotal: 0 });
  });

  it('reports a last row that was cut before its NAME', () => {
    const parsed = parseText([HEADER, ...ROWS, ROWS[3].slice(0, 46)].join('\n'));
    expect(parsed.rows).toHaveLength(4);
    expect(parsed.lines.unplaced).toEqual([{ line: 6, text: ROWS[3].slice(0, 46) }]);
  });

  it('says what the input itself says is missing', () => {
    const parsed = parseText(
      [
        "lsof: WARNING: can't stat() tracefs file system /sys/kernel/debug/tracing",
        '      Output information may be incomplete.',
        HEADER,
        ...ROWS,
      ].join('\n'),
    );
    expect(parsed.rows.map(({ line }) => line)).toEqual([4, 5, 6, 7]);
    expect(parsed.hidden).toHaveLength(2);
  });

  it('hands on limits', () => {
    const limits = '/proc/12345/limits:Max open files            1024                 4096                 files     ';
    const parsed = parseText([HEADER, ...ROWS, limits].join('\n'));
    expect(parsed.facts).toEqual([{ pid: 12345, softLimit: 1024, hardLimit: 4096 }]);
    expect(parsed.rows).toHaveLength(4);
  });
});

describe('listings', () => {
  const wider = (line: string): string => line.replace('alice', '   alice').replace('USER', '   USER');

  it('opens a listing at every repeat marker, whatever its text, with widths of its own', () => {
    const parsed = parseText(
      [
        HEADER,
        ...ROWS,
        '=======',
        ...[HEADER, ...ROWS].map(wider),
        'Mon 12:00 o clock',
        HEADER,
        ...ROWS,
        '=======',
      ].join('\n'),
    );
    expect(parsed.listings).toEqual([
      { index: 0, marker: null, line: 1 },
      { index: 1, marker: '=======', line: 7 },
      { index: 2, marker: 'Mon 12:00 o clock', line: 13 },
    ]);
    expect(parsed.rows.map((row) => row.listing)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(new Set(parsed.rows.map((row) => row.user))).toEqual(new Set(['alice']));
    expect(parsed.lines.unplacedTotal).toBe(0);
  });

  it('goes on with the same listing where only new processes follow a header', () => {
    const parsed = parseText(
      [HEADER, ...ROWS, '$ lsof -p 777', ...[HEADER, ...ROWS].map((row) => row.replace('12345', '  777'))].join('\n'),
    );
    expect(parsed.listings).toHaveLength(1);
    expect(parsed.rows).toHaveLength(8);
    expect(parsed.rows.every((row) => row.listing === 0)).toBe(true);
  });

  it('opens a listing where a known process returns with a row it had', () => {
    const again = [HEADER, ROWS[2], ROWS[3].replace('21u', '99u')];
    const parsed = parseText([HEADER, ...ROWS, '$ lsof -p 12345', ...again].join('\n'));
    expect(parsed.listings.map(({ line }) => line)).toEqual([1, 7]);
    expect(parsed.rows.map((row) => row.listing)).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('goes on where a known process returns with other rows', () => {
    const parsed = parseText([HEADER, ...ROWS.slice(0, 2), HEADER, ...ROWS.slice(2)].join('\n'));
    expect(parsed.listings).toHaveLength(1);
    expect(parsed.rows.map(judged)).toHaveLength(4);
  });
});

describe('detection', () => {
  it('is sure of a header, less of rows alone, and knows nothing of other text', () => {
    expect(lsofText.detect(sampleOf([HEADER, ...ROWS].join('\n')))).toBeGreaterThan(0.9);
    expect(lsofText.detect(sampleOf(`$ lsof\n# ${HEADER}\n`))).toBeGreaterThan(0.9);
    expect(lsofText.detect(sampleOf(ROWS.join('\n')))).toBeCloseTo(0.6);
    expect(lsofText.detect(sampleOf('Jan  1 12:00:00 host kernel: something\n'.repeat(9)))).toBe(0);
    expect(lsofText.detect(sampleOf('p1\nf3\nn/x\n'))).toBe(0);
    expect(lsofText.detect(sampleOf(''))).toBe(0);
  });
});
