import { resolve } from 'node:path';
import { WatchFold } from '../analysis/watch/fold.ts';
import { type WatchAbout, watchReport } from '../analysis/watch/report.ts';
import type { WatchData, WatchedJob } from '../analysis/watch/watch-data.ts';
import { systemClock } from '../measure/clock.ts';
import { liveEyes } from '../measure/watch/eyes.ts';
import { Job } from '../measure/watch/job.ts';
import { ownUse } from '../measure/watch/own-use.ts';
import { Watcher } from '../measure/watch/watcher.ts';
import { UsageError } from '../model/error.ts';
import type { Report } from '../model/report.ts';
import type { EventItem } from '../model/series.ts';
import { machineOf } from '../source/live.ts';
import { listProcesses } from '../source/proc/processes.ts';
import { safeText } from '../view/escape.ts';
import type { ExitCode, Invocation } from './definition.ts';
import { deliver, exitCodeOf, targetsOf } from './deliver.ts';
import { ClosedPipe } from './output.ts';
import { type Display, displayOf } from './watch-display.ts';
import { WatchRecording } from './watch-recording.ts';
import { budgetsOf, missingPids, wishOf, wishText } from './watch-wish.ts';

/** Lines of each table where `--top` does not say. */
const TOP = 20;
/** Seconds between samples, at least: a look at a large machine takes part of that. */
const LEAST_EVERY = 0.05;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, trailing, around } = invocation;
  const command = trailing.length === 0 ? null : trailing;
  const root = rootOf(invocation);
  const wish = wishOf(invocation);
  const every = options.number('every') ?? 1;
  if (every < LEAST_EVERY) throw new UsageError(`--every wants at least ${LEAST_EVERY * 1000}ms.`);
  const targets = targetsOf(invocation);
  const fold = new WatchFold({ budgets: budgetsOf(invocation), warmUp: options.number('warm-up') });
  const missing = missingPids(wish, root);
  const watched = wishText(wish, command);
  const recording = await WatchRecording.open(options.text('save'), { root, every, watched });
  const clock = systemClock(`${root}/uptime`);
  const stop = new AbortController();
  const began = clock.now().seconds;
  const before = new Set(command === null ? [] : listProcesses(root));
  const job = command === null ? null : await Job.start(command);
  const eyes = liveEyes({ ...wish, job: job === null ? null : { pid: job.pid, before } }, root);
  let told: WatchedJob | null = null;
  const ended = job?.ended.then((end) => {
    told = { command: job.command, pid: job.pid, ...end, seconds: clock.now().seconds - began };
    stop.abort();
  });
  const interruption = around.interruption();
  interruption.addEventListener('abort', () => (job ? job.signal(interruption.reason) : stop.abort()), { once: true });
  const { info } = machineOf(root);
  const about = (): WatchAbout => ({
    source: { ...info, time: fold.time },
    every,
    job: told,
    saved: recording.file,
    hidden: [...eyes.hidden, ...recording.hidden, ...missing.map((pid) => `process ${pid} was not there`)],
    top: options.number('top') ?? TOP,
    most: null,
  });
  const display = displayOf(invocation, targets, `leaksof watch: ${watched} - Ctrl-C ends with a report`, about);
  const talk = talker(invocation, display);
  const watcher = new Watcher({
    clock,
    eyes,
    every,
    seconds: options.number('for'),
    untilExit: options.flag('until-exit'),
    namesAtFirst: job !== null || wish.pids.length + wish.labels.length + wish.ports.length > 0,
    stop: stop.signal,
    own: () => ownUse(root),
    async take(items) {
      const news = fold.take(items);
      await recording.take([...items, ...news]);
      if (fold.samples === 1) talk(`watching ${watched}: ${fold.alive} processes`);
      for (const event of news) talk(brokenText(event, fold));
      try {
        await display.sample(fold);
      } catch (error) {
        if (!(error instanceof ClosedPipe)) throw error;
        // Nobody reads on: that ends a watch, but not somebody's job.
        display.close();
        if (job === null) stop.abort();
      }
    },
  });
  try {
    await watcher.run();
    await job?.stop();
    await ended;
    await recording.take(jobEvents(told, fold.seconds));
    await recording.end();
  } finally {
    display.close();
    recording.abandon();
  }
  return tell(watchReport(fold, about()), invocation, display);
}

function rootOf({ options, around }: Invocation): string {
  const root = options.text('proc');
  if (around.platform !== 'linux' && root === null) {
    throw new UsageError('watch counts through /proc, which only Linux has.', 'leaksof snap, later leaksof diff');
  }
  return resolve(root ?? '/proc');
}

/** Talk goes to stderr, where no live view would be torn by it. */
function talker({ options, around }: Invocation, display: Display): (text: string) => void {
  if (options.flag('quiet') || display.fillsScreen) return () => {};
  return (text) => around.stderr.write(`leaksof: ${safeText(text)}\n`);
}

function brokenText({ budget, life, seconds }: EventItem, fold: WatchFold): string {
  const place = [...fold.places].find((one) => one.life === life);
  return `process ${place?.fact.pid ?? '?'} is over --${budget} after ${Math.round(seconds)} s`;
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
  try {
    const left = display.report(report);
    await deliver(report, invocation, left);
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
  }
  return exitCodeOf(report);
}
