import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lsofSource } from '../../src/source/lsof.ts';
import { useFactories } from '../support/factory.ts';
import { readSource, rowsOf } from '../support/live.ts';
import { requireTool } from '../support/require-tool.ts';

describe('lsof as a source', () => {
  const factory = useFactories();

  it('reads 23 of a kind from lsof itself', async ({ skip }) => {
    if (!requireTool('lsof')) skip();
    const made = await factory('tcp4');
    const reading = await readSource(lsofSource({ selection: ['-p', String(made.pid)] }));
    const rows = rowsOf(reading, made);
    expect(rows).toHaveLength(23);
    expect(new Set(rows.map((row) => row.cells.type))).toEqual(new Set(['IPv4']));
    expect(reading.rows.filter((row) => row.number !== null)).toHaveLength(made.total);
    expect(reading.result.info).toMatchObject({ kind: 'lsof', dialect: 'lsof-field' });
    const { total, rows: placed, other, unplacedTotal } = reading.result.coverage.lines ?? {};
    expect(unplacedTotal).toBe(0);
    expect((placed ?? 0) + (other ?? 0)).toBe(total);
  });

  it('says what a process uses, and nothing of one that is gone', async ({ skip }) => {
    if (!requireTool('lsof')) skip();
    const made = await factory('regular');
    const { facts } = await readSource(
      lsofSource({ selection: ['-p', String(made.pid)], usageOf: [made.pid, 2 ** 22 + 1] }),
    );
    const used = [...facts.values()].filter(({ rss }) => rss !== undefined);
    expect(used.map(({ pid }) => pid)).toEqual([made.pid]);
    const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${made.pid}/status`, 'latin1'));
    expect(Math.abs(Number(used[0]?.rss) / 1024 - Number(resident?.[1]))).toBeLessThan(512);
  });

  it('says what to do where lsof is missing', async () => {
    const reading = readSource(lsofSource({ program: '/nonexistent/lsof' }));
    await expect(reading).rejects.toMatchObject({ exitCode: 3, hint: expect.stringContaining('install lsof') });
  });

  it('says what lsof said where it fails', async ({ skip }) => {
    if (!requireTool('lsof')) skip();
    const reading = readSource(lsofSource({ selection: ['--no-such-option'] }));
    await expect(reading).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining('lsof') });
  });
});
