import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lsofField } from '../../src/dialect/lsof-field/lsof-field.ts';
import { lsofJson } from '../../src/dialect/lsof-json.ts';
import { type ParsedRow, parse, sampleFor } from '../support/parsed.ts';

const read = (name: string) => readFileSync(`fixtures/${name}`);

/** Cells that lsof prints in another form as JSON, or leaves out of it. */
function comparable({ pid, cells }: ParsedRow) {
  const { offset, flags, state, ...same } = cells;
  const internet = cells.type === 'IPv4' || cells.type === 'IPv6';
  return { pid, cells: { ...same, name: internet ? undefined : cells.name } };
}

describe('lsof 4.99.7 -J', () => {
  const bytes = read('lsof-field/local4997-J.json');
  const parsed = parse(lsofJson, bytes);
  const fields = parse(lsofField, read('lsof-field/local4997-F.txt'));

  it('has the rows that -F had at the same moment', () => {
    expect(parsed.rows.map(comparable)).toEqual(fields.rows.map(comparable));
  });

  it('has the states of internet sockets, whose names it lacks', () => {
    const states = (rows: readonly ParsedRow[]) =>
      rows.filter(({ cells }) => cells.type?.startsWith('IPv')).map(({ cells }) => cells.state);
    expect(states(parsed.rows)).toEqual(states(fields.rows));
    expect(parsed.result.hidden).toEqual([expect.stringContaining('names are missing')]);
  });

  it('is one line, on which every row begins', () => {
    expect(parsed.result.lines).toMatchObject({ total: 1, rows: 1, other: 0, unplacedTotal: 0 });
    expect(new Set(parsed.rows.map(({ line }) => line))).toEqual(new Set([1]));
  });

  it.each([1, 5, 999])('is the same in chunks of %i bytes', (size) => {
    expect(parse(lsofJson, bytes, size)).toEqual(parsed);
  });

  it('is recognised', () => {
    expect(lsofJson.detect(sampleFor(bytes))).toBe(1);
  });
});

