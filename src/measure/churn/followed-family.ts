import { existsSync } from 'node:fs';
import type { ChannelFact, ChurnCourse } from '../../analysis/churn/churn-data.ts';
import { churnCourse } from '../../analysis/churn/course.ts';
import type { ChurnEvent } from '../../analysis/churn/event.ts';
import { ChurnFold, type Manager } from '../../analysis/churn/fold.ts';
import { type ChurnLine, churnLine } from '../../analysis/churn/line.ts';
import { CouldNotTellError } from '../../model/error.ts';
import type { Rate } from '../../model/rate.ts';
import { Follower } from './follower.ts';

/** Workers that nobody saw, as in an event of churn. */
export interface UnseenCount {
  readonly least: number;
  readonly most: number | null;
}

export interface FamilyWish {
  readonly pid: number;
  readonly root: string;
  /** Budgets of exits. */
  readonly rates: readonly Rate[];
  /** Told of what happens, at each look; `seconds` are of CLOCK_MONOTONIC. */
  readonly told: (lines: readonly ChurnLine[]) => void;
}

/** A manager and its workers, followed beside whatever else goes on. */
export class FollowedFamily {
  readonly fold: ChurnFold;
  readonly #follower: Follower;
  readonly #wish: FamilyWish;
  #timer: NodeJS.Timeout | null = null;
  #unseen: UnseenCount = { least: 0, most: 0 };
  /** How it stood when it was closed. */
  #closed: {
    readonly course: ChurnCourse;
    readonly relayCpuSeconds: number;
    readonly hidden: readonly string[];
  } | null = null;
  /** Why it could not be followed on; null as long as it can. */
  failure: string | null = null;

  private constructor(wish: FamilyWish, follower: Follower) {
    this.#wish = wish;
    this.#follower = follower;
    this.fold = new ChurnFold(wish.rates);
    this.#tick();
  }

  /**
   * null if the process is gone.
   *
   * @throws Error with the reason if it is there and cannot be followed
   */
  static async open(wish: FamilyWish): Promise<FollowedFamily | null> {
    const { pid, root } = wish;
    try {
      return new FollowedFamily(wish, await Follower.open({ root, process: String(pid), events: true }));
    } catch (error) {
      if (!(error instanceof CouldNotTellError)) throw error;
      if (!existsSync(`${root}/${pid}`)) return null;
      // Who started us is none of those that are followed.
      const who = pid === process.ppid ? 'it started this watch' : error.message;
      throw new Error(`process ${pid} cannot be followed: ${who}`, { cause: error });
    }
  }

  /** Nobody is left, and nobody came in their place; or nobody can look any more. */
  get isOver(): boolean {
    return this.failure !== null || this.#follower.isOver;
  }

  get isClosed(): boolean {
    return this.#closed !== null;
  }

  follows(pid: number): boolean {
    return this.#closed === null && this.#follower.follows(pid);
  }

  /** When the following began, by CLOCK_MONOTONIC. */
  get origin(): number {
    return this.#follower.origin;
  }

  /** The manager: that of now, else the last one. */
  get manager(): Manager | undefined {
    return this.fold.managers.findLast(({ ended }) => ended === null) ?? this.fold.managers.at(-1);
  }

  get channel(): ChannelFact {
    return this.#follower.channel;
  }

  /** Exits in the window of each budget that closes now. */
  standing(): readonly number[] {
    return this.fold.standing(this.#follower.seconds);
  }

  course(): ChurnCourse {
    if (this.#closed !== null) return this.#closed.course;
    const { seconds, channel } = this.#follower;
    return churnCourse(this.fold, { seconds, channel, sysv: this.#follower.sysv() });
  }

  get relayCpuSeconds(): number {
    return this.#closed?.relayCpuSeconds ?? this.#follower.relayCpuSeconds;
  }

  /** What is not seen, as sentences. */
  get hidden(): readonly string[] {
    return this.#closed?.hidden ?? this.#follower.hidden;
  }

  /** Workers that nobody saw since this was called before. */
  takeUnseen(): UnseenCount {
    const unseen = this.#unseen;
    this.#unseen = { least: 0, most: 0 };
    return unseen;
  }

  /** Takes what is still on its way, and follows no more. */
  async end(): Promise<void> {
    this.#rest();
    if (this.#closed === null && this.failure === null) this.#take(await this.#follower.last());
    await this.close();
  }

  async close(): Promise<void> {
    this.#rest();
    if (this.#closed === null) {
      const { relayCpuSeconds, hidden } = this.#follower;
      this.#closed = { course: this.course(), relayCpuSeconds, hidden };
    }
    await this.#follower.close();
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #tick(): void {
    try {
      this.#take(this.#follower.tick());
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      return;
    }
    this.#timer = setTimeout(() => this.#tick(), this.#follower.pause * 1000);
  }

  #take(events: readonly ChurnEvent[]): void {
    const lines: ChurnLine[] = [];
    for (const event of events) {
      const line = churnLine(this.fold, event);
      this.fold.take([event]);
      if (line !== null) lines.push({ ...line, seconds: line.seconds + this.origin });
      if (event.kind === 'unseen') this.#unseen = sum(this.#unseen, event);
    }
    this.#wish.told(lines);
  }
}

function sum(one: UnseenCount, other: UnseenCount): UnseenCount {
  return {
    least: one.least + other.least,
    most: one.most === null || other.most === null ? null : one.most + other.most,
  };
}
