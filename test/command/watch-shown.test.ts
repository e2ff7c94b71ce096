import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { leaksof, PROGRAM, shell } from '../support/run.ts';
import { firstSample, grown, type Told, useWatches } from '../support/watching.ts';

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

  /** Opens so many files when there is a file `go`, and ends when there is one called `done`. */
  const opening = (count: number, code: number) =>
    python(
      [
        'import os,time',
        'def wait(name):',
        ' while not os.path.exists(name): time.sleep(0.02)',
        'print("job begins", flush=True)',
        `wait("${place('go')}")`,
        `k=[os.open("${place('cat.jpg')}", os.O_RDWR|os.O_CREAT) for i in range(${count})]`,
        'print("job says", flush=True)',
        `wait("${place('done')}")`,
        `raise SystemExit(${code})`,
      ].join('\n'),
    );

  it.each([
    [[], 0, 0, 'none'],
    [[], 7, 3, 'inconclusive'],
    [['--max-growth', '60'], 0, 0, 'pass'],
    [['--max-growth', '40'], 7, 1, 'fail'],
  ] as const)('is followed to its end, with what it opened: %j, exit code %i', async (words, code, status, verdict) => {
    const watching = watch('--warm-up', '0', ...words, ...opening(50, code));
    // It is first seen in the middle of its start, with a file or two more or less.
    await watching.until((object) => firstSample(object) && watching.stderr.includes('job begins'));
    const { length } = watching.told;
    await watching.until((object) => watching.told.indexOf(object) > length);
    const before = Number(watching.told.at(-1)?.growth);
    writeFileSync(place('go'), '');
    await watching.until(grown(before + 50));
    writeFileSync(place('done'), '');
    expect(await watching.status).toBe(status);
    expect(watching.stderr).toContain('job says');
    expect(watching.told.at(-1)).toMatchObject({
      verdict,
      job: { exitCode: code, signal: null },
      processes: [{ growth: before + 50 }],
      total: { growth: before + 50 },
    });
    expect(Math.abs(before)).toBeLessThan(9);
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
    // The first one is passed on, and the watch goes on.
    const seconds = deaf.told.at(-1)?.seconds;
    await deaf.until((object) => Number(object.seconds) > Number(seconds) + 0.3);
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
    const { stdout, stderr } = await shell(
      `{ leaksof watch ${held.opener.pid} --every 100ms -q; echo "code $?" >&2; } | head -n 2`,
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toBe('code 0\n');
  });

  it('has a screen of its own on a terminal, and gives the old one back', async () => {
    const { stdout: there } = await shell('command -v script');
    if (there.trim() === '') return;
    const line = `stty cols 90 rows 24; '${process.execPath}' '${PROGRAM}' watch ${held.opener.pid} --every 100ms --for 600ms`;
    const { stdout } = await shell(`script -qec "${line}" /dev/null < /dev/null`);
    const [before, during, after] = stdout.split(/\u001b\[\?1049[hl]/);
    expect(before).toBe('');
    expect(during?.split('\u001b[H').length).toBeGreaterThanOrEqual(3);
    expect(during).toContain(`leaksof watch: ${held.opener.pid}`);
    expect(stdout).toContain('\u001b[?25l');
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
    expect(after).toMatch(/descriptors in 1 process/);
    for (const row of during?.split('\u001b[H').at(-1)?.split('\r\n') ?? []) {
      expect(row.replaceAll(/\u001b\[[?\d;]*\w/g, '').length).toBeLessThanOrEqual(90);
    }
  });
});
