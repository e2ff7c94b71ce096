import type { ChannelFact, SysvChange } from '../../analysis/churn/churn-data.ts';
import type { ChurnEvent } from '../../analysis/churn/event.ts';
import { ProcessEventStream } from '../../source/proc/event/process-event-stream.ts';
import { tryKernelText } from '../../source/proc/kernel/kernel-file.ts';
import { readMachine } from '../../source/proc/kernel/machine.ts';
import { hiddenProcesses } from '../../source/proc/kernel/namespaces.ts';
import { ownPrivilege } from '../../source/proc/kernel/privilege.ts';
import { PidCounter } from '../../source/proc/process/pid-counter.ts';
import type { Machine } from '../../source/proc/process/process-fact.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';
import { systemClock } from '../clock.ts';
import { softLimitOf } from '../family/family.ts';
import { LifeBook, type Turn } from './book.ts';
import { LeftBehind } from './left-behind.ts';
import { FamilyEyes, type Seen } from './look.ts';
import { type GoneManager, Managers } from './managers.ts';
import { SysvWatch } from './sysv-watch.ts';

/** Seconds between looks where the kernel tells of starts and ends: looks are for descriptors then. */
const CALM = 0.05;
/** Seconds between looks where only looks show who comes and goes. */
const KEEN = 0.02;
/** Part of the time that looks may take. */
const SHARE = 0.05;
/** Seconds between two searches for a successor, and those after which nobody is waited for any more. */
const SEARCH_EVERY = 0.1;
const SUCCESSOR = 3;
/** Looks of which one is weighed: asking what it took is itself not free. */
const WEIGH_EVERY = 10;
/** Seconds between two looks at how long ago the machine was started; suspended time moves it. */
const BOOT_EVERY = 1;
/** Seconds at the end in which what was on its way arrives. */
const SETTLE = 0.1;
/** Bit of SIGCHLD in the masks of /proc/PID/status. */
const SIGCHLD = 1n << 16n;

export interface FollowWish {
  /** proc tree */
  readonly root: string;
  /** A pid, a COMMAND or `:PORT`. */
  readonly process: string;
  /** Whether the kernel may be asked to tell of starts and ends; else there are only looks. */
  readonly events: boolean;
}

/**
 * Follows a manager and its workers: each `tick` returns what happened since the one before. By the kernel's process events where
 * it tells them, which miss nobody; else by looks, with bounds for what they missed.
 */
export class Follower {
  readonly #managers: Managers;
  readonly #machine: Machine;
  readonly #stream: ProcessEventStream | null;
  readonly #eyes: FamilyEyes;
  readonly #book: LifeBook;
  readonly #left: LeftBehind;
  readonly #sysv: SysvWatch;
  readonly #pids: PidCounter;
  readonly #origin: number;
  readonly #cpu = cpuSeconds();
  readonly #roots: Set<number>;
  /** Of the managers that live, by life. */
  readonly #rootLives = new Map<number, GoneManager & { readonly pid: number }>();
  #lastGone: GoneManager | null = null;
  #nobodySince: number | null = null;
  #searchedAt = 0;
  #seen: ReadonlyMap<number, Seen> = new Map();
  #before = 0;
  #boot = 0;
  #bootAt = Number.NEGATIVE_INFINITY;
  #ticks = 0;
  #lost = 0;
  #why: string | null;
  #cost = 0;

  private constructor(wish: FollowWish, stream: ProcessEventStream | string) {
    const { root } = wish;
    this.#managers = new Managers(root, wish.process);
    this.#roots = new Set(this.#managers.find());
    this.#machine = readMachine(root);
    this.#stream = typeof stream === 'string' ? null : stream;
    this.#why = typeof stream === 'string' ? stream : null;
    this.#eyes = new FamilyEyes(root, this.#machine.counts);
    this.#left = new LeftBehind(root);
    this.#sysv = new SysvWatch(root, [...this.#roots][0] ?? 0);
    this.#pids = new PidCounter(root);
    const told = this.#stream !== null;
    this.#book = new LifeBook(
      {
        startTime: (born) => startTime(this.#machine, born),
        softLimit: (pid) => softLimitOf(`${root}/${pid}`),
        ignoresChildren: (pid) => !this.#book.told && ignoresChildren(`${root}/${pid}`),
        command: (pid) => commandOf(`${root}/${pid}`),
      },
      told,
    );
    this.#origin = monotonic();
  }

  /** @throws CouldNotTellError if there is no such process */
  static async open(wish: FollowWish): Promise<Follower> {
    const stream = wish.events ? await ProcessEventStream.open() : 'they were not asked for';
    try {
      return new Follower(wish, stream);
    } catch (error) {
      if (typeof stream !== 'string') await stream.close();
      throw error;
    }
  }

  /** When the following began, by CLOCK_MONOTONIC. */
  get origin(): number {
    return this.#origin;
  }

  /** Since the following began. */
  get seconds(): number {
    return monotonic() - this.#origin;
  }

