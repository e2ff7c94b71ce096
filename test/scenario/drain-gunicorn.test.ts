import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canUnshare } from '../support/as-user.ts';
import { type DrainDocument, following, processIn } from '../support/draining.ts';
import { type Child, startChild } from '../support/matrix/child.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { problems } from '../support/schema.ts';

const APP = fileURLToPath(new URL('../support/crash_app.py', import.meta.url));
const STORAGE = fileURLToPath(new URL('../support/slow_storage.py', import.meta.url));
/** Reports that are queued when the signal comes. */
const REPORTS = 12;
const WAIT = { timeout: 60_000, interval: 50 };

let folder = '';
let server: ChildProcess | null = null;
let storage: Child | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drain-'));
});

afterEach(async () => {
  if (server?.exitCode === null && server.signalCode === null) {
    for (const pid of childrenOf(server.pid ?? 0)) process.kill(pid, 'SIGKILL');
    server.kill('SIGKILL');
    await once(server, 'close');
  }
  await storage?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return (existsSync(path) ? readFileSync(path, 'utf8') : '')
    .split(' ')
    .flatMap((word) => (word === '' ? [] : [Number(word)]));
}

const textOf = (name: string): string =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
/** How many reports the application itself says it saved, of how many it took. */
const account = (): { saved: number; taken: number } => {
  const [saved = 0, taken = 0] = textOf('saved').split(' ').map(Number);
  return { saved, taken };
};

/** A request over a connection of its own: nothing is left open. Its socket can be reached from every network namespace. */
function asked(path: string): Promise<number> {
  return new Promise((resolve) => {
    get({ socketPath: join(folder, 'socket'), path, agent: false }, (answer) => {
      answer.resume().once('close', () => resolve(answer.statusCode ?? 0));
    }).once('error', () => resolve(0));
  });
}

/** gunicorn with one worker, at work on its reports: pids of both, and the port of the storage. */
async function atWork(mode: string, graceful: number): Promise<{ master: number; worker: number; sink: number }> {
  storage = await startChild(['unshare', '-n', 'sh', '-c', `ip link set lo up; exec python3 ${STORAGE}`]);
  const sink = Number(storage.said.port);
  const inside = [
    '-t',
    String(storage.pid),
    '-n',
    'gunicorn',
    '--bind',
    `unix:${folder}/socket`,
    '--bind',
    '127.0.0.1:0',
  ];
  const words = ['--worker-class', 'gevent', '--graceful-timeout', String(graceful), '--log-file', join(folder, 'log')];
  server = spawn('nsenter', [...inside, ...words, 'crash_app'], {
    cwd: dirname(APP),
    stdio: 'ignore',
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      MODE: mode,
      SINK: String(sink),
      SAVED: join(folder, 'saved'),
      ENOUGH: join(folder, 'enough'),
    },
  });
  await expect.poll(() => asked('/'), WAIT).toBe(200);
  await asked(`/?${REPORTS}`);
  await expect.poll(() => account().saved, WAIT).toBeGreaterThan(0);
  const master = server.pid ?? 0;
  return { master, worker: childrenOf(master)[0], sink };
}

/** One command; no more reports come from the moment at which it sends the signal. */
async function drained(master: number): Promise<{ status: number | null; report: DrainDocument }> {
  const words = [String(master), '--send', 'TERM', '--grace', '60s', '--before', '2s', '--json'];
  const command = following(words);
  await expect.poll(command.said, WAIT).toContain('sending SIGTERM');
  writeFileSync(join(folder, 'enough'), '');
  const [status, stdout] = await command.end;
  const report: DrainDocument = JSON.parse(stdout);
  expect(problems('drain.json', report)).toBeNull();
  return { status, report };
}

describe.runIf(process.platform === 'linux')(
  'a gunicorn that is shut down with work queued',
  { timeout: 180_000 },
  () => {
    const ready = (): boolean =>
      requireTool('gunicorn', ['--version']) &&
      // In a network of its own the tables of connections are short, whatever else this machine does.
      requireThat(canUnshare(), 'namespaces cannot be made') &&
      requireThat(spawnSync('/usr/bin/python3', ['-c', 'import gevent']).status === 0, 'python3-gevent is missing');

    it('drains what runs in its pool', async () => {
      if (!ready()) return;
      const { master, worker, sink } = await atWork('pool', 30);
      const { status, report } = await drained(master);
      expect(account().saved).toBe(account().taken);
      expect(textOf('log')).toContain(`Worker exiting (pid: ${worker})`);
      expect([status, report.verdict, report.outcome]).toEqual([0, 'pass', 'drained']);
      const process = processIn(report, worker);
      expect(process.signals?.TERM).toBe('caught');
      // The listener is gone while the worker lives, and outgoing connections move.
      expect(process.evidence[0]).toMatch(/^after it had stopped listening it opened \d+ outgoing connections?$/);
      expect(process.ended).toMatchObject({ by: 'exit', code: 0 });
      const [closed, ended] = [report.listeners[0].closed ?? 0, process.ended?.seconds ?? 0];
      expect(ended).toBeGreaterThan(closed);
      const to = report.timeline.filter(({ pid, event }) => pid === worker && event === 'connected');
      expect(to.map(({ text }) => text).join()).toContain(`127.0.0.1:${sink}`);
    });

    it('loses what runs beside it', async () => {
      if (!ready()) return;
      const { master, worker } = await atWork('free', 30);
      const { status, report } = await drained(master);
      expect(account().saved).toBeLessThan(account().taken);
      // It left in good order as far as its log goes, and it had a handler.
      expect(textOf('log')).toContain(`Worker exiting (pid: ${worker})`);
      expect(processIn(report, worker).signals?.TERM).toBe('caught');
      expect([status, report.verdict, report.outcome]).toEqual([1, 'fail', 'died-at-once']);
      expect(processIn(report, worker).evidence.join()).toMatch(
        /1 outgoing connection to \S+ cut|outgoing connections came and went/,
      );
      expect(report.findings.map(({ rule, pid }) => [rule, pid])).toContainEqual(['died-at-once', worker]);
    });

    it('kills what takes longer than its own limit', async () => {
      if (!ready()) return;
      const { master, worker } = await atWork('pool', 2);
      const { status, report } = await drained(master);
      expect(account().saved).toBeLessThan(account().taken);
      expect(textOf('log')).not.toContain(`Worker exiting (pid: ${worker})`);
      expect([status, report.verdict, report.outcome]).toEqual([1, 'fail', 'killed']);
      expect(processIn(report, worker).ended).toMatchObject({ by: 'signal', signal: 9 });
      // Not before the limit that gunicorn was given; a busy machine may take longer.
      expect(processIn(report, worker).ended?.seconds).toBeGreaterThan(1.9);
    });
  },
);
