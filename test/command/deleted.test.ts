import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DeletedData } from '../../src/analysis/deleted/deleted-data.ts';
import { useFactories } from '../support/factory.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { leaksof } from '../support/run.ts';

const factory = useFactories();
const linux = process.platform === 'linux';

interface Opened {
  readonly fd: number;
  readonly node: string;
  readonly size: number;
  /** Of 512 bytes. */
  readonly blocks: number;
}

async function asked(words: readonly string[]): Promise<DeletedData> {
  const { stdout, stderr } = await leaksof(['deleted', ...words, '--json']);
  expect(stderr.replace(/^leaksof: to list .*\n/, '')).toBe('');
  return JSON.parse(stdout);
}

describe.runIf(linux)('deleted files of a factory', () => {
  it('are told apart by kind, with the sizes and blocks that the factory itself sees', async () => {
    const { pid, said } = await factory('unlinked');
    const child = said.child as number;
    const opened = said.files as Readonly<Record<string, Opened>>;
    const data = await asked(['--pid', `${pid},${child}`]);
    const found = new Map(data.files.map((file) => [file.node, file]));
    for (const [name, { node, size, blocks }] of Object.entries(opened)) {
      const kind = name === 'heartbeat' ? 'empty' : /memfd|factory-/.test(name) ? 'memory' : 'disk';
      expect(found.get(node), name).toMatchObject({ kind, size, allocated: blocks * 512 });
    }
    const of = (...names: string[]) => names.map((name) => opened[name] as Opened);
    const disk = of('app.log', 'sparse.dat', 'mapped.log');
    const blocks = (files: readonly Opened[]) => files.reduce((sum, file) => sum + file.blocks * 512, 0);
    expect(data.disk).toMatchObject({ files: 3, allocated: blocks(disk), unsized: 0 });
    expect(data.disk.bytes).toBe((3 << 20) + (64 << 20) + (1 << 16));
    expect(data.empty).toBe(1);
    const [parent, second] = data.holders;
    expect([parent?.pid, second?.pid]).toEqual([pid, child]);
    expect(parent).toMatchObject({ files: 3, alone: null });
    expect(second).toMatchObject({ files: 2, alone: null, allocated: blocks(of('app.log', 'sparse.dat')) });
  });

  it('can be emptied by the line that is printed, and only where that is safe', async () => {
    const { pid, said } = await factory('unlinked');
    const { 'app.log': log } = said.files as { readonly 'app.log': Opened };
    const data = await asked(['--pid', String(pid)]);
    const lines = data.holders[0]?.release.map(({ line }) => line);
    // Not the one that is read back, nor the one that is mapped.
    expect(lines).toEqual([`sudo truncate -s 0 /proc/${pid}/fd/${log.fd}`]);
    const [, ...words] = lines?.[0]?.split(' ') ?? [];
    expect(spawnSync(words[0] ?? '', words.slice(1)).status).toBe(0);
    expect(statSync(`/proc/${pid}/fd/${log.fd}`).blocks).toBe(0);
    expect((await asked(['--pid', String(pid)])).disk.files).toBe(2);
  });

  it('are within a budget or not', async () => {
    const { pid } = await factory('unlinked');
    const status = async (limit: string) =>
      (await leaksof(['deleted', '--pid', String(pid), '--max-deleted', limit])).status;
    expect([await status('3MiB'), await status('1GB'), await status('3.2MB'), await status('1')]).toEqual([1, 0, 1, 1]);
  });

  it('read the same from lsof, by size', async () => {
    if (!requireTool('lsof')) return;
    const { pid, said } = await factory('unlinked');
    const opened = said.files as Readonly<Record<string, Opened>>;
    const input = spawnSync('lsof', ['-nP', '-p', `${pid},${said.child}`], { maxBuffer: 1 << 28 }).stdout;
    const { stdout } = await leaksof(['deleted', '-', '--json'], { input });
    const data: DeletedData = JSON.parse(stdout);
    expect(data.disk).toEqual({
      files: 3,
      bytes: (3 << 20) + (64 << 20) + (1 << 16),
      allocated: null,
      unsized: 0,
    });
    expect(data.files.find(({ node }) => node === opened['app.log']?.node)?.processes).toBe(2);
    const { stdout: said2 } = await leaksof(['deleted', '-'], { input });
    expect(said2).toContain('sizes as the listing prints them');
    expect(said2).toMatch(/deleted file without a byte not counted .*heartbeat/);
  });
});

describe.runIf(linux)('as another user', () => {
  it('says what it could not look at, and gives no pass', async () => {
    if (!requireThat(process.getuid?.() === 0, 'a second user needs root')) return;
    const { pid } = await factory('unlinked');
    const words = ['deleted', '--live', '--pid', String(pid), '--max-deleted', '10GB'];
    const program = new URL('../../bin/leaksof.js', import.meta.url).pathname;
    const { status, stdout } = spawnSync(process.execPath, [program, ...words], { uid: 65534, gid: 65534, cwd: '/' });
    if (!requireThat(stdout !== null && stdout.length > 0, 'node cannot be run by another user')) return;
    expect(status).toBe(3);
    expect(String(stdout)).toContain('could not tell');
  });
});
