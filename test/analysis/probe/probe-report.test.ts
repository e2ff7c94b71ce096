import { describe, expect, it } from 'vitest';
import { rateText } from '../../../src/analysis/probe/probe-text.ts';
import { jsonView } from '../../../src/view/json.ts';
import { markdownView } from '../../../src/view/markdown.ts';
import { terminalView } from '../../../src/view/terminal.ts';
import { cache, churn, leak, pool } from '../../support/leak-simulation/behaviour.ts';
import { measure } from '../../support/leak-simulation/measure.ts';
import { notesOf, reportOf, runOf, simulatedRun } from '../../support/probe-runs.ts';
import { problems } from '../../support/schema.ts';
import { HOSTILE_NAMES, RAW, viewOptions } from '../../view/sample.ts';

const leaking = simulatedRun({ habits: [leak(1)] });
const clean = simulatedRun({ habits: [] }, { url: 'http://127.0.0.1:8080/b?c=1' });
const filling = simulatedRun({ habits: [pool(40)] }, { url: 'http://127.0.0.1:8080/pool' });
const unmeasured = runOf(null, {
  url: 'http://127.0.0.1:9/',
  stopped: 'unmeasured',
  inconclusive: 'http://127.0.0.1:9/: nothing answers (127.0.0.1 port 9: ECONNREFUSED).',
  notes: ['is the service running, and on that port?'],
});

const urlLines = (runs: Parameters<typeof reportOf>[0]) => {
  const [table] = reportOf(runs).sections;
  return table?.kind === 'table' ? table.rows.map((row) => row.filter((cell) => cell !== null)) : [];
};

describe('the report of a probe', () => {
  it('is what its schema says, whatever was found', () => {
    const recycled = simulatedRun({ habits: [leak(1)], recycleAfter: 40, workers: 2 });
    const nameless = runOf(measure({ habits: [leak(1)] }, 1, { names: false }));
    for (const runs of [
      [leaking],
      [clean],
      [unmeasured],
      [],
      [leaking, clean, filling, unmeasured, recycled, nameless],
    ]) {
      for (const budget of [null, 0, 5]) {
        const report = reportOf(runs, budget);
        const document = JSON.parse(jsonView(report, viewOptions()));
        expect(problems('probe.json', document)).toBeNull();
        expect(Object.keys(document)).toEqual([
          'schemaVersion',
          'command',
          'source',
          'coverage',
          'verdict',
          'findings',
          'requests',
          'perRequest',
          'detectable',
          'bounds',
          'urls',
          'groups',
          'processes',
          'budget',
        ]);
      }
    }
  });

  it('gives the rate, the target and what it rests on for a leak', () => {
    expect(urlLines([leaking])).toEqual([
      [
        '/a',
        'LEAK',
        '1.00 per request [1.00, 1.00]',
        'REG /srv/*',
        expect.stringMatching(/^3200 of 3200 kept, none closed in \d+(\.\d)? s$/),
      ],
    ]);
    const { verdict, findings, data } = reportOf([leaking]);
    expect(verdict).toBe('leak');
    expect(data.requests).toEqual({ sent: 3200, ok: 3200, failed: 0 });
    expect(findings).toMatchObject([{ rule: 'leak', severity: 'critical', pid: 100, target: '/srv/*' }]);
    expect(findings[0]?.message).toMatch(
      /^GET http:\/\/127\.0\.0\.1:8080\/a loses 1\.00 per request \[1\.00, 1\.00\]: REG \/srv\/\*; 3,200 of 3,200 requests each kept one descriptor; none closed in [\d.]+ s\.$/,
    );
  });

  it('says what a clean verdict could have seen', () => {
    expect(urlLines([clean])).toEqual([
      ['/b?c=1', 'clean', expect.stringMatching(/^nothing above 0\.00\d\d? per request in 3,200 requests$/)],
    ]);
    expect(reportOf([clean])).toMatchObject({ verdict: 'clean', findings: [] });
  });

  it('ranks: leaks first, then what could not be told, then clean ones, and leads with the worst', () => {
    const twice = simulatedRun({ habits: [leak(2)] }, { url: 'http://127.0.0.1:8080/twice' });
    const { data, verdict } = reportOf([clean, unmeasured, leaking, twice]);
    expect(data.urls.map(({ url }) => url)).toEqual([twice, leaking, unmeasured, clean].map(({ url }) => url));
    expect(data.perRequest.estimate).toBeCloseTo(2, 1);
    expect(data.groups).toEqual(data.urls[0]?.groups);
    expect(verdict).toBe('leak');
    expect(reportOf([clean, unmeasured]).verdict).toBe('inconclusive');
    expect(reportOf([]).verdict).toBe('inconclusive');
  });

  it('tells of a pool that it filled and stopped', () => {
    const { sections } = reportOf([filling]);
    const moved = sections.find((section) => section.kind === 'table' && section.title === 'what else moved');
    expect(moved).toMatchObject({
      rows: [[null, 'plateau', '20 -> 40', 'REG /srv/*', 'grew at first, then no more']],
      more: 0,
    });
    expect(sections.some(({ kind }) => kind === 'series')).toBe(true);
    expect(reportOf([clean]).sections.some(({ kind }) => kind === 'series')).toBe(false);
  });

  it('says why nothing was measured, and what to do', () => {
    const report = reportOf([unmeasured]);
    expect(urlLines([unmeasured])).toEqual([['/', 'cannot tell', 'not measured']]);
    expect(notesOf(report)).toEqual([unmeasured.inconclusive, 'is the service running, and on that port?']);
    expect(report.coverage.complete).toBe(false);
  });

  it('calls nothing clean that could not be seen whole, or with a power that says nothing', () => {
    expect(reportOf([{ ...clean, inconclusive: 'sshd 7 only passes connections on' }]).verdict).toBe('inconclusive');
    expect(reportOf([{ ...leaking, inconclusive: 'sshd 7 only passes connections on' }]).verdict).toBe('leak');
    expect(reportOf([runOf(measure({ habits: [] }, 1, { blocks: [4] }))]).verdict).toBe('inconclusive');
  });

  it('counts whom it could not look into', () => {
    const { coverage } = reportOf([{ ...clean, refused: 2 }]);
    expect(coverage).toMatchObject({ complete: false, processes: { seen: 4, counted: 2, refused: 2 } });
  });

  it('gives the next line to type', () => {
    expect(notesOf(reportOf([leaking])).at(-1)).toBe('next: leaksof names --exact --pid 100');
    expect(reportOf([leaking]).findings[0]?.next).toHaveLength(2);
    // Both ends of a connection grow alike: what is looked at is the end that fails first.
    const ends = [9000, 100].map((headroom, life) => ({ ...leaking.lives[life], role: 'upstream' as const, headroom }));
    const [next] = reportOf([{ ...leaking, lives: ends }]).findings[0]?.next ?? [];
    expect(next).toBe('leaksof names --exact --pid 101');
  });
});

