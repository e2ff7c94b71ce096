import type { DrainItem, Over, ProcessSight } from '../../analysis/drain/observation.ts';
import { signalName } from '../../model/signal.ts';
import type { Clock } from '../clock.ts';
import { BeginSign } from './begin-sign.ts';
import { endingBy } from './ending.ts';
import type { ExitRecord } from './exit-record.ts';
import type { DrainObserver } from './observer.ts';
import type { Member, Roster } from './roster.ts';

/** SIGKILL, signal(7). */
const KILL = 9;

export interface FollowWish {
  /** To be sent; null = somebody else ends it. */
  readonly signal: number | null;
  /** Time to watch before the signal, to know what moves. Seconds. */
  readonly before: number;
  /** Seconds from the signal on. */
  readonly grace: number;
  /** Whether SIGKILL is sent to whoever is there after the grace. */
  readonly kill: boolean;
  /** Time to wait for somebody else's shutdown, seconds; null = as long as it takes. */
  readonly patience: number | null;
}

export interface Surroundings {
  readonly clock: Pick<Clock, 'wait'>;
  /** Seconds since the following began, by a monotonic clock: the one that the observer has too. */
  readonly now: () => number;
  readonly roster: Roster;
  readonly observer: DrainObserver;
  /** Throws what kill(2) says. */
  readonly send: (member: Member, signal: number) => void;
  readonly take: (item: DrainItem) => void;
  /** What the kernel tells of ends; null where it does not. */
  readonly exits: ExitRecord | null;
  /** Ends the following. */
  readonly stop: AbortSignal;
}

/** Time between two looks at all descriptors, seconds, where a look costs little. */
const EVERY = 0.02;
/** Looks take this part of the time at most. */
const SHARE = 0.1;
/** Time between two looks at who is on its way out, seconds; they take half of that share at most. */
const PULSE = 0.003;
/** SIGKILL is not refused; a process in the middle of a system call may take a while to notice. Seconds. */
const KILL_TIME = 5;

/** Follows a shutdown from before its signal to its end. */
export class Follower {
  readonly #around: Surroundings;
  readonly #sign = new BeginSign();
  #begun = false;
  /** Whether it is for somebody else to begin. */
  #waits = false;
  #lookDue = 0;
  readonly #fates: Promise<readonly DrainItem[]>[] = [];
  #pulseEvery = PULSE;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async follow({ signal, before, grace, kill, patience }: FollowWish): Promise<void> {
    this.#waits = signal === null;
    await this.lookOnce();
    const waited = await this.#until(this.#waits ? patience : before, () => this.#begun);
    if (waited === 'stopped') return this.#over('stopped');
    if (signal === null && !this.#begun) return this.#over('time');
    if (signal !== null && !this.#send(signal, ({ role }) => role === 'asked')) return this.#over('gone');
    const from = this.#seconds();
    const end = await this.#until(grace, () => this.#judged().length === 0, from);
    if (end === 'stopped') return this.#over('stopped');
    if (end === 'time' && kill) {
      this.#send(KILL, ({ role }) => role !== 'beside');
      await this.#until(KILL_TIME, () => this.#judged().length === 0);
    }
    return this.#over(end === 'time' ? 'grace' : 'all');
  }

  /** Looks at what a shutdown would meet, and does no more. */
  async lookOnce(): Promise<void> {
    this.#tell(await this.#around.observer.fullLook(), true);
  }

  /** Watches until something is so, for some seconds at most; null = for ever. */
  async #until(
    time: number | null,
    reached: () => boolean,
    from = this.#seconds(),
  ): Promise<'so' | 'time' | 'stopped'> {
    const { clock, stop } = this.#around;
    for (;;) {
      this.#pulse();
      if (this.#seconds() >= this.#lookDue) this.#look();
      if (reached()) return 'so';
      if (stop.aborted) return 'stopped';
      const left = time === null ? Number.POSITIVE_INFINITY : from + time - this.#seconds();
      if (left <= 0) return 'time';
      await clock.wait(Math.min(left, this.#pulseEvery, Math.max(0, this.#lookDue - this.#seconds())), stop);
    }
  }

  #judged(): readonly Member[] {
    return this.#around.roster.living.filter(({ role }) => role !== 'beside');
  }

  #look(): void {
    const { observer } = this.#around;
    const began = this.#seconds();
    const sights = observer.look();
    this.#tell(sights, true);
    this.#lookDue = began + Math.max(EVERY, (this.#seconds() - began) / SHARE);
  }

  #pulse(): void {
    const { observer, take } = this.#around;
    const began = this.#seconds();
    const { sights, ended } = observer.pulse();
    this.#tell(sights, false);
    if (ended.length > 0) {
      this.#beginBy(ended.find(({ role }) => role === 'asked'));
      for (const item of observer.bury(ended)) take(item);
      this.#fates.push(observer.fates(ended));
    }
    this.#pulseEvery = Math.max(PULSE, ((this.#seconds() - began) / SHARE) * 2);
  }

  #tell(sights: readonly ProcessSight[], whole: boolean): void {
    const { observer, roster, take } = this.#around;
    if (sights.length === 0 && !whole) return;
    const seconds = this.#seconds();
    for (const item of observer.newcomers()) take(item);
    const sign = whole && !this.#begun ? this.#sign.in(sights, roster.members) : null;
    if (sign !== null) this.#begin(sign);
    take({ kind: 'look', seconds, whole, sights });
  }

  #beginBy(member: Member | undefined): void {
    if (member !== undefined) this.#begin(`${member.command} ${member.pid} ended`);
  }

  /** Somebody else's shutdown has begun; before our own signal nothing begins. */
  #begin(sign: string): void {
    if (this.#begun || !this.#waits) return;
    this.#begun = true;
    this.#around.take({ kind: 'began', seconds: this.#seconds(), sign });
  }

  /** False where nobody is left to send it to. */
  #send(signal: number, whom: (member: Member) => boolean): boolean {
    const { roster, send, take } = this.#around;
    const members = roster.living.filter((member) => whom(member) && roster.glance(member) !== null);
    if (members.length === 0) return false;
    const seconds = this.#seconds();
    for (const member of members) send(member, signal);
    this.#begun = true;
    const lives = members.map(({ life }) => life);
    take({ kind: 'sent', seconds, signal, name: signalName(signal), lives });
    return true;
  }

  async #over(why: Over): Promise<void> {
    this.#pulse();
    const { observer, take } = this.#around;
    this.#tell(await observer.fullLook(), true);
    for (const items of await Promise.all(this.#fates)) for (const item of items) take(item);
    await this.#learnEndings();
    take({ kind: 'over', seconds: this.#seconds(), why, ports: observer.ports() });
  }

  /** How those ended whose parent was quicker than our looks. */
  async #learnEndings(): Promise<void> {
    const { observer, exits, clock, take } = this.#around;
    const { unseen } = observer;
    if (exits === null || unseen.length === 0) return;
    const pids = unseen.map(({ pid }) => pid);
    const statuses = await exits.of(pids, clock);
    for (const { life, pid } of unseen) {
      const status = statuses.get(pid);
      if (status !== undefined) take({ kind: 'ending', seconds: this.#seconds(), life, ending: endingBy(status) });
    }
  }

  #seconds(): number {
    return this.#around.now();
  }
}
