import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/analysis/guard/alert.ts';
import type { GuardBudget } from '../../src/analysis/guard/budget.ts';
import { Guard } from '../../src/analysis/guard/guard.ts';
import { WatchFold, type WatchFoldOptions } from '../../src/analysis/watch/fold.ts';
import { type WatchAbout, watchReport } from '../../src/analysis/watch/report.ts';
import type { Clock, Moment } from '../../src/measure/clock.ts';
import { suspendedBetween, systemClock } from '../../src/measure/clock.ts';
import type { Eyes } from '../../src/measure/watch/eyes.ts';
import type { NamedTable } from '../../src/measure/watch/names.ts';
import { type WatchEnd, Watcher, type WatcherOptions } from '../../src/measure/watch/watcher.ts';
import type { SeriesItem } from '../../src/model/series.ts';
import type { Counted } from '../../src/source/proc/census.ts';

/** A clock that jumps: waiting takes no time. `asleep` seconds pass at a moment without anybody being awake. */
class FakeClock implements Clock {
  #awake = 1000;
  #asleep = 0;
  readonly #suspends: { readonly at: number; readonly asleep: number }[];

  constructor(suspends: readonly { readonly at: number; readonly asleep: number }[] = []) {
    this.#suspends = [...suspends];
  }

  /** Seconds since it began. */
  get passed(): number {
    return this.#awake - 1000;
  }

  now(): Moment {
    const seconds = this.#awake;
    return { seconds, uptime: seconds + this.#asleep, wall: Date.UTC(2026, 0, 1) + (seconds + this.#asleep) * 1000 };
  }

  async wait(seconds: number): Promise<void> {
    this.#awake += seconds;
    const [next] = this.#suspends;
    if (next === undefined || this.passed < next.at) return;
    this.#suspends.shift();
    this.#asleep += next.asleep;
  }
}

interface Script {
  readonly pid: number;
  readonly command?: string;
  readonly softLimit?: number;
  /** Descriptors after so many seconds; null = not there. */
  readonly count: (seconds: number) => number | null;
  /** Pid whose place it takes. */
  readonly after?: number;
}

/** Processes that do as they are scripted; all descriptors are of one file. */
class FakeEyes implements Eyes {
  readonly #scripts: readonly Script[];
  readonly #clock: FakeClock;
  readonly #alive = new Map<number, Counted>();
  readonly #gone = new Map<number, Counted>();
  readonly hidden = [];
  readonly #fails: (seconds: number) => boolean;
  named = 0;

  /** @param fails whether nothing can be looked at after so many seconds */
  constructor(scripts: readonly Script[], clock: FakeClock, fails: (seconds: number) => boolean) {
    this.#fails = fails;
    this.#scripts = scripts;
    this.#clock = clock;
  }

  look() {
    if (this.#fails(this.#clock.passed)) throw new Error('EMFILE: too many open files');
    const begun: Counted[] = [];
    const ended: Counted[] = [];
    for (const { pid, command = 'app', softLimit = 1024, count } of this.#scripts) {
      const now = count(this.#clock.passed);
      const known = this.#alive.get(pid);
      if (known && now === null) {
        this.#alive.delete(pid);
        this.#gone.set(pid, known);
        ended.push(known);
      } else if (known) known.count = now;
      else if (now !== null) {
        const counted = { fact: { pid, command, softLimit, user: 'www' }, count: now };
        this.#alive.set(pid, counted);
        begun.push(counted);
      }
    }
    return { begun, ended, renewed: [], counted: this.#alive.values() };
  }

  async names(pids: readonly number[]): Promise<ReadonlyMap<number, NamedTable>> {
    if (this.#fails(this.#clock.passed + 0.5)) throw new Error('EMFILE: no names');
    this.named++;
    return new Map(
      pids.map((pid) => {
        const count = this.#alive.get(pid)?.count ?? 0;
        const target = { type: 'REG', class: 'regular', pattern: '/srv/cat.jpg', name: '/srv/cat.jpg' } as const;
        return [pid, { count, groups: [{ target, count, single: true }], aboveLimit: 0, ports: [] }];
      }),
    );
  }

  predecessor(pid: number): Counted | null {
    const after = this.#scripts.find((script) => script.pid === pid)?.after;
    return after === undefined ? null : (this.#gone.get(after) ?? null);
  }
}

const ABOUT: WatchAbout = {
  source: { kind: 'live', name: 'box', dialect: 'proc', time: null },
  every: 1,
  job: null,
  budgets: [],
  standing: [],
  saved: null,
  hidden: [],
  top: 20,
  most: null,
};

async function replay(
  scripts: readonly Script[],
  seconds: number,
  {
    clock = new FakeClock(),
    fold: options = {},
    budgets = [],
    fails = () => false,
    ...rest
  }: Partial<WatcherOptions> & {
    clock?: FakeClock;
    fold?: Partial<WatchFoldOptions>;
    budgets?: readonly GuardBudget[];
    fails?: (seconds: number) => boolean;
  } = {},
) {
  const eyes = new FakeEyes(scripts, clock, fails);
  const fold = new WatchFold({ warmUp: null, ...options });
  const guard = new Guard(
    budgets.map((budget) => ({ budget, period: 1 })),
    { sustained: 0, cooldown: 0 },
  );
  const alerts: Alert[] = [];
  const failures: string[] = [];
  const items: SeriesItem[] = [];
  const watcher = new Watcher({
    clock,
    eyes,
    every: 1,
    seconds,
    untilExit: false,
    namesAtFirst: true,
    stop: new AbortController().signal,
    own: () => ({ descriptors: 20, cpuSeconds: 0, rss: 1 }),
    async take(news) {
      items.push(...news);
      fold.take(news);
      alerts.push(...guard.sampled(fold, fold));
    },
    async failed(what, reason, moment) {
      failures.push(`${what}: ${reason}`);
      if (what === 'counts') alerts.push(...guard.notSampled(reason, moment));
    },
    ...rest,
  });
  const end: WatchEnd = await watcher.run();
  return {
    end,
    items,
    eyes,
    fold,
    alerts,
    failures,
    report: watchReport(fold, { ...ABOUT, budgets: guard.budgets() }),
  };
}

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
