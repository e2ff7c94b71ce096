import { Alarm } from './alarm.ts';
import type { Alert, AlertReason } from './alert.ts';
import type { GuardMoment, NextId } from './budget-book.ts';

/** Something that measures, and whether it works: to be blind is an alert of its own. */
export class CollectorBook {
  /** Option whose budget is not judged without it. */
  readonly #budget: string;
  readonly #name: string;
  readonly #alarm: Alarm;
  readonly #nextId: NextId;
  #alert: Alert | null = null;
  #failures = 0;
  #reason = '';

  /**
   * @param name what is measured, for people: `space of /var`
   * @param cooldown seconds
   */
  constructor(budget: string, name: string, cooldown: number, nextId: NextId) {
    this.#nextId = nextId;
    this.#budget = budget;
    this.#name = name;
    this.#alarm = new Alarm({
      side: 'most',
      limit: 0,
      clear: 0,
      sustained: 0,
      cooldown,
      gap: Number.POSITIVE_INFINITY,
    });
  }

  get standing(): Alert | null {
    return this.#alert;
  }

  /** Whether it worked when it was last tried. */
  works = true;

  /** What was not measured, as a sentence; null if all was. */
  get hidden(): string | null {
    if (this.#failures === 0) return null;
    const times = this.#failures === 1 ? 'once' : `${this.#failures} times`;
    return `${this.#name} could not be measured ${times}, the last time because: ${this.#reason}`;
  }

  worked(now: GuardMoment): Alert[] {
    this.works = true;
    if (this.#alarm.observe(0, now.seconds) !== 'clear') return [];
    const began = this.#alert;
    this.#alert = null;
    return [this.#tell('clear', 'measured', began?.id ?? '', now.seconds - (began?.seconds ?? now.seconds), now)];
  }

  failed(reason: string, now: GuardMoment): Alert[] {
    this.works = false;
    this.#failures++;
    this.#reason = reason;
    if (this.#alarm.observe(1, now.seconds) !== 'alert') return [];
    this.#alert = this.#tell('alert', 'failed', this.#nextId('collector'), 0, now);
    return [this.#alert];
  }

  #tell(
    kind: Alert['kind'],
    reason: AlertReason,
    id: string,
    forSeconds: number,
    { seconds, time }: GuardMoment,
  ): Alert {
    const what = kind === 'alert' ? `cannot be measured: ${this.#reason}` : 'can be measured again';
    return {
      kind,
      id,
      time,
      seconds,
      budget: this.#budget,
      measure: 'collector',
      severity: 'critical',
      reason,
      target: { kind: 'collector', name: this.#name, pid: null, startTime: null, command: null },
      value: null,
      limit: null,
      per: null,
      forSeconds: Math.round(forSeconds * 1000) / 1000,
      message: `${this.#name} ${what}`,
      evidence: { failures: this.#failures, reason: this.#reason },
    };
  }
}
