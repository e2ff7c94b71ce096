import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessFact } from '../../../src/model/process.ts';
import { Census, type CensusChoice, type Look } from '../../../src/source/proc/census.ts';
import { useFactories } from '../../support/factory.ts';
import { type Opener, startOpener } from '../../support/opener.ts';
import { requireThat } from '../../support/require-tool.ts';

const pidsOf = (some: Iterable<{ readonly fact: ProcessFact }>): number[] => [...some].map(({ fact }) => fact.pid);

function choice(pids: readonly number[]): CensusChoice {
  return { mayWant: (pid) => pids.includes(pid), wants: () => true, gone: () => 'nobody' };
}

const countOf = (look: Look, pid: number): number | null | undefined =>
  [...look.counted].find(({ fact }) => fact.pid === pid)?.count;

describe.skipIf(process.platform !== 'linux')('a census of live processes', () => {
  const factory = useFactories();
  const openers: Opener[] = [];
  afterEach(async () => {
    await Promise.all(openers.splice(0).map((opener) => opener.kill()));
  });
  const open = async (): Promise<Opener> => {
    const opener = await startOpener();
    openers.push(opener);
    return opener;
  };

  it('counts what was opened and closed, and misses who is gone', async () => {
    const opener = await open();
    const census = new Census('/proc', choice([opener.pid]));
    expect(pidsOf(census.look(0, false).begun)).toEqual([opener.pid]);
    await opener.tell('open 11 /dev/null');
    expect(countOf(census.look(1, false), opener.pid)).toBe(opener.total);
    await opener.tell('close 4');
    expect(countOf(census.look(2, false), opener.pid)).toBe(opener.total);
    await opener.kill();
    expect(pidsOf(census.look(3, false).ended)).toEqual([opener.pid]);
    expect(pidsOf(census.look(4, false).counted)).toEqual([]);
  });

  it('takes a zombie for gone, and counts where the first thread has ended', async ({ skip }) => {
    const dead = await factory('zombie');
    const { zombie } = dead.said as { zombie: number };
    const leaderless = await factory('leaderless');
    if (!requireThat(leaderless.skipped === undefined, `no leaderless: ${leaderless.skipped}`)) skip();
    const census = new Census('/proc', choice([zombie, leaderless.pid]));
    const look = census.look(0, false);
    expect(pidsOf(look.counted)).toEqual([leaderless.pid]);
    expect(countOf(look, leaderless.pid)).toBe(leaderless.total);
    expect(countOf(census.look(1, false), leaderless.pid)).toBe(leaderless.total);
  });

  it('says who shares the table of another', async ({ skip }) => {
    const made = await factory('shared');
    if (!requireThat(made.skipped === undefined, `no shared: ${made.skipped}`)) skip();
    const { shares, copies } = made.said as { shares: number; copies: number };
    const { begun } = new Census('/proc', choice([made.pid, shares, copies])).look(0, false);
    const owners = new Map(begun.map(({ fact }) => [fact.pid, fact.sharesTableWith]));
    expect([owners.get(made.pid), owners.get(shares), owners.get(copies)]).toEqual([undefined, made.pid, undefined]);
  });

  it('asks about a new process until it has become what it is', async () => {
    const seen: number[] = [];
    const opener = await open();
    const later = new Set<number>();
    const census = new Census('/proc', {
      mayWant: (pid) => pid === opener.pid || later.has(pid),
      wants: ({ pid }) => seen.push(pid) > 3,
      gone: () => 'nobody',
    });
    census.look(0, false);
    census.look(1, false);
    // Of the first look everybody has been what he is for long.
    expect(seen).toEqual([opener.pid]);
    const fresh = await open();
    later.add(fresh.pid);
    for (const second of [2, 3, 4]) census.look(second, false);
    expect(seen).toEqual([opener.pid, fresh.pid, fresh.pid, fresh.pid]);
    expect(pidsOf(census.look(5, false).counted)).toEqual([fresh.pid]);
  });
});

describe('a census of a tree of files', () => {
  const root = mkdtempSync(join(tmpdir(), 'leaksof-census-'));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const stat = (pid: number, start: number): string =>
    `${pid} (app) S 1 ${pid} ${pid} 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 ${start} 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`;

  /** Beside the old one before that goes, so that no inode is given again: those of procfs are counted up. */
  function write(pid: number, start: number, descriptors: number): void {
    const [place, fresh] = [join(root, String(pid)), join(root, `new-${pid}`)];
    mkdirSync(join(fresh, 'fd'), { recursive: true });
    writeFileSync(join(fresh, 'stat'), stat(pid, start));
    for (let fd = 0; fd < descriptors; fd++) writeFileSync(join(fresh, 'fd', String(fd)), '');
    rmSync(place, { recursive: true, force: true });
    renameSync(fresh, place);
  }

  it('knows another process under the same pid by its start, and counts by listing where the kernel does not', () => {
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'stat'), 'btime 1700000000\n');
    write(7, 100, 3);
    const census = new Census(root, choice([7]));
    expect(census.counts).toBe(false);
    expect(countOf(census.look(0, false), 7)).toBe(3);
    // The folder was made anew for the same process: as when the kernel had forgotten its inode.
    write(7, 100, 4);
    const same = census.look(1, false);
    expect([pidsOf(same.ended), countOf(same, 7)]).toEqual([[], 4]);
    write(7, 200, 5);
    const other = census.look(2, false);
    expect([pidsOf(other.ended), pidsOf(other.begun), countOf(other, 7)]).toEqual([[7], [7], 5]);
  });
});
