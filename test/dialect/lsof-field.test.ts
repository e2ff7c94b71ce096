import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lsofField } from '../../src/dialect/lsof-field/lsof-field.ts';
import { type ParsedRow, parse, sampleFor } from '../support/parsed.ts';

const read = (name: string) => readFileSync(`fixtures/${name}`);

/** A truth table's fields: backslash, tab and line end are written `\\`, `\t`, `\n`. */
function truth(name: string): string[][] {
  const lines = readFileSync(`fixtures/${name}`, 'utf8').trimEnd().split('\n').slice(1);
  const plain = (field: string) =>
    field.replace(/\\(.)/g, (_, letter: string) => ({ t: '\t', n: '\n' })[letter] ?? letter);
  return lines.map((line) => line.split('\t').map(plain));
}

function columns(row: ParsedRow): string[] {
  const { command, user, fd, type, name } = row.cells;
  return [String(row.line), command ?? '', String(row.pid), user ?? '', fd ?? '', type ?? '', name ?? ''];
}

describe.each(['local4997-F', 'local4997-F0-nul'])('lsof 4.99.7, %s', (name) => {
  const bytes = read(`lsof-field/${name}.txt`);
  const parsed = parse(lsofField, bytes);

  it('has every row as it was', () => {
    expect(parsed.rows.map(columns)).toEqual(truth(`lsof-field/${name}.tsv`));
  });

  it('accounts for every line', () => {
    const { lines, hidden } = parsed.result;
    expect(lines.total).toBe(bytes.toString('latin1').split('\n').length - 1);
    expect(lines).toMatchObject({ other: lines.total - lines.rows, unplacedTotal: 0 });
    expect(hidden).toEqual([]);
  });

  it.each([1, 7, 64, 4097])('is the same in chunks of %i bytes', (size) => {
    expect(parse(lsofField, bytes, size)).toEqual(parsed);
  });

  it('is recognised', () => {
    expect(lsofField.detect(sampleFor(bytes))).toBe(1);
  });
});

it('finds the same rows by field and by set', () => {
  const cells = (name: string) =>
    parse(lsofField, read(`lsof-field/${name}.txt`)).rows.map(({ pid, cells }) => [pid, cells]);
  expect(cells('local4997-F')).toEqual(cells('local4997-F0-nul'));
});

it('agrees with readlink and stat about a process that holds one of everything', () => {
  const rows = parse(lsofField, read('lsof-4.99.7/fields0.txt')).rows;
  const links = readFileSync('fixtures/lsof-4.99.7/truth.tsv', 'utf8').trimEnd().split('\n').slice(1);
  expect(rows.map(({ cells }) => (cells.fd ?? '').replace(/\D+$/, ''))).toEqual(
    links.map((line) => line.split('\t')[0]),
  );
  for (const [i, line] of links.entries()) {
    const [, , inode, , kind] = line.split('\t');
    const cells = rows[i]?.cells;
    if (kind !== 'SOCK') expect(cells?.node).toBe(inode);
    else expect([cells?.node, cells?.device]).toContain(inode);
    if (kind === 'REG' || kind === 'DIR' || kind === 'CHR' || kind === 'FIFO') expect(cells?.type).toBe(kind);
  }
});

describe('every field', () => {
  const set =
    'p12\0K34\0Mworker\0zglobal\0Zunconfined\0g5\0R1\0cjava\0u1000\0Lwww\0\n' +
    'f27\0au\0lW\0tREG\0F0xffff\0C2\0G0x8002;0x1\0N0xfff0\0d8,1\0D0x801\0r0x0\0s42\0o0t17\0i99\0k1\0PTCP\0n/a b\0TST=LISTEN\0TQR=0\0TQS=3\0TSO=PQLEN=0\0\n';

  it('fills its cell', () => {
    expect(parse(lsofField, set).rows).toEqual([
      {
        line: 2,
        listing: 0,
        pid: 12,
        class: null,
        deleted: null,
        cells: {
          command: 'java',
          tid: '34',
          task: 'worker',
          ppid: '1',
          pgid: '5',
          uid: '1000',
          user: 'www',
          fd: '27uW',
          type: 'REG',
          device: '8,1',
          size: '42',
          offset: '0t17',
          links: '1',
          node: '99',
          name: '/a b',
          flags: '0x8002;0x1',
          state: 'LISTEN',
          protocol: 'TCP',
        },
      },
    ]);
  });

  it('reads the same where NUL became ^@, where it became a line, and where it is quoted', () => {
    const cells = parse(lsofField, set).rows[0]?.cells;
    expect(parse(lsofField, set.replaceAll('\0', '^@')).rows[0]).toMatchObject({ line: 2, cells });
    const fields = set.replaceAll('\0\n', '\n').replaceAll('\0', '\n');
    expect(parse(lsofField, fields).rows[0]).toMatchObject({ line: 11, cells });
    for (const prefix of ['> ', '    ', '# ', '\t'])
      expect(parse(lsofField, fields.replaceAll(/^/gm, prefix)).rows[0]).toMatchObject({ line: 11, cells });
  });
});

