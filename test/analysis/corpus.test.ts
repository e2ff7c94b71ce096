import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { forListing } from '../../src/analysis/listing-policy.ts';
import { rankAnalysis } from '../../src/analysis/rank/rank.ts';
import { inputSource } from '../../src/source/input.ts';

const CORPUS = new URL('../../../shared/corpus/', import.meta.url);

/** Counts by a truth file's PID, TID-less FD and nothing of the code under test. */
function truth(file: string): Map<number, number> {
  const [header = '', ...lines] = readFileSync(new URL(`truth/${file}.tsv`, CORPUS), 'utf8')
    .trimEnd()
    .split('\n');
  const columns = header.split('\t');
  const counts = new Map<number, number>();
  for (const line of lines) {
    const cells = line.split('\t');
    const pid = Number(cells[columns.indexOf('PID')]);
    const isDescriptor = /^[*\d]/.test(cells[columns.indexOf('FD')] ?? '');
    counts.set(pid, (counts.get(pid) ?? 0) + (isDescriptor ? 1 : 0));
  }
  return counts;
}

/** Lines whose thread repeats the process: those with a TID cell, told by the title's place (the column is right-aligned). */
function threadLines(file: string): Set<number> {
  const lines = readFileSync(new URL(`${file}.txt`, CORPUS), 'utf8').split('\n');
  const end = (lines[0] ?? '').search(/\bTID\b/) + 'TID'.length;
  const found = new Set<number>();
  if (end < 3) return found;
  lines.forEach((line, index) => {
    if (index > 0 && /\d/.test(line[end - 1] ?? '')) found.add(index + 1);
  });
  return found;
}

async function ranked(file: string) {
  const analysis = forListing('last', () => rankAnalysis());
  const source = inputSource({ path: new URL(`${file}.txt`, CORPUS).pathname });
  return analysis.finish(await source.read(analysis));
}

const LISTS = [
  '200-local4997-default',
  '202-local4997-plusE',
  '203-local4997-H-human',
  '204-local4997-F',
  '205-local4997-F0-nul',
];

describe.skipIf(!existsSync(CORPUS))('rank of real captures', () => {
  it.each(LISTS)('%s: descriptors of every process', async (file) => {
    const { data } = await ranked(file);
    const counts = new Map(data.processes.map(({ pid, descriptors }) => [pid, descriptors]));
    expect(counts).toEqual(truth(file));
  });

  it.each(['201-local4997-K', '206-local4997-everything', '212-jc-centos77-lsof-sudo', '214-jc-ubuntu1804-lsof-sudo'])(
    '%s: threads do not count again',
    async (file) => {
      const [, ...lines] = readFileSync(new URL(`truth/${file}.tsv`, CORPUS), 'utf8')
        .trimEnd()
        .split('\n');
      const threads = threadLines(file);
      expect(threads.size).toBeGreaterThan(0);
      const expected = new Map<number, number>();
      for (const cells of lines.map((line) => line.split('\t'))) {
        if (threads.has(Number(cells[0]))) continue;
        const pid = Number(cells[2]);
        expected.set(pid, (expected.get(pid) ?? 0) + (/^[*\d]/.test(cells[4] ?? '') ? 1 : 0));
      }
      const { data, coverage } = await ranked(file);
      expect(new Map(data.processes.map(({ pid, descriptors }) => [pid, descriptors]))).toEqual(expected);
      expect(coverage.rows.read).toBe(lines.length);
    },
  );

  it.each(['212-jc-centos77-lsof-sudo', '214-jc-ubuntu1804-lsof-sudo'])(
    '%s: a healthy machine gets no warning',
    async (file) => {
      const { findings } = await ranked(file);
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
      expect(findings.map(({ rule }) => rule)).toEqual(['thread-rows']);
    },
  );

  it('does not take refused processes for empty ones', async () => {
    const file = '213-jc-ubuntu1804-lsof';
    const text = readFileSync(new URL(`${file}.txt`, CORPUS), 'utf8');
    const refused = new Set(text.split('\n').flatMap((line) => /^\S+\s+(\d+).* NOFD /.exec(line)?.[1] ?? []));
    const { data, coverage } = await ranked(file);
    const unknown = data.processes.filter(({ descriptors }) => descriptors === null);
    expect(new Set(unknown.map(({ pid }) => String(pid)))).toEqual(refused);
    expect(coverage).toMatchObject({ complete: false, processes: { refused: refused.size } });
  });

  it('finds the CLOSE_WAIT pile and the inherited pipe of the laboratory', async () => {
    const { findings } = await ranked('200-local4997-default');
    expect(findings.map(({ rule, severity, pid }) => [rule, severity, pid])).toEqual([
      ['close-wait', 'warning', 11],
      ['many-opens', 'info', 12],
      ['inherited', 'info', null],
    ]);
  });
});
