import { deletedAnalysis } from '../../analysis/deleted/deleted.ts';
import type { Observation } from '../../analysis/guard/alert.ts';
import type { GuardBudget } from '../../analysis/guard/budget.ts';
import { deletedSpace } from '../../analysis/guard/deleted-space.ts';
import { liveSource } from '../../source/live.ts';
import { allocatedBehind } from '../../source/proc/file/allocated.ts';
import type { Collector } from './collector.ts';

/** Seconds between two looks: each asks for every descriptor (about 7 us). */
const PERIOD = 60;
const PATIENCE = 120;

/** Who is looked into. */
export interface DeletedEyes {
  /** Folder of the proc tree. */
  readonly root: string;
  /** Those who are watched; null = every process. */
  pids(): readonly number[] | null;
  /** Whether we may look into processes of others. */
  readonly capable: boolean;
}

/** Adds up the space that deleted files of the watched processes hold. */
export function deletedCollector(budget: GuardBudget, { root, pids, capable }: DeletedEyes): Collector {
  return {
    budget,
    period: PERIOD,
    patience: PATIENCE,
    async collect(): Promise<readonly Observation[]> {
      const wanted = pids();
      if (wanted?.length === 0) return [];
      const analysis = deletedAnalysis({
        allocatedOf: ({ pid, number }, { device, node }) =>
          allocatedBehind(`${root}/${pid}/fd/${number}`, device, node),
      });
      const source = liveSource({ root, names: 'all', detail: 'stat', ...(wanted === null ? {} : { pids: wanted }) });
      const report = analysis.finish(await source.read(analysis));
      const { refused, listed } = report.coverage.processes;
      // With all rights some may still refuse, such as a hardened first process.
      const blind = refused > 0 && !(capable && listed > 0);
      const why = `${refused} processes cannot be looked into (no permission)`;
      return [{ ...deletedSpace(report), blind: blind ? why : null }];
    },
  };
}
