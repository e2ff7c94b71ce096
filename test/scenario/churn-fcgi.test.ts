import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ProcessEventStream } from '../../src/source/proc/event/process-event-stream.ts';
import { endsOf, useChurns, useSupervised } from '../support/churning.ts';
import { freePort } from '../support/free-port.ts';
import { startChild } from '../support/matrix/child.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';

const PROGRAM = fileURLToPath(new URL('../support/servers/fcgi.pl', import.meta.url));
const WAIT = { timeout: 60_000, interval: 100 };
/** Exits of the incident's six seconds. */
const EXITS = 165;

const hasModules = (): boolean =>
  spawnSync('perl', ['-MFCGI', '-MFCGI::ProcManager', '-e', '1'], { stdio: 'ignore' }).status === 0;
const present =
  process.platform === 'linux' &&
  requireTool('perl', ['-v']) &&
  requireThat(hasModules(), 'libfcgi-procmanager-perl and libfcgi-perl are missing');
const stream = present ? await ProcessEventStream.open() : 'not here';
if (typeof stream !== 'string') await stream.close();
const told = present && requireThat(typeof stream !== 'string', `no process events: ${String(stream)}`);

const { churn } = useChurns();
const { supervised } = useSupervised();

/** Debian's FCGI::ProcManager with three workers. */
async function started() {
  const { folder, run } = supervised();
  writeFileSync(join(folder, 'kept'), '');
  const port = await freePort();
  const pid = run('perl', [PROGRAM, `:${port}`, '3', folder]);
  const log = (): string => readFileSync(join(folder, 'log'), 'utf8');
  /** What the manager says of ends: pid and status. */
  const ends = (): Map<number, string> => {
    const lines = log().matchAll(/server \(pid (\d+)\) exited with status (\d+)/g);
    return new Map([...lines].map(([, worker, status]) => [Number(worker), `status ${Number(status) >> 8}`]));
  };
  const workers = (): number[] => {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  };
  const ready = () => log().split('): initialized').length - 2 - ends().size;
  await expect.poll(ready, WAIT).toBe(3);
  return { pid, port, folder, ends, workers, run };
}

/** nginx in front of it, which speaks FastCGI. */
async function web(folder: string, port: number): Promise<{ origin: string; stop(): Promise<void> }> {
  const own = await freePort();
  const config = join(folder, 'nginx.conf');
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, `nginx-${name}`)};`,
  );
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx-error.log;
events { worker_connections 64; }
http {
  access_log off; ${places.join(' ')}
  server {
    listen 127.0.0.1:${own};
    location / {
      fastcgi_pass 127.0.0.1:${port};
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_param REQUEST_METHOD $request_method;
    }
  }
}
`,
  );
  const child = await startChild(['nginx', '-c', config, '-e', join(folder, 'nginx-error.log')], { port: own });
  return { origin: `http://127.0.0.1:${own}`, stop: () => child.stop() };
}

