import { describe, expect, it } from 'vitest';
import type { ChurnData } from '../../../src/analysis/churn/churn-data.ts';
import type { ChurnEvent } from '../../../src/analysis/churn/event.ts';
import { ChurnFold } from '../../../src/analysis/churn/fold.ts';
import { churnReport } from '../../../src/analysis/churn/report.ts';
import { waitStatus } from '../../../src/analysis/churn/wait-status.ts';
import type { Rate } from '../../../src/model/rate.ts';
import type { Finding } from '../../../src/model/report.ts';

const MANAGER = 0;

/** What a manager and its workers did, in the order it is written down. */
class Log {
  readonly events: ChurnEvent[] = [];
  #lives = 0;
  #pid = 100;

  constructor() {
    this.start({ seconds: -60, parentLife: null, parent: 1, command: 'manager', before: true });
  }

  start(more: Partial<Extract<ChurnEvent, { kind: 'started' }>> = {}): number {
    const life = this.#lives++;
    this.events.push({
      kind: 'started',
      seconds: 0,
      life,
      pid: this.#pid++,
      parent: 100,
      parentLife: MANAGER,
      command: 'worker',
      startTime: null,
      before: false,
      ...more,
    });
    return life;
  }

  end(life: number, seconds: number, status: number | null): void {
    this.events.push({ kind: 'ended', seconds, life, status: status === null ? null : waitStatus(status) });
  }

  /** Workers one after the other, each so long. */
  run(count: number, length: number, status: number | null, from = 0): void {
    for (let index = 0; index < count; index++) {
      const life = this.start({ seconds: from + index * length });
      this.end(life, from + (index + 1) * length, status);
    }
  }

  levels(life: number, points: readonly (readonly [seconds: number, count: number])[]): void {
    for (const [seconds, count] of points) this.events.push({ kind: 'level', seconds, life, count });
  }

  report(seconds: number, budgets: readonly Rate[] = [], about: object = {}) {
    const fold = new ChurnFold(budgets);
    fold.take(this.events);
    const { data, findings, verdict, coverage } = churnReport(fold, {
      seconds,
      channel: { name: 'events', why: null, hertz: 20, lost: 0 },
      requests: null,
      sysv: null,
      own: { cpuSeconds: 0.1, share: 0.01, descriptors: 20 },
      hidden: [],
      top: 20,
      source: { kind: 'live', name: 'host', dialect: 'proc', time: null },
      ...about,
    });
    return { data, verdict, coverage, findings, rules: findings.map(({ rule }: Finding) => rule) };
  }
}

const workers = ({ slots }: ChurnData) => slots.find(({ manager }) => !manager);

describe('ends of workers', () => {
  it.each([
    ['crash-loop', 0.1, 256],
    ['crash-loop', 2, 11],
    ['failing', 600, 256],
    ['recycled', 600, 0],
    ['recycled', 600, 15],
    ['brief', 0.05, 0],
    ['perhaps-crash-loop', 0.1, null],
    ['perhaps-recycled', 600, null],
  ] as const)('are a case of %s where they come after %d s with %s', (verdict, length, status) => {
    const log = new Log();
    log.run(5, length, status);
    const { data } = log.report(5 * length);
    expect(workers(data)).toMatchObject({ verdict, exits: 5, starts: 5, alive: 0, regular: 'lifetime' });
    expect(workers(data)?.lifetime.median).toBeCloseTo(length, 9);
  });

  it('that nobody could tell are not called sound for a few that were told', () => {
    const log = new Log();
    log.run(35, 0.06, null);
    log.run(1, 0.05, 768, 3);
    const { data, findings } = log.report(4);
    expect(workers(data)).toMatchObject({ verdict: 'perhaps-crash-loop', ends: { failed: 1, unknown: 35 } });
    expect(findings[0]?.message).toContain(
      '36 exits, half of them after 60 ms or less; how 35 of them ended is not known',
    );
    const mostly = new Log();
    mostly.run(2, 600, null);
    mostly.run(1, 600, 768, 1300);
    expect(workers(mostly.report(2000).data)?.verdict).toBe('failing');
  });

  it('that fail are told from those that are planned, whatever their number', () => {
    const log = new Log();
    log.run(162, 0.1, 256);
    log.run(3, 1, 0, 17);
    const { data, verdict } = log.report(20, [{ count: 161, seconds: 90 }]);
    expect(workers(data)?.ends).toMatchObject({ failed: 162, clean: 3 });
    expect(workers(data)?.statuses).toEqual([
      { status: 'status 1', count: 162 },
      { status: 'status 0', count: 3 },
    ]);
    expect(verdict).toBe('fail');
    expect(log.report(20, [{ count: 162, seconds: 90 }]).verdict).toBe('pass');
  });

  it('that nobody could tell count against a budget where they were soon', () => {
    const soon = new Log();
    soon.run(11, 0.1, null);
    expect(soon.report(2, [{ count: 10, seconds: 90 }]).verdict).toBe('fail');
    const late = new Log();
    late.run(11, 60, null);
    expect(late.report(700, [{ count: 0, seconds: 3600 }]).verdict).toBe('pass');
  });

  it('of what a worker starts are told, and break no budget', () => {
    const log = new Log();
    const worker = log.start();
    for (let i = 0; i < 20; i++) log.end(log.start({ parentLife: worker, parent: 101, command: 'grep' }), 0.1, 256);
    const { data, verdict } = log.report(1, [{ count: 0, seconds: 60 }]);
    expect(verdict).toBe('pass');
    expect(data.slots[0]).toMatchObject({ role: 'grep', exits: 20 });
  });
});

