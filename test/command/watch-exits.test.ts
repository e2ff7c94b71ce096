import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WatchData } from '../../src/analysis/watch/watch-data.ts';
import type { Finding } from '../../src/model/report.ts';
import { ProcessEventStream } from '../../src/source/proc/event/process-event-stream.ts';
import { type Prefork, useChurns } from '../support/churning.ts';
import { requireThat, requireTool } from '../support/require-tool.ts';
import { leaksof, PROGRAM, shell } from '../support/run.ts';
import { problems } from '../support/schema.ts';
import { firstSample, type Told, useWatches, type Watching } from '../support/watching.ts';

const here = process.platform === 'linux' && requireTool('python3', ['--version']);
/** Whether the kernel tells of starts and ends here. */
const stream = here ? await ProcessEventStream.open() : 'not on Linux';
if (typeof stream !== 'string') await stream.close();
const told = here && requireThat(typeof stream !== 'string', `no process events: ${String(stream)}`);

const { prefork } = useChurns();
const { watch, place, opener } = useHeld();
const WAIT = { timeout: 60_000, interval: 50 };

type WatchDocument = WatchData & {
  readonly findings: readonly Finding[];
  readonly coverage: { readonly complete: boolean; readonly hidden: readonly string[] };
};

function useHeld() {
  const held = useWatches();
  return { watch: held.watch, place: held.place, opener: () => held.opener };
}

/** By the manager's own notes: the workers that it waited for. */
function waited({ noted }: Prefork): number[] {
  return noted.filter(({ what }) => what === 'wait').map(({ pid }) => pid);
}

function endsIn({ told: lines }: Watching, manager: number): readonly Told[] {
  return lines.filter(({ kind, parent }) => kind === 'ended' && parent === manager);
}

async function endedWith(watching: Watching): Promise<WatchDocument> {
  await watching.end();
  return watching.told.at(-1) as unknown as WatchDocument;
}

/** What a file says so far. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Events of a saved series, of one kind. */
function saved(file: string, what: string) {
  type Line = { readonly event?: { readonly what: string; readonly worker: Readonly<Record<string, unknown>> } };
  const lines: Line[] = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return lines.flatMap(({ event }) => (event?.what === what ? [event.worker] : []));
}

