import { describe, expect, it } from 'vitest';
import { type RankOptions, rankAnalysis } from '../../src/analysis/rank/rank.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import type { SourceResult } from '../../src/model/source.ts';
import { regular, reportOf, TEST_RESULT, type TestRow, times } from '../support/rows.ts';

function rank(
  rows: readonly TestRow[],
  facts: readonly ProcessFact[] = [],
  options: RankOptions = {},
  result: Partial<SourceResult> = {},
) {
  return reportOf(rankAnalysis(options), rows, facts, result);
}

const LIVE: Partial<SourceResult> = { info: { ...TEST_RESULT.info, kind: 'live', name: 'host' } };

describe('rank: for people', () => {
  it('shows the ten-second picture', () => {
    const rows = [
      ...times(745, (i) => ({ ...regular(2445, i, '/srv/app/cat.jpg'), command: 'uwsgi', user: 'www-data' })),
      ...times(186, (i) => ({
        ...regular(2445, 745 + i, '/dev/null'),
        command: 'uwsgi',
        user: 'www-data',
        type: 'CHR',
      })),
    ];
    const { sections } = rank(rows, [{ pid: 2445, softLimit: 1024, hardLimit: 4096 }], {}, LIVE);
    expect(sections[0]).toMatchObject({
      kind: 'table',
      rows: [
        [
          2445,
          'uwsgi',
          'www-data',
          931 / 1024,
          '931/1024',
          931 / 1024,
          '93 left',
          '745 x REG /srv/app/cat.jpg',
          'one path, one process',
        ],
      ],
      more: 0,
    });
    const commands = sections.flatMap((s) => (s.kind === 'note' && s.tone === 'command' ? [s.text] : []));
    expect(commands[0]).toBe('next: leaksof show 2445');
    expect(commands[1]).toMatch(
      /^now: sudo prlimit --pid 2445 --nofile=4096: .*hard limit 4096; buys headroom, not a fix/,
    );
  });

  it('says of how many processes that hold something the names were read', () => {
    const facts = times(6, (i) => ({ pid: i + 1, softLimit: 10, descriptors: i < 4 ? 1 : 0 }));
    const texts = (more: readonly ProcessFact[]) =>
      rank([regular(1, 0, '/x')], [...facts, ...more], {}, LIVE).sections.flatMap((section) =>
        section.kind === 'note' ? [section.text] : [],
      );
    expect(texts([])).toContain('names read for 1 of 4 processes; --all reads every one');
    const refused = [2, 3, 4].map((pid) => ({ pid, refused: 'permission' }) as const);
    expect(texts(refused)).toContain('names read for 1 of 4 processes');
  });

  it('shows the name itself where there is only one, and the pattern in data', () => {
    const rows = times(70, (fd) => regular(4, fd, '/srv/cat (1).jpg'));
    const { data, sections, findings } = rank(rows, [{ pid: 4, softLimit: 80 }]);
    expect(data.processes[0]?.topTarget).toEqual({
      pattern: '/srv/cat (*).jpg',
      name: '/srv/cat (1).jpg',
      class: 'regular',
      type: 'REG',
      count: 70,
    });
    expect(sections[0]).toMatchObject({ rows: [{ 7: '70 x REG /srv/cat (1).jpg' }] });
    expect(findings[0]?.message).toContain('most are 70 x /srv/cat (1).jpg.');
  });

  it('shows the blank that lsof escapes in COMMAND, and keeps it in data', () => {
    const rows = times(70, (fd) => regular(4, fd, '/srv/a', { command: 'Web\\x20Content' }));
    const { data, sections, findings } = rank(rows);
    expect(data.processes[0]?.command).toBe('Web\\x20Content');
    expect(sections[0]).toMatchObject({ rows: [{ 1: 'Web Content' }] });
    expect(findings[0]?.message).toMatch(/^Web Content 4 has \/srv\/a open 70 times/);
    expect(rank(rows, [], { by: 'command' }).sections[0]).toMatchObject({ rows: [{ 0: 'Web Content' }] });
  });

  it('gives calm processes five lines where nobody asked for more', () => {
    const rows = times(30, (i): TestRow => ({ pid: i + 1, fd: '0u', type: 'CHR', name: '/dev/null' }));
    const calm = times(30, (i) => ({ pid: i + 1, softLimit: 1024 }));
    expect(reportOf(rankAnalysis(), rows, calm).sections[0]).toMatchObject({ rows: { length: 5 }, more: 25 });
    const tight = calm.map((fact, i) => (i < 8 ? { ...fact, softLimit: 4 } : fact));
    expect(reportOf(rankAnalysis(), rows, tight).sections[0]).toMatchObject({ rows: { length: 8 }, more: 22 });
    expect(reportOf(rankAnalysis(), rows).sections[0]).toMatchObject({ rows: { length: 20 }, more: 10 });
    expect(reportOf(rankAnalysis({ top: 9 }), rows, calm).sections[0]).toMatchObject({ rows: { length: 9 } });
  });

  it('cuts the table at --top and keeps the data whole', () => {
    const { data, sections } = rank(
      times(30, (i) => regular(i + 1, 0, '/x')),
      [],
      { top: 7 },
    );
    expect(data.processes).toHaveLength(30);
    expect(sections[0]).toMatchObject({ more: 23 });
  });

  it('says how limits can be given where there are none, and what matched nothing', () => {
    expect(JSON.stringify(rank([regular(1, 0, '/x')]).sections)).toContain('--soft-limit');
    expect(JSON.stringify(rank([]).sections)).toContain('no open file is listed');
  });
});
