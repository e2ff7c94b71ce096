import { byText } from '../rank/rank-order.ts';
import { Alarm, type AlarmRule, isBeyond } from './alarm.ts';
import type { Alert, AlertReason, Observation } from './alert.ts';
import { alertMessage } from './alert-text.ts';
import { alarmRule, type BudgetKind, factsOf, type GuardBudget, type GuardTimes } from './budget.ts';

/** A moment of a watch. */
export interface GuardMoment {
  /** Since the watch began, from the monotonic clock. */
  readonly seconds: number;
  /** UTC ISO-8601, for people; null where it is not known. */
  readonly time: string | null;
}

/** What came of a budget. */
export interface BudgetState {
  readonly kind: BudgetKind;
  readonly limit: number;
  /** Seconds in which the limit may come about; null where it is no rate. */
  readonly per: number | null;
  /** Folder whose file system is meant; null where it is about none. */
  readonly folder: string | null;
  readonly option: string;
  /** The worst value found, and whose it was; null if there was none, or it has no end. */
  readonly value: number | null;
  readonly target: string | null;
  readonly pid: number | null;
  /** Alerts so far, and those that stand. */
  readonly alerts: number;
  readonly standing: number;
  /** Seconds after which it was broken first; null if it was not. */
  readonly brokenAt: number | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

/** A name for an alert that no other has. */
export type NextId = (measure: string) => string;

interface Watched {
  readonly alarm: Alarm;
  last: Observation;
  /** The alert that stands. */
  alert: Alert | null;
}

/** One budget with all its targets. Only those that were beyond it are remembered. */
export class BudgetBook {
  readonly budget: GuardBudget;
  readonly #rule: AlarmRule;
  readonly #watched = new Map<object | string, Watched>();
  #worst: Observation | null = null;
  #alerts = 0;
  #brokenAt: number | null = null;
  /** Whether somebody's value was not known when last asked; null = never asked. */
  #unknown: boolean | null = null;

  readonly #nextId: NextId;

  /** @param period seconds between two observations where all is well */
  constructor(budget: GuardBudget, times: GuardTimes, period: number, nextId: NextId) {
    this.budget = budget;
    this.#nextId = nextId;
    this.#rule = alarmRule(budget, times, period);
  }

  get standing(): readonly Alert[] {
    return [...this.#watched.values()].flatMap(({ alert }) => alert ?? []);
  }

  /** @param observed every target that there is: one that is missing is gone */
  observe(observed: readonly Observation[], now: GuardMoment): Alert[] {
    const alerts: Alert[] = [];
    const present = new Set<object | string>();
    this.#unknown = false;
    for (const one of observed) {
      present.add(one.key);
      const known = one.value !== null && !Number.isNaN(one.value);
      if (!known || one.partial) this.#unknown = true;
      if (one.value !== null && known) this.#compare(one, one.value);
      const alert = this.#observe(one, now);
      if (alert) alerts.push(alert);
    }
    for (const [key, watched] of this.#watched) {
      if (present.has(key)) continue;
      if (watched.alarm.lose(now.seconds) === 'clear') alerts.push(this.#over(watched, 'gone', now));
      else if (!watched.alarm.isCooling(now.seconds)) this.#watched.delete(key);
    }
    return alerts;
  }

  /** @param measured false where what measures it does not work now */
  finish(measured: boolean): BudgetState {
    const { kind, limit, per, folder } = this.budget;
    const worst = this.#worst;
    const value = worst?.value ?? null;
    const pending = [...this.#watched.values()].some(({ alarm }) => alarm.pending);
    const unknown = !measured || pending || this.#unknown !== false || worst === null;
    return {
      kind,
      limit,
      per,
      folder,
      option: factsOf(this.budget).option,
      value: Number.isFinite(value) ? value : null,
      target: worst?.target.name ?? null,
      pid: worst?.target.pid ?? null,
      alerts: this.#alerts,
      standing: this.standing.length,
      brokenAt: this.#brokenAt,
      // What could not be told may be the worst of all.
      verdict: this.#brokenAt !== null ? 'fail' : unknown ? 'inconclusive' : 'pass',
    };
  }

  #compare(one: Observation, value: number): void {
    const worst = this.#worst?.value ?? null;
    if (worst === null || isBeyond(this.#rule.side, value, worst)) this.#worst = one;
  }

  #observe(one: Observation, now: GuardMoment): Alert | null {
    const { key, value } = one;
    let watched = this.#watched.get(key);
    if (!watched) {
      if (value === null || !isBeyond(this.#rule.side, value, this.#rule.limit)) return null;
      watched = { alarm: new Alarm(this.#rule), last: one, alert: null };
      this.#watched.set(key, watched);
    }
    watched.last = one;
    const change = watched.alarm.observe(value, now.seconds);
    if (change === 'clear') return this.#over(watched, 'within', now);
    if (change === 'alert') return this.#begin(watched, now);
    const idle = !watched.alarm.standing && !watched.alarm.pending && !watched.alarm.isCooling(now.seconds);
    if (idle) this.#watched.delete(key);
    return null;
  }

  #begin(watched: Watched, now: GuardMoment): Alert {
    this.#alerts++;
    this.#brokenAt ??= now.seconds;
    const alert = this.#alert(watched.last, 'alert', 'beyond', now, {
      id: this.#nextId(this.budget.kind),
      forSeconds: now.seconds - watched.alarm.since,
    });
    watched.alert = alert;
    return alert;
  }

  #over(watched: Watched, reason: AlertReason, now: GuardMoment): Alert {
    const { alert } = watched;
    watched.alert = null;
    return this.#alert(watched.last, 'clear', reason, now, {
      id: alert?.id ?? this.#nextId(this.budget.kind),
      forSeconds: now.seconds - (alert?.seconds ?? now.seconds),
    });
  }

  #alert(
    { target, value, evidence, detail = null }: Observation,
    kind: Alert['kind'],
    reason: AlertReason,
    { seconds, time }: GuardMoment,
    { id, forSeconds }: { readonly id: string; readonly forSeconds: number },
  ): Alert {
    const { limit, per } = this.budget;
    const { option, severity } = factsOf(this.budget);
    const shown = reason === 'gone' ? null : value;
    return {
      kind,
      id,
      time,
      seconds,
      budget: option,
      measure: this.budget.kind,
      severity,
      reason,
      target,
      value: Number.isFinite(shown) ? shown : null,
      limit,
      per,
      forSeconds: Math.round(forSeconds * 1000) / 1000,
      message: alertMessage(this.budget, { target, value: shown, detail }, kind, reason, forSeconds),
      evidence,
    };
  }
}

/** Alerts in an order that does not depend on who was looked at first. */
export function inOrder(alerts: readonly Alert[]): Alert[] {
  return alerts.toSorted(
    (one, other) =>
      one.seconds - other.seconds ||
      byText(one.budget, other.budget) ||
      (one.target.pid ?? 0) - (other.target.pid ?? 0) ||
      byText(one.target.name, other.target.name),
  );
}
