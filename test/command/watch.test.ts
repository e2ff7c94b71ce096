import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Opener, startOpener } from '../support/opener.ts';
import { leaksof, PROGRAM, shell } from '../support/run.ts';
import { startWatch, type Told, type Watching } from '../support/watching.ts';

const schemas = new URL('../../src/schema/', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
for (const file of readdirSync(schemas)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, schemas), 'utf8')));

function problems(schema: string, value: unknown): unknown {
  const validate = ajv.getSchema(schema);
  return validate?.(value) ? null : (validate?.errors ?? `no schema ${schema}`);
}

let folder = '';
let opener: Opener;
const watches: Watching[] = [];
const openers: Opener[] = [];
const place = (name: string) => join(folder, name);

function watch(...words: readonly string[]): Watching {
  const one = startWatch(words);
  watches.push(one);
  return one;
}

async function open(): Promise<Opener> {
  const one = await startOpener();
  openers.push(one);
  return one;
}

/** State letter of a process; empty if there is none. */
function stateOf(pid: number): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? '';
  } catch {
    return '';
  }
}

const grown = (by: number) => (object: Told) => object.kind === 'sample' && object.growth === by;
const firstSample = (object: Told) => object.kind === 'sample' && (object.alive ?? 0) > 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leaksof-watch-'));
  opener = await open();
});
afterEach(async () => {
  for (const { child } of watches.splice(0)) child.kill('SIGKILL');
  await Promise.all(openers.splice(0).map((one) => one.kill()));
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform !== 'linux')('watch', () => {
  it('says exactly what was opened, as it goes and in its report', async () => {
    const watching = watch(String(opener.pid), '--save', place('w.ndjson'));
    expect((await watching.until(firstSample)).descriptors).toBe(opener.total);
    await opener.tell(`open 37 ${place('cat.jpg')}`);
    const sample = await watching.until(grown(37));
    expect(sample.processes).toMatchObject([{ pid: opener.pid, descriptors: opener.total, growth: 37 }]);
    await opener.tell('close 30');
    await watching.until(grown(7));
    expect(await watching.end()).toBe(0);
    const report = watching.told.at(-1);
    expect(report).toMatchObject({
      command: 'watch',
      verdict: 'none',
      processes: [
        { pid: opener.pid, first: opener.total - 7, last: opener.total, growth: 7, highest: opener.total + 30 },
      ],
      total: { growth: 7 },
    });
    const pattern = place('cat.jpg').replace(/-watch-\w+/, '-watch-*');
    expect(report).toMatchObject({
      targets: expect.arrayContaining([expect.objectContaining({ pattern, before: 0, after: 37, growth: 37 })]),
    });
    for (const object of watching.told.slice(0, -1)) expect(problems('watch-sample.json', object)).toBeNull();
    expect(problems('watch.json', report)).toBeNull();
    const schema = JSON.parse(readFileSync(new URL('watch.json', schemas), 'utf8'));
    expect(Object.keys(report ?? {})).toEqual(Object.keys(schema.properties));
  });

  it('saves a series that every command reads', async () => {
    const [plain, packed] = [place('w.ndjson'), place('w.ndjson.gz')];
    const both = [plain, packed].map((file) => watch(String(opener.pid), '--save', file));
    await Promise.all(both.map((watching) => watching.until(firstSample)));
    await opener.tell(`open 12 ${place('cat.jpg')}`);
    await Promise.all(both.map((watching) => watching.until(grown(12))));
    await Promise.all(both.map((watching) => watching.end()));
    for (const file of [plain, packed]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const rank = JSON.parse((await leaksof(['rank', file, '--json'])).stdout);
      expect(rank.coverage.hidden).toEqual([]);
      expect(rank.processes).toMatchObject([
        {
          pid: opener.pid,
          descriptors: opener.total,
          listed: opener.total,
          topTarget: { name: place('cat.jpg'), count: 12 },
        },
      ]);
      const diff = JSON.parse((await leaksof(['diff', file, '--json'])).stdout);
      expect(diff).toMatchObject({ opened: 12, closed: 0, processes: [{ pid: opener.pid, growth: 12, life: 'same' }] });
      expect(diff.targets).toMatchObject([{ name: place('cat.jpg'), growth: 12, opened: 12, closed: 0 }]);
      expect((await leaksof(['names', file, '--exact', '--json'])).stdout).toContain('cat.jpg');
    }
    const again = await leaksof(['watch', String(opener.pid), '--for', '1s', '--save', plain]);
    expect([again.status, again.stderr]).toEqual([2, expect.stringMatching(/is there already/)]);
  });

  it.each(['w.ndjson', 'w.ndjson.gz'])('loses at most the sample it was taking when it is killed: %s', async (name) => {
    for (let round = 0; round < 3; round++) {
      const file = place(`${round}.${name}`);
      const watching = watch(String(opener.pid), '--save', file);
      await watching.until(firstSample);
      const before = opener.total;
      for (let step = 0; step < 4 + round * 3; step++) {
        await opener.tell(`open 1 ${place('cat.jpg')}`);
        if (step === 3) await watching.until(grown(4));
      }
      await watching.end('SIGKILL');
      const { stdout, status } = await leaksof(['rank', file, '--json']);
      expect(status).toBe(0);
      const rank = JSON.parse(stdout);
      expect(rank.processes[0].descriptors).toBeGreaterThanOrEqual(before + 4);
      expect(rank.processes[0].descriptors).toBeLessThanOrEqual(opener.total);
      expect(rank.coverage.complete).toBe(false);
      expect(rank.coverage.hidden.join()).toMatch(/no end line/);
    }
  });

  it('goes on when its target is killed, and ends then if it is asked to', async () => {
    const patient = watch(String(opener.pid), '--save', place('w.ndjson'));
    const brief = watch(String(opener.pid), '--until-exit');
    await Promise.all([patient, brief].map((watching) => watching.until(firstSample)));
    await opener.kill();
    expect(await brief.status).toBe(0);
    expect(brief.told.at(-1)).toMatchObject({ processes: [{ pid: opener.pid, endedAt: expect.any(Number) }] });
    await patient.until((object) => object.kind === 'sample' && object.alive === 0);
    expect(await patient.end()).toBe(0);
    expect(patient.told.at(-1)?.events).toMatchObject([{ what: 'ended', pid: opener.pid }]);
    const { stdout } = await leaksof(['rank', place('w.ndjson'), '--json']);
    expect(JSON.parse(stdout).processes).toMatchObject([{ pid: opener.pid }]);
  });

  it('follows a restart, and counts growth inside lives', async () => {
    const watching = watch(String(opener.pid), '--warm-up', '1s');
    await watching.until((object) => Number(object.seconds) > 1);
    await opener.tell(`open 5 ${place('cat.jpg')}`);
    await watching.until(grown(5));
    await opener.kill();
    const second = await open();
    const { seconds } = await watching.until((object) => object.processes.some(({ pid }) => pid === second.pid));
    await watching.until((object) => Number(object.seconds) > Number(seconds) + 1.2);
    await second.tell(`open 4 ${place('cat.jpg')}`);
    await watching.until(grown(9));
    await watching.end();
    const report = watching.told.at(-1);
    expect(report?.processes).toMatchObject([{ pid: second.pid, growth: 9, lives: 2, endedAt: null }]);
    expect(report?.events).toMatchObject(
      [{ what: 'ended' }, { what: 'replaced', pid: opener.pid, by: second.pid }].slice(0, 2),
    );
  });

  it('finds who listens on a port, now and after a restart', async () => {
    const port = await opener.tell('listen 0');
    const watching = watch(`:${port}`, '--warm-up', '0');
    expect((await watching.until(firstSample)).processes).toMatchObject([{ pid: opener.pid }]);
    await opener.kill();
    const second = await open();
    await second.tell(`listen ${port}`);
    const sample = await watching.until((object) => object.processes.some(({ pid }) => pid === second.pid));
    expect(sample.alive).toBe(1);
    await watching.end();
  });

  it('follows descendants with --tree', async () => {
    const watching = watch('--pid', String(opener.pid), '--tree');
    await watching.until(firstSample);
    const child = Number(await opener.tell('fork'));
    try {
      await watching.until((object) => object.processes.some(({ pid }) => pid === child));
    } finally {
      process.kill(child, 'SIGKILL');
    }
    await watching.end();
  });

  it('waits for a command that is not there yet, and refuses a pid that is not', async () => {
    const watching = watch('no-such-command-*');
    await watching.until((object) => object.kind === 'sample');
    expect(await watching.end()).toBe(3);
    expect(watching.told.at(-1)).toMatchObject({ verdict: 'inconclusive', processes: [] });
    await opener.kill();
    const { status, stderr } = await leaksof(['watch', String(opener.pid), '--for', '1s']);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/no process/)]);
  });
});

