import type { SourceInfo } from '../../model/report.ts';
import type { Silence } from './heartbeat-finding.ts';
import type { FileState } from './judge.ts';
import type { ObservedHolder } from './observation.ts';
import type { FileSum, PatternSum } from './sums.ts';

export interface OrphanOptions {
  /** Lines of each table for people. */
  readonly top: number;
  /** Seconds. */
  readonly olderThan: number;
  /** Files of this state only; null = all. */
  readonly only: FileState | null;
  /** What was done about the orphaned ones; null where nothing was asked. */
  readonly removal: RemovalResult | null;
  readonly source: SourceInfo;
}

/** What became of files that were to be removed. */
export interface RemovalResult {
  /** False: only told what would be done. */
  readonly done: boolean;
  /** With the bytes that each frees: none while the file has other names. */
  readonly removed: readonly { readonly path: string; readonly bytes: number }[];
  readonly kept: readonly { readonly path: string; readonly why: string }[];
}

export interface OrphanFile {
  readonly path: string;
  readonly state: FileState;
  /** Bytes. */
  readonly size: number;
  readonly allocated: number;
  /** Seconds. */
  readonly age: number;
  /** UTC ISO-8601. */
  readonly modified: string;
  readonly born: string | null;
  readonly owner: string;
  readonly links: number;
  readonly why: string | null;
  readonly holders: readonly ObservedHolder[];
}

export interface OrphanDisk {
  readonly folder: string;
  readonly type: string;
  readonly size: number;
  readonly available: number;
  /** Bytes per second more in use, over `seconds`; negative where the disk empties. */
  readonly rate: number;
  readonly seconds: number;
  /** Seconds until it is full at that rate; null where it does not fill. */
  readonly fullIn: number | null;
}

export interface OrphanData {
  readonly files: readonly OrphanFile[];
  readonly folders: readonly string[];
  readonly inUse: FileSum;
  readonly unheld: FileSum;
  readonly orphaned: FileSum;
  /** Bytes that removing the orphaned files frees. */
  readonly reclaimable: number;
  /** Files that went away while they were looked at. */
  readonly vanished: number;
  /** Why no file is called orphaned, whatever its age; empty where that could be told. */
  readonly withheld: readonly string[];
  readonly patterns: readonly PatternSum[];
  readonly disks: readonly OrphanDisk[];
  readonly service: {
    readonly name: string;
    readonly pids: readonly number[];
    readonly timeout: number | null;
    readonly silent: readonly Silence[];
  } | null;
  readonly removal: RemovalResult | null;
}