describe('labels of URLs', () => {
  const labels = (...urls: { url: string; method?: string; keepAlive?: boolean }[]) =>
    urlLines(urls.map((parts) => ({ ...clean, ...parts }))).map(([label]) => label);

  it.each([
    [
      [{ url: 'http://a:1/x' }, { url: 'http://a:1/y?z' }],
      ['/x', '/y?z'],
    ],
    [
      [{ url: 'http://a:1/x' }, { url: 'http://b:1/x' }],
      ['http://a:1/x', 'http://b:1/x'],
    ],
    [
      [{ url: ':8080/x' }, { url: ':8080/y' }],
      [':8080/x', ':8080/y'],
    ],
    [
      [{ url: 'localhost:8080/x' }, { url: 'localhost:8080/y' }],
      ['localhost:8080/x', 'localhost:8080/y'],
    ],
    [
      [{ url: 'http://a/x' }, { url: 'http://a/x', method: 'POST' }],
      ['GET /x', 'POST /x'],
    ],
    [[{ url: 'http://a/x', method: 'POST' }], ['POST /x']],
    [
      [{ url: 'http://a/x' }, { url: 'http://a/x', keepAlive: true }],
      ['/x', '/x (kept connections)'],
    ],
  ])('%j', (urls, expected) => {
    expect(labels(...urls)).toEqual(expected);
  });
});

describe('a budget', () => {
  it.each([
    [[leaking], 0.5, 'fail', 'budget: at most 0.5 per request; 1.000 measured: fail'],
    [[leaking], 1.5, 'pass', 'budget: at most 1.5 per request; 1.000 measured: pass'],
    [[clean], 0, 'pass', 'budget: at most 0 per request; 0.000 measured: pass'],
    [[clean, unmeasured], 1, 'inconclusive', 'budget: at most 1 per request; 0.000 measured: inconclusive'],
    [[leaking, unmeasured], 0.5, 'fail', 'budget: at most 0.5 per request; 1.000 measured: fail'],
    [[unmeasured], 1, 'inconclusive', 'budget: at most 1 per request; nothing could be measured: inconclusive'],
  ] as const)('of %j', (runs, limit, verdict, text) => {
    const report = reportOf(runs, limit);
    expect(report.verdict).toBe(verdict);
    expect(report.data.budget?.verdict).toBe(verdict);
    expect(notesOf(report)).toContain(text);
  });
});

describe('bytes of deleted files', () => {
  it('stand beside the leak, those of joined groups together', () => {
    const measurement = measure({ habits: [leak(1)] }, 1);
    const [group] = measurement.groups;
    const deleted = {
      ...measurement,
      groups: [
        { ...group, type: 'REG', class: 'regular', pattern: '/tmp/* (deleted)', name: '/tmp/a (deleted)' } as const,
      ],
    };
    expect(reportOf([runOf(deleted, { deletedBytes: [5 << 20] })]).data.groups[0]?.deletedBytes).toBe(5 << 20);
    expect(urlLines([runOf(deleted, { deletedBytes: [5 << 20] })])[0]?.[4]).toMatch(/, 5(\.0)? MiB in deleted files$/);
  });
});

describe('hostile names', () => {
  it.each(HOSTILE_NAMES)('%j do nothing in any view', (name) => {
    const measurement = measure({ habits: [leak(1), churn(0.3, 0.03), cache(5)] }, 1);
    const hostile = {
      ...measurement,
      groups: measurement.groups.map((group) => ({ ...group, type: name, pattern: name, name })),
      lives: measurement.lives.map((life) => ({ ...life, command: name })),
    };
    const report = reportOf([runOf(hostile, { url: `http://a/${name}`, notes: [name] })]);
    for (const view of [terminalView, markdownView, jsonView]) {
      expect(view(report, viewOptions()).replaceAll('\n', '')).not.toMatch(RAW);
    }
    expect(markdownView(report, viewOptions()).replace(/<\/?(details|summary)>/g, '')).not.toMatch(/<[a-z]/);
  });
});

describe('a rate', () => {
  it.each([
    [1, '1.00'],
    [0.1, '0.10'],
    [0.0214, '0.021'],
    [0.0042, '0.004'],
    [0.00042, '0.0004'],
    [0, '0'],
    [-0.5, '-0.50'],
  ])('%d is written %s', (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });
});