describe('slots', () => {
  it('keep pids that return apart, and count each life once', () => {
    const log = new Log();
    for (let i = 0; i < 4; i++) log.end(log.start({ seconds: i, pid: 777 }), i + 1, 256);
    const { data } = log.report(4);
    expect(workers(data)).toMatchObject({ exits: 4, alive: 0 });
    expect(data.processes).toEqual({ seen: 5, least: 5, most: 5 });
  });

  it('go by the name that a worker takes, and those that took none yet belong to the others', () => {
    const log = new Log();
    for (let i = 0; i < 6; i++) {
      const life = log.start({ seconds: i, command: 'manager' });
      if (i % 2 === 0) log.events.push({ kind: 'named', life, command: 'worker' });
      log.end(life, i + 0.1, 256);
    }
    const { data } = log.report(6);
    expect(data.slots.map(({ role, starts, exits }) => [role, starts, exits])).toEqual([
      ['worker', 6, 6],
      ['manager', 0, 0],
    ]);
  });

  it('go on when the manager is replaced by another of its kind', () => {
    const log = new Log();
    log.run(3, 1, 256);
    log.end(MANAGER, 3, 9);
    const next = log.start({ parentLife: null, parent: 1, command: 'manager', seconds: 4 });
    for (let i = 0; i < 2; i++) log.end(log.start({ parentLife: next, parent: 104, seconds: 5 + i }), 6 + i, 256);
    const { data, rules } = log.report(8);
    expect(data.slots.map(({ role, exits }) => [role, exits])).toEqual([
      ['worker', 5],
      ['manager', 1],
    ]);
    expect(data.managers.map(({ ended, status }) => [ended, status])).toEqual([
      [3, 'SIGKILL'],
      [null, null],
    ]);
    expect(rules).toEqual(['crash-loop', 'failing-workers']);
  });
});

describe('workers that nobody saw', () => {
  const log = new Log();
  log.run(3, 0.1, null);
  log.events.push({ kind: 'unseen', seconds: 1, life: MANAGER, least: 2, most: 9 });

  it('are part of what must and can have existed', () => {
    const { data, coverage } = log.report(2);
    expect(data.processes).toEqual({ seen: 4, least: 6, most: 13 });
    expect(workers(data)).toMatchObject({ role: 'worker', exits: 3, unseen: { least: 2, most: 9 } });
    expect(coverage.complete).toBe(false);
    expect(coverage.hidden.join()).toContain('at least 2 and at most 9 workers');
  });

  it.each([
    [4, 'fail'],
    [5, 'inconclusive'],
    [11, 'inconclusive'],
    [12, 'pass'],
  ] as const)('break a budget of %i: %s', (count, verdict) => {
    expect(log.report(2, [{ count, seconds: 90 }]).verdict).toBe(verdict);
  });

  it('are unbounded where nothing counts them, or where the kernel dropped some', () => {
    const open = new Log();
    open.events.push({ kind: 'unseen', seconds: 1, life: MANAGER, least: 0, most: null });
    expect(open.report(2, [{ count: 1000, seconds: 90 }])).toMatchObject({ verdict: 'inconclusive' });
    expect(open.report(2).data.processes.most).toBeNull();
    const channel = { name: 'events', why: null, hertz: 20, lost: 1 };
    const lossy = new Log().report(2, [{ count: 0, seconds: 90 }], { channel });
    expect([lossy.verdict, lossy.data.processes.most]).toEqual(['inconclusive', null]);
  });
});

