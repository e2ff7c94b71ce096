import type { Coverage } from '../../model/coverage.ts';
import type { Report } from '../../model/report.ts';
import { mergeCoverage } from './both-coverage.ts';
import type { DiffData, DiffSide, GrowthBudget, ProcessDetail } from './diff-data.ts';
import { diffSections } from './diff-sections.ts';
import { type Matched, matchHeld } from './match-held.ts';
import { matchProcesses, type Pair } from './match-processes.ts';
import { isListed, type ProcessChange, processChange } from './process-change.ts';
import type { Side, SideProcess } from './side.ts';
import { compareText, type StateChange, stateChanges, TargetSums } from './target-change.ts';

export interface DiffOptions {
  /** Lines of each table for people. */
  readonly top: number;
  /** Allowed growth of any one process, in descriptors; null = no budget. */
  readonly maxGrowth: number | null;
}

const NOTHING = { opened: null, closed: null, kept: null };

/**
 * What was opened, closed and kept between the first side and the last; those in between give each process's course.
 *
 * @param sides in order of time, at least two
 */
export function diffReport(sides: readonly [Side, Side, ...Side[]], options: DiffOptions): Report<DiffData> {
  const first = sides[0];
  const last = sides.at(-1) ?? sides[1];
  const seconds = secondsBetween(first.time, last.time);
  const courses = sides.slice(1, -1).map((side) => courseOf(side, last));
  const sums = new TargetSums();
  const details: ProcessDetail[] = [];
  const changes: StateChange[] = [];
  const total = { opened: 0, closed: 0, kept: 0 };
  let unlisted = 0;
  const pairs = matchProcesses(first, last);
  for (const pair of pairs) {
    const matched = matchedOf(pair);
    const own = new TargetSums();
    const counted = matched ? sumsOf(matched) : NOTHING;
    const between = courses.map((course) => (pair.after ? (course.get(pair.after) ?? null) : null));
    const change = processChange(pair, { ...counted, between }, seconds === null ? null : seconds / 60);
    if (matched) {
      sums.add(matched, pair);
      own.add(matched, pair);
      total.opened += counted.opened ?? 0;
      total.closed += counted.closed ?? 0;
      total.kept += counted.kept ?? 0;
      for (const state of stateChanges(matched)) changes.push({ pid: change.pid, command: change.command, ...state });
    } else if (!isZombiePair(pair)) unlisted++;
    if (isChanged(change)) details.push({ change, targets: own.changed() });
  }
  details.sort(({ change: one }, { change: other }) => byGrowth(one, other));
  changes.sort(
    (one, other) =>
      other.count - one.count || (one.pid ?? -1) - (other.pid ?? -1) || compareText(one.pattern, other.pattern),
  );
  const processes = details.map(({ change }) => change);
  const budget = options.maxGrowth === null ? null : judgeGrowth(options.maxGrowth, pairs);
  const data: DiffData = {
    processes,
    targets: sums.changed(),
    changes,
    sides: sides.map(sideOf),
    seconds,
    ...total,
    budget,
  };
  const coverage: Coverage = mergeCoverage(sides, unlisted);
  return {
    command: 'diff',
    source: last.result.info,
    data,
    sections: diffSections(data, details, options.top),
    findings: [],
    coverage,
    verdict: budget?.verdict ?? 'none',
  };
}

function matchedOf({ before, after }: Pair): Matched | null {
  if ((before && !isListed(before)) || (after && !isListed(after))) return null;
  return matchHeld(before?.held ?? [], after?.held ?? []);
}

function isZombiePair({ before, after }: Pair): boolean {
  return [before, after].every((side) => side === null || side.summary.fact.state === 'Z');
}

function sumsOf({ kept, opened, closed }: Matched): { opened: number; closed: number; kept: number } {
  const sum = (parts: readonly { readonly count: number }[]): number => parts.reduce((so, { count }) => so + count, 0);
  return { opened: sum(opened), closed: sum(closed), kept: sum(kept) };
}

/** Descriptors at a side in between, by the process of the last side. */
function courseOf(side: Side, last: Side): ReadonlyMap<SideProcess, number | null> {
  const pairs = matchProcesses(side, last).flatMap(({ before, after }) =>
    before && after ? [[after, before.summary.descriptors] as const] : [],
  );
  return new Map(pairs);
}

function isChanged({ growth, opened, closed, life }: ProcessChange): boolean {
  return (growth ?? 0) !== 0 || (opened ?? 0) > 0 || (closed ?? 0) > 0 || life !== 'same';
}

function byGrowth(one: ProcessChange, other: ProcessChange): number {
  const growth = (other.growth ?? Number.NEGATIVE_INFINITY) - (one.growth ?? Number.NEGATIVE_INFINITY);
  if (growth > 0 || growth < 0) return growth;
  return (one.pid ?? -1) - (other.pid ?? -1);
}

/** A process that began in between did not grow: it is judged only as the successor of one that was there. */
function judgeGrowth(limit: number, pairs: readonly Pair[]): GrowthBudget {
  let value: number | null = null;
  for (const pair of pairs) {
    if (pair.life !== 'same' && pair.life !== 'restarted') continue;
    const { growth } = processChange(pair, { ...NOTHING, between: [] }, null);
    if (growth !== null) value = Math.max(value ?? growth, growth);
  }
  if (value === null) return { limit, value, verdict: 'inconclusive' };
  return { limit, value, verdict: value > limit ? 'fail' : 'pass' };
}

function sideOf({ result, listing, time }: Side): DiffSide {
  const { machine, info } = result;
  return {
    source: info,
    listing: listing + 1,
    time,
    host: machine?.host ?? null,
    bootId: machine?.bootId ?? null,
    kernel: machine?.kernel ?? null,
  };
}

function secondsBetween(first: string | null, last: string | null): number | null {
  if (first === null || last === null) return null;
  const seconds = (Date.parse(last) - Date.parse(first)) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}
