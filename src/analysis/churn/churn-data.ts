import type { SourceInfo } from '../../model/report.ts';
import type { SlotVerdict } from './judge.ts';
import type { EndKind } from './wait-status.ts';

/** By which means processes were followed. */
export interface ChannelFact {
  /** `events`: the kernel tells each start and end; `polling`: we look again and again. */
  readonly name: 'events' | 'polling';
  /** Why it is not `events`; null where it is. */
  readonly why: string | null;
  /** Looks per second. */
  readonly hertz: number;
  /** Times that events were lost: the kernel had to drop some, or the relay ended. */
  readonly lost: number;
}

export interface ChurnSlot {
  readonly parent: number;
  readonly parentCommand: string | null;
  readonly role: string | null;
  readonly manager: boolean;
  readonly verdict: SlotVerdict;
  readonly alive: number;
  readonly starts: number;
  readonly exits: number;
  /** Per minute followed. */
  readonly exitsPerMinute: number;
  /** Beside those seen: `least` must have lived and died unseen, no more than `most` can have; null = nothing bounds them. */
  readonly unseen: { readonly least: number; readonly most: number | null };
  readonly ends: Readonly<Record<EndKind, number>>;
  readonly statuses: readonly { readonly status: string; readonly count: number }[];
  /** Seconds. */
  readonly lifetime: {
    readonly median: number | null;
    readonly shortest: number | null;
    readonly longest: number | null;
    readonly last: number | null;
  };
  readonly regular: 'lifetime' | 'descriptors' | null;
  readonly descriptors: {
    /** Last seen before the end: median and most of the lives that ended; null where none was seen. */
    readonly atDeath: { readonly median: number | null; readonly most: number | null };
    readonly softLimit: number | null;
    /** Gained inside lives, those that ended included. */
    readonly kept: number;
    /** Mean of the lives that ended. */
    readonly perLife: number | null;
    readonly perMinute: number;
    /** Over the requests in whose steps all workers were seen; null without requests. */
    readonly perRequest: number | null;
    readonly countedRequests: number;
    /** Whether most lives kept descriptors to their end. */
    readonly leaks: boolean;
  };
}

export interface ChurnManager {
  readonly pid: number;
  readonly command: string | null;
  readonly startTime: string | null;
  /** Since the following began; null: it lives. */
  readonly ended: number | null;
  /** `status 1`, `SIGKILL`, `unknown`; null: it lives. */
  readonly status: string | null;
  /** Workers that lived on at the end of the following. */
  readonly left: {
    readonly pids: readonly number[];
    readonly parent: number | null;
    /** Listeners that they keep; null where nobody could look. */
    readonly ports: readonly string[] | null;
  } | null;
}

export interface ChurnBudget {
  /** As the option has it. */
  readonly limit: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** Seconds after the following began, and exits in the window then; null where it holds. */
  readonly at: number | null;
  readonly count: number | null;
  readonly span: number | null;
}

export interface SysvChange {
  readonly kind: 'queue' | 'semaphores' | 'memory';
  readonly before: number;
  readonly after: number;
  /** Of those that were not there before. */
  readonly ids: readonly string[];
}

export interface ChurnRequests {
  readonly url: string;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  /** Answers of 500 and above, which are among `ok`. */
  readonly errors: number;
}

/** What became of a manager and its workers while they were followed, whoever asked for it. */
export interface ChurnCourse {
  readonly slots: readonly ChurnSlot[];
  readonly managers: readonly ChurnManager[];
  /** Seconds followed. */
  readonly seconds: number;
  readonly starts: number;
  readonly exits: number;
  /** Processes that were seen to begin or to be there, and what must and can have existed; `most` null = unbounded. */
  readonly processes: { readonly seen: number; readonly least: number; readonly most: number | null };
  readonly channel: ChannelFact;
  /** System V objects that are no descriptors; null where they cannot be seen. */
  readonly sysv: readonly SysvChange[] | null;
}

export interface ChurnData extends ChurnCourse {
  readonly budgets: readonly ChurnBudget[];
  readonly requests: ChurnRequests | null;
  /** What following took itself. */
  readonly own: { readonly cpuSeconds: number; readonly share: number; readonly descriptors: number | null };
}

/** What the following knows beside the lives. */
export interface CourseAbout {
  readonly seconds: number;
  readonly channel: ChannelFact;
  readonly sysv: readonly SysvChange[] | null;
}

export interface ChurnAbout extends CourseAbout {
  readonly requests: ChurnRequests | null;
  readonly own: ChurnData['own'];
  readonly hidden: readonly string[];
  /** Lines of each table for people. */
  readonly top: number;
  readonly source: SourceInfo;
}
