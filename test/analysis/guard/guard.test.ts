import { describe, expect, it } from 'vitest';
import type { Alert, Observation } from '../../../src/analysis/guard/alert.ts';
import { alertLine } from '../../../src/analysis/guard/alert-line.ts';
import { alarmRule, type GuardBudget } from '../../../src/analysis/guard/budget.ts';
import { Guard } from '../../../src/analysis/guard/guard.ts';

const DELETED: GuardBudget = { kind: 'deleted', limit: 1000, per: null, folder: null };
const DISK: GuardBudget = { kind: 'disk-share', limit: 0.1, per: null, folder: '/var' };

function observation(value: number | null, name = 'one', more: Partial<Observation> = {}): Observation {
  const target = { kind: 'deleted', name, pid: null, startTime: null, command: null } as const;
  return { key: name, target, value, evidence: {}, ...more };
}

function guarding(budgets: readonly GuardBudget[], times = { sustained: 0, cooldown: 0 }) {
  const guard = new Guard(
    budgets.map((budget) => ({ budget, period: 1 })),
    times,
  );
  const now = (seconds: number) => ({ seconds, time: null });
  return {
    guard,
    measured: (seconds: number, budget: GuardBudget, ...values: readonly (number | null | Observation)[]) =>
      guard.measured(
        budget,
        values.map((value, index) => (typeof value === 'object' && value ? value : observation(value, `t${index}`))),
        now(seconds),
      ),
    failed: (seconds: number, budget: GuardBudget) => guard.failed(budget, 'EACCES', now(seconds)),
  };
}

const told = (alerts: readonly Alert[]): string[] =>
  alerts.map(({ kind, reason, target }) => `${kind} ${reason} ${target.name}`);

