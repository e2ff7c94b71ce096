import type { DeletedSum, PatternHeld } from './deleted-sums.ts';
import type { HeldFile } from './held-file.ts';
import type { Release } from './release.ts';

export interface DeletedHolder extends DeletedSum {
  readonly pid: number | null;
  readonly startTime: string | null;
  readonly command: string | null;
  readonly user: string | null;
  /** Bytes that no other process holds: free when this one closes them or ends. Null where only some processes were asked for. */
  readonly alone: number | null;
  readonly largest: string | null;
  readonly release: readonly Release[];
}

export interface DeletedBudget {
  /** Bytes. */
  readonly limit: number;
  readonly value: number;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

export interface DeletedData {
  /** Held by descriptors, on a disk. */
  readonly disk: DeletedSum;
  /** memfd, /dev/shm and System V segments, which take memory. */
  readonly memory: DeletedSum;
  /** Mapped files that no descriptor holds: libraries that were replaced. Listings do not print their sizes. */
  readonly mapped: DeletedSum;
  /** Files without a byte: heartbeats and locks. */
  readonly empty: number;
  /** Who holds files on disk, most first. */
  readonly holders: readonly DeletedHolder[];
  readonly patterns: readonly PatternHeld[];
  readonly files: readonly HeldFile[];
  readonly budget?: DeletedBudget;
}
