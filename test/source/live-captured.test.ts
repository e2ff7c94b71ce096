import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { liveSource } from '../../src/source/live.ts';
import { readSource } from '../support/live.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/proc/web/', import.meta.url));
const root = `${FIXTURE}proc`;

/** The kinds of the captured factories, by pid. */
const PIDS = {
  tcp4: 26040,
  locks: 26049,
  pipe: 26055,
  unconnected: 26061,
  directory: 26064,
  parent: 26072,
  zombie: 26079,
};

/** What lsof said of the same processes when the tree was captured: `pid fd` -> fields by letter. */
function lsofTruth(): Map<string, Record<string, string>> {
  const truth = new Map<string, Record<string, string>>();
  let pid = '';
  for (const line of readFileSync(`${FIXTURE}lsof.F0`, 'latin1').split('\n')) {
    const fields: Record<string, string> = {};
    for (const field of line.split('\0')) if (field !== '') fields[field.charAt(0)] = field.slice(1);
    if (fields.p !== undefined) pid = fields.p;
    else if (fields.f !== undefined) truth.set(`${pid} ${fields.f}`, fields);
  }
  return truth;
}

describe('a captured proc tree', () => {
  it('has every descriptor that lsof saw, with access, lock, type and inode', async () => {
    const { rows } = await readSource(liveSource({ root, names: 'all', detail: 'full' }));
    const descriptors = rows.filter((row) => row.number !== null);
    const truth = lsofTruth();
    expect(descriptors).toHaveLength(truth.size);
    for (const { pid, number, cells } of descriptors) {
      const { a = '', l = '', t, i, P, n = '' } = truth.get(`${pid} ${number}`) ?? {};
      expect(cells.fd).toBe(`${number}${a.trim()}${l.trim()}`);
      expect(cells.type).toBe(t);
      expect(cells.command).toBe('python3');
      expect(cells.user).toBe('www-data');
      // A device's own number is not in its link: the inode of the device file is.
      if (t !== 'a_inode' && t !== 'CHR') expect(cells.node).toBe(i ?? P);
      // Nobody can be asked any more for the protocol of a socket that no table holds.
      const name = t === 'sock' ? "can't identify protocol" : n;
      expect(cells.name?.replace(/ \([A-Z]+\)$/, '').replace(/(socket) \d/, '$1')).toBe(name);
    }
  });

  it('never looks at the files of the machine that reads it', async () => {
    const { rows } = await readSource(liveSource({ root, names: 'all', detail: 'full' }));
    const passwd = rows.find((row) => row.number !== null && row.cells.name === '/etc/passwd');
    expect(passwd?.cells).not.toHaveProperty('size');
    expect(passwd?.cells).not.toHaveProperty('device');
    expect(passwd?.cells).toMatchObject({ flags: 'CX,PATH', node: '739' });
    const directory = rows.find((row) => row.cells.name === '/srv/web/directory');
    expect(directory).toMatchObject({ class: 'directory', cells: { type: 'DIR' } });
  });

  it('counts by listing, and says what it knows of each process; a zombie has nothing to count or list', async () => {
    const { facts, result } = await readSource(liveSource({ root, names: 'none', detail: 'name' }));
    expect(result.coverage.processes).toEqual({ seen: 12, counted: 12, listed: 1, refused: 0, vanished: 0 });
    expect(result.system).toMatchObject({ nrOpen: 1048576, inotifyInstances: 128 });
    expect(facts.get(PIDS.tcp4)).toMatchObject({
      descriptors: 8,
      command: 'python3',
      user: 'www-data',
      uid: 33,
      threads: 1,
      state: 'S',
      softLimit: 20000,
      hardLimit: 20000,
      cgroup: '/system.slice/web.service',
      unit: 'web.service',
    });
    expect(facts.get(PIDS.pipe)).toMatchObject({
      container: '4f1d'.repeat(16),
      pod: '8c7b0a6e-1f7c-4a35-9f0b-2a3c7b1d9e10',
    });
    expect(facts.get(PIDS.zombie)).toMatchObject({ state: 'Z', refused: 'zombie', ppid: PIDS.parent });
    expect(facts.get(PIDS.zombie)).not.toHaveProperty('descriptors');
    // 21 Nov 2026, when it was captured.
    expect(facts.get(PIDS.tcp4)?.startTime).toMatch(/^2026-11-21T\d\d:\d\d:\d\d\.\d\d0Z$/);
  });

  it('shows what is open beside the descriptors', async () => {
    const { rows, facts } = await readSource(liveSource({ root, names: 'all', detail: 'stat', pids: [PIDS.locks] }));
    const beside = rows.filter((row) => row.number === null).map(({ cells }) => [cells.fd, cells.type, cells.name]);
    expect(beside).toEqual([
      ['cwd', 'DIR', '/srv/web'],
      ['rtd', 'DIR', '/'],
      ['txt', 'REG', '/usr/bin/python3.11'],
      ['mem', 'REG', '/usr/lib/x86_64-linux-gnu/libc.so.6'],
      ['mem', 'REG', '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'],
    ]);
    expect(facts.get(PIDS.locks)).toMatchObject({
      cwd: '/srv/web',
      commandLine: '/usr/bin/python3 /srv/web/server.py locks --count 4 --folder /srv/web/locks --uid 33',
      listed: 7,
      descriptors: 7,
      aboveLimit: 0,
    });
  });

  it('says which folder has no processes to list', async () => {
    const reading = readSource(liveSource({ root: `${FIXTURE}none`, names: 'none', detail: 'name' }));
    await expect(reading).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('none') });
  });
});
