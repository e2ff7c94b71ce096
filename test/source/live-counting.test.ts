import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { liveSource } from '../../src/source/live.ts';
import { kernelCounts } from '../../src/source/proc/descriptor/count.ts';
import { useFactories } from '../support/factory.ts';
import { readSource, rowsOf } from '../support/live.ts';
import { requireThat } from '../support/require-tool.ts';

const look = (pids: readonly number[], detail: 'name' | 'stat' | 'full' = 'name') =>
  readSource(liveSource({ names: 'all', detail, pids }));

describe.runIf(process.platform === 'linux')('live counts', () => {
  const factory = useFactories();

  it('counts the numbers that 23 threads blocked in accept() own and no listing shows', async ({ skip }) => {
    if (!requireThat(kernelCounts('/proc'), 'this kernel gives no counts (before 6.2)')) skip();
    const made = await factory('accept');
    if (!requireThat(made.skipped === undefined, `no accept: ${made.skipped}`)) skip();
    const { facts } = await look([made.pid]);
    expect(facts.get(made.pid)).toMatchObject({ descriptors: made.total + 23, listed: made.total });
  });

  it('counts and lists 19,000 descriptors, in order', async () => {
    const made = await factory('many');
    const { facts, rows } = await look([made.pid]);
    expect(facts.get(made.pid)).toMatchObject({ descriptors: made.total, listed: made.total, aboveLimit: 0 });
    const numbers = rows.map((row) => row.number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(rowsOf({ rows, facts, result: {} as never }, made).map((row) => row.number)).toEqual(made.opened);
  });

  it('says how many numbers lie above a limit that was lowered', async () => {
    const made = await factory('lowered');
    const limit = made.said.limit as number;
    const { facts } = await look([made.pid]);
    const above = readdirSync(`/proc/${made.pid}/fd`).filter((number) => Number(number) >= limit).length;
    expect(above).toBeGreaterThan(10);
    expect(facts.get(made.pid)).toMatchObject({ softLimit: limit, aboveLimit: above, descriptors: made.total });
  });

  it('calls a zombie a zombie, not a process without descriptors', async () => {
    const made = await factory('zombie');
    const zombie = made.said.zombie as number;
    const fact = (await look([zombie])).facts.get(zombie);
    expect(fact).toMatchObject({ state: 'Z', refused: 'zombie' });
    expect(fact?.descriptors).toBeUndefined();
  });

  it('finds the table of a process whose first thread has ended', async ({ skip }) => {
    const made = await factory('leaderless');
    if (!requireThat(made.skipped === undefined, `no leaderless: ${made.skipped}`)) skip();
    const reading = await look([made.pid]);
    expect(reading.facts.get(made.pid)).toMatchObject({ state: 'Z', descriptors: made.total });
    expect(rowsOf(reading, made)).toHaveLength(23);
  });

  it('counts a table that two processes share once, and a copy of it for itself', async ({ skip }) => {
    const made = await factory('shared');
    if (!requireThat(made.skipped === undefined, `no shared: ${made.skipped}`)) skip();
    const { shares, copies } = made.said as { shares: number; copies: number };
    const { facts } = await readSource(liveSource({ names: 'none', detail: 'name' }));
    expect(facts.get(made.pid)?.sharesTableWith).toBeUndefined();
    expect(facts.get(shares)?.sharesTableWith).toBe(made.pid);
    expect(facts.get(copies)).toMatchObject({ ppid: made.pid });
    expect(facts.get(copies)?.sharesTableWith).toBeUndefined();
  });

  it('knows user, parent, threads, start, limits and command as the kernel says them', async () => {
    const made = await factory('regular');
    const { facts } = await look([made.pid]);
    const limits = readFileSync(`/proc/${made.pid}/limits`, 'utf8');
    const [, soft, hard] = /Max open files +(\d+) +(\d+)/.exec(limits) ?? [];
    expect(facts.get(made.pid)).toMatchObject({
      ppid: process.pid,
      threads: readdirSync(`/proc/${made.pid}/task`).length,
      uid: process.getuid?.(),
      softLimit: Number(soft),
      hardLimit: Number(hard),
      state: expect.stringMatching(/^[RS]$/),
      command: readFileSync(`/proc/${made.pid}/comm`, 'utf8').trimEnd(),
      cwd: process.cwd(),
    });
    // btime counts in whole seconds.
    const age = Date.now() - Date.parse(facts.get(made.pid)?.startTime ?? '');
    expect(Math.abs(age)).toBeLessThan(60_000);
  });

  it('does not see the descriptor of its own listing', async () => {
    const before = readdirSync('/proc/self/fd').length - 1;
    const { facts, rows } = await look([process.pid]);
    expect(facts.get(process.pid)).toMatchObject({ listed: before, descriptors: before });
    expect(rows).toHaveLength(before);
  });

  it('reads names of who holds most, and of nobody when none are wanted', async () => {
    const made = await factory('many');
    const some = await readSource(liveSource({ names: 'some', detail: 'name', top: 1, budgetMs: 0 }));
    expect(rowsOf(some, made)).toHaveLength(made.opened.length);
    const unread = [...some.facts.values()].filter((fact) => fact.listed === undefined);
    expect(unread.length).toBeGreaterThan(0);
    const none = await readSource(liveSource({ names: 'none', detail: 'name' }));
    expect(none.rows).toHaveLength(0);
    expect(none.facts.get(made.pid)).toMatchObject({ descriptors: made.total });
  });

  it('keeps to the processes that it was asked for', async () => {
    const made = await factory('regular');
    const reading = await readSource(
      liveSource({ names: 'all', detail: 'name', keep: (fact) => fact.pid === made.pid }),
    );
    expect(new Set(reading.rows.map((row) => row.pid))).toEqual(new Set([made.pid]));
  });

  it('counts a process that is gone as vanished', async () => {
    const made = await factory('regular');
    await made.stop();
    const { facts, result } = await look([made.pid]);
    expect(facts.size).toBe(0);
    expect(result.coverage.processes).toMatchObject({ seen: 1, vanished: 1, counted: 0 });
  });

  it('gives the machine its own limits', async () => {
    const { result } = await look([process.pid]);
    const [open, , max] = readFileSync('/proc/sys/fs/file-nr', 'utf8').trim().split(/\s+/).map(Number);
    expect(result.system).toMatchObject({
      fileMax: max,
      nrOpen: Number(readFileSync('/proc/sys/fs/nr_open', 'utf8')),
      inotifyInstances: Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8')),
    });
    expect(result.system?.openFiles).toBeGreaterThan((open ?? 0) / 2);
  });
});
