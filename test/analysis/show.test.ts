import { describe, expect, it } from 'vitest';
import { showAnalysis } from '../../src/analysis/show/show.ts';
import { CouldNotTellError } from '../../src/model/error.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { LIVE } from '../support/findings.ts';
import { regular, reportOf, type TestRow, times } from '../support/rows.ts';

const ROWS: TestRow[] = [
  { pid: 4, command: 'uwsgi', user: 'www', ppid: '1', fd: 'cwd', type: 'DIR', name: '/srv' },
  ...times(5, (fd) => regular(4, fd, '/srv/cat.jpg', { command: 'uwsgi' })),
  regular(4, 9, '/tmp/gone (deleted)', { command: 'uwsgi', device: '8,1', node: '5', size: '4096' }),
  { pid: 4, command: 'uwsgi', fd: '10u', type: 'IPv4', node: 'TCP', name: '*:80 (LISTEN)' },
  { pid: 4, command: 'uwsgi', fd: '11u', type: 'IPv4', node: 'TCP', name: 'a:80->b:1 (ESTABLISHED)' },
  { pid: 4, command: 'uwsgi', fd: '12u', type: 'IPv4', node: 'TCP', name: 'a:80->b:2 (ESTABLISHED)' },
  ...times(8, (fd) => regular(5, fd, '/srv/dog.jpg', { command: 'uwsgi' })),
  regular(6, 0, '/x', { command: '4' }),
  regular(7, 0, '/x', { command: 'postgres-' }),
];

function show(process: number | string, facts: readonly ProcessFact[] = []) {
  return reportOf(showAnalysis({ process }), ROWS, facts, LIVE);
}

describe('show', () => {
  it('says everything that is known of one process', () => {
    const { data, source } = show(4, [
      {
        pid: 4,
        descriptors: 11,
        softLimit: 12,
        hardLimit: 64,
        rss: 2 ** 20,
        cpu: 1.5,
        threads: 3,
        state: 'S',
        commandLine: 'uwsgi --ini x',
        unit: 'uwsgi.service',
      },
    ]);
    expect(source.kind).toBe('live');
    expect(data).toMatchObject({
      matches: 1,
      process: {
        pid: 4,
        command: 'uwsgi',
        ppid: 1,
        descriptors: 11,
        listed: 9,
        reserved: 2,
        headroom: 2,
        cwd: '/srv',
        rss: 2 ** 20,
        threads: 3,
        unit: 'uwsgi.service',
        container: null,
        refused: null,
      },
      numbers: { lowestFree: 5, highest: 12, aboveLimit: 1 },
      sockets: [
        { class: 'inet', protocol: 'TCP', state: 'ESTABLISHED', count: 2 },
        { class: 'inet', protocol: 'TCP', state: 'LISTEN', count: 1 },
      ],
      deleted: { files: 1, bytes: 4096 },
    });
    expect(data.targets[0]).toMatchObject({ pattern: '/srv/cat.jpg', count: 5 });
  });

  it('takes digits for a pid first, and for a label where no process has that pid', () => {
    expect(show('4').data.process.pid).toBe(4);
    expect(show('5').data.process.pid).toBe(5);
    expect(show('4').data.matches).toBe(1);
  });

  it('shows the worst of several with the label, and says so', () => {
    const { data, sections } = show('uwsgi', [
      { pid: 4, softLimit: 10 },
      { pid: 5, softLimit: 1024 },
    ]);
    expect(data).toMatchObject({ matches: 2, process: { pid: 4 } });
    expect(JSON.stringify(sections)).toContain('2 processes match');
    expect(JSON.stringify(sections)).toContain('5 (8)');
  });

  it('understands globs, and labels that lsof cut', () => {
    expect(show('uw*').data.matches).toBe(2);
    expect(show('postgres-writer').data.process.pid).toBe(7);
  });

  it('cannot tell about a process that is not there', () => {
    expect(() => show('nginx')).toThrow(CouldNotTellError);
    expect(() => show(99)).toThrow('There is no process 99 on this machine.');
  });

  it('does not call a zombie or an unreadable process empty', () => {
    const zombie = show(8, [{ pid: 8, command: 'dead', state: 'Z', refused: 'zombie' }]);
    expect(zombie.data.process).toMatchObject({ descriptors: null, state: 'Z' });
    expect(JSON.stringify(zombie.sections)).toContain('zombie');
    const refused = show(9, [{ pid: 9, command: 'theirs', refused: 'permission' }]);
    expect(refused.data.process).toMatchObject({ descriptors: null, refused: 'permission' });
    expect(JSON.stringify(refused.sections)).toContain('could not be read');
  });

  it('gives the findings of that process only', () => {
    const { findings } = reportOf(
      showAnalysis({ process: 2 }),
      [...times(80, (fd) => regular(1, fd, '/a')), ...times(70, (fd) => regular(2, fd, '/b'))],
      [],
      LIVE,
    );
    expect(findings.map(({ rule, pid }) => [rule, pid])).toEqual([['many-opens', 2]]);
  });
});
