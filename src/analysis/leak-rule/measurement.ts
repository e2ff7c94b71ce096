import type { TargetGroup as NamedGroup } from '../../model/series.ts';

/** What is counted together: the descriptors of one type and class whose targets have one pattern. */
export interface TargetGroup extends NamedGroup {
  /** Held by a server that the service asks, not by the service itself. */
  readonly upstream?: boolean;
}

/** One process of the family, pid and start time together: a pid that returns is another life. */
export interface Life {
  readonly pid: number;
  readonly startTime: string | null;
  readonly command: string;
  /** Pid of the parent; with the command it tells which lives take one another's place. Null if unknown. */
  readonly parent: number | null;
}

/** What one life held at one moment. */
export interface LifeLevels {
  /** Index in Measurement.lives. */
  readonly life: number;
  /** Descriptors held, per group of Measurement.groups; null if this life could not be read at that moment. */
  readonly counts: readonly number[] | null;
  /** CPU seconds this life has used so far, which tells who took the requests; null if unknown. */
  readonly work: number | null;
}

/** The levels of the whole family at one moment. A life that is not listed was not alive. */
export interface Reading {
  /** Seconds since the measurement began, from the monotonic clock. */
  readonly seconds: number;
  /** Requests completed since the measurement began, the warm-up left out. */
  readonly ok: number;
  /** No request of ours under way and our connections closed: only such levels can be compared. */
  readonly quiet: boolean;
  readonly levels: readonly LifeLevels[];
}

/** What became of the descriptors of one group that were first seen in one block. */
export interface Survivors {
  /** Open at the end of the block and at no reading before it. */
  readonly opened: number;
  /** Of these, still open after the settle. */
  readonly kept: number;
}

interface Requests {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
}

/** A counted run of requests. */
export interface Block {
  readonly requests: Requests;
  /** In order of time, the last ones after the block's requests. Readings on the way make the noise known. */
  readonly readings: readonly Reading[];
  /** Per group of Measurement.groups; null if names were not read. */
  readonly survivors: readonly Survivors[] | null;
}

/** Everything that a probe recorded, and all that the leak rule knows. */
export interface Measurement {
  readonly groups: readonly TargetGroup[];
  readonly lives: readonly Life[];
  /** After the warm-up, before the first block. */
  readonly idle: readonly Reading[];
  readonly blocks: readonly Block[];
  /** After the last block, without load. */
  readonly settle: readonly Reading[];
}
