import { counted } from '../../analysis/finding/rule.ts';
import type { AlertDocument } from '../../analysis/guard/alert.ts';
import { WatchFold } from '../../analysis/watch/fold.ts';
import { type WatchAbout, watchReport } from '../../analysis/watch/report.ts';
import type { WatchData, WatchedJob } from '../../analysis/watch/watch-data.ts';
import type { Clock } from '../../measure/clock.ts';
import { Bereaved } from '../../measure/watch/bereaved.ts';
import type { WatchWish } from '../../measure/watch/choice.ts';
import { type Eyes, liveEyes } from '../../measure/watch/eyes.ts';
import { Job } from '../../measure/watch/job.ts';
import { ownUse } from '../../measure/watch/own-use.ts';
import { Watcher } from '../../measure/watch/watcher.ts';
import type { Report } from '../../model/report.ts';
import type { EventItem, SeriesItem } from '../../model/series.ts';
import { machineOf } from '../../source/live.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { deliverVerdict, exitCodeOf, type Target } from '../output/deliver.ts';
import { ClosedPipe } from '../output/output.ts';
import { type Display, displayOf } from './watch-display.ts';
import { alertEvents, type WatchGuard } from './watch-guard.ts';
import { WatchRecording } from './watch-recording.ts';
import type { WatchTalk } from './watch-talk.ts';
import { type WatchWorkers, workerEvents } from './watch-workers.ts';

/** What is watched, and how: as the command line has it, checked. */
export interface WatchPlan {
  readonly invocation: Invocation;
  /** Folder of the proc tree. */
  readonly root: string;
  readonly wish: Omit<WatchWish, 'job'>;
  /** Seconds between samples. */
  readonly every: number;
  readonly targets: readonly Target[];
  /** Pids that were asked for and are not there. */
  readonly missing: readonly number[];
  /** In words. */
  readonly watched: string;
  readonly clock: Clock;
  readonly talk: WatchTalk;
  /** The line that follows exits too, to be typed; null where nobody in particular is watched. */
  readonly exitsLine: string | null;
}

/** Lines of each table where `--top` does not say. */
const TOP = 20;

/**
 * Watches until it is over, and answers with a report.
 *
 * @param workers those whose exits are followed; null where nobody asked for it
 */