describe('the FD cell', () => {
  it.each([
    ['f27\nau\nlW\n', '27uW'],
    ['fcwd\na \nl \n', 'cwd'],
    ['f4\na \nlW\n', '4-W'],
    ['f4\nar\n', '4r'],
    ['f*345\nau\nl \n', '*345u'],
    ['f  12\n', '12'],
    ['fNOFD\na \nl \n', 'NOFD'],
    ['fM1f\na\nl\n', 'M1f'],
  ])('of %j is %s', (fields, fd) => {
    expect(parse(lsofField, `p1\n${fields}n/x\n`).rows[0]?.cells.fd).toBe(fd);
  });
});

describe('without f', () => {
  it('makes a row of each name, and says what is missing', () => {
    const { rows, result } = parse(lsofField, 'p7\nn/a\nn\nn/b\np8\nn/c\n');
    expect(rows.map(({ pid, line, cells }) => [pid, line, cells.name])).toEqual([
      [7, 2, '/a'],
      [7, 3, ''],
      [7, 4, '/b'],
      [8, 6, '/c'],
    ]);
    expect(rows.every(({ cells }) => cells.fd === undefined)).toBe(true);
    expect(result.hidden).toEqual([expect.stringContaining('4 rows have no descriptor field')]);
  });

  it('begins a row where the fixed order of fields begins again, named by its n line', () => {
    const { rows } = parse(lsofField, 'p7\ntREG\ns5\nn/a\ntIPv4\nPTCP\nn*:80\nTST=LISTEN\nTQR=0\ntREG\nn/b\n');
    expect(rows.map(({ line, cells }) => [line, cells.type, cells.size, cells.name, cells.state])).toEqual([
      [4, 'REG', '5', '/a', undefined],
      [7, 'IPv4', undefined, '*:80', 'LISTEN'],
      [11, 'REG', undefined, '/b', undefined],
    ]);
  });

  it('is what lsof 4.95 prints for -Fn', () => {
    const { rows } = parse(lsofField, read('lsof-4.99.7/names-4.95.txt'));
    expect(rows.map(({ cells }) => cells.name)).toEqual(['/dev/null', '/dev/null', '/dev/null', '/tmp/lab/plain']);
  });
});

it('reads rows without n, and processes without rows', () => {
  const { rows } = parse(lsofField, 'p1\nf3\ntREG\nf4\ntFIFO\n');
  expect(rows.map(({ line, cells }) => [line, cells])).toEqual([
    [2, { fd: '3', type: 'REG' }],
    [4, { fd: '4', type: 'FIFO' }],
  ]);
  expect(parse(lsofField, 'p1\ncinit\np2\nckthreadd\n').result).toMatchObject({
    lines: { total: 4, other: 4 },
    hidden: ['the listing has process fields only, no files'],
  });
});

it('repeats a process for each of its tasks, and for each of its sets', () => {
  const { rows, listings } = parse(lsofField, 'p5\ncapp\nf3\nn/a\np5\nK6\nMtask\ncapp\nf3\nn/a\np5\ncapp\nf4\nn/b\n');
  expect(rows.map(({ pid, cells }) => [pid, cells.tid, cells.task, cells.fd])).toEqual([
    [5, undefined, undefined, '3'],
    [5, '6', 'task', '3'],
    [5, undefined, undefined, '4'],
  ]);
  expect(listings).toHaveLength(1);
});

