import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { leaksof, PROGRAM, shell } from '../support/run.ts';
import { firstSample, type Told, useWatches } from '../support/watching.ts';

const held = useWatches();
const { place, watch } = held;

/** State letter of a process; empty if there is none. */
function stateOf(pid: number): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? '';
  } catch {
    return '';
  }
}

describe.skipIf(process.platform !== 'linux')('a job', () => {
  const python = (code: string) => ['--', '/usr/bin/python3', '-c', code];

  it('is followed to its end, with what it opened', async () => {
    const code = `import os,time\nk=[]\nfor i in range(10):\n k.append(os.open("${place('cat.jpg')}", os.O_RDWR|os.O_CREAT)); time.sleep(0.1)\nprint("job says")`;
    const watching = watch('--warm-up', '0', ...python(code));
    expect(await watching.status).toBe(0);
    expect(watching.stderr).toContain('job says');
    const report = watching.told.at(-1) as Told & { job: unknown };
    expect(report.job).toMatchObject({ exitCode: 0, signal: null });
    const [process] = report.processes as unknown as { growth: number; highest: number; lowest: number }[];
    expect(process?.growth).toBeGreaterThanOrEqual(7);
    expect(process?.growth).toBeLessThanOrEqual(10);
  });

  it('that fails leaves the answer open, unless a budget was broken', async () => {
    const failing = watch(...python('raise SystemExit(7)'));
    expect(await failing.status).toBe(3);
    expect(failing.told.at(-1)).toMatchObject({ verdict: 'inconclusive', job: { exitCode: 7 } });
    const code = `import os,time\ntime.sleep(0.5)\nk=[os.open("/dev/null", 0) for i in range(50)]\ntime.sleep(0.7)\nraise SystemExit(7)`;
    const leaking = watch('--warm-up', '0', '--max-growth', '20', ...python(code));
    expect(await leaking.status).toBe(1);
  });

  it('gets our signals, and is gone when we are', async () => {
    const polite = watch(...python('import time\ntime.sleep(60)'));
    await polite.until(firstSample);
    expect(await polite.end('SIGTERM')).toBe(3);
    const report = polite.told.at(-1) as Told & { job: { signal: string; pid: number } };
    expect(report.job.signal).toBe('SIGTERM');

    const deaf = watch(
      ...python('import signal,time\nsignal.signal(2, signal.SIG_IGN)\nprint("deaf", flush=True)\ntime.sleep(60)'),
    );
    const { processes } = await deaf.until((object) => firstSample(object) && deaf.stderr.includes('deaf'));
    deaf.child.kill('SIGINT');
    await deaf.until((object) => object.kind === 'sample' && object !== deaf.told[0] && deaf.told.length > 5);
    expect(await deaf.end('SIGINT')).toBe(130);
    const pid = Number(processes[0]?.pid);
    // Whoever inherits it may be slow to bury it.
    await expect.poll(() => stateOf(pid)).toMatch(/^Z?$/);
  });
});

describe.skipIf(process.platform !== 'linux')('where a watch is shown', () => {
  it('prints a line for each sample in a pipe, then the report', async () => {
    const { stdout, status } = await leaksof([
      'watch',
      String(held.opener.pid),
      '--for',
      '300ms',
      '--every',
      '100ms',
      '-q',
    ]);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.filter((line) => /^20\S+Z {2}\d+ descriptors in 1 process {2}/.test(line)).length).toBeGreaterThan(1);
    expect(stdout).toMatch(/leaksof itself: \d+ descriptors/);
    expect(stdout).not.toContain('\u001b');
  });

  it('takes a reader that leaves for success', async () => {
    const { stdout } = await shell(
      `leaksof watch ${held.opener.pid} --every 100ms -q | head -n 2; echo "\${PIPESTATUS:-}" >/dev/null`,
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    const { stdout: code } = await shell(
      `{ leaksof watch ${held.opener.pid} --every 100ms -q; echo "code $?" >&3; } 3>&2 | head -n 1 >/dev/null`,
    );
    expect(code).toBe('');
  });

  it('has a screen of its own on a terminal, and gives the old one back', async () => {
    const { stdout: there } = await shell('command -v script');
    if (there.trim() === '') return;
    const line = `stty cols 90 rows 24; '${process.execPath}' '${PROGRAM}' watch ${held.opener.pid} --every 100ms --for 600ms`;
    const { stdout } = await shell(`script -qec "${line}" /dev/null < /dev/null`);
    const [before, during, after] = stdout.split(/\u001b\[\?1049[hl]/);
    expect(before).toBe('');
    expect(during?.split('\u001b[H').length).toBeGreaterThan(3);
    expect(during).toContain(`leaksof watch: ${held.opener.pid}`);
    expect(stdout).toContain('\u001b[?25l');
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
    expect(after).toMatch(/descriptors in 1 process/);
    for (const row of during?.split('\u001b[H').at(-1)?.split('\r\n') ?? []) {
      expect(row.replaceAll(/\u001b\[[?\d;]*\w/g, '').length).toBeLessThanOrEqual(90);
    }
  });
});