describe('lsof 4.99.7 of one process', () => {
  const fields = parse(lsofField, read('lsof-4.99.7/fields.txt')).rows.map(comparable);

  it('has the same rows as document, as lines, and laid out by jq', () => {
    const document = read('lsof-4.99.7/document.json');
    expect(parse(lsofJson, document).rows.map(comparable)).toEqual(fields);
    const lines = parse(lsofJson, read('lsof-4.99.7/lines.jsonl')).rows;
    expect(lines.map(comparable)).toEqual(fields);
    expect(lines.map(({ line }) => line)).toEqual(lines.map((_, i) => i + 1));

    // The bytes that are no text are lost in this form, not the row.
    const laidOut = `${JSON.stringify(JSON.parse(document.toString()), null, 2)}\n`;
    const { rows, result } = parse(lsofJson, laidOut);
    expect(rows).toHaveLength(fields.length);
    const opened = laidOut.split('\n').flatMap((line, i) => (/"fd":/.test(line) ? [i] : []));
    expect(rows.map(({ line }) => line)).toEqual(opened);
    expect(result.lines.unplacedTotal).toBe(0);
    expect(result.lines.total).toBe(laidOut.split('\n').length - 1);
  });

  it('has a listing per round', () => {
    const document = parse(lsofJson, read('lsof-4.99.7/rounds.json'));
    expect(document.listings.map(({ line }) => line)).toEqual([1, 2]);
    expect(document.rows.map(({ listing }) => listing)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    const lines = parse(lsofJson, read('lsof-4.99.7/rounds.jsonl'));
    expect(lines.listings.map(({ line }) => line)).toEqual([1, 6]);
    expect(lines.rows.map(({ listing }) => listing)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    const empty = parse(lsofJson, read('lsof-4.99.7/empty-rounds.json'));
    expect([empty.listings.length, empty.rows.length]).toEqual([2, 0]);
  });
});

const file = (fd: string, more = '') => `{"fd":"${fd}","type":"REG"${more}}`;
const row = (pid: number, fd: string) => `{"pid":${pid},"command":"app","fd":"${fd}","type":"REG","name":"/x"}`;

it('takes objects in any order of keys, and says when that costs the process', () => {
  const sorted = '{"access":"u","command":"app","fd":"3","lock":"W","login":"www","name":"/a","pid":7}\n';
  expect(parse(lsofJson, sorted).rows).toMatchObject([
    { pid: 7, cells: { command: 'app', user: 'www', fd: '3uW', name: '/a' } },
  ]);
  for (const process of [`"files":[${file('3')}],"pid":7`, `"files":[${file('3')}]`]) {
    const { rows, result } = parse(lsofJson, `{"processes":[{${process}}]}\n`);
    expect(rows[0]?.pid).toBe(-1);
    expect(result.hidden).toEqual([expect.stringContaining('rows name no process')]);
  }
});

it('takes lists of rows and streams of processes, as jq makes them', () => {
  expect(parse(lsofJson, `[${row(1, '3')},\n${row(2, '4')}]\n`).rows.map(({ pid, line }) => [pid, line])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  const processes = `{"pid":1,"files":[${file('3')}]}\n{"pid":2,"files":[${file('4')},${file('5')}]}\n`;
  expect(parse(lsofJson, processes).rows.map(({ pid, cells }) => [pid, cells.fd])).toEqual([
    [1, '3'],
    [2, '4'],
    [2, '5'],
  ]);
});

it('prints names as lsof prints them in its other forms', () => {
  const names = ['a\\tb', 'a\\u0001b', 'back\\\\slash', 'q\\"', '\\u00e9\\ud83d\\ude00', 'del\\u007f'];
  const text = names.map((name, i) => `{"pid":1,"fd":"${i}","type":"REG","name":"${name}"}\n`).join('');
  expect(parse(lsofJson, text).rows.map(({ cells }) => cells.name)).toEqual([
    'a\\tb',
    'a^Ab',
    'back\\\\slash',
    'q"',
    'é😀',
    'del\\x7f',
  ]);
});

it('gives the user as number where the login is not known', () => {
  expect(parse(lsofJson, '{"pid":1,"uid":65533,"fd":"3","type":"REG"}\n').rows[0]?.cells).toMatchObject({
    uid: '65533',
    user: '65533',
  });
});

it('opens a listing of lines after a blank, but not where a paste is spaced out', () => {
  const listings = (text: string) => parse(lsofJson, text).rows.map(({ listing }) => listing);
  expect(listings(`${row(1, '3')}\n${row(1, '4')}\n\n${row(1, '3')}\n${row(1, '4')}\n\n`)).toEqual([0, 0, 1, 1]);
  expect(listings(`${row(1, '3')}\n${row(2, '3')}\n\n${row(2, '3')}\n`)).toEqual([0, 0, 1]);
  expect(listings(`${row(1, '3')}\n\n${row(1, '4')}\n\n${row(1, '5')}\n`)).toEqual([0, 0, 0]);
  expect(listings(`${row(1, '3')}\n${row(2, '3')}\n${row(1, '3')}\n`)).toEqual([0, 0, 1]);
});

describe('damage', () => {
  it('in a line loses that row', () => {
    const { rows, result } = parse(lsofJson, `${row(1, '3')}\n{"pid":1,"fd":x"4"}\n${row(1, '5')}\n`);
    expect(rows.map(({ cells }) => cells.fd)).toEqual(['3', '5']);
    expect(result.lines.unplaced).toEqual([{ line: 2, text: '{"pid":1,"fd":x"4"}' }]);
  });

  it('in a document laid out loses that member', () => {
    const laidOut = JSON.stringify(
      { lsof_version: '4.99.7', processes: [{ pid: 1, files: [{ fd: '3', type: 'REG', name: '/a' }, { fd: '4' }] }] },
      null,
      1,
    );
    const { rows, result } = parse(lsofJson, `${laidOut.replace('"type": "REG"', '"type": "RE')}\n`);
    expect(rows.map(({ pid, cells }) => [pid, cells])).toEqual([
      [1, { fd: '3', name: '/a' }],
      [1, { fd: '4' }],
    ]);
    expect(result.lines.unplacedTotal).toBe(1);
  });

  it('between two rows runs nothing together', () => {
    const laidOut =
      '{"processes":[{"pid":1,"files":[\n{\n"fd":"3",\n"name":"/a"\n#,{\n"fd":"4",\n"name":"/b"\n},{\n"fd":"5"\n}\n]}]}\n';
    const { rows, result } = parse(lsofJson, laidOut);
    expect(rows.map(({ cells }) => cells.fd)).toEqual(['5']);
    expect(result.lines.unplaced.map(({ line }) => line)).toEqual([5]);
    expect(result.hidden).toEqual([expect.stringContaining('run together')]);
  });

  it('at the end loses the row that is cut, and says so', () => {
    const { rows, result } = parse(lsofJson, `{"processes":[{"pid":1,"files":[${file('3')},${file('4').slice(0, -4)}`);
    expect(rows.map(({ cells }) => cells.fd)).toEqual(['3']);
    expect(result.lines).toMatchObject({ total: 1, unplacedTotal: 1 });
    expect(result.hidden).toEqual([expect.stringContaining('ends within a JSON value')]);
  });
});

it('knows the lines around', () => {
  const { rows, facts, result } = parse(
    lsofJson,
    `[root@web ~]# lsof -j\nlsof: no pwd entry for UID 5\n${row(1, '3')}\n/proc/1/limits:Max open files 1024 4096 files\nwhat?\n`,
  );
  expect(rows).toHaveLength(1);
  expect(facts).toEqual([{ pid: 1, softLimit: 1024, hardLimit: 4096 }]);
  expect(result.lines).toMatchObject({ total: 5, rows: 1, other: 3, unplaced: [{ line: 5, text: 'what?' }] });
});

it.each(['', '{}', '{"a":[{"pid":1}]}', '{"lsfd":[{"assoc":"3","pid":1,"name":"/"}]}', 'p1\nf3\n'])(
  'does not claim %j',
  (text) => {
    expect(lsofJson.detect(sampleFor(text))).toBe(0);
  },
);
