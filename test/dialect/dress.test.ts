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
import { HEADER, ROWS, read, SPOKEN } from './dress-support.ts';
import { fixtureCaptures } from './lsof-text-support.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

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
