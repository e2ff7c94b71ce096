import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { canBecomeNobody, NOBODY } from '../support/as-user.ts';
import { drain, openSink, processIn, useServices } from '../support/draining.ts';
import { requireThat } from '../support/require-tool.ts';
import { leaksof, PROGRAM } from '../support/run.ts';
import { problems } from '../support/schema.ts';

const start = useServices();
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A client that stays connected. */
async function client(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket.on('error', () => {}));
  await once(socket, 'connect');
}

const linux = describe.runIf(process.platform === 'linux');

linux('what a shutdown will meet', () => {
  it.each([
    ['dies', 'default', 'dies-at-once'],
    ['ignores', 'ignored', 'will-not-stop'],
    ['blocks', 'blocked', 'will-not-stop'],
    ['awaits', 'awaited', null],
    ['accepts', 'caught', null],
  ])('of one that %s', async (kind, disposition, rule) => {
    const { pid, port } = await start(kind);
    await client(port);
    const { report, status } = await drain(String(pid));
    expect(status).toBe(0);
    expect(problems('drain.json', report)).toBeNull();
    expect(report.sent).toBeNull();
    const { signals, before } = processIn(report, pid);
    expect(signals?.TERM).toBe(disposition);
    expect(before?.listeners.map(({ address }) => address)).toEqual([`127.0.0.1:${port}`]);
    expect(before).toMatchObject({ in: 1, out: 0 });
    // Nothing is claimed of a signal that is caught.
    expect(report.findings.map((finding) => finding.rule)).toEqual(rule === null ? [] : [rule]);
  });

  it('names the family: children, and by COMMAND the topmost', async () => {
    const { pid, child } = await start('outlived');
    const { report } = await drain(String(pid));
    expect(report.processes.map((one) => [one.pid, one.role])).toEqual([
      [pid, 'asked'],
      [child, 'descendant'],
    ]);
    expect((await drain(String(child))).report.processes.map((one) => [one.pid, one.role])).toEqual([
      [child, 'asked'],
      [pid, 'beside'],
    ]);
  });

  it('is printed in every format', async () => {
    const { pid } = await start('accepts');
    for (const format of ['terminal', 'ndjson', 'csv', 'tsv', 'markdown']) {
      const { stdout, status } = await leaksof(['drain', String(pid), '--format', format]);
      expect([format, status]).toEqual([format, 0]);
      expect(stdout).toContain(String(pid));
      if (format === 'terminal')
        for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });
});

linux('a shutdown', () => {
  it('that drains', async () => {
    const sink = await openSink();
    const { pid, port } = await start('drains', sink.port);
    const { report, status, stderr } = await drain(String(pid), '--send', 'TERM', '--grace', '60s');
    sink.close();
    expect(problems('drain.json', report)).toBeNull();
    expect(stderr).toMatch(new RegExp(`^leaksof: sending SIGTERM to \\S+ ${pid}$`, 'm'));
    expect([status, report.verdict, report.outcome]).toEqual([0, 'pass', 'drained']);
    expect(report.sent).toEqual({ signal: 'SIGTERM', pids: [pid] });
    const { evidence, ended, connected, unnamed } = processIn(report, pid);
    expect(evidence[0]).toMatch(/^after it had stopped listening it opened \d+ outgoing connections?$/);
    expect(connected + unnamed).toBeGreaterThanOrEqual(3);
    expect(ended?.signal).toBeNull();
    const [listener] = report.listeners;
    expect(listener).toMatchObject({ address: `127.0.0.1:${port}`, held: [] });
    expect(listener.closed).toBeLessThan(ended?.seconds ?? 0);
    expect(report.timeline.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['began', 'listener-closed', 'ended']),
    );
  });

  it('that drops the work it was at', async () => {
    const sink = await openSink();
    const { pid } = await start('drops', sink.port);
    const { report, status } = await drain(String(pid), '--send', 'term', '--grace', '60s', '--before', '3s');
    sink.close();
    expect([status, report.outcome]).toEqual([1, 'died-at-once']);
    expect(processIn(report, pid).evidence.join()).toMatch(
      /connection to 127\.0\.0\.1:\d+ cut|connections came and went/,
    );
  });

  it('of one without a handler cuts its clients', async () => {
    const { pid, port } = await start('dies');
    await client(port);
    const { report, status } = await drain(String(pid), '--send', '15', '--grace', '60s');
    expect([status, report.outcome]).toEqual([1, 'died-at-once']);
    expect(processIn(report, pid).cut).toMatchObject([{ direction: 'in', local: `127.0.0.1:${port}` }]);
    expect(report.findings.map(({ rule }) => rule)).toEqual(['died-at-once']);
  });

  it('of one without a handler and without anything to lose', async () => {
    const { pid } = await start('dies');
    const { report, status } = await drain(String(pid), '--send', 'TERM', '--grace', '60s');
    expect([status, report.verdict, report.outcome]).toEqual([0, 'pass', 'died-at-once']);
  });

  it.each(['ignores', 'blocks', 'accepts'])('of one that %s it', async (kind) => {
    const { pid, port } = await start(kind);
    const { report, status } = await drain(String(pid), '--send', 'TERM', '--grace', '500ms', '--before', '100ms');
    expect([status, report.outcome]).toEqual([1, 'ignored']);
    expect(report.listeners).toMatchObject([{ address: `127.0.0.1:${port}`, closed: null, held: [{ pid }] }]);
    expect(report.timeline.at(-1)?.event).toBe('grace');
    if (kind === 'blocks') expect(processIn(report, pid).evidence.join()).toContain('SIGTERM is still pending');
  });

  it('that is killed at the grace limit, if that was asked for', async () => {
    const { pid } = await start('stuck');
    const words = [String(pid), '--send', 'TERM', '--grace', '2s', '--before', '100ms'];
    const { report, status, stderr } = await drain(...words, '--kill');
    expect([status, report.outcome]).toEqual([1, 'killed-at-grace']);
    expect(stderr).toContain(`sending SIGKILL to`);
    expect(processIn(report, pid).ended).toMatchObject({ seconds: expect.any(Number) });
    expect(() => process.kill(pid, 0)).toThrow();
  });

  it('that stops half way', async () => {
    const { pid } = await start('stuck');
    const { report, status } = await drain(String(pid), '--send', 'TERM', '--grace', '3s', '--before', '100ms');
    expect([status, report.outcome]).toEqual([1, 'unfinished']);
  });

  it('that a child outlives, with the port', async () => {
    const { pid, child, port } = await start('outlived');
    const { report, status } = await drain(String(pid), '--send', 'TERM', '--grace', '1s', '--before', '100ms');
    expect([status, report.verdict]).toEqual([1, 'fail']);
    // This test takes note of its end at once, so that how it ended may go unseen.
    expect([15, null]).toContain(processIn(report, pid).ended?.signal);
    expect(processIn(report, child)).toMatchObject({ role: 'descendant', outcome: 'ignored', ended: null });
    const kept = report.findings.find(({ rule }) => rule === 'port-kept');
    expect(kept).toMatchObject({ severity: 'critical', pid: child, target: `127.0.0.1:${port}` });
  });
});

