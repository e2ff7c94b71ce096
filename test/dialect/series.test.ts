import { describe, expect, it } from 'vitest';
import { snapshot } from '../../src/dialect/snapshot/snapshot.ts';
import type { SampleItem, SeriesItem } from '../../src/model/series.ts';
import { seriesLine } from '../../src/model/series-line.ts';
import { SNAPSHOT_FORMAT, SNAPSHOT_VERSION, snapshotLine } from '../../src/model/snapshot.ts';
import { parse } from '../support/parsed.ts';

const HEADER = snapshotLine({
  format: SNAPSHOT_FORMAT,
  version: SNAPSHOT_VERSION,
  host: 'box',
  bootId: 'b-1',
  kernel: 'Linux 6.8',
  time: '2026-01-02T03:04:05.000Z',
  source: { kind: 'live', name: 'box', dialect: 'proc', time: null },
  system: null,
  redacted: false,
  coverage: { hidden: [] },
  series: { every: 1, watched: 'app' },
});

const sample = (seconds: number, rest: Partial<SampleItem>): SampleItem => ({
  kind: 'sample',
  time: new Date(Date.UTC(2026, 0, 2, 3, 4, 5 + seconds)).toISOString(),
  seconds,
  levels: [],
  gone: [],
  names: [],
  work: [],
  load: null,
  own: null,
  ...rest,
});

const cat = (count: number) => ({ life: 0, groups: [{ group: 0, count, name: '/srv/cat.jpg' }] });

const ITEMS: readonly SeriesItem[] = [
  { kind: 'life', life: 0, fact: { pid: 7, command: 'app', user: 'www', softLimit: 64 } },
  { kind: 'group', group: 0, target: { type: 'REG', class: 'regular', pattern: '/srv/cat.jpg', name: '/srv/cat.jpg' } },
  sample(0, { levels: [{ life: 0, count: 2 }], names: [cat(2)] }),
  { kind: 'group', group: 1, target: { type: 'REG', class: 'regular', pattern: '/tmp/* (deleted)', name: '/tmp/1' } },
  { kind: 'event', what: 'started', seconds: 1, life: 0 },
  sample(1, { levels: [{ life: 0, count: 3 }] }),
  sample(2, {
    levels: [{ life: 0, count: 6 }],
    names: [{ life: 0, groups: [...cat(3).groups, { group: 1, count: 3, name: null }] }],
  }),
  { kind: 'end', samples: 3, lives: 1, groups: 2 },
];

const lines = [HEADER, ...ITEMS.map(seriesLine)];
const read = (some: readonly string[]) => parse(snapshot, `${some.join('\n')}\n`);

describe('a series as a listing', () => {
  it('is a listing for each sample, with rows in the first and the last', () => {
    const { rows, facts, result } = read(lines);
    expect(result).toMatchObject({ listings: 3, hidden: [], origin: { time: '2026-01-02T03:04:07.000Z' } });
    expect(facts.map(({ descriptors, listed }) => [descriptors, listed])).toEqual([
      [2, 2],
      [3, undefined],
      [6, 6],
    ]);
    expect(rows.map(({ listing, cells }) => [listing, cells.name])).toEqual([
      [0, '/srv/cat.jpg'],
      [0, '/srv/cat.jpg'],
      [2, '/srv/cat.jpg'],
      [2, '/srv/cat.jpg'],
      [2, '/srv/cat.jpg'],
      [2, '/tmp/1'],
      [2, '/tmp/*'],
      [2, '/tmp/*'],
    ]);
  });

  it('has sixty listings at most, the first and the last among them', () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      seriesLine(sample(3 + index, { levels: [{ life: 0, count: 7 + index }] })),
    );
    const { facts, result } = read([...lines.slice(0, -1), ...many]);
    expect(result.listings).toBeLessThanOrEqual(60);
    expect(result.listings).toBeGreaterThan(30);
    expect([facts[0]?.descriptors, facts.at(-1)?.descriptors]).toEqual([2, 1006]);
    expect(result.hidden).toEqual([
      expect.stringMatching(/changed after their names were read/),
      expect.stringMatching(/no end line/),
    ]);
  });

  it('answers for the last sample in which anybody was alive', () => {
    const gone = [
      ...lines.slice(0, -1),
      seriesLine(sample(3, { gone: [0] })),
      '{"end":{"samples":4,"lives":1,"groups":2}}',
    ];
    expect(read(gone).facts.at(-1)?.descriptors).toBe(6);
  });

  it('may hold lines, keys and events of a later minor version', () => {
    const later = lines.map((line) =>
      line.replace('"what":"started"', '"what":"yawned"').replace('"pid":7', '"mood":1,"pid":7'),
    );
    expect(read([...later.slice(0, 3), '{"colour":{"red":1}}', ...later.slice(3)]).rows).toEqual(
      read(lines).rows.map((row) => ({ ...row, line: row.line > 3 ? row.line + 1 : row.line })),
    );
  });
});

describe('a series whose writer was killed', () => {
  const text = `${lines.join('\n')}\n`;

  it('is read up to its last whole line, wherever it is cut, and says so', () => {
    for (let end = HEADER.length + 1; end < text.length - 1; end++) {
      const cut = text.slice(0, end);
      const { result, facts } = parse(snapshot, cut);
      expect(result.hidden.join()).toMatch(/no end line/);
      const whole = cut.slice(0, cut.lastIndexOf('\n') + 1);
      const ended = isWhole(cut.slice(whole.length));
      expect(facts).toEqual(parse(snapshot, ended ? cut : whole).facts);
    }
  });

  it('is refused where its header is cut', () => {
    for (let end = 1; end < HEADER.length; end++) expect(() => parse(snapshot, text.slice(0, end))).toThrow(/snapshot/);
  });
});

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

describe('a damaged series', () => {
  it.each([
    ['a line that is no JSON', (all: string[]) => all.with(4, '{"sample')],
    ['a lost life', (all: string[]) => all.toSpliced(1, 1)],
    ['a lost group', (all: string[]) => all.toSpliced(2, 1)],
    ['a lost sample', (all: string[]) => all.toSpliced(6, 1)],
    ['a sample out of order', (all: string[]) => [...all.slice(0, 3), all[6] ?? '', ...all.slice(3)]],
    ['a negative count', (all: string[]) => all.map((line) => line.replace('[0,6]', '[0,-6]'))],
    ['something behind its end', (all: string[]) => [...all, all[6] ?? '']],
    ['a later major version', (all: string[]) => all.map((line) => line.replace('"1.1"', '"2.0"'))],
  ])('is refused: %s', (_, damage) => {
    expect(() => read(damage([...lines]))).toThrow(/snapshot/);
  });
});
