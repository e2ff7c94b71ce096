import { describe, expect, it } from 'vitest';
import { canBecomeNobody, NOBODY } from '../support/as-user.ts';
import { drain, following, openSink, useServices } from '../support/draining.ts';
import { requireThat } from '../support/require-tool.ts';
import { problems } from '../support/schema.ts';

const start = useServices();
const linux = describe.runIf(process.platform === 'linux');

const WAIT = { timeout: 60_000, interval: 20 };

linux('somebody else', () => {
  it('kills what is followed', async () => {
    const { pid } = await start('stuck');
    const { said, end } = following([String(pid), '--send', 'TERM', '--grace', '60s', '--json']);
    await expect.poll(said, WAIT).toContain('sending SIGTERM');
    process.kill(pid, 'SIGKILL');
    const [status, stdout] = await end;
    const report = JSON.parse(stdout);
    // Its parent, this test, takes note of the end at once: the signal may have gone unseen.
    expect(status).not.toBe(0);
    expect(['killed', 'unknown', 'cut-off', 'died-at-once']).toContain(report.outcome);
  });

  it('ends what is followed, and it is told from the moment that is seen', async () => {
    const sink = await openSink();
    const { pid } = await start('drains', sink.port);
    const { said, end } = following([String(pid), '--follow', '--for', '60s', '--json']);
    await expect.poll(said, WAIT).toContain('following 1 process ');
    process.kill(pid, 'SIGTERM');
    const [status, stdout] = await end;
    sink.close();
    const report = JSON.parse(stdout);
    expect(problems('drain.json', report)).toBeNull();
    expect(report.sent).toBeNull();
    expect([status, report.outcome]).toEqual([0, 'drained']);
  });

  it('does nothing within the time that is waited', async () => {
    const { pid } = await start('accepts');
    const { report, status } = await drain(String(pid), '--follow', '--for', '200ms');
    expect([status, report.verdict, report.timeline]).toEqual([3, 'inconclusive', []]);
  });

  it('interrupts, and gets a report', async () => {
    const { pid } = await start('stuck');
    const { child, said, end } = following([String(pid), '--send', 'TERM', '--json']);
    await expect.poll(said, WAIT).toContain('sending SIGTERM');
    child.kill('SIGINT');
    const [status, stdout] = await end;
    const report = JSON.parse(stdout);
    expect(problems('drain.json', report)).toBeNull();
    expect([status, report.verdict, report.outcome]).toEqual([3, 'inconclusive', 'unknown']);
  });
});

linux('another user who follows', () => {
  it('is told that it ended, and not called well', async () => {
    if (!requireThat(canBecomeNobody(), 'this needs root')) return;
    const { pid } = await start('dies');
    const { said, end } = following([String(pid), '--follow', '--json'], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    await expect.poll(said, WAIT).toContain('following 1 process ');
    process.kill(pid, 'SIGTERM');
    const [status, stdout] = await end;
    const report = JSON.parse(stdout);
    expect([status, report.outcome]).toEqual([3, 'unknown']);
  });
});
