import { execFileSync, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Family } from '../../../src/measure/family/family.ts';
import { GroupBook } from '../../../src/measure/family/group-book.ts';
import { bornIn, countGroups } from '../../../src/measure/family/held-table.ts';
import { Observer } from '../../../src/measure/family/observer.ts';
import { Client } from '../../../src/measure/load/client.ts';
import { LoadCount, sendRequests } from '../../../src/measure/load/load.ts';
import { requestPlan } from '../../../src/measure/load/request-plan.ts';
import { Recorder } from '../../../src/measure/probe/recorder.ts';
import type { OpenFile } from '../../../src/model/open-file.ts';
import { requireTool } from '../../support/require-tool.ts';
import { type Service, startService } from '../../support/service.ts';

const LINUX = process.platform === 'linux';

describe('a table of descriptors', () => {
  const table = new Map([
    [3, { link: '/a', group: 0, born: -1 }],
    [4, { link: '/b', group: 1, born: 0 }],
    [5, { link: '/c', group: 1, born: 2 }],
  ]);

  it('is counted by group, and by the block in which it was first seen', () => {
    expect([...countGroups(table)]).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect([...bornIn([table, table], 2)]).toEqual([[1, 2]]);
    expect([...bornIn([table], 1)]).toEqual([]);
  });
});

describe('the groups of a measurement', () => {
  const file = (parts: Partial<OpenFile>): OpenFile =>
    ({ type: 'REG', class: 'regular', name: null, target: null, deleted: null, ...parts }) as OpenFile;

  it('are those of type, class and pattern; a deleted file is none of them that are not', () => {
    const book = new GroupBook();
    const numbers = [
      book.of(file({ target: '/srv/a' }), false),
      book.of(file({ target: '/srv/a', type: 'DIR', class: 'directory' }), false),
      book.of(file({ target: '/srv/a', deleted: true }), false),
      book.of(file({ target: '/srv/a (deleted)', deleted: true }), false),
      book.of(file({ name: '/srv/a' }), false),
      book.unnamed(),
      book.of(file({ type: null }), false),
      book.of(file({ target: '/srv/a' }), true),
    ];
    expect(numbers).toEqual([0, 1, 2, 2, 0, 3, 4, 5]);
    expect(book.groups.map(({ pattern }) => pattern)).toEqual([
      '/srv/a',
      '/srv/a',
      '/srv/a (deleted)',
      '(names not readable)',
      'regular',
      '/srv/a',
    ]);
    expect([book.isDeleted(0), book.isDeleted(2)]).toEqual([false, true]);
  });

  it('are so many at most: what comes later is one', () => {
    const book = new GroupBook();
    const numbers = Array.from({ length: 4100 }, (_, i) => book.of(file({ type: `T${i}`, target: '/a' }), false));
    expect(new Set(numbers).size).toBe(4001);
    expect(book.groups.at(-1)?.name).toBe('(further patterns)');
    expect(book.of(file({ type: 'T7', target: '/a' }), false)).toBe(7);
  });
});

