import type { MachineFact } from '../../model/machine.ts';
import type { SourceInfo } from '../../model/report.ts';
import type { ProcessChange } from './process-change.ts';
import type { StateChange, TargetChange } from './target-change.ts';

/** One side as the report shows it. */
export interface DiffSide extends MachineFact {
  readonly source: SourceInfo;
  /** 1-based listing of the input that was taken. */
  readonly listing: number;
  readonly time: string | null;
}

export interface GrowthBudget {
  /** Descriptors. */
  readonly limit: number;
  /** Growth of the process that grew most; null if no process could be compared. */
  readonly value: number | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

export interface DiffData {
  /** Processes in which something changed: most grown first, ties by pid. */
  readonly processes: readonly ProcessChange[];
  /** Target patterns of which something was opened or closed: most grown first. */
  readonly targets: readonly TargetChange[];
  readonly changes: readonly StateChange[];
  readonly sides: readonly DiffSide[];
  /** Between first and last; null where a time is not known. */
  readonly seconds: number | null;
  /** Sums over the processes that both sides list. */
  readonly opened: number;
  readonly closed: number;
  readonly kept: number;
  readonly budget: GrowthBudget | null;
}

/** What happened to one process, with its targets. */
export interface ProcessDetail {
  readonly change: ProcessChange;
  readonly targets: readonly TargetChange[];
}