describe.runIf(told)('a watch that follows exits', () => {
  it('tells of each worker between its samples, saves each, and counts them all', async () => {
    const manager = await prefork('crash');
    const file = place('watch.ndjson');
    const watching = watch('--exits', '--save', file, String(manager.pid));
    await watching.until(firstSample);
    await manager.tell('run 30 3');
    await watching.until(() => endsIn(watching, manager.pid).length === 30);
    const report = await endedWith(watching);
    const truth = waited(manager).toSorted();
    expect(
      endsIn(watching, manager.pid)
        .map(({ pid }) => pid)
        .toSorted(),
    ).toEqual(truth);
    const ends = saved(file, 'worker-ended');
    expect(ends.map(({ pid }) => pid).toSorted()).toEqual(truth);
    for (const end of ends) expect(end).toMatchObject({ parent: manager.pid, status: 'status 1' });
    expect(saved(file, 'worker-started')).toHaveLength(30);
    expect(report.churn).toMatchObject([
      { starts: 30, exits: 30, processes: { seen: 31, least: 31, most: 31 }, channel: { name: 'events', lost: 0 } },
    ]);
    const [slot] = report.churn?.[0]?.slots ?? [];
    expect(slot).toMatchObject({ parent: manager.pid, verdict: 'crash-loop', exits: 30, ends: { failed: 30 } });
    expect(report.findings.map(({ rule }) => rule)).toEqual(['crash-loop']);
    for (const line of watching.told.slice(0, -1)) {
      const schema = line.kind === 'sample' ? 'watch-sample.json' : 'churn-event.json';
      expect([line, problems(schema, line)]).toEqual([line, null]);
    }
    expect(problems('watch.json', report)).toBeNull();
    // They stand where they belong: none waits for the report.
    const kinds = watching.told.map(({ kind }) => kind);
    expect(kinds.indexOf('ended')).toBeLessThan(kinds.lastIndexOf('sample'));
    const rank = await leaksof(['rank', file, '--json']);
    expect([rank.status, JSON.parse(rank.stdout).coverage.hidden]).toEqual([0, []]);
  });

  it('does so for a budget of exits too: workers that live 5 ms', async () => {
    const manager = await prefork('brief');
    const watching = watch('--max-exits', '20/min', '--max-exits', '1000/h', String(manager.pid));
    await watching.until(firstSample);
    await manager.tell('run 40 3');
    await watching.until(() => endsIn(watching, manager.pid).length === 40);
    expect(await watching.until(({ kind }) => kind === 'alert')).toMatchObject({ budget: 'max-exits', value: 21 });
    const report = await endedWith(watching);
    expect(report.budgets.map(({ verdict }) => verdict)).toEqual(['fail', 'pass']);
    expect(report.churn).toHaveLength(1);
    expect(report.churn?.[0]?.slots[0]).toMatchObject({ exits: 40, starts: 40 });
    expect(report.findings.map(({ rule }) => rule)).toContain('crash-loop');
  });

  it('says that recycling hides a leak', async () => {
    const manager = await prefork('leak');
    const watching = watch('--exits', '--tree', String(manager.pid));
    await watching.until(firstSample);
    await manager.tell('run 6 3');
    await watching.until(() => endsIn(watching, manager.pid).length === 6);
    const report = await endedWith(watching);
    expect(report.churn?.[0]?.slots[0]).toMatchObject({ exits: 6, verdict: 'recycled', descriptors: { leaks: true } });
    expect(report.findings.map(({ rule }) => rule)).toContain('recycling-hides-leak');
  });

  it('goes on by looks where the relay ends, and bounds what they miss', async () => {
    const manager = await prefork('brief');
    const file = place('watch.ndjson');
    const watching = watch('--exits', '--save', file, String(manager.pid));
    await watching.until(firstSample);
    const pid = watching.child.pid ?? 0;
    const relay = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
    const before = Number(watching.told.at(-1)?.seconds);
    process.kill(relay, 'SIGKILL');
    await watching.until(({ kind, seconds }) => kind === 'sample' && Number(seconds) > before + 0.5);
    await manager.tell('run 40 3');
    const report = await endedWith(watching);
    const seen = saved(file, 'worker-ended').length;
    const unseen = saved(file, 'workers-unseen');
    const sum = (key: string) => unseen.reduce((all, mark) => all + Number(mark[key] ?? Number.POSITIVE_INFINITY), 0);
    expect(seen + sum('least')).toBeLessThanOrEqual(40);
    expect(seen + sum('most')).toBeGreaterThanOrEqual(40);
    expect(report.churn).toMatchObject([{ channel: { name: 'polling', lost: 1 }, processes: { most: null } }]);
    expect(report.coverage.hidden.join()).toContain('some process events were lost');
  });
});