describe.skipIf(!LINUX)('a family', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  async function send(path: string, requests: number, count = new LoadCount()): Promise<LoadCount> {
    const plan = requestPlan(service.url(path), { method: null, headers: [], body: null, keepAlive: false });
    const client = new Client(plan, '127.0.0.1', 20_000, 1);
    await sendRequests(client, requests, 1, count, () => true);
    await expect.poll(() => connections()).toBe(0);
    return count;
  }
  /** Accepted connections that the service has not closed yet. */
  function connections(): number {
    const family = new Family('/proc', () => new Map([[service.pid, 'given']]));
    const observer = new Observer(family);
    const [{ counts = null } = {}] = observer.look(-1).levels;
    const groups = observer.book.groups.flatMap(({ pattern }, index) => (pattern.includes('->') ? [index] : []));
    return groups.reduce((sum, group) => sum + (counts?.get(group) ?? 0), 0);
  }
  const familyOf = (...pids: number[]) => new Family('/proc', () => new Map(pids.map((pid) => [pid, 'serving'])));

  it('has the process with its start, limit and number of descriptors, and never this one', () => {
    const family = familyOf(service.pid, process.pid, 4_194_305);
    expect(family.lives).toMatchObject([
      { pid: service.pid, role: 'serving', before: service.used(), parent: process.pid },
    ]);
    expect(family.members).toHaveLength(1);
    const limit = Number(
      execFileSync('sh', ['-c', `grep 'open files' /proc/${service.pid}/limits`], { encoding: 'utf8' }).split(/\s+/)[3],
    );
    expect(family.leastHeadroom()).toMatchObject({ used: service.used(), softLimit: limit });
    expect(family.ended).toBe(0);
  });

  it('is seen as lsof sees it, by type and name', () => {
    if (!requireTool('lsof')) return;
    const observer = new Observer(familyOf(service.pid));
    const [level] = observer.look(-1).levels;
    const text = execFileSync('lsof', ['-w', '-nP', '-F', 'ft', '-p', String(service.pid)], { encoding: 'utf8' });
    const types = [...text.matchAll(/^f\d+\nt(\w+)$/gm)].map(([, type]) => type);
    const found = [...(level?.counts ?? [])].flatMap(([group, count]) =>
      Array(count).fill(observer.book.groups[group]?.type),
    );
    expect(found.toSorted()).toEqual(types.toSorted());
  });

  it('shows what was opened in which block, what stayed, and what it is', async () => {
    const observer = new Observer(familyOf(service.pid));
    observer.look(-1);
    await send('/leak?n=3', 2);
    observer.look(0);
    const cat = observer.book.groups.findIndex(({ name }) => name.endsWith('/cat.jpg'));
    expect(observer.book.groups[cat]).toMatchObject({
      type: 'REG',
      class: 'regular',
      name: `${service.folder}/cat.jpg`,
    });
    expect(observer.bornIn(0).get(cat)).toBe(6);
    await send('/leak?n=1', 4);
    const [level] = observer.look(1).levels;
    expect(observer.bornIn(0).get(cat)).toBe(6);
    expect(observer.bornIn(1).get(cat)).toBe(4);
    expect(level?.counts?.get(cat)).toBe(10);
    expect([...(level?.counts?.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(service.used());
  });

  it('shows nothing new at a glance while its count stays, and looks again when it does not', async () => {
    const observer = new Observer(familyOf(service.pid));
    const first = observer.look(-1);
    expect(observer.look(0, true).levels[0]?.counts).toEqual(first.levels[0]?.counts);
    await send('/leak?n=2', 1);
    observer.look(0, true);
    expect([...observer.bornIn(0).values()]).toEqual([2]);
  });

  it('shows deleted files as one pattern with their bytes', async () => {
    const observer = new Observer(familyOf(service.pid));
    observer.look(-1);
    await send('/deleted', 5);
    observer.look(0);
    const group = observer.book.groups.findIndex((_, index) => observer.book.isDeleted(index));
    expect(observer.book.groups[group]?.pattern).toMatch(/^\/.*\/upload-\*\.tmp \(deleted\)$/);
    expect(observer.bornIn(0).get(group)).toBe(5);
    expect([...observer.deletedBytes()]).toEqual([[group, 5000]]);
  });

  it('writes down levels, requests and survivors', async () => {
    const recorder = new Recorder(new Observer(familyOf(service.pid)));
    const count = new LoadCount();
    await recorder.idle(0.1);
    const used = service.used();
    for (const size of [10, 20]) {
      recorder.begin(count);
      await send('/leak?n=2', size / 2, count);
      await recorder.level(count);
      await send('/healthy', size / 2, count);
      await recorder.level(count);
      recorder.end(count);
    }
    // Cut short before its first level: it says nothing.
    recorder.begin(count);
    recorder.end(count);
    recorder.end(count);
    await recorder.settle(0.1, count, () => true);
    const { groups, lives, idle, blocks, settle } = recorder.measurement();
    const total = (reading = idle[0]) => reading?.levels[0]?.counts?.reduce((sum, one) => sum + one, 0);
    expect(lives).toMatchObject([{ pid: service.pid }]);
    expect(blocks.map(({ requests }) => requests)).toEqual([
      { sent: 10, ok: 10, failed: 0 },
      { sent: 20, ok: 20, failed: 0 },
    ]);
    expect(recorder.blocks).toBe(2);
    expect(idle.map(total)).toEqual(idle.map(() => used));
    expect(blocks.map(({ readings }) => total(readings.at(-1)))).toEqual([used + 10, used + 30]);
    expect(blocks.flatMap(({ readings }) => [...new Set(readings.map(({ ok }) => ok))])).toEqual([5, 10, 20, 30]);
    expect(settle.map(total)).toEqual(settle.map(() => used + 30));
    const cat = groups.findIndex(({ name }) => name.endsWith('/cat.jpg'));
    expect(blocks.map(({ survivors }) => survivors?.[cat])).toEqual([
      { opened: 10, kept: 10 },
      { opened: 20, kept: 20 },
    ]);
    for (const { levels } of [...idle, ...settle])
      for (const { counts } of levels) expect(counts).toHaveLength(groups.length);
  });

  it('has children and grandchildren in the role of whom they descend from', async () => {
    const child = spawn('sh', ['-c', 'sh -c "sleep 1000 & echo up; wait" & wait'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    await expect.poll(() => said).toContain('up');
    for (const [given, expected] of [
      ['upstream', 'upstream'],
      ['given', 'given'],
      ['serving', 'family'],
      ['family', 'family'],
    ] as const) {
      const { lives } = new Family('/proc', () => new Map([[child.pid ?? 0, given]]));
      expect(lives.map(({ role }) => role)).toEqual([given, expected, expected]);
    }
    // Its whole process group: when one of them has ended, another may have ended of that.
    process.kill(-(child.pid ?? 0));
  });

  it('may end, and is then without members', async () => {
    const gone = await startService();
    const family = familyOf(gone.pid, service.pid);
    expect(family.members).toHaveLength(2);
    await gone.stop();
    family.refresh();
    expect(family.members.map(({ pid }) => pid)).toEqual([service.pid]);
    expect(family.ended).toBe(1);
    expect(family.lives).toHaveLength(2);
  });
});