linux('what no signal is sent to', () => {
  it.each([
    [['1', '--send', 'TERM'], 'Process 1 is the init'],
    [[String(process.pid), '--send', 'TERM'], 'leaksof runs below'],
    [['1', '--send', 'NOSUCH'], 'no such signal'],
    [['1', '--kill'], '--kill is for --send'],
    [['1', '--for', '3s'], '--for is for --follow'],
    [['1', '--send', 'TERM', '--follow'], 'one of them, not both'],
  ])('%j', async (words, said) => {
    const { status, stderr } = await leaksof(['drain', ...words]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  it('is a COMMAND that means several', async () => {
    const services = [await start('accepts'), await start('accepts')];
    const name = readFileSync(`/proc/${services[0].pid}/comm`, 'utf8').trim();
    const { status, stderr } = await leaksof(['drain', name, '--send', 'TERM']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/means \d+ processes, none of which descends/)]);
    for (const { pid } of services) expect(process.kill(pid, 0)).toBe(true);
  });

  it('is nobody', async () => {
    const { status, stderr } = await leaksof(['drain', 'no-such-process', '--send', 'TERM']);
    expect([status, stderr]).toEqual([3, expect.stringContaining('no such process is alive')]);
  });
});

linux('another user', () => {
  const asNobody = (words: readonly string[]) =>
    spawnSync(process.execPath, [PROGRAM, 'drain', ...words], { uid: NOBODY, gid: NOBODY, cwd: '/', encoding: 'utf8' });

  it('sees the signals and not the descriptors', async () => {
    if (!requireThat(canBecomeNobody(), 'this needs root')) return;
    const { pid } = await start('ignores');
    const { status, stdout } = asNobody([String(pid), '--json']);
    const report = JSON.parse(stdout);
    expect(problems('drain.json', report)).toBeNull();
    expect([status, report.verdict, report.coverage.processes.refused]).toEqual([3, 'inconclusive', 1]);
    expect(processIn(report, pid)).toMatchObject({ signals: { TERM: 'ignored' }, before: null });
  });

  it('may not send a signal', async () => {
    if (!requireThat(canBecomeNobody(), 'this needs root')) return;
    const { pid } = await start('dies');
    const { status, stderr } = asNobody([String(pid), '--send', 'TERM', '--before', '0']);
    expect([status, stderr]).toEqual([3, expect.stringContaining('could not be sent')]);
    expect(process.kill(pid, 0)).toBe(true);
  });
});