describe('descriptors inside lives', () => {
  const grow = (from: number, count: number) => Array.from({ length: count }, (_, i) => [from + i, 6 + i] as const);

  it('add up over lives, the last value of the dead included', () => {
    const log = new Log();
    for (let i = 0; i < 4; i++) {
      const life = log.start({ seconds: i * 30 });
      log.levels(life, grow(i * 30, 26));
      log.end(life, i * 30 + 26, 0);
    }
    const { data, rules } = log.report(120);
    expect(workers(data)?.descriptors).toMatchObject({ kept: 100, perLife: 25, perMinute: 50, leaks: true });
    expect(workers(data)).toMatchObject({ verdict: 'recycled', regular: 'descriptors' });
    expect(rules).toEqual(['recycling-hides-leak']);
  });

  it('that a worker closes on its way out were kept as long as it worked', () => {
    const log = new Log();
    const life = log.start();
    log.levels(life, [...grow(0, 26), [25.9, 6]]);
    log.end(life, 26, 0);
    expect(workers(log.report(30).data)?.descriptors).toMatchObject({ kept: 25, atDeath: { most: 31 } });
  });

  it('are no leak where a pool fills and then stays', () => {
    const log = new Log();
    for (let i = 0; i < 4; i++) {
      const life = log.start({ seconds: i * 100 });
      log.levels(life, grow(i * 100, 20));
      log.end(life, i * 100 + 100, 0);
    }
    const { data, rules } = log.report(400);
    expect(workers(data)?.descriptors).toMatchObject({ kept: 76, leaks: false });
    expect(rules).toEqual([]);
  });
});

describe('a manager that is gone', () => {
  it('leaves workers, with its ports or without', () => {
    const log = new Log();
    const lives = [log.start(), log.start()];
    log.end(MANAGER, 5, 9);
    log.events.push({ kind: 'left', seconds: 6, manager: MANAGER, lives, parent: 1, ports: ['*:9000'] });
    const { data, findings } = log.report(7);
    expect(data.managers[0]?.left).toEqual({ pids: [101, 102], parent: 1, ports: ['*:9000'] });
    const finding = findings.find(({ rule }) => rule === 'port-kept');
    expect(finding).toMatchObject({ severity: 'critical', pid: 100, next: ['kill 101 102'] });
    expect(finding?.message).toContain('keep *:9000');
    for (const [index, life] of lives.entries()) log.end(life, 8 + index, 0);
    log.events.push({ kind: 'left', seconds: 10, manager: MANAGER, lives: [], parent: null, ports: [] });
    expect(log.report(11).data.managers[0]?.left).toBeNull();
  });

  it('may leave what is no descriptor', () => {
    const log = new Log();
    const sysv = [{ kind: 'queue', before: 1, after: 3, ids: ['4', '5'] }];
    expect(log.report(5, [], { sysv }).rules).toEqual([]);
    log.end(MANAGER, 5, 9);
    const { findings } = log.report(6, [], { sysv });
    const finding = findings.find(({ rule }) => rule === 'sysv-left');
    expect(finding?.message).toContain('2 System V message queues more');
    expect(finding?.next).toEqual(['ipcrm -q 4']);
  });
});

it('says that requests end workers', () => {
  const log = new Log();
  log.run(15, 3, 256);
  const requests = { url: '/crash', sent: 15, ok: 15, failed: 0, errors: 15 };
  const finding = log.report(50, [], { requests }).findings.find(({ rule }) => rule === 'request-ends-worker');
  expect(finding?.message).toContain('1.00 per request');
  expect(finding?.evidence).toEqual({ requests: 15, exits: 15, answered: 0 });
});

it('keeps its memory bounded and its counts exact, whatever names processes take', () => {
  const log = new Log();
  for (let i = 0; i < 3000; i++) log.end(log.start({ command: `job-${i}` }), 1, 0);
  const { data } = log.report(10);
  expect(data.slots.length).toBeLessThanOrEqual(1001);
  expect(data.slots.reduce((sum, { exits }) => sum + exits, 0)).toBe(3000);
  expect(data.processes.seen).toBe(3001);
});
