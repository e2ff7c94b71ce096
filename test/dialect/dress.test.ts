import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/dialect/detect.ts';
import { dressesOf } from '../../src/dialect/dress/dresses.ts';
import { Undressing } from '../../src/dialect/dress/undressing.ts';
import { RUN_TOGETHER } from './damage/dresses.ts';
import { linesOf } from './damage/lines.ts';
import { readPaste } from './damage/read.ts';
import { fixtureCaptures, judged } from './lsof-text-support.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

const HEADER = 'COMMAND    PID  USER   FD      TYPE DEVICE SIZE/OFF  NODE NAME';
const ROWS = [
  'gauged    4711 meter   18u     IPv4  83113      0t0   TCP 192.0.2.5:41000->192.0.2.9:53 (ESTABLISHED)',
  'gauged    4711 meter   19r      REG    8,1     4096  7712 /srv/meter/log',
  'gauged    4711 meter   20w     FIFO   0,13      0t0 99871 pipe',
  'dial       977  dial    6u  a_inode   0,14        0  1030 [eventpoll]',
];
const SPOKEN = [
  'gauged|4711|meter|18u|IPv4|192.0.2.5:41000->192.0.2.9:53 (ESTABLISHED)',
  'gauged|4711|meter|19r|REG|/srv/meter/log',
  'gauged|4711|meter|20w|FIFO|pipe',
  'dial|977|dial|6u|a_inode|[eventpoll]',
];

async function read(...lines: readonly string[]): Promise<{ rows: string[]; numbers: number[]; left: number[] }> {
  const { rows, result } = await readPaste(Buffer.from(`${lines.join('\n')}\n`));
  const spoken = rows.map(({ line, pid, cells }) => judged({ line, listing: 0, pid, ...cells }).join('|'));
  return { rows: spoken, numbers: rows.map(({ line }) => line), left: result.lines.unplaced.map(({ line }) => line) };
}

const cells = (line: string): string[] => {
  const words = line.split(/ +/);
  return [...words.slice(0, 8), words.slice(8).join(' ')];
};

describe('rows with one thing in front of each, no header', () => {
  const fronts: Readonly<Record<string, (index: number) => string>> = {
    'a syslog line': (index) => `Nov 21 12:00:0${index} box1 fdcheck: `,
    'a kernel time': (index) => `[  123.45678${index}] `,
    'a container': () => '[pod/meter-7d4b9/app] ',
    'a service and a bar': () => 'meter_1  | ',
    'a tracer': () => '[pid 77] ',
    'a second of the epoch': (index) => `179526240${index}.25 `,
    'a chat': () => '[12:01 PM] ann: ',
    'a number of grep': (index) => `${12 + 3 * index}:`,
    'a file of grep': () => '/tmp/dump.txt:',
    'a file and a number of grep': (index) => `/tmp/dump.txt:${12 + 3 * index}:`,
  };

  it.each(Object.entries(fronts))('%s', async (_name, front) => {
    expect((await read(...ROWS.map((row, index) => front(index) + row))).rows).toEqual(SPOKEN);
    expect((await read(front(0) + ROWS[0])).rows).toEqual(SPOKEN.slice(0, 1));
  });

  it('a word alone is no front: it could be part of COMMAND', async () => {
    await expect(read(...ROWS.map((row) => `box1 ${row}`))).rejects.toThrow('no listing');
  });

  it('descriptors of ls with a log in front', async () => {
    const links = ['/dev/null', '/srv/meter/log', 'socket:[83113]'];
    const lines = links.map((link, i) => `Nov 21 12:00:0${i} box1 x: lrwx------ 1 m m 64 Nov 21 11:59 ${i} -> ${link}`);
    const { rows } = await readPaste(Buffer.from(['/proc/4711/fd:', ...lines, ''].join('\n')));
    expect(rows.map((row) => [row.pid, row.cells.fd, row.cells.name])).toEqual([
      [4711, '0', '/dev/null'],
      [4711, '1', '/srv/meter/log'],
      [4711, '2', 'socket:[83113]'],
    ]);
  });
});