describe('a guard', () => {
  it('tells each target apart, and pairs an alert with its end', () => {
    const { measured, guard } = guarding([DELETED]);
    const [first] = measured(0, DELETED, 2000, 10);
    expect(first).toMatchObject({ kind: 'alert', target: { name: 't0' }, value: 2000, limit: 1000 });
    expect(told(measured(1, DELETED, 2000, 3000))).toEqual(['alert beyond t1']);
    expect(guard.standing.map(({ target }) => target.name)).toEqual(['t0', 't1']);
    const [over] = measured(2, DELETED, 10, 3000);
    expect(over).toMatchObject({ kind: 'clear', id: first?.id, reason: 'within', forSeconds: 2, value: 10 });
    expect(guard.standing).toHaveLength(1);
  });

  it('ends the alert of a target that is gone, and knows it when it is back', () => {
    const { measured } = guarding([DELETED], { sustained: 0, cooldown: 10 });
    expect(told(measured(0, DELETED, 2000))).toEqual(['alert beyond t0']);
    expect(measured(1, DELETED)).toMatchObject([{ kind: 'clear', reason: 'gone', value: null }]);
    expect(measured(2, DELETED, 2000)).toEqual([]);
    expect(told(measured(11, DELETED, 2000))).toEqual(['alert beyond t0']);
  });

  it('takes what fails for an alert of its own, which leaves the others alone', () => {
    const { measured, failed, guard } = guarding([DELETED, DISK], { sustained: 60, cooldown: 0 });
    measured(0, DELETED, 10);
    const [blind] = failed(1, DELETED);
    expect(blind).toMatchObject({
      kind: 'alert',
      measure: 'collector',
      severity: 'critical',
      budget: 'max-deleted',
      reason: 'failed',
      evidence: { reason: 'EACCES', failures: 1 },
    });
    expect(failed(2, DELETED)).toEqual([]);
    expect(measured(3, DISK, 0.5)).toEqual([]);
    expect(guard.standing).toHaveLength(1);
    expect(guard.budgets().map(({ verdict }) => verdict)).toEqual(['inconclusive', 'pass']);
    expect(measured(4, DELETED, 10)).toMatchObject([
      { kind: 'clear', reason: 'measured', id: blind?.id, forSeconds: 3 },
    ]);
    expect(guard.budgets().map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    expect(guard.hidden).toEqual([expect.stringMatching(/could not be measured 2 times.*EACCES/)]);
  });

  it('keeps an alert standing while its value cannot be measured', () => {
    const { measured, failed, guard } = guarding([DELETED]);
    measured(0, DELETED, 2000);
    failed(1, DELETED);
    expect(told(measured(2, DELETED, null))).toEqual(['clear measured the space of deleted files']);
    expect(guard.standing).toMatchObject([{ measure: 'deleted' }]);
  });

  it.each([
    [[10, 900], 'pass', 900],
    [[10, 1000], 'pass', 1000],
    [[1001, 10], 'fail', 1001],
    [[10, null], 'inconclusive', 10],
    [[null], 'inconclusive', null],
    [[], 'inconclusive', null],
    [[Number.NaN], 'inconclusive', null],
    [[10, observation(5, 'p', { partial: true })], 'inconclusive', 10],
    [[1001, null], 'fail', 1001],
  ] as const)('judges %j: %s', (values, verdict, value) => {
    const { measured, guard } = guarding([DELETED]);
    measured(0, DELETED, ...values);
    expect(guard.budgets()).toMatchObject([{ verdict, value }]);
  });

  it('cannot tell of what was beyond at the end and not for long enough', () => {
    const { measured, guard } = guarding([DELETED], { sustained: 10, cooldown: 0 });
    measured(0, DELETED, 2000);
    expect(guard.budgets()).toMatchObject([{ verdict: 'inconclusive', value: 2000, alerts: 0 }]);
    measured(1, DELETED, 10);
    expect(guard.budgets()).toMatchObject([{ verdict: 'pass', value: 2000, brokenAt: null }]);
  });

  it('gives each alert a name of its own, also of two budgets of a kind', () => {
    const other: GuardBudget = { ...DELETED, limit: 1500 };
    const { measured, failed } = guarding([DELETED, other]);
    const alerts = [...measured(0, DELETED, 2000, 3000), ...measured(0, other, 2000), ...failed(1, other)];
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(4);
  });

  it('forgets those that are well again', () => {
    const { measured, guard } = guarding([DELETED]);
    for (let round = 0; round < 1000; round++) {
      measured(round * 2, DELETED, observation(2000, `n${round}`));
      measured(round * 2 + 1, DELETED, observation(1, `n${round}`));
    }
    expect(guard.standing).toEqual([]);
    expect(guard.budgets()).toMatchObject([{ alerts: 1000, standing: 0, brokenAt: 0 }]);
  });
});

describe('the rule of a budget', () => {
  const times = { sustained: 0, cooldown: 0 };
  const rule = (kind: GuardBudget['kind'], limit: number) =>
    alarmRule({ kind, limit, per: null, folder: null }, times, 1);

  it('is over by a tenth of the limit', () => {
    expect(rule('utilisation', 0.9).clear).toBeCloseTo(0.81);
    expect(rule('disk-time', 3600).clear).toBeCloseTo(3960);
    expect(rule('growth', 0).clear).toBe(0);
  });

  it('can always be over: no more than all of a disk is free', () => {
    for (const limit of [0.01, 0.5, 0.91, 0.95, 1]) {
      expect(rule('disk-share', limit).clear).toBeLessThanOrEqual(1);
      expect(rule('disk-share', limit).clear).toBeGreaterThanOrEqual(limit);
    }
  });
});

describe('the line of an alert', () => {
  it('is one line, however it is named', () => {
    const { measured } = guarding([DELETED]);
    const [alert] = measured(
      0,
      DELETED,
      observation(2000, 'ev\nil "x"', {
        evidence: { largest: '/tmp/a b', list: [1], nothing: null, share: 0.123456789 },
      }),
    );
    if (!alert) throw new Error('no alert');
    const line = alertLine(alert);
    expect(line).toContain('warning alert: ev\nil "x" hold 2.0 KiB, more than 1000 B;');
    expect(line).toContain(' target="ev\\nil \\"x\\"" ');
    expect(line).toContain(' value=2000 limit=1000 forSeconds=0 largest="/tmp/a b" share=0.123457');
    expect(line).not.toContain('nothing');
  });
});
