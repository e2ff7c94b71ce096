import { describe, expect, it } from 'vitest';
import type { DescriptorClass } from '../../src/model/descriptor-class.ts';
import { liveSource } from '../../src/source/live.ts';
import { canBecomeNobody, NOBODY, readAsNobody } from '../support/as-user.ts';
import { useFactories } from '../support/factory.ts';
import { lsofRows, readSource, rowsOf } from '../support/live.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';

/** Kind of factory, the class of its descriptors, and the TYPE lsof prints. */
const KINDS: readonly (readonly [kind: string, className: DescriptorClass, type: string])[] = [
  ['regular', 'regular', 'REG'],
  ['same', 'regular', 'REG'],
  ['directory', 'directory', 'DIR'],
  ['deleted', 'regular', 'REG'],
  ['memfd', 'memfd', 'REG'],
  ['opath', 'regular', 'REG'],
  ['fifo', 'pipe', 'FIFO'],
  ['char', 'char', 'CHR'],
  ['block', 'block', 'BLK'],
  ['pipe', 'pipe', 'FIFO'],
  ['unix', 'unix', 'unix'],
  ['unix_listen', 'unix', 'unix'],
  ['netlink', 'netlink', 'netlink'],
  ['tcp4', 'inet', 'IPv4'],
  ['tcp6', 'inet', 'IPv6'],
  ['udp4', 'inet', 'IPv4'],
  ['udp6', 'inet', 'IPv6'],
  ['close_wait', 'inet', 'IPv4'],
  ['unconnected', 'inet', 'sock'],
  ['eventfd', 'eventfd', 'a_inode'],
  ['epoll', 'epoll', 'a_inode'],
  ['timerfd', 'timerfd', 'a_inode'],
  ['inotify', 'inotify', 'a_inode'],
  ['signalfd', 'signalfd', 'a_inode'],
  ['pidfd', 'pidfd', 'a_inode'],
];

/** lsof -F gives a socket's state in a field of its own. */
function withoutState(name: string): string {
  return name.replace(/ \([A-Z_0-9]+\)$/, '');
}

describe.runIf(process.platform === 'linux')('23 descriptors of every class', () => {
  const factory = useFactories();

  for (const [kind, className, type] of KINDS) {
    it(`${kind}: counts and lists 23 of class ${className}`, async ({ skip }) => {
      const made = await factory(kind);
      if (!requireThat(made.skipped === undefined, `no ${kind}: ${made.skipped}`)) skip();
      for (const detail of ['name', 'stat', 'full'] as const) {
        const reading = await readSource(liveSource({ names: 'all', detail, pids: [made.pid] }));
        const rows = rowsOf(reading, made);
        expect(rows).toHaveLength(23);
        expect(new Set(rows.map((row) => row.class))).toEqual(new Set([className]));
        expect(new Set(rows.map((row) => row.cells.type))).toEqual(new Set([type]));
        expect(reading.facts.get(made.pid)).toMatchObject({ descriptors: made.total, listed: made.total });
        expect(reading.rows.filter((row) => row.number !== null)).toHaveLength(made.total);
      }
    });

    it(`${kind}: prints every cell as lsof does`, async ({ skip }) => {
      if (!requireTool('lsof')) skip();
      const made = await factory(kind);
      if (!requireThat(made.skipped === undefined, `no ${kind}: ${made.skipped}`)) skip();
      const lsof = lsofRows(made.pid);
      const rows = rowsOf(await readSource(liveSource({ names: 'all', detail: 'full', pids: [made.pid] })), made);
      expect(rows).toHaveLength(23);
      for (const { number, cells } of rows) {
        const { a = '', l = '', t, i, P, d, s, o, k, n = '' } = lsof.get(String(number)) ?? {};
        expect(cells.fd).toBe(`${number}${a.trim()}${l.trim()}`);
        expect(cells.type).toBe(t);
        expect(cells.node).toBe(i ?? P);
        if (d !== undefined) expect(cells.device).toBe(d);
        if (s !== undefined) expect(cells.size).toBe(s);
        if (o !== undefined) expect(cells.offset).toBe(o);
        if (cells.links !== undefined) expect(cells.links).toBe(k);
        // lsof cuts the path of a unix socket at its first blank; the kernel has it whole.
        const name = kind === 'unix_listen' ? cells.name?.replace(/ \d+ type=/, ' type=') : cells.name;
        expect(withoutState(name ?? '')).toBe(n.trimEnd());
      }
    });
  }
});

