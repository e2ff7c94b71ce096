import { describe, expect, it } from 'vitest';
import { readPaste } from './damage/read.ts';
import { HEADER, ROWS, read, SPOKEN } from './dress-support.ts';

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
