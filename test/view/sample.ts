import { emptyCoverage } from '../../src/model/coverage.ts';
import type { Report, TableSection } from '../../src/model/report.ts';
import { PLAIN_STYLE } from '../../src/view/style.ts';
import { UNICODE_RULER } from '../../src/view/unicode-ruler.ts';
import type { ViewOptions } from '../../src/view/view.ts';

/** Every way a name is known to have attacked a viewer, and the looks of ordinary ones. */
export const HOSTILE_NAMES = [
  '/tmp/\u001b[31mred\u001b[0m',
  '/tmp/two\nlines',
  '/tmp/carriage\rreturn',
  '/tmp/tab\there',
  '/tmp/\u202egnp.exe',
  '/tmp/\u2066isolate\u2069',
  '/tmp/zero\u200bwidth\ufeff',
  '/tmp/\u009b31mC1',
  '/tmp/lone\ud800surrogate',
  '/tmp/\u{e0041}tag',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '/tmp/a|b|c',
  '/tmp/`code`',
  '/tmp/``two``',
  '=cmd()',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\uff1dcmd()',
  ' =cmd()',
  '/tmp/"quoted", comma',
  '[link](javascript:alert(1))',
  '# heading',
  '\u001b]0;title\u0007',
  '/srv/app/日本語/cat.jpg',
] as const;

/** What must reach no terminal, page or sheet raw. */
export const RAW =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}|[\u{e0000}-\u{e007f}]/u;

export function viewOptions(options: Partial<ViewOptions> = {}): ViewOptions {
  return { width: 80, ascii: false, style: PLAIN_STYLE, ruler: UNICODE_RULER, ...options };
}

/** The columns of `rank`, as its analysis gives them. */
export function rankTable(rows: TableSection['rows'], more = 0): TableSection {
  return {
    kind: 'table',
    title: null,
    columns: [
      { title: 'pid', kind: 'number' },
      { title: 'command', kind: 'text' },
      { title: 'user', kind: 'text' },
      { title: 'used', kind: 'bar' },
      { title: 'open/limit', kind: 'text', align: 'right' },
      { title: '%', kind: 'percent' },
      { title: 'left', kind: 'text', align: 'right' },
      { title: 'holds most', kind: 'name' },
      { title: 'looks like', kind: 'text' },
    ],
    rows,
    more,
  };
}

export function report(parts: Partial<Report<Record<string, unknown>>> = {}): Report<Record<string, unknown>> {
  return {
    command: 'rank',
    source: { kind: 'file', name: 'dump.txt', dialect: 'lsof-text', time: null },
    data: { processes: [] },
    sections: [],
    findings: [],
    coverage: emptyCoverage(),
    verdict: 'none',
    ...parts,
  };
}

/** The same hostile name in every place where a view prints text. */
export function hostileReport(name: string): Report<Record<string, unknown>> {
  const coverage = emptyCoverage();
  coverage.hidden.push(name);
  return report({
    source: { kind: 'file', name, dialect: 'lsof-text', time: null },
    data: { processes: [{ pid: 1, command: name, topTarget: { name } }] },
    sections: [
      rankTable([[1, name, name, 0.5, name, 0.5, name, name, name]]),
      { kind: 'note', tone: 'plain', text: name },
      { kind: 'note', tone: 'command', text: name },
      { kind: 'series', title: name, x: { title: name, values: [1, 2] }, y: { title: name, values: [1, null] } },
    ],
    findings: [
      {
        rule: 'near-limit',
        severity: 'critical',
        pid: 1,
        startTime: null,
        target: name,
        message: name,
        evidence: { name },
        next: [name],
      },
    ],
    checks: (['pass', 'fail', 'inconclusive', 'skipped'] as const).map((verdict) => ({
      name,
      kind: 'url',
      verdict,
      message: name,
      details: [name],
      seconds: 1.5,
    })),
    coverage,
  });
}
