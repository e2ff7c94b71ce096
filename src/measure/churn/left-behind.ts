import type { ChurnEvent } from '../../analysis/churn/event.ts';
import type { Followed } from './followed.ts';
import { KeptPorts } from './kept-ports.ts';
import type { Seen } from './look.ts';

/** Seconds that workers are given to notice that their manager is gone. */
const NOTICE = 0.5;
/** Seconds between two looks at who is left, and at what the family listens on; at the latter at least, for a table of sockets is large. */
const LEFT_EVERY = 1;
const LISTENERS_EVERY = 2;
/** Part of the time that looking for listeners may take. */
const SHARE = 0.01;
/** Of a large family so many are asked what they listen on: workers listen where their manager does. */
const ASKED = 32;

/** Workers that outlive their manager, and the ports that they keep. */
export class LeftBehind {
  readonly #ports: KeptPorts;
  /** Manager of each life. */
  readonly #managers = new Map<number, number>();
  /** When each manager ended that somebody may outlive. */
  readonly #gone = new Map<number, number>();
  #nextListen = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(root: string) {
    this.#ports = new KeptPorts(root);
  }

  /**
   * Takes what is new, and says who is left.
   *
   * @param last whether this is the end: then it is said at once
   */
  take(
    events: readonly ChurnEvent[],
    living: readonly Followed[],
    seen: ReadonlyMap<number, Seen>,
    seconds: number,
    last: boolean,
  ): ChurnEvent[] {
    for (const event of events) this.#note(event);
    if (seconds >= this.#nextListen && this.#gone.size === 0) {
      const began = performance.now();
      this.#ports.look(living.slice(0, ASKED).map(({ pid }) => pid));
      const cost = (performance.now() - began) / 1000;
      this.#nextListen = seconds + Math.max(LISTENERS_EVERY, cost / SHARE);
    }
    if (this.#gone.size === 0 || (!last && seconds - this.#lookedAt < LEFT_EVERY)) return [];
    const due = [...this.#gone].filter(([, ended]) => last || seconds - ended >= NOTICE);
    if (due.length > 0) this.#lookedAt = seconds;
    return due.flatMap(([manager]) => {
      const left = living.filter(({ life }) => this.#managers.get(life) === manager);
      if (left.length === 0) this.#gone.delete(manager);
      const pids = left.map(({ pid }) => pid);
      return [
        {
          kind: 'left' as const,
          seconds,
          manager,
          lives: left.map(({ life }) => life),
          parent: seen.get(pids[0] ?? 0)?.parent ?? null,
          ports: left.length === 0 ? [] : this.#ports.keptBy(pids),
        },
      ];
    });
  }

  #note(event: ChurnEvent): void {
    if (event.kind === 'started') {
      const { life, parentLife } = event;
      this.#managers.set(life, parentLife === null ? life : (this.#managers.get(parentLife) ?? parentLife));
      // A manager opens its listeners soon after it begins.
      if (parentLife === null) this.#nextListen = Number.NEGATIVE_INFINITY;
    }
    if (event.kind !== 'ended') return;
    if (this.#managers.get(event.life) === event.life) this.#gone.set(event.life, event.seconds);
    this.#managers.delete(event.life);
  }
}