describe.runIf(process.platform === 'linux')('a reading without fdinfo', () => {
  const factory = useFactories();

  it('tells what one with it tells, but for offsets and flags', async () => {
    const made = await Promise.all([...KINDS.map(([kind]) => factory(kind)), factory('locks')]);
    const pids = made.map(({ pid }) => pid);
    const [stat, full] = await Promise.all(
      (['stat', 'full'] as const).map((detail) => readSource(liveSource({ names: 'all', detail, pids }))),
    );
    const told = full?.rows.map(({ cells: { offset: _offset, flags: _flags, ...cells }, ...row }) => ({
      ...row,
      cells,
    }));
    const rows = stat?.rows.map(({ cells: { flags: _flags, ...cells }, ...row }) => ({ ...row, cells }));
    expect(rows?.length).toBeGreaterThan(23 * KINDS.length - 100);
    expect(rows).toEqual(told);
    expect(rows?.filter(({ cells }) => /^\d+[rwu][rRwW]$/.test(cells.fd ?? '')).length).toBeGreaterThan(0);
  });
});

describe.runIf(process.platform === 'linux')('as another user', () => {
  const factory = useFactories();

  it('counts a process that it may not list, and says that it may not', async ({ skip }) => {
    if (!requireThat(canBecomeNobody(), 'cannot run as another user')) skip();
    const made = await factory('regular');
    const reading = readAsNobody({ names: 'all', detail: 'full', pids: [made.pid] });
    expect(reading.rows).toHaveLength(0);
    const fact = reading.facts.get(made.pid);
    expect(fact).toMatchObject({ refused: 'permission', user: 'root', uid: 0 });
    expect(fact?.listed).toBeUndefined();
    expect(reading.result.coverage.processes).toMatchObject({ seen: 1, listed: 0, refused: 1 });
    // Without the kernel's own count (before Linux 6.2) there is no number at all, and never 0.
    expect([made.total, undefined]).toContain(fact?.descriptors);
  });

  it('lists its own process, and root says the same of it', async ({ skip }) => {
    if (!requireThat(canBecomeNobody(), 'cannot run as another user')) skip();
    for (const [kind, className] of KINDS) {
      if (kind === 'block') continue;
      const made = await factory(kind, { uid: NOBODY });
      expect(made.skipped).toBeUndefined();
      const options = { names: 'all', detail: 'full', pids: [made.pid] } as const;
      const own = readAsNobody(options);
      expect(rowsOf(own, made)).toHaveLength(23);
      expect(new Set(rowsOf(own, made).map((row) => row.class))).toEqual(new Set([className]));
      expect(own.facts.get(made.pid)).toMatchObject({ descriptors: made.total, listed: made.total, uid: NOBODY });
      const root = await readSource(liveSource(options));
      expect(rowsOf(root, made)).toEqual(rowsOf(own, made));
    }
  });

  it('counts every process and names how many it could not list', ({ skip }) => {
    if (!requireThat(canBecomeNobody(), 'cannot run as another user')) skip();
    const { result, rows } = readAsNobody({ names: 'some', detail: 'name' });
    const { seen, counted, refused, vanished } = result.coverage.processes ?? {
      seen: 0,
      counted: 0,
      refused: 0,
      vanished: 0,
    };
    expect(seen).toBeGreaterThan(5);
    expect(counted + vanished).toBeGreaterThanOrEqual(seen - 1);
    expect(refused).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThan(0);
  });
});
