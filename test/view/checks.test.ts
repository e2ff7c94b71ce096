import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/model/report.ts';
import { githubView } from '../../src/view/github.ts';
import { junitView } from '../../src/view/junit.ts';
import { markdownView } from '../../src/view/markdown.ts';
import { terminalView } from '../../src/view/terminal.ts';
import { junitProblems, junitValue } from '../support/junit.ts';
import { requireTool } from '../support/require-tool.ts';
import { HOSTILE_NAMES, hostileReport, report, viewOptions } from './sample.ts';

const xmllint = requireTool('xmllint', ['--version']);

const CHECKS: readonly Check[] = [
  { name: 'GET /ok', kind: 'url', verdict: 'pass', message: 'nothing above 0.004', details: [], seconds: 5 },
  { name: 'GET /bad', kind: 'url', verdict: 'fail', message: '840 of 840', details: ['leak: REG /a.jpg'], seconds: 9 },
  { name: 'GET /odd', kind: 'url', verdict: 'inconclusive', message: 'undecided', details: ['a, b: 5 %'], seconds: 2 },
  { name: '--max-growth 5', kind: 'budget', verdict: 'skipped', message: 'not measured', details: [], seconds: null },
];

const judged = report({ command: 'gate', verdict: 'fail', checks: CHECKS });

describe('junit', () => {
  const xml = junitView(judged, viewOptions());

  it.runIf(xmllint)('is what the schema asks for, whatever is in it', () => {
    expect(junitProblems(xml)).toBe('');
    for (const name of HOSTILE_NAMES) expect(junitProblems(junitView(hostileReport(name), viewOptions()))).toBe('');
    expect(junitProblems(junitView(report(), viewOptions()))).toBe('');
    expect(junitProblems('<testsuites><testsuite/></testsuites>')).toContain('fails to validate');
  });

  it.runIf(xmllint)('is well formed for any text', () => {
    const some = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ufffe', '\uffff', ']]>', '&#0;', '\u0000'));
    fc.assert(
      fc.property(some, (name) => junitProblems(junitView(hostileReport(name), viewOptions())) === ''),
      { numRuns: 60 },
    );
  });

  it.runIf(xmllint)('counts and names what failed', () => {
    const of = (path: string): string => junitValue(xml, path);
    expect(['tests', 'failures', 'errors', 'skipped'].map((name) => of(`//testsuite/@${name}`))).toEqual([
      '4',
      '1',
      '1',
      '1',
    ]);
    expect(of('//testcase[failure]/@name')).toBe('GET /bad');
    expect(of('//failure/@message')).toBe('840 of 840');
    expect(of('//failure')).toContain('leak: REG /a.jpg');
    expect(of('//error/@type')).toBe('inconclusive');
    expect(of('count(//testcase[not(*)])')).toBe('1');
    expect(of('//testsuite/@name')).toBe('leaksof gate');
  });

  it.runIf(xmllint)('of a report that judged nothing one by one has its verdict', () => {
    const of = (verdict: 'fail' | 'none'): string => junitView(report({ verdict }), viewOptions());
    expect(junitValue(of('fail'), 'count(//failure)')).toBe('1');
    expect(junitValue(of('none'), 'count(//testcase[not(*)])')).toBe('1');
  });
});

describe('annotations', () => {
  it('are one line each, an error for what failed or could not be told', () => {
    expect(githubView(judged, viewOptions())).toBe(
      [
        '::error title=leaksof gate%3A GET /bad::840 of 840%0Aleak: REG /a.jpg\n',
        '::error title=leaksof gate cannot tell%3A GET /odd::undecided%0Aa, b: 5 %25\n',
        '::warning title=leaksof gate cannot tell%3A --max-growth 5::not measured\n',
      ].join(''),
    );
  });

  it('are a notice of what would have been seen, where all is well', () => {
    const well = report({ command: 'gate', verdict: 'pass', checks: CHECKS.slice(0, 1) });
    expect(githubView(well, viewOptions())).toBe('::notice title=leaksof gate%3A pass::GET /ok: nothing above 0.004\n');
  });

  it('cannot be begun by a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\n', '\r', ':', '%', 'a', ',', '=', '\u2028') }), (name) => {
        const lines = githubView(hostileReport(`${name}\n::set-env::x`), viewOptions())
          .trimEnd()
          .split('\n');
        for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) title=[^:,\n]*::[^\r\n]*$/);
      }),
    );
  });

  it('show what a report found that judged nothing', () => {
    const text = githubView({ ...hostileReport('/a'), checks: [] }, viewOptions());
    expect(text).toBe('::warning title=leaksof rank::/a\n');
  });
});

describe('what was judged', () => {
  it('stands in the heading of Markdown, in a table, with details of what did not pass', () => {
    const text = markdownView(judged, viewOptions());
    expect(text).toMatch(/^## leaksof gate: fail · dump\.txt/);
    expect(text).toContain('| **fail** | `GET /bad` | 840 of 840 |');
    expect(text).toContain('- `GET /bad`\n  - leak: REG /a.jpg');
    expect(text).not.toContain('- `GET /ok`');
  });

  it('is a line each on a terminal, with a word that needs no colour', () => {
    expect(terminalView(judged, viewOptions())).toBe(
      [
        'pass         GET /ok: nothing above 0.004',
        'FAIL         GET /bad: 840 of 840',
        'cannot tell  GET /odd: undecided',
        '               a, b: 5 %',
        'skipped      --max-growth 5: not measured',
        '',
        'verdict: fail',
        '',
      ].join('\n'),
    );
  });
});
