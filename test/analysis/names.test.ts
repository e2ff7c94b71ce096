import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exportAnalysis } from '../../src/analysis/export.ts';
import { type NamesData, type NamesOptions, namesAnalysis } from '../../src/analysis/names/names.ts';
import { lsofText } from '../../src/dialect/lsof-text/lsof-text.ts';
import { type OpenFile, openFile } from '../../src/model/open-file.ts';
import type { Report } from '../../src/model/report.ts';
import type { Analysis, SourceResult } from '../../src/model/source.ts';
import { type Cells, writeRows } from '../model/rows.ts';

const RESULT: SourceResult = {
  info: { kind: 'file', name: 'dump.txt', dialect: 'lsof-text', time: null },
  coverage: {},
  system: null,
};

function ask(rows: readonly Cells[], options?: NamesOptions): Report<NamesData> {
  const analysis = namesAnalysis(options);
  writeRows(rows, analysis);
  return analysis.finish(RESULT);
}

const counts = (report: Report<NamesData>) =>
  report.data.targets.map(({ pattern, count, processes }) => [pattern, count, processes]);

describe('namesAnalysis', () => {
  it('counts descriptors, or every association when asked', () => {
    const rows: Cells[] = [
      { pid: 1, fd: 'cwd', type: 'DIR', name: '/' },
      { pid: 1, fd: 'mem', type: 'REG', name: '/lib/a.so' },
      { pid: 1, fd: '3r', type: 'REG', name: '/x' },
      { pid: 2, fd: '*345u', type: 'REG', name: '/x' },
    ];
    expect(counts(ask(rows))).toEqual([['/x', 2, 2]]);
    expect(counts(ask(rows, { associations: 'all' }))).toEqual([
      ['/x', 2, 2],
      ['/', 1, 1],
      ['/lib/a.so', 1, 1],
    ]);
  });

  it('counts a process once however many threads are listed', () => {
    const of = (tid: string | null, fd: string, name: string): Cells => ({
      pid: 1,
      fd,
      type: 'REG',
      name,
      ...(tid === null ? {} : { tid }),
    });
    const own = [of('', '3r', '/x'), of('', '4r', '/y')];
    const threads = ['10', '11'].flatMap((tid) => [of(tid, '3r', '/x'), of(tid, '4r', '/y')]);
    expect(counts(ask([...own, ...threads]))).toEqual([
      ['/x', 1, 1],
      ['/y', 1, 1],
    ]);
    // Only TID rows: the largest single thread.
    expect(counts(ask([of('9', '3r', '/z'), ...threads, of('11', '5r', '/y')]))).toEqual([
      ['/y', 2, 1],
      ['/x', 1, 1],
    ]);
    // The process's own rows may stand behind those of its threads.
    expect(counts(ask([...threads, ...own]))).toEqual([
      ['/x', 1, 1],
      ['/y', 1, 1],
    ]);
  });

  it('takes rows without an FD cell for descriptors where there are no others', () => {
    expect(counts(ask([{ pid: 1, type: 'REG', name: '/x' }]))).toEqual([['/x', 1, 1]]);
    const mixed = ask([
      { pid: 1, type: 'REG', name: '/x' },
      { pid: 1, fd: '3r', type: 'REG', name: '/y' },
    ]);
    expect(counts(mixed)).toEqual([['/y', 1, 1]]);
  });

  it('does not add up listings: of each process the fullest counts', () => {
    const analysis = namesAnalysis();
    analysis.listing({ index: 0, marker: null, line: 1 });
    writeRows([{ pid: 1, fd: '3r', type: 'REG', name: '/x' }], analysis);
    analysis.listing({ index: 1, marker: '=======', line: 3 });
    writeRows(
      ['3r', '4r'].map((fd) => ({ pid: 1, fd, type: 'REG', name: '/x' })),
      analysis,
    );
    analysis.listing({ index: 2, marker: '=======', line: 6 });
    writeRows([{ pid: 1, fd: '3r', type: 'REG', name: '/z' }], analysis);
    expect(counts(analysis.finish(RESULT))).toEqual([['/x', 2, 1]]);
  });

  it('says what deleted files hold, each file once', () => {
    const deleted = (pid: number, node: string, size: string): Cells => ({
      pid,
      fd: '3w',
      type: 'REG',
      device: '8,1',
      node,
      size,
      name: '/var/log/x.log (deleted)',
    });
    const report = ask([deleted(1, '7', '1000'), deleted(2, '7', '1000'), deleted(2, '8', '24')]);
    const notes = report.sections.flatMap((section) => (section.kind === 'note' ? [section.text] : []));
    expect(notes).toContain('2 deleted files are held: 1.0 KiB');
  });

  it('shows so many lines, and says how many more there are', () => {
    const rows = Array.from('abcdefg', (letter) => ({ pid: 1, fd: '3r', type: 'REG', name: `/${letter}` }));
    const report = ask(rows, { top: 3 });
    const table = report.sections.find((section) => section.kind === 'table');
    expect([table?.rows.length, table?.more, report.data.targets.length]).toEqual([3, 4, 7]);
  });
});

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));

function read<D extends object>(file: string, analysis: Analysis<D>): Report<D> {
  const parser = lsofText.parser(analysis);
  parser.write(readFileSync(`${corpus}${file}`));
  parser.finish();
  return analysis.finish(RESULT);
}

describe.skipIf(!existsSync(corpus))('on captures with row-level truth', () => {
  const truth = (file: string) =>
    readFileSync(`${corpus}truth/${file}.tsv`, 'utf8')
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split('\t').map((cell) => cell.replaceAll('\\\\', '\\')));

  it.each(['200-local4997-default', '202-local4997-plusE', '203-local4997-H-human'])('%s: names', (file) => {
    const numbered = truth(file).filter(([, , , , fd]) => /^[*0-9]/.test(fd ?? ''));
    const report = read(`${file}.txt`, namesAnalysis());
    const sum = report.data.targets.reduce((all, { count }) => all + count, 0);
    expect(sum).toBe(numbered.length);
    const devNull = numbered.filter(([, , , , , , name]) => name === '/dev/null');
    expect(report.data.targets.find(({ pattern }) => pattern === '/dev/null')).toMatchObject({
      count: devNull.length,
      processes: new Set(devNull.map(([, , pid]) => pid)).size,
    });
    const pipes = numbered.filter(([, , , , , , name]) => name === 'pipe' || name?.startsWith('pipe '));
    expect(report.data.targets.find(({ pattern }) => pattern === 'pipe')?.count).toBe(pipes.length);
  });

  it.each(['200-local4997-default', '206-local4997-everything', '212-jc-centos77-lsof-sudo'])('%s: export', (file) => {
    const rows: OpenFile[] = [];
    const report = read(
      `${file}.txt`,
      exportAnalysis((batch) => {
        for (let row = 0; row < batch.rows; row++) rows.push(openFile(batch, row));
      }),
    );
    expect(report.data.rows).toBe(rows.length);
    const printed = rows.map((row) => [
      row.line,
      row.command,
      row.pid,
      row.user,
      row.fd ?? '',
      row.type ?? '',
      row.name,
    ]);
    const expected = truth(file).map(([line, command, pid, user, fd, type, name]) => [
      Number(line),
      command,
      Number(pid),
      user,
      fd,
      type,
      name?.trimEnd(),
    ]);
    expect(printed).toEqual(expected);
  });
});