describe('the signs of a block of code on the lines of its first and last row', () => {
  const last = ROWS.length - 1;
  const closed = (sign: string): string[] => ROWS.map((row, i) => (i === last ? row + sign : row));
  const LINKS = [
    'lrwx------ 1 m m 64 Nov 21 11:59 0 -> /dev/null',
    'lrwx------ 1 m m 64 Nov 21 11:59 1 -> socket:[83113]',
  ];

  it.each([
    ['```', '```'],
    ['````', '````  '],
    ['{code}', '{code}'],
    ['{noformat:title=x}', '{noformat}'],
    ['[code]', '[/code]'],
  ])('%s', async (open, close) => {
    for (const lines of [
      [open, HEADER, ...closed(close)],
      [open, ...closed(close)],
      [open + HEADER, ...closed(close)],
    ]) {
      const { rows, left } = await read('So it is:', ...lines, 'any ideas?');
      expect(rows, lines.join('\n')).toEqual(SPOKEN);
      expect(left).toEqual([1, lines.length + 2]);
    }
  });

  it('whose end is far behind its beginning', async () => {
    const rows = Array.from({ length: 400 }, (_, i) =>
      (ROWS[0] as string).replace('18u', `${i + 100}u`).replace(' IPv4', 'IPv4'),
    );
    const read400 = await read('```', HEADER, ...rows.slice(0, -1), `${rows.at(-1)}\`\`\``);
    expect(read400.rows).toHaveLength(400);
    expect(read400.rows.at(-1)).toMatch(/\(ESTABLISHED\)$/);
  });

  it('one backtick before a command, and one behind its last row', async () => {
    const { rows } = await read('here is one:', '', '`sudo lsof | grep meter', '', ...closed('`'));
    expect(rows).toEqual(SPOKEN);
  });

  it('around links of ls', async () => {
    const lines = ['```ls -l /proc/4711/fd', ...LINKS.slice(0, 1), `${LINKS[1]}\`\`\``];
    const { rows } = await readPaste(Buffer.from(`${lines.join('\n')}\n`));
    expect(rows.map(({ pid, cells: { fd, name } }) => [pid, fd, name])).toEqual([
      [4711, '0', '/dev/null'],
      [4711, '1', 'socket:[83113]'],
    ]);
  });

  it('belong to the name where nothing was opened', async () => {
    const { rows } = await read(HEADER, ...closed('```'));
    expect(rows.at(-1)).toBe(`${SPOKEN[last]}\`\`\``);
  });
});

it.each(["'", '"', '`'])('a listing in a string of %s among other lines', async (quote) => {
  const written = [HEADER, ...ROWS].join('\\n');
  const { rows, numbers, left } = await read(
    '### ann',
    `{'kind': 'text', 'out': ${quote}${written}${quote}, 'bad': 0}`,
    'So?',
  );
  expect(rows).toEqual(SPOKEN);
  expect(new Set(numbers)).toEqual(new Set([2]));
  expect(left).toEqual([1, 2, 2, 3]);
});

it('a string of one row, with a command above it', async () => {
  const row = 'my\\\\x20meter 4711 meter   19r      REG    8,1     4096  7712 /srv/meter/log';
  const { rows } = await read('const sample =', `  out: '$ lsof -p 4711\\n${HEADER}\\n${row}',`, '  q: "what now?",');
  expect(rows).toEqual(['my\\x20meter|4711|meter|19r|REG|/srv/meter/log']);
});

it('a unified diff is read as what it came to, and that is said', async () => {
  const gone = (ROWS[1] as string).replace('19r', '21r');
  const lines = ['--- a.txt', '+++ b.txt', '@@ -1,3 +1,4 @@', ` ${HEADER}`, ` ${ROWS[0]}`, `-${gone}`];
  const { rows, result } = await readPaste(
    Buffer.from([...lines, ...ROWS.slice(1).map((row) => `+${row}`), ''].join('\n')),
  );
  expect(rows.map(({ line, cells: { fd } }) => [line, fd])).toEqual([
    [5, '18u'],
    [7, '19r'],
    [8, '20w'],
    [9, '6u'],
  ]);
  expect(result.hidden.join()).toContain('the diff takes away');
});

describe('counts in front', () => {
  it('leave each row once, and the count is said', async () => {
    const lines = ROWS.map((row, index) => `${String(9 - index).padStart(7)} ${row}`);
    const { rows, result } = await readPaste(Buffer.from(`${lines.join('\n')}\n`));
    expect(rows.map(({ cells: { name } }) => name)).toEqual(SPOKEN.map((row) => row.split('|')[5]));
    expect(result.hidden.join()).toContain('a count stands in front of each line');
  });
});

describe('tables', () => {
  const titles = cells(HEADER);
  const rows = ROWS.map(cells);

  it.each<[string, string[], number]>([
    [
      'a box of a database',
      [
        ` ${titles.join(' | ').toLowerCase()} `,
        '-----+------+-----',
        ...rows.map((row) => ` ${row.join(' | ')} `),
        '(4 rows)',
      ],
      3,
    ],
    [
      'a box of lines',
      ['\u250c\u2500\u252c\u2500\u2510', `\u2502 ${titles.join(' \u2502 ')} \u2502`].concat(
        rows.map((row) => `\u2502 ${row.join(' \u2502 ')} \u2502`),
      ),
      3,
    ],
    [
      'a table of a page',
      [
        `<table><tr><th>${titles.join('</th><th>')}</th></tr>`,
        ...rows.map((row) => `<tr><td>${row.join('</td><td>').replace('->', '-&gt;')}</td></tr>`),
      ],
      2,
    ],
    [
      'quoted values, another order of columns',
      [
        ['NAME', ...titles.slice(0, 8)].join(','),
        ...rows.map((row) => [row[8], ...row.slice(0, 8)].map((cell) => `"${cell}"`).join(',')),
      ],
      2,
    ],
  ])('%s', async (_name, lines, first) => {
    const { rows: got, numbers } = await read(...lines);
    expect(got).toEqual(SPOKEN);
    expect(numbers).toEqual([0, 1, 2, 3].map((i) => first + i));
  });

  it('keep blank cells and a USER of two words where they are', async () => {
    const lines = [titles.join(','), 'gauged,4711,two words,DEL,REG,"8,1",,7712,/srv/meter/old'];
    expect((await read(...lines)).rows).toEqual(['gauged|4711|two words|DEL|REG|/srv/meter/old']);
  });
});