describe.runIf(here)('a watch of a manager', () => {
  it('names those who outlive it and keep its port, and follows none of them twice', async () => {
    const manager = await prefork('crash');
    await manager.tell('hold 3');
    const file = place('watch.ndjson');
    const watching = watch('--exits', '--tree', '--save', file, String(manager.pid));
    await watching.until(({ kind, alive }) => kind === 'sample' && alive === 4);
    manager.child.kill('SIGKILL');
    const pids = manager.noted.map(({ pid }) => pid);
    try {
      const left = await watching.until(({ kind }) => kind === 'left');
      const { length } = watching.told;
      await watching.until((object) => object.kind === 'sample' && watching.told.indexOf(object) > length + 3);
      const report = await endedWith(watching);
      const ports = [`127.0.0.1:${manager.port}`];
      expect(left).toMatchObject({ pid: manager.pid, ports });
      expect(saved(file, 'workers-left')).toMatchObject([{ pid: manager.pid, ports }]);
      expect(report.churn).toHaveLength(1);
      expect(report.findings.map(({ rule }) => rule)).toContain('port-kept');
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGKILL');
    }
  });

  it('says it in lines and in a table', async () => {
    const manager = await prefork('crash');
    const [file, markdown] = [place('watch.ndjson'), place('report.md')];
    const words = ['--exits', '--until-exit', '--every', '100ms', '--save', file, '--report', `markdown=${markdown}`];
    const running = leaksof(['watch', String(manager.pid), ...words]);
    await expect.poll(() => textOf(file), WAIT).toContain('"sample"');
    await manager.tell('run 2 1');
    manager.child.stdin?.end();
    const { stdout, stderr, status } = await running;
    expect(status).toBe(0);
    expect(stderr).toMatch(/watching \d+: 1 process\n/);
    for (const pid of waited(manager)) {
      expect(stdout).toMatch(new RegExp(`^20\\S+Z {2}\\S+ ${pid} ended after \\d+ ms: `, 'm'));
    }
    expect(stdout).toMatch(/^workers that ended$/m);
    expect(stdout).toMatch(new RegExp(`^python3 ${manager.pid}: 3 exits in `, 'm'));
    expect(readFileSync(markdown, 'utf8')).toContain('workers that ended');
  });

  it('says it on a live screen, above everything else', async () => {
    const manager = await prefork('crash');
    const file = place('watch.ndjson');
    const words = ['--exits', '--until-exit', '--every', '100ms', '--save', file].join(' ');
    const line = `stty cols 90 rows 24; '${process.execPath}' '${PROGRAM}' watch ${manager.pid} ${words}`;
    if (!requireTool('script', ['--version'])) return;
    const running = shell(`script -qec "${line}" /dev/null < /dev/null`);
    await expect.poll(() => textOf(file), WAIT).toContain('"sample"');
    await manager.tell('run 3 1');
    const samples = () => textOf(file).split('"sample"').length;
    const before = samples();
    // A few more, so that the last end has been told by then.
    await expect.poll(samples, WAIT).toBeGreaterThan(before + 3);
    manager.child.stdin?.end();
    const { stdout } = await running;
    const frames = stdout.split('\u001b[H').map((frame) => frame.replaceAll(/\u001b\[[?\d;]*\w/g, '').split('\r\n'));
    const told = frames.map(([, second]) => second ?? '').filter((text) => /^workers and manager: 3 exits/.test(text));
    expect(told[0]).toMatch(/^workers and manager: 3 exits, 3 began, 1 alive - .*, CRASH LOOP, 3 x status 1/);
  });

  it.each([
    [[], /children of process \d+ ended that no sample has shown/],
    [['--tree'], /processes came and went between samples, which are 100 ms apart|children of process \d+ ended/],
  ])('says what it does not count without being asked to: %j', async (words, sentence) => {
    const manager = await prefork('crash');
    const watching = watch(...words, String(manager.pid));
    await watching.until(firstSample);
    await manager.tell('run 6 3');
    const report = await endedWith(watching);
    expect(report.churn).toBeNull();
    const said = report.coverage.hidden.filter((text) => text.includes('counts them'));
    expect(said).toEqual([expect.stringMatching(sentence)]);
    const line = `leaksof watch --exits --every 100ms --format ndjson ${[...words, manager.pid].join(' ')}`;
    expect(said[0]).toContain(`(${line} counts them)`);
  });

  it('has nothing to say where nobody came and went', async () => {
    const watching = watch('--tree', String(opener().pid));
    await watching.until(firstSample);
    const report = await endedWith(watching);
    expect(report.coverage.hidden.join()).not.toContain('counts them');
  });

  it('is needed to follow exits', async () => {
    const { status, stderr } = await leaksof(['watch', '--exits', '--for', '100ms']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('--exits wants a PROCESS')]);
  });
});
