import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problems } from '../support/schema.ts';
import { isRunning, useScripts } from '../support/script.ts';
import { firstSample, type Told, useWatches } from '../support/watching.ts';

const held = useWatches();
const { place, watch } = held;
const { script, read, place: beside } = useScripts();

const rings = (kind: 'alert' | 'clear') => (object: Told) => object.kind === kind;
const alertsOf = (told: readonly Told[]): readonly Told[] =>
  told.filter((one) => one.kind === 'alert' || one.kind === 'clear');

/** Appends its stdin to a file. */
const KEEPING = 'cat >> "$HERE/got"';

async function health(url: string): Promise<{ status: number; body: Told }> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Told };
}

describe.skipIf(process.platform !== 'linux')('a process that climbs over its limit and comes back', () => {
  it('rings once and is over once, everywhere', async () => {
    const { opener } = held;
    await opener.tell('limit 100');
    const series = place('series.ndjson');
    const words = ['--max-utilisation', '50%', '--cooldown', '0', '--on-alert', script(KEEPING), '--save', series];
    const watching = watch(String(opener.pid), ...words, '--health', '127.0.0.1:0');
    await watching.until(firstSample);
    const [, url = ''] = await watching.says(/health at (http:\S+)/);
    expect(await health(url)).toMatchObject({ status: 200, body: { status: 'ok', alerts: [] } });

    await opener.tell(`open 60 ${place('cat.jpg')}`);
    const alert = await watching.until(rings('alert'));
    expect(alert).toMatchObject({
      budget: 'max-utilisation',
      severity: 'critical',
      reason: 'beyond',
      target: { kind: 'process', pid: opener.pid },
      limit: 0.5,
      evidence: { softLimit: 100 },
    });
    // It may have been seen in the middle of its opening.
    const { descriptors } = alert.evidence as { descriptors: number };
    expect(alert.value).toBe(descriptors / 100);
    expect(descriptors).toBeGreaterThan(50);
    expect(descriptors).toBeLessThanOrEqual(opener.total);
    const unhealthy = await health(url);
    expect(unhealthy).toMatchObject({ status: 503, body: { status: 'alert', alerts: [{ id: alert.id }] } });
    expect(problems('health.json', unhealthy.body)).toBeNull();

    // More of the same is no news, and neither is a little less.
    await opener.tell(`open 10 ${place('cat.jpg')}`);
    await watching.until((object) => object.kind === 'sample' && object.descriptors === opener.total);
    await opener.tell(`close ${opener.total - 48}`);
    await watching.until((object) => object.kind === 'sample' && object.descriptors === 48);
    await opener.tell('close 40');
    const clear = await watching.until(rings('clear'));
    expect(clear).toMatchObject({ id: alert.id, reason: 'within' });
    expect(clear.value).toBeLessThanOrEqual(0.45);
    expect(await health(url)).toMatchObject({ status: 200, body: { status: 'ok', alerts: [] } });

    expect(await watching.end()).toBe(1);
    expect(alertsOf(watching.told)).toHaveLength(2);
    const got = read('got')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(got).toEqual([alert, clear]);
    for (const one of [...got, alert, clear]) expect(problems('alert.json', one)).toBeNull();
    const schema = JSON.parse(readFileSync(new URL('../../src/schema/alert.json', import.meta.url), 'utf8'));
    expect(Object.keys(got[0])).toEqual(Object.keys(schema.properties));
    const lines = watching.stderr.split('\n').filter((line) => /critical alert/.test(line));
    expect(lines).toEqual([
      expect.stringMatching(
        /^leaksof: critical alert: \S+ \d+ uses \d+ % .*, more than 50 %; id=\S+ budget=max-utilisation .* pid=\d+ value=0\.\d+ limit=0\.5 /,
      ),
      expect.stringMatching(/^leaksof: critical alert is over: .* again; the alert stood/),
    ]);
    const report = watching.told.at(-1);
    expect(problems('watch.json', report)).toBeNull();
    expect(report).toMatchObject({
      verdict: 'fail',
      standing: [],
      budgets: [{ verdict: 'fail', alerts: 1, standing: 0 }],
      events: [{ what: 'alert', pid: opener.pid, message: alert.message }, { what: 'clear' }],
    });
    const events = readFileSync(series, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"event"'));
    expect(events.map((line) => JSON.parse(line).event)).toMatchObject([
      { what: 'alert', life: 0, budget: 'max-utilisation', message: alert.message },
      { what: 'clear', life: 0 },
    ]);
  });

  it('that is stopped while an alert stands says so in a valid report', async () => {
    const watching = watch(String(held.opener.pid), '--max-growth', '10');
    await watching.until(firstSample);
    await held.opener.tell(`open 20 ${place('cat.jpg')}`);
    const alert = await watching.until(rings('alert'));
    expect(await watching.end('SIGTERM')).toBe(1);
    const report = watching.told.at(-1);
    expect(problems('watch.json', report)).toBeNull();
    expect(report).toMatchObject({ verdict: 'fail', standing: [alert], budgets: [{ alerts: 1, standing: 1 }] });
  });

  it('is over when it is killed', async () => {
    const watching = watch(String(held.opener.pid), '--max-growth', '10');
    await watching.until(firstSample);
    await held.opener.tell(`open 20 ${place('cat.jpg')}`);
    await watching.until(rings('alert'));
    await held.opener.kill();
    expect(await watching.until(rings('clear'))).toMatchObject({ reason: 'gone', value: null });
    await watching.end();
  });

  it('does not ring when it does so for a moment only', async () => {
    const watching = watch(String(held.opener.pid), '--max-growth', '10', '--sustained', '1h');
    await watching.until(firstSample);
    await held.opener.tell(`open 20 ${place('cat.jpg')}`);
    await watching.until((object) => object.growth === 20);
    await held.opener.tell('close 20');
    await watching.until((object) => object.growth === 0 && watching.told.some(({ growth }) => growth === 20));
    expect(await watching.end()).toBe(0);
    expect(watching.told.at(-1)).toMatchObject({ verdict: 'pass', budgets: [{ value: 20, alerts: 0 }] });
  });
});

describe.skipIf(process.platform !== 'linux')('a hook that misbehaves', () => {
  it('that hangs is not waited for, and is gone at the end', async () => {
    const program = script('trap "" TERM; echo $$ > "$HERE/pid"; while :; do sleep 0.1; done');
    const watching = watch(String(held.opener.pid), '--max-growth', '1', '--on-alert', program, '--hook-timeout', '2s');
    await watching.until(firstSample);
    await held.opener.tell(`open 5 ${place('cat.jpg')}`);
    const alert = await watching.until(rings('alert'));
    await expect.poll(() => read('pid')).not.toBe('');
    // Samples go on while it runs.
    await watching.until((object) => object.kind === 'sample' && Number(object.seconds) > Number(alert.seconds) + 0.5);
    expect(isRunning(Number(read('pid')))).toBe(true);
    expect(await watching.end()).toBe(1);
    expect(isRunning(Number(read('pid')))).toBe(false);
    expect(watching.stderr).toMatch(/--on-alert was (?:ended|killed)/);
    expect(watching.told.at(-1)).toMatchObject({ coverage: { complete: false } });
  });

  it('that fails or prints control characters harms nobody', async () => {
    const program = script('printf "\\033[31mred\\n"; exit 7');
    const watching = watch(String(held.opener.pid), '--max-growth', '1', '--on-alert', program);
    await watching.until(firstSample);
    await held.opener.tell(`open 5 ${place('cat.jpg')}`);
    await watching.says(/--on-alert ended with exit code 7/);
    expect(await watching.end()).toBe(1);
    expect(watching.stderr).toContain('--on-alert says: \\x1b[31mred');
    expect(watching.stderr).not.toContain('\u001b');
  });
});

describe.skipIf(process.platform !== 'linux')('what measures', () => {
  it('rings when it fails, is over when it works again, and stops nothing', async () => {
    const folder = beside('disk');
    mkdirSync(folder);
    const watching = watch(
      String(held.opener.pid),
      '--min-disk',
      `${folder}=1s`,
      '--max-growth',
      '10',
      '--cooldown',
      '0',
    );
    await watching.until(firstSample);
    rmdirSync(folder);
    const blind = await watching.until(rings('alert'));
    expect(blind).toMatchObject({ budget: 'min-disk', measure: 'collector', severity: 'critical', reason: 'failed' });
    expect(problems('alert.json', blind)).toBeNull();
    await held.opener.tell(`open 20 ${place('cat.jpg')}`);
    await watching.until((object) => object.kind === 'alert' && object.budget === 'max-growth');
    mkdirSync(folder);
    expect(await watching.until(rings('clear'))).toMatchObject({ id: blind.id, reason: 'measured' });
    await watching.end();
    expect(watching.told.at(-1)).toMatchObject({
      coverage: { hidden: [expect.stringMatching(/could not be measured.*ENOENT/)] },
    });
  });

  it('adds up deleted files of whom it watches', async () => {
    const watching = watch(String(held.opener.pid), '--max-deleted', '1GB');
    await watching.until(firstSample);
    expect(await watching.end()).toBe(0);
    expect(watching.told.at(-1)).toMatchObject({ budgets: [{ kind: 'deleted', value: 0, verdict: 'pass' }] });
  });
});