describe('pages', () => {
  it('leave no tag in a name', async () => {
    const lines = [`<html><body><pre>${HEADER}`, ...ROWS].map((line) => line.replace('->', '-&gt;'));
    lines[lines.length - 1] += '</pre></body></html>';
    expect((await read(...lines)).rows).toEqual(SPOKEN);
  });

  it('are no reason to change a name that looks like one', async () => {
    const name = '/srv/a&amp;b&lt;c';
    const { rows } = await read(HEADER, ROWS[0] as string, (ROWS[1] as string).replace('/srv/meter/log', name));
    expect(rows[1]).toBe(`gauged|4711|meter|19r|REG|${name}`);
    const link = `l-wx------ 1 m m 64 Nov 21 11:59 3 -> ${name}`;
    const { rows: links } = await readPaste(Buffer.from(`/proc/4711/fd:\n${link}\n`));
    expect(links.map(({ cells: { name: read } }) => read)).toEqual([name]);
    const { rows: files } = await read(HEADER, (ROWS[1] as string).replace('/srv/meter/log', name));
    expect(files).toEqual([`gauged|4711|meter|19r|REG|${name}`]);
  });
});

describe('several rows on one line', () => {
  it.each(Object.entries(RUN_TOGETHER))('%s', async (_name, damage) => {
    const capture = { name: '', bytes: Buffer.from([HEADER, ...ROWS].join('\n')), truth: new Map() };
    const { rows, numbers } = await read(damage(linesOf(capture)).text.trimEnd());
    expect(rows).toEqual(SPOKEN);
    expect(new Set(numbers)).toEqual(new Set([1]));
  });

  it('in a field of a log record', async () => {
    const record = JSON.stringify({ level: 'error', msg: [HEADER, ...ROWS].join('\n'), ts: 1 });
    expect(await read('{"level":"info","msg":"start"}', record)).toMatchObject({ rows: SPOKEN, numbers: [2, 2, 2, 2] });
  });

  it('of any capture: rows are true or left out', async () => {
    for (const capture of fixtureCaptures()) {
      const lines = linesOf(capture).slice(0, 40);
      const names = new Set(lines.flatMap(({ truth }) => (truth ? [truth.join('|')] : [])));
      const damaged = (RUN_TOGETHER['one line, newlines as \\n'] as (typeof RUN_TOGETHER)[string])(lines);
      const { rows } = await read(damaged.text.trimEnd());
      expect(rows.filter((row) => !names.has(row))).toEqual([]);
    }
  });
});

describe('cells that were blacked out', () => {
  const black = (cell: string, by: string): string[] =>
    [HEADER, ...ROWS].map((row) => row.replaceAll(cell.padEnd(by.length), by.padEnd(cell.length)));

  it('stand as they are where the rest of the row is certain', async () => {
    expect((await read(...black('gauged', '***'))).rows[0]).toBe(SPOKEN[0]?.replace('gauged', '***'));
    expect((await read(...black(' meter ', ' XXXX  '))).rows[0]).toBe(SPOKEN[0]?.replace('meter', 'XXXX'));
    expect((await read(...black('/srv/meter/log', '[REDACTED]'))).rows[1]).toBe(
      SPOKEN[1]?.replace('/srv/meter/log', '[REDACTED]'),
    );
  });

  it('leave a row without PID unplaced', async () => {
    expect(await read(...black('4711', 'XXXX'))).toMatchObject({ rows: SPOKEN.slice(3), left: [2, 3, 4] });
  });
});

describe('no dress', () => {
  const files = readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:tsv|gz|zst)$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`);

  it.each(files)('is seen in %s', (file) => {
    expect(dressesOf(sampleOf(readFileSync(file)))).toEqual([]);
  });

  it('changes what it is not on, however the input is cut into chunks', () => {
    const dresses = [{ bare: (line: string) => line.replace(/^x: /, '') }];
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 })), fc.nat(9), fc.boolean(), (lines, step, ended) => {
        const bytes = Buffer.from(lines.join('\n') + (ended ? '\n' : ''), 'latin1');
        const undressing = new Undressing(dresses);
        const parts: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += step + 1)
          parts.push(undressing.write(bytes.subarray(at, at + step + 1)));
        parts.push(undressing.end());
        const bare = bytes
          .toString('latin1')
          .split('\n')
          .map((line, i, all) => (i < all.length - 1 ? line.replace(/\r$/, '') : line).replace(/^x: /, ''))
          .join('\n');
        expect(Buffer.concat(parts).toString('latin1').replace(/\r$/, '')).toBe(bare.replace(/\r$/, ''));
      }),
    );
  });
});
