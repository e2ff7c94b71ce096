import type { AlertDocument } from '../guard/alert.ts';
import type { BudgetState } from '../guard/budget-book.ts';
import type { Estimate } from '../statistics/interval.ts';
import type { Exhaustion, TrendReason, TrendVerdict } from './trend.ts';
import type { WatchedFamily } from './workers.ts';

/** How one level went over the time of a watch. */
export interface WatchedLevel {
  /** Descriptors at the first and at the last sample; null where they could not be counted. */
  readonly first: number | null;
  readonly last: number | null;
  /** Gained inside lives. */
  readonly growth: number | null;
  readonly trend: TrendVerdict;
  readonly reason: TrendReason;
  /** Descriptors per minute; null with fewer than three samples. */
  readonly perMinute: Estimate | null;
}

/** One place: a process, and those that took its place. */
export interface WatchedProcess extends WatchedLevel {
  readonly pid: number;
  readonly startTime: string | null;
  readonly command: string | null;
  readonly user: string | null;
  readonly lowest: number | null;
  readonly highest: number | null;
  readonly softLimit: number | null;
  readonly utilisation: number | null;
  readonly headroom: number | null;
  readonly secondsToExhaustion: Exhaustion | null;
  /** Lives that had this place. */
  readonly lives: number;
  /** Seconds after which the last of them ended; null if it has not. */
  readonly endedAt: number | null;
}

/** Targets of one pattern, over everybody whose names were read. */
export interface WatchedTarget {
  readonly pattern: string | null;
  readonly name: string | null;
  readonly type: string | null;
  readonly class: string;
  readonly before: number;
  readonly after: number;
  readonly growth: number;
  /** Processes that hold or held some. */
  readonly processes: number;
}

export interface WatchedEvent {
  readonly what: string;
  readonly seconds: number;
  readonly pid: number | null;
  /** Pid that took the place. */
  readonly by: number | null;
  readonly forSeconds: number | null;
  /** Option of the budget, what was compared with it, and what came of that. */
  readonly budget: string | null;
  readonly target: string | null;
  readonly message: string | null;
}

/** The job that was followed. */
export interface WatchedJob {
  readonly command: readonly string[];
  readonly pid: number;
  /** null if a signal ended it, or nothing has yet. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Seconds it ran. */
  readonly seconds: number;
}

/** What leaksof itself used. */
export interface OwnCost {
  readonly descriptors: { readonly first: number | null; readonly last: number | null; readonly most: number | null };
  /** CPU time while it watched, seconds, and its share of one core. */
  readonly cpuSeconds: number;
  readonly cpuShare: number;
  /** Resident memory at the end, bytes. */
  readonly rss: number;
}

/** What `watch --json` prints after the common fields. */
export interface WatchData {
  /** Most grown first. Of a machine with many processes only those whose count moved. */
  readonly processes: readonly WatchedProcess[];
  /** Processes left out of `processes`. */
  readonly others: number;
  readonly targets: readonly WatchedTarget[];
  readonly total: WatchedLevel;
  readonly events: readonly WatchedEvent[];
  readonly seconds: number;
  readonly samples: number;
  readonly every: number;
  /** Stretches of time between which the machine was suspended, and for how long it was in all. */
  readonly segments: number;
  readonly suspendedSeconds: number;
  readonly job: WatchedJob | null;
  readonly budgets: readonly BudgetState[];
  /** Alerts that stand. */
  readonly standing: readonly AlertDocument[];
  /** Each manager with its workers, all that began and ended between two samples included; null where exits were not followed. */
  readonly churn: readonly WatchedFamily[] | null;
  readonly own: OwnCost | null;
  /** File of the series. */
  readonly saved: string | null;
}
