import type { Alert } from '../../src/analysis/guard/alert.ts';
import type { GuardBudget } from '../../src/analysis/guard/budget.ts';
import { Guard } from '../../src/analysis/guard/guard.ts';
import { WatchFold, type WatchFoldOptions } from '../../src/analysis/watch/fold.ts';
import { type WatchAbout, watchReport } from '../../src/analysis/watch/report.ts';
import type { Clock, Moment } from '../../src/measure/clock.ts';
import type { Eyes } from '../../src/measure/watch/eyes.ts';
import type { NamedTable } from '../../src/measure/watch/names.ts';
import { type WatchEnd, Watcher, type WatcherOptions } from '../../src/measure/watch/watcher.ts';
import type { SeriesItem } from '../../src/model/series.ts';
import type { Counted } from '../../src/source/proc/census.ts';

/** A clock that jumps: waiting takes no time. `asleep` seconds pass at a moment without anybody being awake. */
export class FakeClock implements Clock {
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
  churn: null,
  exitsLine: null,
  bereaved: [],
  saved: null,
  hidden: [],
  top: 20,
  most: null,
};

/** Watches scripted processes for so many seconds of a clock that takes no time. */
export async function replay(
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