  /** Seconds to wait before the next tick. */
  get pause(): number {
    return Math.max(this.#book.told ? CALM : KEEN, this.#cost / SHARE);
  }

  /** Nobody is left, and nobody came in their place. */
  get isOver(): boolean {
    return this.#nobodySince !== null && this.seconds - this.#nobodySince >= SUCCESSOR;
  }

  /** At the last look nobody was at work. */
  get isQuiet(): boolean {
    return ![...this.#seen.values()].some(({ running }) => running);
  }

  /** Whether this pid is one of the family. */
  follows(pid: number): boolean {
    return this.#book.living.some((one) => one.pid === pid);
  }

  /** Descriptors of everybody at the last look, by life. */
  held(): Map<number, number> {
    const held = new Map<number, number>();
    for (const { pid, life } of this.#book.living) {
      const count = this.#seen.get(pid)?.count ?? null;
      if (count !== null) held.set(life, count);
    }
    return held;
  }

  get channel(): ChannelFact {
    return {
      name: this.#book.told ? 'events' : 'polling',
      why: this.#why,
      hertz: Math.round((this.#ticks / Math.max(0.001, this.seconds)) * 10) / 10,
      lost: this.#lost,
    };
  }

  /** System V objects now against then; null where they cannot be seen. */
  sysv(): readonly SysvChange[] | null {
    return this.#sysv.changes();
  }

  /** CPU seconds used since it began, those of the relay included. */
  get cpuSeconds(): number {
    return cpuSeconds() - this.#cpu + this.relayCpuSeconds;
  }

  /** CPU seconds of the relay alone. */
  get relayCpuSeconds(): number {
    return this.#stream?.cpuSeconds ?? 0;
  }

  /** What is not seen, as sentences. */
  get hidden(): string[] {
    const { root, counts } = this.#machine;
    const hidden = hiddenProcesses(root, true, ownPrivilege(root).capable);
    if (this.#sysv.hidden !== null) hidden.push(this.#sysv.hidden);
    if (!counts) hidden.push('this kernel (before 6.2) gives no counts: descriptors are listed, a few times a second');
    return hidden;
  }

  /** @param last whether it is the last one: then it is said who is left */
  tick(last = false): readonly ChurnEvent[] {
    const { seconds } = this;
    this.#listen();
    const turn = { seconds, before: this.#before, boot: this.#bootOf(seconds) };
    const heard = this.#book.told ? (this.#stream?.take() ?? []) : [];
    this.#lost += heard.filter(({ what }) => what === 'lost').length;
    const weighed = this.#ticks % WEIGH_EVERY === WEIGH_EVERY - 1;
    const began = weighed ? cpuSeconds() : 0;
    this.#pids.begin();
    this.#book.hear(heard, this.#origin, { ...turn, pids: null });
    this.#seen = this.#eyes.look(this.#roots);
    const events = this.#book.take(this.#seen, { ...turn, pids: this.#pids.end() } satisfies Turn);
    if (weighed) this.#cost = this.#cost * 0.5 + (cpuSeconds() - began) * 0.5;
    for (const event of events) this.#keepRoots(event);
    events.push(...this.#left.take(events, this.#book.living, this.#seen, seconds, last));
    this.#succeed(seconds);
    this.#before = seconds;
    this.#ticks++;
    return events;
  }

  /** The last tick: when what was on its way has arrived. */
  async last(): Promise<readonly ChurnEvent[]> {
    await new Promise((resolve) => setTimeout(resolve, SETTLE * 1000));
    return this.tick(true);
  }

  async close(): Promise<void> {
    await this.#stream?.close();
  }

  /** Seconds after boot at which the following began, by the clock that starts of processes are told in. */
  #bootOf(seconds: number): number {
    if (seconds - this.#bootAt >= BOOT_EVERY) {
      this.#bootAt = seconds;
      this.#boot = (systemClock(`${this.#machine.root}/uptime`).now().uptime ?? 0) - this.seconds;
    }
    return this.#boot;
  }

  /** Where the kernel tells no more, looks have to do. */
  #listen(): void {
    const failure = this.#stream?.failure ?? null;
    if (failure === null || !this.#book.told) return;
    this.#book.told = false;
    this.#why = failure;
    this.#lost++;
  }

  #keepRoots(event: ChurnEvent): void {
    if (event.kind === 'started' && event.parentLife === null) {
      const { life, pid, parent, command } = event;
      this.#roots.add(pid);
      this.#rootLives.set(life, { pid, parent, command, born: this.#seen.get(pid)?.born ?? 0 });
    } else if (event.kind === 'named') {
      const root = this.#rootLives.get(event.life);
      if (root) this.#rootLives.set(event.life, { ...root, command: event.command });
    } else if (event.kind === 'ended') {
      const root = this.#rootLives.get(event.life);
      if (!root) return;
      this.#rootLives.delete(event.life);
      this.#roots.delete(root.pid);
      this.#lastGone = root;
    }
  }

  /** Looks for who takes the place of the last manager. */
  #succeed(seconds: number): void {
    const nobody = this.#rootLives.size === 0 && this.#book.living.length === 0;
    this.#nobodySince = nobody ? (this.#nobodySince ?? seconds) : null;
    if (this.#rootLives.size > 0 || this.#lastGone === null || seconds - this.#searchedAt < SEARCH_EVERY) return;
    this.#searchedAt = seconds;
    const followed = new Set(this.#book.living.map(({ pid }) => pid));
    for (const pid of this.#managers.successors(this.#lastGone, followed)) this.#roots.add(pid);
  }
}

/** CLOCK_MONOTONIC, by which the kernel tells when something happened. */
function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** Used by this program. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function startTime({ bootTime }: Machine, born: number): string | null {
  return bootTime === null ? null : new Date(Math.round((bootTime + born) * 1000)).toISOString();
}

function commandOf(folder: string): string | null {
  return readStat(folder)?.command ?? null;
}

function ignoresChildren(folder: string): boolean {
  const mask = /^SigIgn:\s+([0-9a-f]+)/m.exec(tryKernelText(`${folder}/status`) ?? '')?.[1] ?? '0';
  return (BigInt(`0x${mask}`) & SIGCHLD) !== 0n;
}
