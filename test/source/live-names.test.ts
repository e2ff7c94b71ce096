import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { liveSource } from '../../src/source/live.ts';
import { useFactories } from '../support/factory.ts';
import { lsofRows, readSource, rowsOf } from '../support/live.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';

const look = (pid: number, detail: 'name' | 'stat' | 'full' = 'full') =>
  readSource(liveSource({ names: 'all', detail, pids: [pid] }));

describe.runIf(process.platform === 'linux')('live names', () => {
  const factory = useFactories();

  it('prints hostile names on one line each, as lsof does, and keeps distinct files distinct', async () => {
    const made = await factory('hostile');
    const rows = rowsOf(await look(made.pid), made);
    // Two of them read the same until their bytes are looked at.
    const readings = [rows, rowsOf(await look(made.pid, 'name'), made), rowsOf(await look(made.pid, 'stat'), made)];
    for (const reading of readings) {
      expect(reading.map((row) => row.cells.name?.slice(made.folder.length + 1))).toEqual([
        'new\\nline',
        'escape^[[31m',
        'back\\\\slash',
        'not-utf8-\\xff\\xfe',
        'not-utf8-\\xff\\xfd',
        'alive (deleted)',
        'two  blanks ',
        '\u202ebidi \u4f60\u597d',
        'pipe:[1]',
        ' -> arrow',
      ]);
    }
    expect(new Set(rows.map((row) => row.class))).toEqual(new Set(['regular']));
    if (!requireTool('lsof')) return;
    const lsof = lsofRows(made.pid);
    const printed = made.opened.map((number) => Buffer.from(lsof.get(String(number))?.n ?? '', 'latin1').toString());
    expect(rows.map((row) => row.cells.name)).toEqual(printed);
  });

  it('tells two names of one file from each other, and reads descriptors of one name alike', async () => {
    const made = await factory('hard_links');
    for (const detail of ['name', 'stat', 'full'] as const) {
      const rows = rowsOf(await look(made.pid, detail), made);
      const names = rows.map((row) => row.cells.name?.slice(made.folder.length + 1));
      expect(names).toEqual(['one', 'two', 'odd-\\xff\\xfe', 'odd-\\xff\\xfd', 'one', 'odd-\\xff\\xfe']);
      if (detail === 'name') continue;
      const { ino, size } = statSync(`${made.folder}/one`);
      for (const { cells } of rows)
        expect(cells).toMatchObject({ node: String(ino), size: String(size), links: '4', type: 'REG' });
      expect(rows.map((row) => row.cells.fd?.replace(/^\d+/, ''))).toEqual(['u', 'r', 'u', 'r', 'w', 'r']);
      if (detail === 'full') expect(rows.map((row) => row.cells.offset)).toEqual(['0t3', ...Array(5).fill('0t0')]);
    }
  });

  it('lets the link count decide whether a file is deleted', async () => {
    const alive = await factory('hostile');
    const named = rowsOf(await look(alive.pid), alive).find((row) => row.cells.name?.endsWith('(deleted)'));
    expect(named).toMatchObject({ deleted: 'no', cells: { target: `${alive.folder}/alive (deleted)` } });
    const gone = await factory('deleted');
    for (const detail of ['name', 'full'] as const) {
      const rows = rowsOf(await look(gone.pid, detail), gone);
      expect(new Set(rows.map((row) => row.deleted))).toEqual(new Set(['yes']));
    }
    const [first] = rowsOf(await look(gone.pid), gone);
    expect(first?.cells).toMatchObject({ size: '1000', links: '0', name: `${gone.folder}/gone-0 (deleted)` });
  });

  it('shows locks and flags', async () => {
    const made = await factory('locks');
    const rows = rowsOf(await look(made.pid), made);
    expect(rows.map((row) => row.cells.fd?.replace(/^\d+/, ''))).toEqual(['uW', 'uw', 'uR', 'ur']);
    expect(new Set(rows.map((row) => row.cells.flags))).toEqual(new Set(['RW,LG,CX']));
    const opath = await factory('opath');
    for (const detail of ['stat', 'full'] as const) {
      for (const row of rowsOf(await look(opath.pid, detail), opath)) expect(row.cells.flags).toMatch(/PATH$/);
    }
  });

  it('says which sockets wait for us to close, and which were never connected', async () => {
    const waiting = await factory('close_wait');
    for (const row of rowsOf(await look(waiting.pid, 'name'), waiting))
      expect(row.cells.name).toMatch(/\(CLOSE_WAIT\)$/);
    const idle = await factory('unconnected');
    const names = new Set(rowsOf(await look(idle.pid, 'name'), idle).map((row) => row.cells.name));
    expect(names).toEqual(new Set(['protocol: TCP']));
  });

  it('resolves sockets of another network namespace', async ({ skip }) => {
    if (!requireThat(process.getuid?.() === 0, 'needs root for a network namespace')) skip();
    const made = await factory('namespace');
    if (!requireThat(made.skipped === undefined, `no network namespace: ${made.skipped}`)) skip();
    const reading = await look(made.pid);
    const rows = rowsOf(reading, made);
    expect(rows).toHaveLength(23);
    for (const row of rows) expect(row.cells.name).toMatch(/^\*:\d+ \(LISTEN\)$/);
    const netns = statSync(`/proc/${made.pid}/ns/net`).ino;
    expect(reading.facts.get(made.pid)?.netns).toBe(String(netns));
    expect(netns).not.toBe(statSync('/proc/self/ns/net').ino);
  });

  it('lists what is open beside descriptors as lsof does', async ({ skip }) => {
    if (!requireTool('lsof')) skip();
    const made = await factory('regular');
    const reading = await look(made.pid);
    const lsof = [...lsofRows(made.pid)];
    for (const association of ['cwd', 'rtd', 'txt']) {
      const row = reading.rows.find((candidate) => candidate.cells.fd === association);
      const truth = lsof.find(([fd]) => fd === association)?.[1];
      expect(row?.cells).toMatchObject({ type: truth?.t, node: truth?.i, size: truth?.s, name: truth?.n });
    }
    const mapped = reading.rows.filter((row) => row.cells.fd === 'mem');
    expect(mapped.length).toBeGreaterThan(2);
    for (const row of mapped) {
      const { size, ino, nlink } = statSync(row.cells.name ?? '');
      expect(row.cells).toMatchObject({ type: 'REG', size: String(size), node: String(ino), links: String(nlink) });
    }
    expect((await look(made.pid, 'name')).rows.some((row) => row.number === null)).toBe(false);
  });
});
