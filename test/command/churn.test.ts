import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProcessEventStream } from '../../src/source/proc/event/process-event-stream.ts';
import { canBecomeNobody, NOBODY } from '../support/as-user.ts';
import { endsOf, type Prefork, useChurns, useSupervised } from '../support/churning.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { leaksof, PROGRAM } from '../support/run.ts';
import { problems } from '../support/schema.ts';

const here = process.platform === 'linux' && requireTool('python3', ['--version']);
const { prefork, churn } = useChurns();

/** Whether the kernel tells of starts and ends here. */
const stream = here ? await ProcessEventStream.open() : 'not on Linux';
if (typeof stream !== 'string') await stream.close();
const told = here && requireThat(typeof stream !== 'string', `no process events: ${String(stream)}`);

const WAIT = { timeout: 60_000, interval: 50 };
const { supervised } = useSupervised();

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

/** By the manager's own notes: how each worker ended, in words. */
function truth({ noted }: Prefork): Map<number, string> {
  const ends = noted.filter(({ what }) => what === 'wait');
  return new Map(
    ends.map(({ pid, status = 0 }) => [pid, (status & 127) === 0 ? `status ${status >> 8}` : `signal ${status & 127}`]),
  );
}

describe.runIf(told)('workers of which the kernel tells', () => {
  it('are counted each and one by one, with their statuses', async () => {
    const manager = await prefork('crash');
    const churning = await churn([String(manager.pid)]);
    await manager.tell('run 30 3');
    await churning.until(() => endsOf(churning, manager.pid).size === 30);
    const { report, status } = await churning.end();
    expect(endsOf(churning, manager.pid)).toEqual(truth(manager));
    expect([status, problems('churn.json', report)]).toEqual([0, null]);
    for (const line of churning.lines) expect(problems('churn-event.json', line)).toBeNull();
    expect(report.channel).toMatchObject({ name: 'events', why: null, lost: 0 });
    expect(report.processes).toEqual({ seen: 31, least: 31, most: 31 });
    const [slot] = report.slots;
    expect(slot).toMatchObject({ verdict: 'crash-loop', starts: 30, exits: 30, parent: manager.pid });
    expect(slot?.ends).toEqual({ clean: 0, stopped: 0, failed: 30, killed: 0, unknown: 0 });
    expect(report.findings.map(({ rule }) => rule)).toEqual(['crash-loop']);
  });

  it('are missed by no look, for there is no look: workers that live 5 ms', async () => {
    const manager = await prefork('brief');
    const churning = await churn([String(manager.pid)]);
    await manager.tell('run 100 3');
    await churning.until(() => endsOf(churning, manager.pid).size === 100);
    const { report } = await churning.end();
    expect(endsOf(churning, manager.pid)).toEqual(truth(manager));
    expect(report.slots[0]?.exits).toBe(100);
    expect(report.coverage.complete).toBe(true);
  });

  it('are planned where they end as if all were well, and break no budget', async () => {
    const manager = await prefork('planned');
    const churning = await churn([String(manager.pid), '--max-exits', '3/min']);
    await manager.tell('run 9 3');
    await churning.until(() => endsOf(churning, manager.pid).size === 9);
    const { report, status } = await churning.end();
    expect([status, report.verdict]).toEqual([0, 'pass']);
    expect(report.slots[0]).toMatchObject({ exits: 9, regular: 'lifetime' });
    expect(report.slots[0]?.ends.clean).toBe(9);
  });

  it('end it at the one that is too many', async () => {
    const manager = await prefork('killed');
    const churning = await churn([String(manager.pid), '--max-exits', '5/90s']);
    await manager.tell('run 12 2');
    const { report, status } = await churning.ended;
    expect([status, report.verdict]).toEqual([1, 'fail']);
    expect(report.budgets).toMatchObject([{ limit: '5/90s', verdict: 'fail', count: 6 }]);
    expect(churning.lines.filter(({ kind }) => kind === 'over-budget')).toHaveLength(1);
    // The sixth death is the one: what is told after it was on its way.
    const ends = churning.lines.filter(({ kind }) => kind === 'ended');
    expect(ends[5]?.seconds).toBeCloseTo(report.budgets[0]?.at ?? 0, 2);
    expect(report.slots[0]?.statuses[0]?.status).toBe('SIGKILL');
  });

  it('break the budget also where nobody reads the report', async () => {
    const manager = await prefork('killed');
    const child = spawn(process.execPath, [PROGRAM, 'churn', String(manager.pid), '--max-exits', '5/90s', '--json']);
    const closed = once(child, 'close');
    child.stdout.destroy();
    await once(child.stderr, 'data');
    await manager.tell('run 12 2');
    expect((await closed)[0]).toBe(1);
  });

  it('hide a leak behind their short lives', async () => {
    const manager = await prefork('leak');
    const churning = await churn([String(manager.pid)]);
    await manager.tell('run 6 2');
    await churning.until(() => endsOf(churning, manager.pid).size === 6);
    const { report } = await churning.end();
    const { verdict, regular, descriptors } = report.slots[0] ?? {};
    expect([verdict, regular]).toEqual(['recycled', 'descriptors']);
    expect(descriptors?.leaks).toBe(true);
    // Twelve each; what was opened before the first look or after the last one is not seen.
    expect(descriptors?.perLife).toBeGreaterThan(6);
    expect(descriptors?.perLife).toBeLessThanOrEqual(12);
    expect(report.findings.map(({ rule }) => rule)).toEqual(['recycling-hides-leak']);
  });

  it('are looked at from then on where the relay ends', async () => {
    const manager = await prefork('crash');
    const churning = await churn([String(manager.pid), '--max-exits', '1000/h']);
    await manager.tell('run 3 3');
    await churning.until(() => endsOf(churning, manager.pid).size === 3);
    process.kill(childOf(churning.pid), 'SIGKILL');
    await manager.tell('run 12 3');
    const { report, status } = await churning.end();
    expect(report.channel).toMatchObject({ name: 'polling', why: 'the relay of process events ended', lost: 1 });
    expect(report.processes.most).toBeNull();
    expect([status, report.verdict]).toEqual([3, 'inconclusive']);
    expect(report.slots[0]?.exits).toBeGreaterThan(3);
  });

  it('are told of to other users too', async () => {
    const runs = () => spawnSync(process.execPath, [PROGRAM, '--version'], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    if (!requireThat(canBecomeNobody() && runs().status === 0, 'cannot run as another user')) return;
    const manager = await prefork('crash');
    const churning = await churn([String(manager.pid)], NOBODY);
    await manager.tell('run 6 3');
    const { channel } = (await churning.end()).report;
    const polling = await churn([String(manager.pid), '--poll'], NOBODY);
    await manager.tell('run 6 3');
    const { report } = await polling.end();
    // Linux 6.6 lets everybody ask; before that there are looks, and without rights no look tells how somebody ended.
    expect(channel.why).toSatisfy((why: string | null) => why === null || why.includes('refuses'));
    expect(report.slots.flatMap(({ ends }) => [ends.clean, ends.stopped])).toEqual([0, 0, 0, 0]);
    expect(report.slots[0]?.descriptors.atDeath.most).toBeGreaterThan(0);
  });
});

describe.runIf(here)('workers that are only looked at', () => {
  it.each([
    ['crash', 30],
    ['brief', 60],
  ] as const)('are bounded from both sides: %s', async (mode, total) => {
    const manager = await prefork(mode);
    const churning = await churn([String(manager.pid), '--poll']);
    await manager.tell(`run ${total} 3`);
    const { report } = await churning.end();
    expect(problems('churn.json', report)).toBeNull();
    expect(report.channel).toMatchObject({ name: 'polling', why: 'they were not asked for' });
    const { seen, least, most } = report.processes;
    const existed = total + 1;
    expect(seen).toBeLessThanOrEqual(least);
    expect(least).toBeLessThanOrEqual(existed);
    expect(most).toBeGreaterThanOrEqual(existed);
    // Whoever was seen was there, and what was seen of its end was so.
    const known = truth(manager);
    for (const [pid, status] of endsOf(churning, manager.pid)) {
      expect(known.has(pid)).toBe(true);
      if (status !== 'unknown') expect(status).toBe(known.get(pid));
    }
    expect(report.coverage.complete).toBe(most === seen);
  });

  it('leave a budget undecided that those nobody saw may have broken, and break it where it must be', async () => {
    const manager = await prefork('brief');
    const churning = await churn([String(manager.pid), '--poll', '--max-exits', '40/h', '--keep-going']);
    await manager.tell('run 30 3');
    const { report } = await churning.end();
    // Thirty are within it; how many more there can have been is for the machine to say.
    const [budget] = report.budgets;
    const { most } = report.processes;
    expect(budget?.verdict).not.toBe('fail');
    if ((most ?? 0) <= 41) expect(budget?.verdict).toBe('pass');
  });
});

describe.runIf(here)('a manager that is killed', () => {
  it.each([
    ['by events', []],
    ['by looks', ['--poll']],
  ])('leaves workers that keep its port, seen %s', async (_how, words) => {
    const manager = await prefork('crash');
    await manager.tell('hold 3');
    const churning = await churn([`:${manager.port}`, ...words]);
    expect(churning.stderr).toContain(`${manager.pid} and 3 others`);
    manager.child.kill('SIGKILL');
    await churning.until(() => churning.lines.some(({ kind }) => kind === 'left'));
    const { report } = await churning.end();
    const pids = manager.noted.map(({ pid }) => pid);
    try {
      expect(report.managers).toMatchObject([{ pid: manager.pid, left: { ports: [`127.0.0.1:${manager.port}`] } }]);
      expect(report.managers[0]?.left?.pids.toSorted()).toEqual(pids.toSorted());
      expect(report.findings.map(({ rule }) => rule)).toContain('port-kept');
      if (report.channel.name === 'events') expect(report.managers[0]?.status).toBe('SIGKILL');
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGKILL');
    }
  });
});

describe.runIf(here)('a manager that is replaced', () => {
  it('is followed by those that take its place', async () => {
    const { folder, run } = supervised();
    const program = join(folder, 'leaksof-managed');
    symlinkSync('/bin/sleep', program);
    const supervisor = run('sh', ['-c', `${program} 60; for i in 1 2 3; do ${program} 0.3; done; ${program} 60`]);
    await expect.poll(() => childOf(supervisor), WAIT).toBeGreaterThan(0);
    const churning = await churn(['leaksof-managed']);
    process.kill(childOf(supervisor), 'SIGKILL');
    await churning.until(() => churning.lines.filter(({ kind }) => kind === 'started').length >= 4);
    const { report } = await churning.end();
    expect(report.managers.length).toBeGreaterThanOrEqual(5);
    expect(report.slots).toMatchObject([{ manager: true, role: 'leaksof-managed', alive: 1, parent: supervisor }]);
  });

  it('may leave System V queues, which are no descriptors', async () => {
    const manager = await prefork('queue');
    const churning = await churn([String(manager.pid)]);
    await manager.tell('run 3 1');
    const { report } = await churning.end();
    const queues = report.sysv?.find(({ kind }) => kind === 'queue');
    if (!requireThat(queues !== undefined, 'no System V queues are seen here') || !queues) return;
    try {
      expect(queues.ids.length).toBeGreaterThanOrEqual(3);
      expect(report.findings.find(({ rule }) => rule === 'sysv-left')?.next).toEqual([`ipcrm -q ${queues.ids[0]}`]);
    } finally {
      for (const id of queues.ids) spawnSync('ipcrm', ['-q', id]);
    }
  });
});

describe.runIf(here)('a churn', () => {
  it('ends by itself when everybody is gone', async () => {
    const manager = await prefork('crash');
    const churning = await churn([String(manager.pid)]);
    manager.child.stdin?.end();
    const { report, status } = await churning.ended;
    expect(status).toBe(0);
    expect(report.managers).toMatchObject([{ pid: manager.pid, left: null }]);
    expect(report.managers[0]?.ended).not.toBeNull();
  });

  it('cannot tell of somebody who is not there', async () => {
    expect(await leaksof(['churn', 'no-such-manager'])).toMatchObject({ status: 3, stdout: '' });
    expect((await leaksof(['churn', '4194303'])).stderr).toContain('There is no process 4194303');
    expect((await leaksof(['churn', ':x'])).status).toBe(2);
    expect((await leaksof(['churn', '1', '--requests', '5'])).stderr).toContain('--requests is for --url');
    expect((await leaksof(['churn', '1', '--keep-going'])).stderr).toContain('--keep-going is for --max-exits');
  });

  it.each(['terminal', 'json', 'csv', 'tsv', 'markdown'])('prints %s', async (format) => {
    const manager = await prefork('crash');
    const { stdout, status } = await leaksof(['churn', String(manager.pid), '--for', '100ms', '--format', format]);
    expect(status).toBe(0);
    expect(stdout).toContain(format === 'csv' || format === 'tsv' ? 'verdict' : 'steady');
  });
});
