import { type Coverage, emptyCoverage, type ProcessCoverage } from '../model/coverage.ts';
import type { SourceResult } from '../model/source.ts';
import { isZombie, type ProcessSummary } from './process/process-summary.ts';

/** What the fold itself saw. */
export interface Seen {
  readonly rowsRead: number;
  readonly rowsUnreadable: number;
  readonly approximate: Coverage['approximate'];
  /** Sentences. */
  readonly hidden: readonly string[];
}

/** What the source says of its reading, completed by what the fold saw. */
export function coverageOf(result: SourceResult, summaries: readonly ProcessSummary[], seen: Seen): Coverage {
  const { coverage } = result;
  const empty = emptyCoverage();
  const lines = coverage.lines ?? empty.lines;
  const processes = coverage.processes ?? processCoverage(summaries);
  const hidden = [...new Set([...(coverage.hidden ?? []), ...seen.hidden])];
  return {
    complete:
      processes.refused === 0 &&
      processes.vanished === 0 &&
      processes.listed >= processes.counted &&
      seen.rowsUnreadable === 0 &&
      lines.unplacedTotal === 0 &&
      seen.approximate === null &&
      hidden.length === 0,
    processes: { ...processes },
    rows: { read: seen.rowsRead, unreadable: seen.rowsUnreadable },
    lines,
    listings: coverage.listings ?? 1,
    approximate: seen.approximate,
    hidden,
  };
}

function processCoverage(summaries: readonly ProcessSummary[]): ProcessCoverage {
  const coverage = { seen: summaries.length, counted: 0, listed: 0, refused: 0, vanished: 0 };
  for (const { fact, entry, descriptors, listed } of summaries) {
    if (fact.refused === 'vanished') coverage.vanished++;
    else if (isZombie(fact)) {
      // Nothing to count, nothing to list: that is all there is to see.
      coverage.counted++;
      coverage.listed++;
    } else {
      if (descriptors !== null) coverage.counted++;
      if (listed !== null) coverage.listed++;
      else if (entry.refused || fact.refused === 'permission') coverage.refused++;
    }
  }
  return coverage;
}