describe.skipIf(process.platform !== 'linux')('budgets of a watch', () => {
  it.each([
    [['--max-growth', '10'], 0, 'pass'],
    [['--max-growth', '9'], 1, 'fail'],
    [['--max-utilisation', '99%'], 0, 'pass'],
    [['--max-utilisation', '0.00001'], 1, 'fail'],
    [['--max-growth', '5/min'], 3, 'inconclusive'],
  ] as const)('%j with growth by 10: %s', async (words, status, verdict) => {
    const watching = watch(String(opener.pid), ...words);
    await watching.until(firstSample);
    await opener.tell(`open 10 ${place('cat.jpg')}`);
    await watching.until(grown(10));
    expect(await watching.end()).toBe(status);
    expect(watching.told.at(-1)).toMatchObject({ verdict, budgets: [{ verdict }] });
    if (status === 1) expect(watching.stderr).toMatch(/is over --max-/);
  });

  it.each([
    [['--every', '1ms']],
    [['--for', 'soon']],
    [['--max-growth', 'much']],
    [['1', '--', 'true']],
    [['--']],
    [['--save', '/nowhere/w.ndjson']],
    [['--', '/nowhere/program']],
  ])('refuses %j', async (words) => {
    expect((await leaksof(['watch', ...words])).status).toBe(2);
  });
});

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
    const { stdout, status } = await leaksof(['watch', String(opener.pid), '--for', '300ms', '--every', '100ms', '-q']);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.filter((line) => /^20\S+Z {2}\d+ descriptors in 1 process {2}/.test(line)).length).toBeGreaterThan(1);
    expect(stdout).toMatch(/leaksof itself: \d+ descriptors/);
    expect(stdout).not.toContain('\u001b');
  });

  it('takes a reader that leaves for success', async () => {
    const { stdout } = await shell(
      `leaksof watch ${opener.pid} --every 100ms -q | head -n 2; echo "\${PIPESTATUS:-}" >/dev/null`,
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    const { stdout: code } = await shell(
      `{ leaksof watch ${opener.pid} --every 100ms -q; echo "code $?" >&3; } 3>&2 | head -n 1 >/dev/null`,
    );
    expect(code).toBe('');
  });

  it('has a screen of its own on a terminal, and gives the old one back', async () => {
    const { stdout: there } = await shell('command -v script');
    if (there.trim() === '') return;
    const line = `stty cols 90 rows 24; '${process.execPath}' '${PROGRAM}' watch ${opener.pid} --every 100ms --for 600ms`;
    const { stdout } = await shell(`script -qec "${line}" /dev/null < /dev/null`);
    const [before, during, after] = stdout.split(/\u001b\[\?1049[hl]/);
    expect(before).toBe('');
    expect(during?.split('\u001b[H').length).toBeGreaterThan(3);
    expect(during).toContain(`leaksof watch: ${opener.pid}`);
    expect(stdout).toContain('\u001b[?25l');
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
    expect(after).toMatch(/descriptors in 1 process/);
    for (const row of during?.split('\u001b[H').at(-1)?.split('\r\n') ?? []) {
      expect(row.replaceAll(/\u001b\[[?\d;]*\w/g, '').length).toBeLessThanOrEqual(90);
    }
  });
});