describe('listings', () => {
  it('are rounds of repeat mode, whose last marker opens none', () => {
    const { rows, listings } = parse(lsofField, read('lsof-4.99.7/rounds-fields0.txt'));
    expect(listings).toEqual([
      { index: 0, line: 1, marker: null },
      { index: 1, line: 7, marker: expect.stringMatching(/^=\d+=$/) },
    ]);
    expect(rows.map(({ listing }) => listing)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('may be empty in between', () => {
    const { listings, result } = parse(lsofField, 'p1\nf3\nn/a\nm\nm\np1\nf3\nn/a\nm\n');
    expect(listings.map(({ index, line }) => [index, line])).toEqual([
      [0, 1],
      [1, 5],
      [2, 6],
    ]);
    expect(result.listings).toBe(3);
  });

  it('begin where a process returns with its first row', () => {
    const dump = 'p1\nfcwd\nn/\nf3\nn/a\np2\nfcwd\nn/\n';
    const { rows, listings } = parse(lsofField, dump + dump);
    expect(rows.map(({ listing }) => listing)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(listings[1]?.line).toBe(9);
    expect(parse(lsofField, `p1\nf3\nn/a\np2\nf3\nn/b\np1\nf4\nn/c\n`).listings).toHaveLength(1);
  });
});

describe('around the listing', () => {
  it('knows prompts, warnings and limits, also between the fields', () => {
    const { rows, facts, result } = parse(
      lsofField,
      [
        'root@web1:~# lsof -F',
        "lsof: WARNING: can't stat() fuse.gvfsd-fuse file system /run/user/1000/gvfs",
        '      Output information may be incomplete.',
        'p2445',
        'cuwsgi',
        'f3',
        'lsof: no pwd entry for UID 1234',
        'tREG',
        'n/srv/app/cat.jpg',
        '/proc/2445/limits:Max open files            1024                 4096                 files     ',
        'nagios@web1:~$ exit',
        '',
      ].join('\n'),
    );
    expect(rows).toMatchObject([{ line: 6, pid: 2445, cells: { fd: '3', type: 'REG', name: '/srv/app/cat.jpg' } }]);
    expect(facts).toEqual([{ pid: 2445, softLimit: 1024, hardLimit: 4096 }]);
    expect(result.lines).toMatchObject({ total: 11, rows: 3, other: 8, unplacedTotal: 0 });
    expect(result.hidden).toEqual([
      expect.stringContaining("can't stat() fuse"),
      expect.stringContaining('Output information may be incomplete'),
    ]);
  });
});

describe('damage', () => {
  it('in a value loses that value, and says so', () => {
    const { rows, result } = parse(lsofField, 'p1\nf3\ntREG\ns4x2\nn/a\n');
    expect(rows[0]?.cells).toEqual({ fd: '3', type: 'REG', name: '/a' });
    expect(result.lines.unplaced).toEqual([{ line: 4, text: 's4x2' }]);
  });

  it('in a set loses the row', () => {
    const { rows, result } = parse(lsofField, 'p1\0\nf3\0n/a\0\nf4\0s4x2\0n/b\0\nf5\0n/c\0\n');
    expect(rows.map(({ cells }) => cells.fd)).toEqual(['3', '5']);
    expect(result.lines.unplaced.map(({ line }) => line)).toEqual([3]);
  });

  it.each(['x2\ncother\n', 'p2x\n', 'x2\n'])('in a process set (%j) gives its rows to nobody', (torn) => {
    const { rows, result } = parse(lsofField, `p1\ncapp\nf3\nn/a\n${torn}f3\nn/b\np3\nf3\nn/c\n`);
    expect(rows.map(({ pid, cells }) => [pid, cells.command, cells.name])).toEqual([
      [1, 'app', '/a'],
      [-1, undefined, '/b'],
      [3, undefined, '/c'],
    ]);
    expect(result.lines.unplacedTotal).toBeGreaterThan(0);
  });

  it('that took an f line leaves no row with the fields of two', () => {
    const { rows, result } = parse(lsofField, 'p1\nf3\ntREG\nn/a\ntIPv4\nn*:80\nTST=LISTEN\nf5\ntREG\nn/c\n');
    expect(rows.map(({ cells }) => cells)).toEqual([
      { fd: '3', type: 'REG', name: '/a' },
      { fd: '5', type: 'REG', name: '/c' },
    ]);
    expect(result.lines.unplaced.map(({ line }) => line)).toEqual([5, 6, 7]);
  });

  it('at the end is told', () => {
    const cut = parse(lsofField, 'p1\nf3\ntREG\nn/srv/up');
    expect(cut.rows[0]?.cells.name).toBe('/srv/up');
    expect(cut.result.hidden).toEqual(['the input ends within a line: its last row may be cut']);
    const number = parse(lsofField, 'p1\nf3\nn/a\nf1');
    expect(number.rows).toHaveLength(1);
    expect(number.result.lines.unplaced).toEqual([{ line: 4, text: 'f1' }]);
    expect(parse(lsofField, 'p1\0\nf3\0n/a\0\nf4\0n/srv/u').rows).toHaveLength(1);
  });

  it('before the first process leaves rows of nobody', () => {
    const { rows } = parse(lsofField, 'f3\0n/a\0\np2\0\nf3\0n/b\0\n');
    expect(rows.map(({ pid }) => pid)).toEqual([-1, 2]);
  });
});

it('keeps bytes that are no text apart', () => {
  const bytes = Buffer.from('p1\nf3\nn/a\xff\nf4\nn/a\xfe\n', 'latin1');
  expect(parse(lsofField, bytes).rows.map(({ cells }) => cells.name)).toEqual(['/a\\xff', '/a\\xfe']);
});

it.each(['', 'COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n', '{"a":1}\n', 'p\nq\n', 'total 0\nlrwx\n'])(
  'does not claim %j',
  (text) => {
    expect(lsofField.detect(sampleFor(text))).toBe(0);
  },
);
