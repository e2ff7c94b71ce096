import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesText } from '../../src/model/bytes-text.ts';
import { percentText } from '../../src/model/percent.ts';
import { barText, cellAsText } from '../../src/view/cell.ts';
import { csvView, delimitedCell, ROW_KEYS, tsvView } from '../../src/view/delimited.ts';
import { jsonView } from '../../src/view/json.ts';
import { markdownView } from '../../src/view/markdown.ts';
import { ndjsonView } from '../../src/view/ndjson.ts';
import { rankTable, report, viewOptions } from './sample.ts';

const PROCESSES = [
  {
    pid: 2445,
    command: 'uwsgi',
    softLimit: 1024,
    utilisation: 0.909,
    classes: { regular: 745 },
    topTarget: { name: 'a"b,c', count: 745 },
  },
  {
    pid: 812,
    command: 'postgres',
    softLimit: Number.POSITIVE_INFINITY,
    utilisation: null,
    classes: null,
    topTarget: null,
  },
];

describe('json', () => {
  it('is one document with the common fields first', () => {
    const document = JSON.parse(jsonView(report({ data: { processes: PROCESSES } }), viewOptions()));
    expect(Object.keys(document)).toEqual([
      'schemaVersion',
      'command',
      'source',
      'coverage',
      'verdict',
      'findings',
      'processes',
    ]);
    expect(document.processes[1].softLimit).toBe('unlimited');
  });
});

describe('ndjson', () => {
  it('is one row a line', () => {
    const lines = ndjsonView(report({ data: { processes: PROCESSES } }), viewOptions())
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).pid)).toEqual([2445, 812]);
  });
});

describe('csv and tsv', () => {
  it('have the same columns whatever was found', () => {
    const text = csvView(report({ data: { processes: PROCESSES } }), viewOptions());
    const [head = '', first = '', second = ''] = text.split('\r\n');
    expect(head.startsWith('pid,command,softLimit,utilisation,classes.regular,classes.directory,')).toBe(true);
    expect(head.endsWith('topTarget.pattern,topTarget.name,topTarget.class,topTarget.type,topTarget.count')).toBe(true);
    expect(first).toContain('"a""b,c"');
    expect(second.startsWith('812,postgres,unlimited,,')).toBe(true);
    expect(csvView(report({ data: { targets: [] } }), viewOptions())).toBe(
      'pattern,name,type,class,count,processes\r\n',
    );
    expect(tsvView(report({ data: { processes: [] } }), viewOptions()).split('\t')).toContain('classes.inet');
  });

  it('know the keys of the schemas', () => {
    const schema = (name: string) =>
      JSON.parse(readFileSync(new URL(`../../src/schema/${name}`, import.meta.url), 'utf8'));
    const { process } = schema('common.json').$defs;
    expect(ROW_KEYS.processes).toEqual(process.required);
    expect(ROW_KEYS.targets).toEqual(schema('names.json').properties.targets.items.required);
    expect(ROW_KEYS.files).toEqual(schema('orphans.json').properties.files.items.required);
    expect(ROW_KEYS.holders).toEqual(schema('deleted.json').properties.holders.items.required);
    expect([...(ROW_KEYS.groups ?? []), 'worst']).toEqual(schema('rank.json').properties.groups.items.required);
  });

  it('keep rows and cells whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const line = `${delimitedCell(a, ',')},${delimitedCell(b, ',')}`;
        const cells = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)?.slice(0, 2);
        expect(cells?.length).toBe(2);
        expect(line).not.toMatch(/[\r\n]/);
        expect(`${delimitedCell(a, '\t')}\t${delimitedCell(b, '\t')}`.split('\t').length).toBe(2);
      }),
    );
  });

  it('leave numbers numbers', () => {
    expect(delimitedCell(-3, ',')).toBe('-3');
    expect(delimitedCell('-3', ',')).toBe("'-3");
    expect(delimitedCell(null, ',')).toBe('');
    expect(delimitedCell(true, ',')).toBe('true');
  });
});

describe('markdown', () => {
  it('is a table with names as code', () => {
    const row = [
      2445,
      'uwsgi',
      'www-data',
      0.909,
      '931/1024',
      0.909,
      '93 left',
      '745 x REG /srv/app/cat.jpg',
      'one path',
    ];
    const text = markdownView(report({ sections: [rankTable([row], 2)] }), viewOptions());
    expect(text).toContain(
      '| 2445 | uwsgi | www-data | `#########-` | 931/1024 | 91 % | 93 left | `745 x REG /srv/app/cat.jpg` | one path |',
    );
    expect(text).toContain('2 more');
  });
});

describe('cells', () => {
  it('are formatted by kind', () => {
    expect(bytesText(812)).toBe('812 B');
    expect(bytesText(1536)).toBe('1.5 KiB');
    expect(bytesText(5 * 2 ** 40)).toBe('5.0 TiB');
    expect(percentText(0.999)).toBe('99 %');
    expect(percentText(0.004)).toBe('<1 %');
    expect(percentText(0)).toBe('0 %');
    expect(cellAsText(Number.POSITIVE_INFINITY, 'number')).toBe('unlimited');
    expect(cellAsText(null, 'bytes')).toBe('');
  });

  it('show a bar that is full only at the limit and empty only at nothing', () => {
    expect(barText(0)).toBe('-'.repeat(20));
    expect(barText(0.001)).toBe(`#${'-'.repeat(19)}`);
    expect(barText(0.999)).toBe(`${'#'.repeat(19)}-`);
    expect(barText(7)).toBe('#'.repeat(20));
  });
});
