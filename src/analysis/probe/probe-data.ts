import type { GroupVerdict, Reason } from '../leak-rule/verdict.ts';
import type { Estimate } from '../statistics/interval.ts';
import type { StopReason } from './probe-run.ts';

/** Requests of the counted blocks, the warm-up left out. `ok` = answered in full, whatever the status. */
interface ProbeRequests {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
}

/** A level under load. */
interface ProbeLevel {
  readonly requests: number;
  readonly descriptors: number;
}

/** What was measured, and what no measurement of that length can rule out. */
interface ProbeBounds {
  /** A cache larger than this would look like a leak. */
  readonly requests: number;
  /** A close later than this would look like a leak. */
  readonly seconds: number;
  /** Descriptors in use by the family at the end of each block, the one before the load first. */
  readonly levels: readonly number[];
}

/** Targets of one pattern, under load. */
export interface ProbeGroup {
  readonly type: string;
  readonly class: string;
  readonly pattern: string;
  /** One target that has the pattern. */
  readonly name: string;
  /** Held by a server that the service asks, not by the service itself. */
  readonly upstream: boolean;
  readonly perRequest: Estimate;
  readonly verdict: GroupVerdict;
  readonly reason: Reason;
  /** Descriptors of the family before the load and at its end. */
  readonly before: number;
  readonly after: number;
  /** Descriptors first seen under load, and those still open after the settle; null if names were not read. */
  readonly opened: number | null;
  readonly kept: number | null;
  /** Bytes held by the deleted files of the group at the end; null where none is deleted. */
  readonly deletedBytes: number | null;
}

/** One process that served, or that a serving one talks to. */
export interface ProbeProcess {
  readonly pid: number;
  readonly startTime: string | null;
  readonly command: string;
  /** `serving` answered the first request, `family` shares its listener or descends from it, `upstream` is asked by it. */
  readonly role: 'serving' | 'family' | 'upstream' | 'given';
  readonly before: number | null;
  readonly after: number | null;
  readonly softLimit: number | null;
  readonly requestsToExhaustion: number | null;
}

/** The verdict on one URL, and what it rests on. */
export interface ProbeUrl {
  readonly url: string;
  readonly method: string;
  /** Whether requests shared kept connections. */
  readonly keepAlive: boolean;
  readonly verdict: 'leak' | 'clean' | 'inconclusive';
  readonly requests: ProbeRequests;
  /** Answers by status code. */
  readonly answers: Readonly<Record<string, number>>;
  readonly perRequest: Estimate;
  /** Smallest rate that would have been seen; null if nothing could be measured. */
  readonly detectable: number | null;
  readonly bounds: ProbeBounds;
  /** Descriptors of the family at every level that was read, by requests completed until then. */
  readonly course: readonly ProbeLevel[];
  readonly groups: readonly ProbeGroup[];
  readonly processes: readonly ProbeProcess[];
  /** Why the load ended. */
  readonly stopped: StopReason;
  /** Mean number of requests between two replacements of a worker, if workers were replaced. */
  readonly recycledEvery: number | null;
  /** What else was seen, as sentences: failed requests, restarts, limits. */
  readonly notes: readonly string[];
}

/** A budget in descriptors per request. */
export interface ProbeBudget {
  readonly limit: number;
  readonly value: number | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

/** What `probe --json` prints after the common fields. The first fields are those of the URL that lost most. */
export interface ProbeData {
  readonly requests: ProbeRequests;
  readonly perRequest: Estimate;
  readonly detectable: number | null;
  readonly bounds: ProbeBounds;
  /** Worst first. */
  readonly urls: readonly ProbeUrl[];
  readonly groups: readonly ProbeGroup[];
  readonly processes: readonly ProbeProcess[];
  readonly budget: ProbeBudget | null;
}
