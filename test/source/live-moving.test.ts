import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ProcessFact } from '../../src/model/process.ts';
import { liveSource } from '../../src/source/live.ts';
import { kernelCounts } from '../../src/source/proc/descriptor/count.ts';
import { readMachine } from '../../src/source/proc/kernel/machine.ts';
import { countProcess, isSame } from '../../src/source/proc/process/process-fact.ts';
import { useFactories } from '../support/factory.ts';
import { type LiveReading, readSource, rowsOf } from '../support/live.ts';
import { requireThat } from '../support/require-tool.ts';

/** Every process that was seen was counted, ended, or hid itself; nothing is in two of these. */
function accountedFor({ result, facts }: LiveReading): void {
  const { seen, counted, listed, vanished } = result.coverage.processes ?? {
    seen: 0,
    counted: 0,
    listed: 0,
    vanished: 0,
  };
  const hidden = [...facts.values()].filter(
    (fact) => fact.refused === 'permission' && fact.descriptors === undefined,
  ).length;
  expect(counted + vanished + hidden).toBe(seen);
  expect(listed).toBeLessThanOrEqual(counted);
}

describe.runIf(process.platform === 'linux')('a machine that moves while it is read', () => {
  const factory = useFactories();

  it('shows what a process holds that opens and closes all the time, and no number as reserved', async ({ skip }) => {
    if (!requireThat(kernelCounts('/proc'), 'this kernel gives no counts (before 6.2)')) skip();
    const made = await factory('churn');
    for (let round = 0; round < 20; round++) {
      const reading = await readSource(liveSource({ names: 'all', detail: 'full', pids: [made.pid] }));
      accountedFor(reading);
      expect(rowsOf(reading, made)).toHaveLength(23);
      const { descriptors = 0, listed = 0 } = reading.facts.get(made.pid) ?? {};
      expect(listed).toBe(reading.rows.filter((row) => row.number !== null).length);
      expect(descriptors).toBeGreaterThanOrEqual(made.total);
      // One may be taken in the very moment of each listing.
      expect(descriptors - listed).toBeLessThanOrEqual(1);
    }
  });

  it('accounts for every process while others start and end all the time', async () => {
    const made = await factory('storm');
    const keep = ({ pid, ppid }: ProcessFact) => pid === made.pid || ppid === made.pid;
    let ended = 0;
    for (const detail of ['name', 'stat', 'full'] as const) {
      for (let round = 0; round < 10; round++) {
        const reading = await readSource(liveSource({ names: 'all', detail, keep }));
        ended += reading.result.coverage.processes?.vanished ?? 0;
        accountedFor(reading);
        expect(rowsOf(reading, made)).toHaveLength(23);
      }
    }
    expect(ended).toBeGreaterThan(0);
  });

  it('knows a process without any descriptor from one that it could not count', async ({ skip }) => {
    if (!requireThat(kernelCounts('/proc'), 'this kernel gives no counts (before 6.2)')) skip();
    const made = await factory('empty');
    const empty = made.said.empty as number;
    const reading = await readSource(liveSource({ names: 'all', detail: 'name', pids: [empty] }));
    expect(reading.rows).toEqual([]);
    expect(reading.facts.get(empty)).toMatchObject({ descriptors: 0, listed: 0 });
    expect(reading.result.coverage.processes).toMatchObject({ seen: 1, counted: 1, listed: 1, refused: 0 });
  });

  it('counts a kernel thread as it is: no descriptors, no command line', async ({ skip }) => {
    if (!requireThat(existsSync('/proc/2/comm'), 'no kernel threads in this pid namespace')) skip();
    if (!requireThat(countProcess(readMachine('/proc'), 2) !== 'permission', 'kernel threads are hidden')) skip();
    const { facts, rows } = await readSource(liveSource({ names: 'all', detail: 'full', pids: [2] }));
    expect(rows.filter((row) => row.number !== null)).toEqual([]);
    expect(facts.get(2)).not.toHaveProperty('commandLine');
    expect(facts.get(2)).not.toHaveProperty('rss');
  });

  it('takes a pid that was given out again for another process', async () => {
    const machine = readMachine('/proc');
    const made = await factory('regular');
    const fact = countProcess(machine, made.pid) as ProcessFact;
    expect(isSame(machine, fact)).toBe(true);
    expect(isSame(machine, { ...fact, startTime: '2000-01-01T00:00:00.000Z' })).toBe(false);
    await made.stop();
    expect(isSame(machine, fact)).toBe(false);
  });

  it('takes a zombie for nothing that was missed', async () => {
    const made = await factory('zombie');
    const { result } = await readSource(
      liveSource({ names: 'all', detail: 'name', pids: [made.said.zombie as number] }),
    );
    expect(result.coverage.processes).toEqual({ seen: 1, counted: 1, listed: 1, refused: 0, vanished: 0 });
  });
});