export async function follow(plan: WatchPlan, guard: WatchGuard, workers: WatchWorkers | null): Promise<ExitCode> {
  const { invocation, root, wish, every, watched, clock, talk, exitsLine } = plan;
  const { options, trailing, around } = invocation;
  const command = trailing.length === 0 ? null : trailing;
  const fold = new WatchFold({ warmUp: options.number('warm-up') });
  const recording = await WatchRecording.open(options.text('save'), { root, every, watched });
  const stop = new AbortController();
  const began = clock.now().seconds;
  const before = new Set(command === null ? [] : listProcesses(root));
  const job = command === null ? null : await Job.start(command);
  const eyes = liveEyes({ ...wish, job: job === null ? null : { pid: job.pid, before } }, root);
  let told: WatchedJob | null = null;
  let nameless: string | null = null;
  const children: { before: Bereaved | null; ended: readonly number[] } = { before: null, ended: [] };
  const ended = job?.ended.then((end) => {
    told = { command: job.command, pid: job.pid, ...end, seconds: clock.now().seconds - began };
    stop.abort();
  });
  const interruption = around.interruption();
  const interrupted = (): void => (job ? job.signal(interruption.reason) : stop.abort());
  interruption.addEventListener('abort', interrupted, { once: true });
  const about = aboutOf(plan, {
    fold,
    guard,
    workers,
    eyes,
    recording,
    job: () => told,
    nameless: () => nameless,
    bereaved: () => children.ended,
  });
  const display = displayOf(invocation, plan.targets, `leaksof watch: ${watched} - Ctrl-C ends with a report`, about);
  talk.silent = display.fillsScreen;
  /** What a sample brought, and what follows from it: written down, then shown. */
  const keep = async (items: readonly SeriesItem[], alerts: readonly AlertDocument[]): Promise<void> => {
    const events = alertEvents(alerts, fold);
    fold.take(events);
    await recording.take([...items, ...events]);
    await show(async () => {
      for (const alert of alerts) display.alert(alert);
      if (items.length > 0) await display.sample(fold);
    });
  };
  const failures: unknown[] = [];
  /** For what comes between samples, where nobody waits: a failure ends the watch as one of a sample does. */
  const beside = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      failures.push(error);
      stop.abort();
    });
  };
  const show = async (tell: () => Promise<void> | void): Promise<void> => {
    // Nobody reads on: that ends a watch, but not somebody's job.
    if (!(await isRead(display, tell)) && job === null) stop.abort();
  };
  const watcher = new Watcher({
    clock,
    eyes,
    every,
    seconds: options.number('for'),
    untilExit: options.flag('until-exit'),
    namesAtFirst: job !== null || wish.pids.length + wish.labels.length + wish.ports.length > 0,
    stop: stop.signal,
    own: () => workers?.own(ownUse(root)) ?? ownUse(root),
    async take(items) {
      fold.take(items);
      if (fold.samples === 1) talk.hint(`watching ${watched}: ${counted(fold.alive, 'process', 'processes')}`);
      if (workers !== null) await workers.sampled(fold);
      else if (exitsLine !== null) children.before ??= new Bereaved(root, pidsOf(fold));
      await keep([...(workers?.unseen(fold.seconds) ?? []), ...items], await guard.sampled(fold));
    },
    async failed(what, reason, moment) {
      if (what === 'names') nameless = reason;
      else await keep([], guard.notSampled(reason, moment));
    },
  });
  workers?.begin(watcher.begun, (lines, moment) => {
    if (lines.length > 0) beside(recording.take(workerEvents(lines)));
    beside(show(() => display.workers(lines, moment)));
  });
  try {
    await watcher.run();
    children.ended = children.before?.now() ?? [];
    await job?.stop();
    await ended;
    await workers?.end();
    await show(() => display.settle());
    if (failures.length > 0) throw failures[0];
    await recording.take(workers?.unseen(fold.seconds) ?? []);
    await keep([], await guard.last(fold));
    await recording.take(jobEvents(told, fold.seconds));
    await recording.end();
  } finally {
    await job?.stop();
    display.close();
    recording.abandon();
  }
  await guard.end();
  return tell(watchReport(fold, about()), invocation, display);
}

/** @returns false if nobody reads any more */
async function isRead(display: Display, tell: () => Promise<void> | void): Promise<boolean> {
  try {
    await tell();
    return true;
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
    display.close();
    return false;
  }
}

interface Course {
  readonly fold: WatchFold;
  readonly guard: WatchGuard;
  readonly workers: WatchWorkers | null;
  readonly eyes: Eyes;
  readonly recording: WatchRecording;
  readonly job: () => WatchedJob | null;
  /** Why names could not always be read; null if they could. */
  readonly nameless: () => string | null;
  /** Whose children ended, where their exits are not followed. */
  readonly bereaved: () => readonly number[];
}

function aboutOf(
  { invocation: { options }, root, every, missing, exitsLine }: WatchPlan,
  { fold, guard, workers, eyes, recording, job, nameless, bereaved }: Course,
): () => WatchAbout {
  const { info } = machineOf(root);
  return () => {
    const why = nameless();
    return {
      source: { ...info, time: fold.time },
      every,
      job: job(),
      budgets: guard.budgets(),
      standing: guard.standing,
      churn: workers?.families() ?? null,
      exitsLine,
      bereaved: bereaved(),
      saved: recording.file,
      hidden: [
        ...new Set([...eyes.hidden, ...(workers?.hidden ?? [])]),
        ...recording.hidden,
        ...guard.hidden,
        ...missing.map((pid) => `process ${pid} was not there`),
        ...(why === null ? [] : [`names could not always be read: ${why}`]),
      ],
      top: options.number('top') ?? TOP,
      most: null,
    };
  };
}

function pidsOf({ living }: WatchFold): number[] {
  return [...living].map(({ fact }) => fact.pid);
}

function jobEvents(job: WatchedJob | null, seconds: number): EventItem[] {
  if (job === null) return [];
  const { exitCode, signal } = job;
  return [
    {
      kind: 'event',
      what: 'job-ended',
      seconds,
      ...(exitCode !== null && { exitCode }),
      ...(signal !== null && { signal }),
    },
  ];
}

async function tell(report: Report<WatchData>, invocation: Invocation, display: Display): Promise<ExitCode> {
  await deliverVerdict(report, invocation, () => display.report(report));
  return exitCodeOf(report);
}
