import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeletedData } from '../../src/analysis/deleted/deleted-data.ts';
import { requireTool } from '../support/require-tool.ts';
import { leaksof } from '../support/run.ts';

describe.runIf(process.platform === 'linux')('the log of a real nginx', () => {
  it('is let go by the line that is printed', async () => {
    if (!requireTool('nginx')) return;
    const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
    const log = join(folder, 'error.log');
    // A worker of another user could not open a log in this folder again.
    const config = `user root; daemon off; pid ${folder}/pid; error_log ${log} debug; events {} http { access_log off; server { listen unix:${folder}/socket; } }`;
    writeFileSync(join(folder, 'nginx.conf'), config);
    const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', log], { stdio: 'ignore' });
    try {
      await expect.poll(() => existsSync(join(folder, 'pid')) && readFileSync(log, 'utf8').length > 0).toBe(true);
      const master = Number(readFileSync(join(folder, 'pid'), 'utf8'));
      renameSync(log, `${log}.1`);
      unlinkSync(`${log}.1`);
      const look = async (): Promise<DeletedData> =>
        JSON.parse((await leaksof(['deleted', '--command', 'nginx', '--json'])).stdout);
      const ours = (data: DeletedData) => data.files.filter(({ name }) => name.startsWith(folder));
      const before = await look();
      expect(ours(before)).toHaveLength(1);
      const holder = before.holders.find(({ pid }) => pid === master);
      const line = holder?.release.find(({ how }) => how === 'reopen')?.line;
      expect(line).toBe(`sudo kill -USR1 ${master}`);
      execFileSync('kill', ['-USR1', String(master)]);
      await expect.poll(async () => ours(await look())).toEqual([]);
    } finally {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'close');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
