import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../src/view/escape.ts';
import { isSimple } from '../../src/view/ruler.ts';
import { PLAIN_STYLE } from '../../src/view/style.ts';
import { terminalView } from '../../src/view/terminal.ts';
import { UNICODE_RULER } from '../../src/view/unicode-ruler.ts';
import { shorten, wrap } from '../../src/view/width.ts';
import { rankTable, report, viewOptions } from './sample.ts';

const textWidth = UNICODE_RULER.width;

const UWSGI = [
  2445,
  'uwsgi',
  'www-data',
  0.909,
  '931/1024',
  0.909,
  '93 left',
  '745 x REG /srv/app/cat.jpg',
  'one path, one process',
];
const POSTGRES = [812, 'postgres', 'postgres', 0.041, '42/1024', 0.041, '982 left', null, null];

function shown(rows: Parameters<typeof rankTable>[0], width: number): string {
  return terminalView(report({ sections: [rankTable(rows)] }), viewOptions({ width }));
}

describe('the ranking', () => {
  it('is one line per process where there is room', () => {
    expect(shown([UWSGI, POSTGRES], 140)).toBe(
      [
        '  2445  uwsgi     www-data  ##################--  931/1024  91 %   93 left  745 x REG /srv/app/cat.jpg  one path, one process',
        '   812  postgres  postgres  #-------------------   42/1024   4 %  982 left',
        '',
      ].join('\n'),
    );
  });

  it('puts what is held on a second line at 80 columns', () => {
    expect(shown([UWSGI, POSTGRES], 80)).toBe(
      [
        '  2445  uwsgi     www-data  ##################--  931/1024  91 %   93 left',
        '        745 x REG /srv/app/cat.jpg  one path, one process',
        '   812  postgres  postgres  #-------------------   42/1024   4 %  982 left',
        '',
      ].join('\n'),
    );
  });

  it('aligns wide characters by the columns they take', () => {
    const lines = shown([[1, '日本語', 'ünï', 0.5, '5/10', 0.5, '5 left', null, null], POSTGRES], 80).split('\n');
    const bars = lines.slice(0, 2).map((line) => textWidth(line.slice(0, line.indexOf('#'))));
    expect(bars[0]).toBe(bars[1]);
  });

  it('never prints a line wider than the terminal', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(name, name, name, fc.integer({ min: 80, max: 200 }), (command, user, held, width) => {
        const row = [4194304, command, user, 0.5, '524288/1048576', 0.5, '524288 left', held, 'one path, one process'];
        for (const line of shown([row], width).split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('says how many lines it left out', () => {
    const table = rankTable([POSTGRES], 76);
    expect(terminalView(report({ sections: [table] }), viewOptions())).toContain('... 76 more');
  });

  it('says nothing by colour alone', () => {
    const marks = { critical: '<c>', warning: '<w>', good: '<g>' };
    const style = {
      ...PLAIN_STYLE,
      critical: (text: string) => marks.critical + text,
      warning: (text: string) => marks.warning + text,
      good: (text: string) => marks.good + text,
    };
    const text = terminalView(report({ sections: [rankTable([UWSGI, POSTGRES])] }), viewOptions({ style }));
    expect(text).toContain('<c>##################--');
    expect(text).toContain('<g>#-------------------');
    expect(text.replace(/<[cgw]>/g, '')).toBe(shown([UWSGI, POSTGRES], 80));
  });
});

describe('findings', () => {
  const finding = {
    rule: 'near-limit',
    severity: 'critical',
    pid: 2445,
    startTime: null,
    target: null,
    message: 'uwsgi (2445) uses 931 of 1024 descriptors',
    evidence: {},
    next: ['sudo prlimit --pid 2445 --nofile=4096:'],
  } as const;

  it('have a sign, a word and the next line to type', () => {
    expect(terminalView(report({ findings: [finding] }), viewOptions())).toBe(
      '!! critical uwsgi (2445) uses 931 of 1024 descriptors\n            sudo prlimit --pid 2445 --nofile=4096:\n',
    );
  });

  it('beyond a screen are counted', () => {
    const rules = Array.from({ length: 11 }, (_, i) => ({ ...finding, rule: `rule-${i}` }));
    expect(terminalView(report({ findings: rules }), viewOptions())).toContain('... 3 more findings');
  });

  it('do not fill the screen with one name', () => {
    const long = { ...finding, message: `uwsgi (2445) has /srv/${'x'.repeat(3000)} open 80 times: never closed` };
    const lines = terminalView(report({ findings: [long] }), viewOptions()).split('\n');
    expect(lines.length).toBeLessThan(13);
    expect(lines[0]).toContain('uwsgi (2445) has');
    expect(lines.join(' ')).toContain('open 80 times: never closed');
  });

  it('are told once for workers that differ in their figures only', () => {
    const worker = (pid: number) => ({
      ...finding,
      pid,
      message: `uwsgi (${pid}) uses ${pid - 1500} of 1024 descriptors`,
    });
    const other = { ...finding, pid: 9, message: 'nginx (9) uses 1000 of 1024 descriptors' };
    const graver = { ...worker(2449), severity: 'warning' } as const;
    const text = terminalView(
      report({ findings: [worker(2445), worker(2446), other, worker(2447), graver] }),
      viewOptions(),
    );
    expect(text.split('\n').filter((line) => /^(!!|! |i ) /.test(line))).toEqual([
      '!! critical uwsgi (2445) uses 945 of 1024 descriptors',
      '!! critical nginx (9) uses 1000 of 1024 descriptors',
      '!  warning  uwsgi (2449) uses 949 of 1024 descriptors',
    ]);
    expect(text).toContain('            (2 more like it: 2446, 2447)\n');
  });
});

describe('what was not seen', () => {
  it('was counted all the same, whoever ended meanwhile', () => {
    const base = report();
    const processes = { seen: 10, counted: 8, listed: 5, refused: 3, vanished: 2 };
    const text = terminalView(report({ coverage: { ...base.coverage, processes } }), viewOptions());
    expect(text).toContain('3 processes not listed (no permission), counted');
  });

  it('is said', () => {
    const base = report();
    const coverage = {
      ...base.coverage,
      processes: { seen: 312, counted: 312, listed: 14, refused: 3, vanished: 1 },
      lines: {
        total: 9,
        rows: 4,
        other: 3,
        unplaced: [
          { line: 7, text: 'x' },
          { line: 9, text: 'y' },
        ],
        unplacedTotal: 2,
      },
      hidden: ['hidepid=2 hides other users'],
    };
    const text = terminalView({ ...base, coverage }, viewOptions({ width: 200 }));
    expect(text).toContain('3 processes not listed (no permission), counted');
    expect(text).toContain('1 ended while they were read');
    expect(text).toContain('2 lines not understood (line 7, 9)');
    expect(text).toContain('hidepid=2 hides other users');
  });
});

describe('widths', () => {
  it('shorten in the middle and keep the end', () => {
    expect(shorten('/srv/app/uploads/2026/cat.jpg', 20, '…', UNICODE_RULER)).toBe('/srv/a…/2026/cat.jpg');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40 }), (text, width) => {
        expect(textWidth(shorten(text, width, '...', UNICODE_RULER))).toBeLessThanOrEqual(Math.max(width, 0));
      }),
    );
  });

  it('wrap at spaces and lose no word', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (words) => {
        const lines = wrap(words.join(' '), 20, UNICODE_RULER);
        expect(lines.join(' ')).toBe(words.join(' '));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('of simple text are its length', () => {
    const units = fc.array(fc.integer({ min: 0x20, max: 0x25ff }), { maxLength: 12 });
    fc.assert(
      fc.property(units, (codes) => {
        const text = safeText(String.fromCharCode(...codes));
        if (isSimple(text)) expect(stringWidth(text)).toBe(text.length);
      }),
      { numRuns: 2000 },
    );
    for (let code = 0x20; code < 0x2600; code++) {
      const text = safeText(String.fromCharCode(code));
      if (isSimple(text)) expect([code, stringWidth(text)]).toEqual([code, text.length]);
    }
  });
});
