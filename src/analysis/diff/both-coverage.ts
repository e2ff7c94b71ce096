import type { Coverage, LineCoverage, ProcessCoverage } from '../../model/coverage.ts';
import { emptyLines, UNPLACED_KEPT } from '../../model/coverage.ts';
import type { Side } from './side.ts';

/** What was not seen on any side. Lines and rows add up; of processes, the side that saw least counts. */
export function mergeCoverage(sides: readonly Side[], unlisted: number): Coverage {
  const results = new Map(sides.map((side) => [side.result, side.coverage]));
  const lines = [...results.values()].map((coverage) => coverage.lines).reduce(addLines, emptyLines());
  const all = sides.map(({ coverage }) => coverage);
  const worst = all.reduce((one, other) => (missing(other.processes) > missing(one.processes) ? other : one));
  const hidden = [...new Set(all.flatMap((coverage) => coverage.hidden))];
  if (unlisted > 0) {
    hidden.push(
      `${unlisted} ${unlisted === 1 ? 'process was' : 'processes were'} not listed on both sides: only counts are compared`,
    );
  }
  return {
    complete: all.every(({ complete }) => complete) && unlisted === 0,
    processes: { ...worst.processes },
    rows: {
      read: all.reduce((sum, { rows }) => sum + rows.read, 0),
      unreadable: all.reduce((sum, { rows }) => sum + rows.unreadable, 0),
    },
    lines,
    listings: Math.max(...all.map(({ listings }) => listings)),
    approximate: null,
    hidden,
  };
}

function missing({ seen, listed }: ProcessCoverage): number {
  return seen - listed;
}

function addLines(sum: LineCoverage, lines: LineCoverage): LineCoverage {
  return {
    total: sum.total + lines.total,
    rows: sum.rows + lines.rows,
    other: sum.other + lines.other,
    unplaced: [...sum.unplaced, ...lines.unplaced].slice(0, UNPLACED_KEPT),
    unplacedTotal: sum.unplacedTotal + lines.unplacedTotal,
  };
}
