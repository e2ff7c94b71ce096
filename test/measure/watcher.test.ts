import { describe, expect, it } from 'vitest';
import { type Moment, suspendedBetween, systemClock } from '../../src/measure/clock.ts';
import { FakeClock, replay } from '../support/replay.ts';

describe('a watch of scripted processes', () => {
  it('finds rate, headroom and the time that is left', async () => {
    const { end, report, fold } = await replay([{ pid: 7, count: (s) => 24 + 2 * Math.floor(s) }], 60);
    expect(end).toBe('time');
    expect(fold.samples).toBe(61);
    const [process] = report.data.processes;
    expect(process).toMatchObject({ first: 24, last: 144, growth: 120, trend: 'growing', headroom: 880 });
    expect(process?.perMinute?.estimate).toBeCloseTo(120, 6);
    expect(process?.secondsToExhaustion?.estimate).toBe(440);
    expect(report.data.targets).toMatchObject([{ pattern: '/srv/cat.jpg', before: 24, after: 144, growth: 120 }]);
    expect(report.findings).toMatchObject([{ rule: 'growing', severity: 'critical', pid: 7 }]);
    expect(report.verdict).toBe('none');
  });

  it('keeps its places in time and its memory in bounds over a day', async () => {
    const { report, fold } = await replay([{ pid: 7, count: (s) => 24 + Math.floor(s / 60) }], 86_400);
    expect(fold.samples).toBe(86_401);
    expect(report.data.processes[0]?.perMinute?.estimate).toBeCloseTo(1, 2);
    expect(report.data.processes[0]).toMatchObject({ growth: 1440, trend: 'growing' });
  }, 60_000);

  it('splits at a suspend, and counts no suspended time', async () => {
    const clock = new FakeClock([{ at: 30, asleep: 7200 }]);
    const { items, report } = await replay([{ pid: 7, count: (s) => (s < 30 ? 500 : 20) + Math.floor(s) }], 60, {
      clock,
    });
    expect(items.filter((item) => item.kind === 'event')).toMatchObject([{ what: 'suspended', forSeconds: 7200 }]);
    expect(report.data).toMatchObject({ seconds: 60, segments: 2, suspendedSeconds: 7200 });
    expect(report.data.processes[0]?.perMinute?.estimate).toBeCloseTo(60, 6);
  });

  it('reads names where something grew, and not where nothing does', async () => {
    const still = await replay([{ pid: 7, count: () => 24 }], 60, { namesAtFirst: false });
    expect(still.eyes.named).toBe(0);
    const first = await replay([{ pid: 7, count: () => 24 }], 60);
    expect(first.eyes.named).toBe(1);
    const jitter = await replay([{ pid: 7, count: (s) => 24 + (Math.floor(s) % 2) }], 60);
    // At first, at the first new height, and at the end, since by then it was lower.
    expect(jitter.eyes.named).toBe(3);
  });

  it('has a successor take the place, and what it opens to begin with is no growth', async () => {
    const { report } = await replay(
      [
        { pid: 7, count: (s) => (s < 20 ? 20 + Math.floor(s) : null) },
        {
          pid: 8,
          after: 7,
          count: (s) => (s < 22 ? null : s < 25 ? Math.floor(s - 22) * 10 : 30 + Math.floor(s - 25)),
        },
      ],
      60,
    );
    expect(report.data.processes).toMatchObject([{ pid: 8, lives: 2, growth: 19 + 33, endedAt: null }]);
    expect(report.data.events.map(({ what }) => what)).toEqual(['ended', 'replaced']);
  });

  it('says that shorter lives are not counted, only where lives came and went', async () => {
    const first = { pid: 7, count: (s: number) => (s < 40 ? 20 : null) };
    const hidden = async (...scripts: Parameters<typeof replay>[0]) =>
      (await replay(scripts, 60)).report.coverage.hidden.filter((text) => text.includes('counts them'));
    // It was there when the watch began, however long before.
    expect(await hidden(first)).toEqual([]);
    expect(await hidden(first, { pid: 9, count: (s) => (s > 10 && s < 12 ? 20 : null) })).toEqual([
      'processes came and went between samples, which are 1 s apart: those that lived for less were not counted (leaksof churn PROCESS counts them)',
    ]);
    expect(await hidden(first, { pid: 8, after: 7, count: (s) => (s < 45 ? null : 20) })).toHaveLength(1);
    // One that begins and stays is no sign of others.
    expect(await hidden({ pid: 7, count: () => 20 }, { pid: 9, count: (s) => (s > 10 ? 20 : null) })).toEqual([]);
  });

  it('ends when nobody is left, where it is asked to', async () => {
    const script = { pid: 7, count: (s: number) => (s < 20 ? 20 : null) };
    expect(await replay([script], 60, { untilExit: true })).toMatchObject({ end: 'nobody-left' });
    expect((await replay([script], 60)).report.data.processes).toMatchObject([{ endedAt: 20 }]);
  });
});

