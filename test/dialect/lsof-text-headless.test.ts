import { describe, expect, it } from 'vitest';
import { lsofText } from '../../src/dialect/lsof-text/lsof-text.ts';
import { parse } from '../support/parsed.ts';
import { rows } from './paste-rows.ts';

describe('rows without COMMAND', () => {
  it('as lsof of a phone prints them, and as awk does below a header of its own', () => {
    const ROW = '~|4711|u0_a120|232w|REG|/data/cache/1663001682074 (deleted)';
    expect(
      rows(
        '4711    u0_a120  232w      REG              253,0     28652      33619 /data/cache/1663001682074 (deleted)',
        '4711    u0_a120  233u     IPv4              99120       0t0        TCP 10.0.0.5:41122->10.0.0.7:443 (CLOSE_WAIT)',
        '4711 u0_a120 232w REG 253,0 28652 33619 /data/cache/1663001682074 (deleted)',
        '> 4711 u0_a120 232w REG 253,0 28652 33619 /data/cache/1663001682074 (deleted)',
      ),
    ).toEqual([
      `1|${ROW}`,
      '2|~|4711|u0_a120|233u|IPv4|10.0.0.5:41122->10.0.0.7:443 (CLOSE_WAIT)',
      `3|${ROW}`,
      `4|${ROW}`,
    ]);
  });

  it('but not where other rows have theirs: then a front was cut off, and a part of the PID with it', () => {
    const whole = 'gauged 4711 meter 9w REG 8,1 1234 77 /var/log/gauge.log';
    const cut = whole.slice(9);
    expect(rows(cut, whole, whole, cut)).toEqual([2, 3].map((i) => `${i}|gauged|4711|meter|9w|REG|/var/log/gauge.log`));
  });

  it.each(['/', '-', '*', '12.'])('but not behind %j, which may be the COMMAND', (sign) => {
    const whole = 'gauged 4711 meter 9w REG 8,1 1234 77 /var/log/gauge.log';
    expect(rows(`${sign} 4711 meter 0-W IPv4 99120 0t0 TCP *:80 (LISTEN)`, whole)).not.toContainEqual(
      expect.stringContaining('1|~|'),
    );
  });

  it('but a number with a number behind it is not told from COMMAND and PID', () => {
    const whole = 'gauged 4711 10120 9w REG 8,1 1234 77 /var/log/gauge.log';
    expect(rows(whole, '4711 10120 9w REG 8,1 1234 77 /var/log/gauge.log')).toEqual([
      '1|gauged|4711|10120|9w|REG|/var/log/gauge.log',
    ]);
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
