import type { Coverage, ProcessCoverage } from '../../model/coverage.ts';
import { emptyLines } from '../../model/coverage.ts';
import type { Finding, Report, SourceInfo, Verdict } from '../../model/report.ts';
import { channelSentences } from '../churn/course.ts';
import { churnFindings } from '../churn/findings.ts';
import type { AlertDocument } from '../guard/alert.ts';
import type { BudgetState } from '../guard/budget-book.ts';
import { leaksofLine } from '../next-command.ts';
import { commandText } from '../process/process-summary.ts';
import { spanText } from '../span-text.ts';
import type { WatchFold } from './fold.ts';
import { type PassingAbout, passingSentence } from './passing.ts';
import type { Place } from './place.ts';
import { watchSections } from './sections.ts';
import { mostGrown, ownCost, shownPlaces, watchedProcess, watchedTargets, watchedTotal } from './standing.ts';
import { speedText } from './text.ts';
import type { WatchData, WatchedJob, WatchedProcess } from './watch-data.ts';
import type { WatchedFamily } from './workers.ts';

/** What the report says beside what the fold knows. */
export interface WatchAbout extends PassingAbout {
  readonly source: SourceInfo;
  readonly job: WatchedJob | null;
  readonly budgets: readonly BudgetState[];
  /** Alerts that stand. */
  readonly standing: readonly AlertDocument[];
  /** Managers whose workers are followed; null where nobody asked for it. */
  readonly churn: readonly WatchedFamily[] | null;
  readonly saved: string | null;
  /** What was not seen, as sentences. */
  readonly hidden: readonly string[];
  /** Lines of each table. */
  readonly top: number;
  /** Processes told of at most: a trend for each takes its time. null = all. */
  readonly most: number | null;
}

/** Seconds to exhaustion below which growth is an emergency. */
const SOON = 3600;

/** How things stand, at the end or in between. */
export function watchReport(fold: WatchFold, about: WatchAbout): Report<WatchData> {
  const places = shownPlaces(fold).slice(0, about.most ?? undefined);
  const processes = places.map(watchedProcess);
  const { budgets, churn } = about;
  const data: WatchData = {
    processes,
    others: [...fold.places].length - places.length,
    targets: watchedTargets(fold),
    total: watchedTotal(fold),
    events: fold.events,
    seconds: fold.seconds,
    samples: fold.samples,
    every: about.every,
    segments: fold.segments,
    suspendedSeconds: fold.suspendedSeconds,
    job: about.job,
    budgets,
    standing: about.standing,
    churn,
    own: ownCost(fold),
    saved: about.saved,
  };
  const hidden = [...about.hidden, ...(churn ?? []).flatMap(channelSentences)];
  const passing = churn === null ? passingSentence(fold.passing, about) : null;
  if (passing !== null) hidden.push(passing);
  if (fold.eventsLeft > 0) hidden.push(`${fold.eventsLeft} more events are not told of`);
  for (const { fact } of fold.places) {
    if (fact.sharesTableWith !== undefined)
      hidden.push(`process ${fact.pid} shares the descriptors of ${fact.sharesTableWith}: counted once in the total`);
  }
  const most = places.map((place) => mostGrown(place, fold));
  return {
    command: 'watch',
    source: about.source,
    data,
    sections: watchSections(data, most, about.top),
    findings: [
      ...places.flatMap((place, index) => growing(place, processes[index], fold, about.source)),
      ...(churn ?? []).flatMap((family) => churnFindings(family, null)),
    ],
    coverage: coverageOf(fold, hidden),
    verdict: verdictOf(budgets, fold, about.job),
  };
}

/**
 * A broken budget is broken, whatever else happened. Nobody seen at all, and a job that failed and so did not do what was to
 * be judged, leave the question open.
 */
function verdictOf(budgets: readonly BudgetState[], fold: WatchFold, job: WatchedJob | null): Verdict {
  if (budgets.some(({ verdict }) => verdict === 'fail')) return 'fail';
  const failed = job !== null && job.exitCode !== 0;
  if (failed || fold.firstTotal === null || budgets.some(({ verdict }) => verdict === 'inconclusive'))
    return 'inconclusive';
  return budgets.length === 0 ? 'none' : 'pass';
}

function coverageOf(fold: WatchFold, hidden: readonly string[]): Coverage {
  const processes: ProcessCoverage = { seen: 0, counted: 0, listed: 0, refused: 0, vanished: 0 };
  for (const place of fold.places) {
    processes.seen++;
    if (place.count !== null) processes.counted++;
    if (place.groups().size > 0 || place.count === 0) processes.listed++;
  }
  return {
    complete: processes.counted === processes.seen && hidden.length === 0,
    processes,
    rows: { read: 0, unreadable: 0 },
    lines: emptyLines(),
    listings: fold.samples,
    approximate: null,
    hidden: [...hidden],
  };
}

/** One claim for each process that grows for sure. */
function growing(place: Place, told: WatchedProcess, fold: WatchFold, source: SourceInfo): Finding[] {
  const { perMinute, secondsToExhaustion: left, headroom } = told;
  if (told.trend !== 'growing' || perMinute === null || place.endedAt !== null) return [];
  const most = mostGrown(place, fold);
  const name = told.command === null ? `process ${told.pid}` : `${commandText(told.command)} ${told.pid}`;
  const what = most === null ? '' : `, most by ${most.target} (+${most.growth})`;
  const lasts = left === null ? '' : `; the ${headroom} free numbers last ${spanText(left.estimate)} at this rate`;
  return [
    {
      rule: 'growing',
      severity: left !== null && left.estimate < SOON ? 'critical' : 'warning',
      pid: told.pid,
      startTime: told.startTime,
      target: most?.target ?? null,
      message: `${name} grows by ${speedText(perMinute)} per minute${what}${lasts}.`,
      evidence: {
        perMinute: { ...perMinute },
        growth: told.growth,
        headroom,
        secondsToExhaustion: left === null ? null : { ...left },
        mostGrowth: most?.growth ?? null,
      },
      next: [leaksofLine(source, 'show', String(told.pid))],
    },
  ];
}