describe('budgets over a replay', () => {
  const growing = [{ pid: 7, softLimit: 100, count: (s: number) => 20 + Math.floor(s) }];

  it.each([
    [{ kind: 'growth', limit: 60 }, 'pass', null],
    [{ kind: 'growth', limit: 59 }, 'fail', 60],
    [{ kind: 'growth', limit: 9 }, 'fail', 10],
    [{ kind: 'rate', limit: 61, per: 60 }, 'pass', null],
    [{ kind: 'rate', limit: 50, per: 60 }, 'fail', 30],
    [{ kind: 'utilisation', limit: 0.8 }, 'pass', null],
    [{ kind: 'utilisation', limit: 0.5 }, 'fail', 31],
  ] as const)('%j: %s', async (budget, verdict, brokenAt) => {
    const { report } = await replay(growing, 60, { budgets: [{ per: null, folder: null, ...budget }] });
    expect(report.verdict).toBe(verdict);
    expect(report.data.budgets).toMatchObject([{ verdict, brokenAt }]);
  });

  it('remember a peak, and tell of it once', async () => {
    const peak = [{ pid: 7, count: (s: number) => (s > 20 && s < 30 ? 90 : 20) }];
    const budget = { kind: 'growth', limit: 50, per: null, folder: null } as const;
    const { report, alerts } = await replay(peak, 60, { budgets: [budget] });
    expect(report).toMatchObject({ verdict: 'fail', data: { budgets: [{ value: 70, brokenAt: 21 }] } });
    expect(alerts).toMatchObject([
      { kind: 'alert', seconds: 21, value: 70, target: { pid: 7 }, reason: 'beyond' },
      { kind: 'clear', seconds: 30, value: 0, reason: 'within', forSeconds: 9 },
    ]);
  });

  it('cannot tell of somebody who cannot be counted', async () => {
    const unknown = [
      { pid: 7, count: () => 20 },
      { pid: 8, softLimit: Number.NaN, count: () => 20 },
    ];
    const budget = { kind: 'utilisation', limit: 0.5, per: null, folder: null } as const;
    const { report } = await replay(unknown, 20, { budgets: [budget] });
    expect(report.verdict).toBe('inconclusive');
  });
});

describe('a look that fails', () => {
  const growing = [{ pid: 7, count: (s: number) => 20 + Math.floor(s) }];
  const budgets = [{ kind: 'growth', limit: 1000, per: null, folder: null }] as const;

  it('is an alert until the next one works, and the watch goes on', async () => {
    const fails = (seconds: number): boolean => seconds >= 10 && seconds < 15;
    const { alerts, failures, report, fold } = await replay(growing, 30, { budgets, fails });
    expect(alerts).toMatchObject([
      { kind: 'alert', seconds: 10, budget: 'counts', measure: 'collector', reason: 'failed', severity: 'critical' },
      { kind: 'clear', seconds: 15, reason: 'measured', forSeconds: 5 },
    ]);
    expect(failures).toHaveLength(5);
    expect(fold).toMatchObject({ samples: 26, seconds: 30 });
    expect(report).toMatchObject({ verdict: 'pass', data: { processes: [{ growth: 30 }] } });
  });

  it('is the end where it is the first', async () => {
    await expect(replay(growing, 30, { fails: () => true })).rejects.toThrow('EMFILE');
  });

  it('at names leaves the counts', async () => {
    const fails = (seconds: number): boolean => seconds % 1 === 0.5;
    const { failures, report } = await replay(growing, 30, { budgets, fails });
    expect(failures).toContain('names: EMFILE: no names');
    expect(report.data.processes).toMatchObject([{ growth: 30 }]);
  });
});

describe('clocks', () => {
  it('know a suspend from a clock that was set', () => {
    const moment = (seconds: number, uptime: number | null, wall: number): Moment => ({
      seconds,
      uptime,
      wall: wall * 1000,
    });
    expect(suspendedBetween(moment(1, 1, 1), moment(2, 62, 62))).toBe(60);
    expect(suspendedBetween(moment(1, 1, 1), moment(2, 2, 3600))).toBe(0);
    expect(suspendedBetween(moment(1, null, 1), moment(2, null, 62))).toBe(60);
    expect(suspendedBetween(moment(1, null, 1), moment(2, null, 4))).toBe(0);
  });

  it('of this machine agree, and stop waiting when they are told to', async () => {
    const clock = systemClock();
    const before = clock.now();
    const stop = new AbortController();
    const waiting = clock.wait(3600, stop.signal);
    stop.abort();
    await waiting;
    await clock.wait(0, stop.signal);
    expect(suspendedBetween(before, clock.now())).toBe(0);
    expect(clock.now().seconds).toBeGreaterThan(before.seconds);
  });
});
