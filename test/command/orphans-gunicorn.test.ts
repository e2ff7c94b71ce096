import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrphanData } from '../../src/analysis/orphans/orphan-data.ts';
import { mayLook } from '../../src/measure/orphans/knowable.ts';
import type { Finding } from '../../src/model/report.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { leaksof } from '../support/run.ts';

const APP = fileURLToPath(new URL('../support/upload_app.py', import.meta.url));
const UPLOAD = 3 * 1024 * 1024;
const WAIT = { timeout: 60_000, interval: 100 };

let folder = '';
let spool = '';
let server: ChildProcess | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gunicorn-'));
  spool = join(folder, 'spool');
  mkdirSync(spool);
});

afterEach(async () => {
  if (server && server.exitCode === null) {
    server.kill('SIGCONT');
    server.kill('SIGKILL');
    for (const pid of childrenOf(server.pid ?? 0)) process.kill(pid, 'SIGKILL');
    await once(server, 'close');
  }
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

function childrenOf(pid: number): number[] {
  const text = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8') : '';
  return text.trim() === '' ? [] : text.trim().split(' ').map(Number);
}

/** Two workers, a timeout of two seconds, as in the incident. */
async function started(): Promise<number> {
  const words = ['--bind', `unix:${folder}/socket`, '--workers', '2', '--timeout', '2', 'upload_app'];
  server = spawn('gunicorn', words, { cwd: dirname(APP), stdio: 'ignore', env: { ...process.env, SPOOL: spool } });
  const { pid = 0 } = server;
  await expect.poll(() => childrenOf(pid).length === 2 && existsSync(join(folder, 'socket')), WAIT).toBe(true);
  return pid;
}

/** Sends the upload; its answer never comes. */
function upload(): void {
  const sent = request({ socketPath: join(folder, 'socket'), method: 'POST', headers: { 'Content-Length': UPLOAD } });
  sent.on('error', () => {});
  sent.end(Buffer.alloc(UPLOAD, 1));
}

function files(): string[] {
  return readdirSync(spool, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('upload'));
}

async function look(
  service: number,
  ...more: readonly string[]
): Promise<OrphanData & { readonly findings: readonly Finding[] }> {
  const words = ['orphans', spool, '--older-than', '1s', '--service', String(service), '--json', ...more];
  return JSON.parse((await leaksof(words)).stdout);
}

describe.runIf(process.platform === 'linux')('uploads of a gunicorn worker that is killed', () => {
  it('are orphaned after the kill and not before', { timeout: 240_000 }, async () => {
    if (!requireTool('gunicorn', ['--version'])) return;
    if (!requireThat(mayLook('/proc'), 'other processes can be looked into by root only')) return;
    const master = await started();
    const workers = childrenOf(master);
    upload();
    await expect.poll(() => files().length, WAIT).toBe(1);
    // The manager stands still, so that there is time to look before it kills.
    process.kill(master, 'SIGSTOP');
    const stuck = await expectSilence(master);
    expect(workers).toContain(stuck);
    const before = await look(master);
    expect(before.orphaned.files).toBe(0);
    expect(before.unheld).toMatchObject({ files: 1, bytes: UPLOAD });
    expect(before.files[0]?.why).toContain(`${stuck} may be at work on it`);

    process.kill(master, 'SIGCONT');
    await expect.poll(() => childrenOf(master).length === 2 && !childrenOf(master).includes(stuck), WAIT).toBe(true);
    // The sibling that was there all the time says by its next heartbeat that it is not at work on it.
    await expect.poll(async () => (await look(master)).orphaned.files, WAIT).toBe(1);
    const after = await look(master);
    expect(after.orphaned).toMatchObject({ files: 1, bytes: UPLOAD });
    expect(after.reclaimable).toBeGreaterThanOrEqual(UPLOAD);

    const { removal } = await look(master, '--delete', '--yes');
    expect(removal).toMatchObject({ done: true, removed: [{}], kept: [] });
    expect(files()).toEqual([]);
  });
});

/** The worker that is silent beyond its timeout. */
async function expectSilence(master: number): Promise<number> {
  let silent: Finding | undefined;
  await expect
    .poll(async () => {
      const { findings } = await look(master);
      silent = findings.find(({ rule, severity }) => rule === 'silent-worker' && severity === 'critical');
      return silent?.message ?? '';
    }, WAIT)
    .toMatch(/ s silent, its manager kills it after 2 s/);
  return silent?.pid ?? 0;
}
