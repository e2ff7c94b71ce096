import { existsSync } from 'node:fs';
import { ChurnFold, type Manager } from '../../analysis/churn/fold.ts';
import type { Observation } from '../../analysis/guard/alert.ts';
import type { GuardBudget } from '../../analysis/guard/budget.ts';
import { processName } from '../../analysis/process-summary.ts';
import { CouldNotTellError } from '../../model/error.ts';
import { Follower } from '../churn/follower.ts';
import type { Collector } from './collector.ts';

/** Seconds without an answer that are a failure: opening asks the kernel for events, which takes a moment. */
const PATIENCE = 30;
/** Managers followed at most: each takes a helper, and looks of its own. */
const MANAGERS = 16;

/** Who is watched, as far as it takes to find the managers among them. */
export interface WatchedFact {
  readonly pid: number;
  readonly ppid: number | null;
}

export interface ExitEyes {
  readonly root: string;
  watched(): readonly WatchedFact[];
}

/**
 * Counts exits of managers and their workers, as leaksof churn does: between two samples too, since a worker may live for less
 * than that. Each manager is followed by itself.
 */
export function exitCollector(budget: GuardBudget, { root, watched }: ExitEyes): Collector {
  const open = new Set<ManagerExits>();
  return {
    budget,
    period: 0,
    patience: PATIENCE,
    async collect() {
      for (const exits of open) {
        if (!exits.isOver) continue;
        open.delete(exits);
        await exits.close();
      }
      for (const pid of managersOf(watched())) {
        if ([...open].some((exits) => exits.follows(pid))) continue;
        if (open.size >= MANAGERS) throw new Error(`more than ${MANAGERS} managers are watched: name one`);
        const exits = await ManagerExits.open(pid, budget, root);
        if (exits !== null) open.add(exits);
      }
      return [...open].map((exits) => exits.observe());
    },
    async close() {
      await Promise.all([...open].map((exits) => exits.close()));
      open.clear();
    },
  };
}

/** Of the watched those who descend from no other of them; several children of one parent are workers of that one. */
export function managersOf(watched: readonly WatchedFact[]): readonly number[] {
  const pids = new Set(watched.map(({ pid }) => pid));
  const tops = watched.filter(({ ppid }) => ppid === null || !pids.has(ppid));
  const children = new Map<number, number>();
  for (const { ppid } of tops) if (ppid !== null) children.set(ppid, (children.get(ppid) ?? 0) + 1);
  // Children of init have lost their parent, and ours are siblings of what was started beside us.
  const isManager = (ppid: number | null): ppid is number =>
    ppid !== null && ppid > 1 && ppid !== process.pid && ppid !== process.ppid && (children.get(ppid) ?? 0) > 1;
  return [...new Set(tops.map(({ pid, ppid }) => (isManager(ppid) ? ppid : pid)))];
}

class ManagerExits {
  readonly #fold: ChurnFold;
  readonly #follower: Follower;
  readonly #pid: number;
  #timer: NodeJS.Timeout | null = null;
  #failure: string | null = null;
  #closed = false;

  private constructor(pid: number, budget: GuardBudget, follower: Follower) {
    this.#pid = pid;
    this.#follower = follower;
    this.#fold = new ChurnFold([{ count: budget.limit, seconds: budget.per ?? 1 }]);
    this.#tick();
  }

  /** null if it is gone. */
  static async open(pid: number, budget: GuardBudget, root: string): Promise<ManagerExits | null> {
    try {
      return new ManagerExits(pid, budget, await Follower.open({ root, process: String(pid), events: true }));
    } catch (error) {
      if (!(error instanceof CouldNotTellError)) throw error;
      if (!existsSync(`${root}/${pid}`)) return null;
      // Who started us is none of those that are followed.
      const who = pid === process.ppid ? 'it started this watch' : error.message;
      throw new Error(`process ${pid} cannot be followed: ${who}`, { cause: error });
    }
  }

  /** Nobody is left, and nobody came in their place. */
  get isOver(): boolean {
    return this.#failure !== null || this.#follower.isOver;
  }

  follows(pid: number): boolean {
    return this.#fold.managers.some((manager) => manager.pid === pid && manager.ended === null);
  }

  /** @throws Error if it could not look on */
  observe(): Observation {
    if (this.#failure !== null) throw new Error(this.#failure);
    const manager = this.#manager;
    const { pid, command, startTime } = manager ?? { pid: this.#pid, command: null, startTime: null };
    const [budget] = this.#fold.budgets;
    const { channel } = this.#follower;
    return {
      key: this,
      target: { kind: 'process', name: processName({ pid, command }), pid, startTime, command },
      value: this.#fold.standing(this.#follower.seconds)[0] ?? null,
      partial: budget?.possible === true && budget.exceeded === null,
      detail: `${this.#fold.exits} in all`,
      evidence: { exits: this.#fold.exits, starts: this.#fold.starts, alive: this.#fold.alive, channel: channel.name },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#follower.close();
  }

  get #manager(): Manager | undefined {
    return this.#fold.managers.findLast(({ ended }) => ended === null) ?? this.#fold.managers.at(-1);
  }

  #tick(): void {
    if (this.#closed) return;
    try {
      this.#fold.take(this.#follower.tick());
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      return;
    }
    this.#timer = setTimeout(() => this.#tick(), this.#follower.pause * 1000);
  }
}
