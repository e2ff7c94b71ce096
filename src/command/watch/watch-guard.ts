import { type Alert, type AlertDocument, type AlertOrigin, alertDocument } from '../../analysis/guard/alert.ts';
import { alertLine } from '../../analysis/guard/alert-line.ts';
import type { BudgetState, GuardMoment } from '../../analysis/guard/budget-book.ts';
import type { WatchFold } from '../../analysis/watch/fold.ts';
import type { Clock } from '../../measure/clock.ts';
import { type HealthServer, type HealthState, startHealth } from '../../measure/guard/health.ts';
import type { HookEnd } from '../../measure/guard/hook.ts';
import { HookQueue } from '../../measure/guard/hook-queue.ts';
import { checkProgram } from '../../measure/guard/program.ts';
import { Sentry, type SentrySettings } from '../../measure/guard/sentry.ts';
import type { EventItem } from '../../model/series.ts';
import { jsonText } from '../../view/document.ts';
import { safeJson } from '../../view/escape.ts';
import type { GuardWish } from './watch-budgets.ts';
import type { WatchTalk } from './watch-talk.ts';

export interface GuardSurroundings extends Omit<SentrySettings, 'budgets' | 'times'> {
  readonly origin: AlertOrigin;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly talk: Pick<WatchTalk, 'line'>;
}

/** Samples that may be missing, and seconds at least, before the loop is called stalled. */
const MISSED = 5;
const STALLED = 30;

/** The budgets of a watch, and everybody who is told of them: the log, the hooks, whoever asks for /healthz. */
export class WatchGuard {
  readonly #around: GuardSurroundings;
  readonly #sentry: Sentry;
  readonly #hooks: HookQueue | null;
  #health: HealthServer | null = null;
  #sampledAt: number | null = null;

  private constructor(wish: GuardWish, around: GuardSurroundings) {
    this.#around = around;
    this.#sentry = new Sentry({ ...wish, ...around });
    this.#hooks =
      wish.hook.length === 0
        ? null
        : new HookQueue(
            { command: wish.hook, timeout: wish.hookTimeout, env: around.env },
            { ended: (end) => this.#hookEnded(end), dropped: (waiting) => this.#hookDropped(waiting) },
          );
  }

  /** @throws LeaksofError for whatever could never work */
  static async start(wish: GuardWish, around: GuardSurroundings): Promise<WatchGuard> {
    const [program] = wish.hook;
    if (program !== undefined) checkProgram(program, around.env.PATH);
    const guard = new WatchGuard(wish, around);
    await guard.#sentry.check();
    if (wish.health !== null) {
      guard.#health = await startHealth(wish.health, () => guard.#state());
      around.talk.line('info', `health at ${guard.#health.url}`);
    }
    return guard;
  }

  get standing(): readonly AlertDocument[] {
    return this.#sentry.standing.map((alert) => alertDocument(alert, this.#around.origin));
  }

  budgets(): readonly BudgetState[] {
    return this.#sentry.budgets();
  }

  /** What was not measured or not passed on, as sentences. */
  get hidden(): readonly string[] {
    const sentences = [...this.#sentry.hidden];
    const { runs = 0, failures = 0, lost = 0 } = this.#hooks ?? {};
    if (failures > 0) sentences.push(`${failures} of ${runs} runs of --on-alert failed`);
    if (lost > 0) sentences.push(`${lost} alerts were not passed to --on-alert: it was too slow`);
    return sentences;
  }

  /** A sample was taken: what follows from it. Nobody is waited for who is told. */
  async sampled(fold: WatchFold): Promise<readonly AlertDocument[]> {
    const alerts = await this.#sentry.sampled(fold, fold);
    this.#sampledAt = this.#around.clock.now().seconds;
    return this.#tell(alerts);
  }

  notSampled(reason: string, now: GuardMoment): readonly AlertDocument[] {
    return this.#tell(this.#sentry.notSampled(reason, now));
  }

  /** The watch is over: what was still to come. */
  async last(now: GuardMoment): Promise<readonly AlertDocument[]> {
    return this.#tell(await this.#sentry.last(now));
  }

  /** Gives hooks the time they have, and leaves nothing behind. */
  async end(): Promise<void> {
    await this.#sentry.close();
    await this.#health?.close();
    await this.#hooks?.end();
  }

  #tell(alerts: readonly Alert[]): readonly AlertDocument[] {
    return alerts.map((alert) => {
      const told = alertDocument(alert, this.#around.origin);
      this.#around.talk.line(alert.kind === 'alert' ? alert.severity : 'info', alertLine(alert));
      this.#hooks?.offer(alert.budget, `${safeJson(jsonText(told))}\n`);
      return told;
    });
  }

  #hookEnded({ failure, lines, unread }: HookEnd): void {
    for (const line of lines) this.#around.talk.line('info', `--on-alert says: ${line}`);
    if (unread > 0) this.#around.talk.line('info', `--on-alert printed ${unread} more bytes, which are not shown`);
    if (failure !== null) this.#around.talk.line('warning', `--on-alert ${failure}`);
  }

  #hookDropped(waiting: number): void {
    this.#around.talk.line(
      'warning',
      `--on-alert is too slow: ${waiting} alerts of this budget wait, one was not passed on`,
    );
  }

  /** Not healthy while something critical stands, and while nobody looks. */
  #state(): HealthState {
    const alerts = this.standing;
    const age = this.#sampledAt === null ? null : this.#around.clock.now().seconds - this.#sampledAt;
    const stalled = age !== null && age > Math.max(STALLED, MISSED * this.#around.every);
    const critical = alerts.some(({ severity }) => severity === 'critical');
    const status = age === null ? 'starting' : stalled ? 'stalled' : critical ? 'alert' : 'ok';
    const { host, watched } = this.#around.origin;
    const secondsSinceSample = age === null ? null : Math.round(age * 1000) / 1000;
    return {
      healthy: status === 'ok',
      body: safeJson(jsonText({ schemaVersion: 1, status, host, watched, secondsSinceSample, alerts })),
    };
  }
}

/** Alerts as the series keeps them, with the life they are of. */
export function alertEvents(alerts: readonly Alert[], fold: WatchFold): EventItem[] {
  return alerts.map(({ kind, seconds, budget, target, message }) => {
    const place = target.pid === null ? undefined : [...fold.places].find(({ fact }) => fact.pid === target.pid);
    return {
      kind: 'event',
      what: kind,
      seconds,
      ...(place !== undefined && { life: place.life }),
      budget,
      target: target.name,
      message,
    };
  });
}