describe.runIf(told)('FCGI::ProcManager', () => {
  it('whose workers crash at start: every exit is counted, the budget broken at the eleventh crash', {
    timeout: 180_000,
  }, async () => {
    const manager = await started();
    const churning = await churn([String(manager.pid), '--max-exits', '10/90s', '--keep-going']);
    writeFileSync(join(manager.folder, 'broken'), '');
    for (const pid of manager.workers()) process.kill(pid, 'SIGTERM');
    await expect.poll(() => manager.ends().size, WAIT).toBeGreaterThanOrEqual(EXITS);
    rmSync(join(manager.folder, 'broken'));
    // Workers that live longer than any that crashes: then all ends are told.
    let before: readonly number[] = [];
    await expect
      .poll(
        () => {
          const now = manager.workers();
          const same = now.length === 3 && now.join() === before.join();
          before = now;
          return same;
        },
        { timeout: 60_000, interval: 300 },
      )
      .toBe(true);
    const { report, status } = await churning.end();
    expect(endsOf(churning, manager.pid)).toEqual(manager.ends());
    expect([status, report.verdict]).toEqual([1, 'fail']);
    const slot = report.slots[0];
    expect(slot).toMatchObject({ role: 'perl-fcgi', parentCommand: 'perl-fcgi-pm', verdict: 'crash-loop' });
    expect(slot?.exits).toBe(manager.ends().size);
    // The three that were asked to go are none of the failures.
    expect((slot?.ends.clean ?? 0) + (slot?.ends.stopped ?? 0)).toBe(3);
    const crashes = churning.lines.filter((line) => line.kind === 'ended').filter((line) => line.status === 'status 1');
    const alarm = churning.lines.find(({ kind }) => kind === 'over-budget');
    expect(alarm?.seconds).toBeCloseTo(crashes[10]?.seconds ?? 0, 2);
    expect(report.budgets[0]?.span).toBeLessThan(90);
    expect(report.findings.map(({ rule }) => rule)).toContain('crash-loop');
  });

  it('whose workers crash at a request: each request is one exit, none is answered', async () => {
    if (!requireTool('nginx')) return;
    const manager = await started();
    const { origin, stop } = await web(manager.folder, manager.port);
    try {
      const churning = await churn([String(manager.pid), '--url', `${origin}/crash`, '--requests', '15']);
      const { report } = await churning.ended;
      expect(report.requests).toMatchObject({ sent: 15, errors: 15 });
      expect(endsOf(churning, manager.pid)).toEqual(manager.ends());
      expect(report.slots[0]?.ends.failed).toBe(15);
      const finding = report.findings.find(({ rule }) => rule === 'request-ends-worker');
      expect(finding?.message).toContain('1.00 per request');
    } finally {
      await stop();
    }
  });

  it('whose workers leak and leave after 25 requests: 1.00 per request, behind planned exits', {
    timeout: 180_000,
  }, async () => {
    if (!requireTool('nginx')) return;
    const manager = await started();
    const { origin, stop } = await web(manager.folder, manager.port);
    try {
      const churning = await churn([String(manager.pid), '--url', `${origin}/leak`, '--requests', '110']);
      const { report, status } = await churning.ended;
      expect(report.requests).toMatchObject({ sent: 110, ok: 110, errors: 0 });
      const slot = report.slots[0];
      expect(slot?.exits).toBe(manager.ends().size);
      // 110 requests fill three workers' 25 at least, and four's at most.
      expect(slot?.exits).toBeGreaterThanOrEqual(2);
      expect(slot?.exits).toBeLessThanOrEqual(4);
      expect(slot).toMatchObject({ verdict: 'recycled', descriptors: { leaks: true } });
      expect(slot?.descriptors.perRequest?.toFixed(2)).toBe('1.00');
      expect(slot?.descriptors.countedRequests).toBeGreaterThan(50);
      expect(report.findings.find(({ rule }) => rule === 'recycling-hides-leak')?.message).toContain(
        '1.00 per request',
      );
      expect(status).toBe(0);
    } finally {
      await stop();
    }
  });

  it('that is killed: three workers live on and keep the port, and a second start fails', {
    timeout: 180_000,
  }, async () => {
    const manager = await started();
    const workers = manager.workers();
    const churning = await churn([`:${manager.port}`]);
    process.kill(manager.pid, 'SIGKILL');
    await churning.until(() => churning.lines.some(({ kind }) => kind === 'left'));
    const again = spawnSync('perl', [PROGRAM, `:${manager.port}`, '3', manager.folder], { encoding: 'utf8' });
    const { report } = await churning.end();
    expect(again.stderr).toContain('Address already in use');
    expect(report.managers[0]).toMatchObject({
      pid: manager.pid,
      status: 'SIGKILL',
      left: { ports: [`*:${manager.port}`] },
    });
    expect(report.managers[0]?.left?.pids.toSorted()).toEqual(workers.toSorted());
    expect(report.findings.find(({ rule }) => rule === 'port-kept')?.severity).toBe('critical');
  });
});
