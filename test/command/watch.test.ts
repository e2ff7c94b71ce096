import { readdirSync, readFileSync, statSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { leaksof } from '../support/run.ts';
import { firstSample, grown, type Told, useWatches } from '../support/watching.ts';

const schemas = new URL('../../src/schema/', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
for (const file of readdirSync(schemas)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, schemas), 'utf8')));

function problems(schema: string, value: unknown): unknown {
  const validate = ajv.getSchema(schema);
  return validate?.(value) ? null : (validate?.errors ?? `no schema ${schema}`);
}

const held = useWatches();
const { open, place, watch } = held;

/** A sample that has counted all that an opener has by its own account. */
const holds =
  (opener: { readonly pid: number; readonly total: number }) =>
  (object: Told): boolean =>
    object.processes.some(({ pid, descriptors }) => pid === opener.pid && descriptors === opener.total);

describe.skipIf(process.platform !== 'linux')('watch', () => {
  it('says exactly what was opened, as it goes and in its report', async () => {
    const watching = watch(String(held.opener.pid), '--save', place('w.ndjson'));
    expect((await watching.until(firstSample)).descriptors).toBe(held.opener.total);
    await held.opener.tell(`open 37 ${place('cat.jpg')}`);
    const sample = await watching.until(grown(37));
    expect(sample.processes).toMatchObject([{ pid: held.opener.pid, descriptors: held.opener.total, growth: 37 }]);
    await held.opener.tell('close 30');
    await watching.until(grown(7));
    expect(await watching.end()).toBe(0);
    const report = watching.told.at(-1);
    expect(report).toMatchObject({
      command: 'watch',
      verdict: 'none',
      processes: [
        {
          pid: held.opener.pid,
          first: held.opener.total - 7,
          last: held.opener.total,
          growth: 7,
          highest: held.opener.total + 30,
        },
      ],
      total: { growth: 7 },
    });
    expect(report).toMatchObject({
      targets: expect.arrayContaining([
        expect.objectContaining({ name: place('cat.jpg'), before: 0, after: 7, growth: 7 }),
      ]),
    });
    for (const object of watching.told.slice(0, -1)) expect(problems('watch-sample.json', object)).toBeNull();
    expect(problems('watch.json', report)).toBeNull();
    const schema = JSON.parse(readFileSync(new URL('watch.json', schemas), 'utf8'));
    expect(Object.keys(report ?? {})).toEqual(Object.keys(schema.properties));
  });

  it('saves a series that every command reads', async () => {
    const [plain, packed] = [place('w.ndjson'), place('w.ndjson.gz')];
    const both = [plain, packed].map((file) => watch(String(held.opener.pid), '--save', file));
    await Promise.all(both.map((watching) => watching.until(firstSample)));
    await held.opener.tell(`open 12 ${place('cat.jpg')}`);
    await Promise.all(both.map((watching) => watching.until(grown(12))));
    await Promise.all(both.map((watching) => watching.end()));
    for (const file of [plain, packed]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const rank = JSON.parse((await leaksof(['rank', file, '--json'])).stdout);
      expect(rank.coverage.hidden).toEqual([]);
      expect(rank.processes).toMatchObject([
        {
          pid: held.opener.pid,
          descriptors: held.opener.total,
          listed: held.opener.total,
          topTarget: { name: place('cat.jpg'), count: 12 },
        },
      ]);
      const diff = JSON.parse((await leaksof(['diff', file, '--json'])).stdout);
      expect(diff).toMatchObject({
        opened: 12,
        closed: 0,
        processes: [{ pid: held.opener.pid, growth: 12, life: 'same' }],
      });
      expect(diff.targets).toMatchObject([{ name: place('cat.jpg'), growth: 12, opened: 12, closed: 0 }]);
      expect((await leaksof(['names', file, '--exact', '--json'])).stdout).toContain('cat.jpg');
    }
    const again = await leaksof(['watch', String(held.opener.pid), '--for', '1s', '--save', plain]);
    expect([again.status, again.stderr]).toEqual([2, expect.stringMatching(/is there already/)]);
  });

  it.each(['w.ndjson', 'w.ndjson.gz'])('loses at most the sample it was taking when it is killed: %s', async (name) => {
    for (let round = 0; round < 3; round++) {
      const file = place(`${round}.${name}`);
      const watching = watch(String(held.opener.pid), '--save', file);
      await watching.until(firstSample);
      const before = held.opener.total;
      for (let step = 0; step < 4 + round * 3; step++) {
        await held.opener.tell(`open 1 ${place('cat.jpg')}`);
        if (step === 3) await watching.until(grown(4));
      }
      await watching.end('SIGKILL');
      const { stdout, status } = await leaksof(['rank', file, '--json']);
      expect(status).toBe(0);
      const rank = JSON.parse(stdout);
      expect(rank.processes[0].descriptors).toBeGreaterThanOrEqual(before + 4);
      expect(rank.processes[0].descriptors).toBeLessThanOrEqual(held.opener.total);
      expect(rank.coverage.complete).toBe(false);
      expect(rank.coverage.hidden.join()).toMatch(/no end line/);
    }
  });

  it('goes on when its target is killed, and ends then if it is asked to', async () => {
    const patient = watch(String(held.opener.pid), '--save', place('w.ndjson'));
    const brief = watch(String(held.opener.pid), '--until-exit');
    await Promise.all([patient, brief].map((watching) => watching.until(firstSample)));
    await held.opener.kill();
    expect(await brief.status).toBe(0);
    expect(brief.told.at(-1)).toMatchObject({ processes: [{ pid: held.opener.pid, endedAt: expect.any(Number) }] });
    await patient.until((object) => object.kind === 'sample' && object.alive === 0);
    expect(await patient.end()).toBe(0);
    expect(patient.told.at(-1)?.events).toMatchObject([{ what: 'ended', pid: held.opener.pid }]);
    const { stdout } = await leaksof(['rank', place('w.ndjson'), '--json']);
    expect(JSON.parse(stdout).processes).toMatchObject([{ pid: held.opener.pid }]);
  });

  it('follows a restart, and counts growth inside lives', async () => {
    const watching = watch(String(held.opener.pid), '--warm-up', '0');
    await watching.until(firstSample);
    await held.opener.tell(`open 5 ${place('cat.jpg')}`);
    await watching.until(grown(5));
    await held.opener.kill();
    const second = await open();
    await watching.until(holds(second));
    // It may have been seen in the middle of its start.
    const before = Number(watching.told.at(-1)?.growth);
    await second.tell(`open 4 ${place('cat.jpg')}`);
    await watching.until(holds(second));
    await watching.end();
    const report = watching.told.at(-1);
    expect(report?.processes).toMatchObject([{ pid: second.pid, growth: before + 4, lives: 2, endedAt: null }]);
    expect(before).toBeGreaterThan(0);
    expect(report?.events).toMatchObject([
      { what: 'ended' },
      { what: 'replaced', pid: held.opener.pid, by: second.pid },
    ]);
  });

  // Every descriptor of the machine is looked at once.
  it('finds who listens on a port, now and after a restart', async () => {
    const port = await held.opener.tell('listen 0');
    const watching = watch(`:${port}`, '--warm-up', '0');
    expect((await watching.until(firstSample)).processes).toMatchObject([{ pid: held.opener.pid }]);
    await held.opener.kill();
    const second = await open();
    await second.tell(`listen ${port}`);
    const sample = await watching.until((object) => object.processes.some(({ pid }) => pid === second.pid));
    expect(sample.alive).toBe(1);
    await watching.end();
  });

  it('follows descendants with --tree', async () => {
    const watching = watch('--pid', String(held.opener.pid), '--tree');
    await watching.until(firstSample);
    const child = Number(await held.opener.tell('fork'));
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
    await held.opener.kill();
    const { status, stderr } = await leaksof(['watch', String(held.opener.pid), '--for', '1s']);
    expect([status, stderr]).toEqual([3, expect.stringMatching(/no process/)]);
  });
});

describe.skipIf(process.platform !== 'linux')('budgets of a watch', () => {
  it.each([
    [['--max-growth', '10'], 0, 'pass'],
    [['--max-growth', '9'], 1, 'fail'],
    [['--max-utilisation', '99%'], 0, 'pass'],
    [['--max-utilisation', '0.00001'], 1, 'fail'],
    [['--max-growth', '9/min'], 1, 'fail'],
    [['--max-growth', '10/min'], 3, 'inconclusive'],
  ] as const)('%j with growth by 10: %s', async (words, status, verdict) => {
    const watching = watch(String(held.opener.pid), ...words);
    await watching.until(firstSample);
    await held.opener.tell(`open 10 ${place('cat.jpg')}`);
    await watching.until(grown(10));
    expect(await watching.end()).toBe(status);
    expect(watching.told.at(-1)).toMatchObject({ verdict, budgets: [{ verdict }] });
    if (status === 1) expect(watching.stderr).toMatch(/alert: .* more than .*; id=\S+ budget=max-/);
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
