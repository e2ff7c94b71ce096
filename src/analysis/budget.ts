import { isZombie, type ProcessSummary } from './process/process-summary.ts';
import { isSandboxed } from './rank/rank-order.ts';

/** What a budget allowed and what was found. */
export interface Budget {
  /** Allowed share of the soft limit, 1 = all of it. */
  readonly limit: number;
  /** Highest share found; null if no process had both a count and a limit. */
  readonly value: number | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
}

/**
 * Compares the worst process with the allowed share of its soft limit. A process that lowered its own limit as a sandbox
 * does not count against it. A process without count or limit may be the worst of all, so it leaves room for a fail and
 * none for a pass: "could not look" never reads as "clean".
 */
export function judgeUtilisation(limit: number, summaries: readonly ProcessSummary[]): Budget {
  let value: number | null = null;
  for (const summary of summaries) {
    if (summary.utilisation === null || isSandboxed(summary)) continue;
    value = Math.max(value ?? 0, summary.utilisation);
  }
  if (value === null) return { limit, value, verdict: 'inconclusive' };
  if (value > limit) return { limit, value, verdict: 'fail' };
  return { limit, value, verdict: summaries.some(isUnknown) ? 'inconclusive' : 'pass' };
}

/** Programs that list open files: they stand in their own listing, and have ended before limits can be asked for. */
const LISTERS = new Set(['lsof', 'lsfd', 'fstat', 'procstat']);

/** Whether a process that is still there may use any share of its limit for all that is known. */
function isUnknown(summary: ProcessSummary): boolean {
  const { fact, descriptors, utilisation, command } = summary;
  if (command !== null && LISTERS.has(command)) return false;
  return (
    utilisation === null && descriptors !== 0 && fact.refused !== 'vanished' && !isZombie(fact) && !isSandboxed(summary)
  );
}
