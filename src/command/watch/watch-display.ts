import type { ChurnLine } from '../../analysis/churn/line.ts';
import type { AlertDocument } from '../../analysis/guard/alert.ts';
import type { WatchFold } from '../../analysis/watch/fold.ts';
import type { WatchAbout } from '../../analysis/watch/report.ts';
import { byGrowth } from '../../analysis/watch/standing.ts';
import { signed, speedText } from '../../analysis/watch/text.ts';
import type { Report } from '../../model/report.ts';
import { document, jsonText } from '../../view/document.ts';
import { safeJson, safeText } from '../../view/escape.ts';
import { LinesBySecond } from '../churn/churn-words.ts';
import type { Invocation } from '../definition.ts';
import type { Target } from '../output/deliver.ts';
import { isStdout, openSink, type Sink } from '../output/output.ts';
import { watchSample } from './watch-sample.ts';
import { screenDisplay } from './watch-screen.ts';
import type { WorkersMoment } from './watch-workers.ts';

/** What is shown while a watch runs. */
export interface Display {
  /** Whether nothing else may be written to the terminal. */
  readonly fillsScreen: boolean;
  /** After each sample. */
  sample(fold: WatchFold): Promise<void>;
  /** Before the sample that showed it. */
  alert(document: AlertDocument): void;
  /** What happened to workers between two samples; called at each look at them, also where it is nothing. */
  workers(lines: readonly ChurnLine[], moment: WorkersMoment): void;
  /** What was held back of them. */
  settle(): void;
  /** Before the report. Calling it again does nothing; nothing is shown after it. */
  close(): void;
  /** Takes the report, and returns where else it is to go. */
  report(report: Report): readonly Target[];
}

/** On a terminal how things stand; in a pipe a line or an object for each sample; nothing where only the report is wanted. */
export function displayOf(
  invocation: Invocation,
  targets: readonly Target[],
  head: string,
  about: () => WatchAbout,
): Display {
  const { around, options, trailing } = invocation;
  const [main] = targets;
  if (main?.format === 'ndjson') return objectDisplay(openSink(main.file), targets.slice(1));
  const silent = {
    fillsScreen: false,
    sample: async () => {},
    alert: () => {},
    workers: () => {},
    settle: () => {},
    close: () => {},
    report: () => targets,
  };
  if (main?.format !== 'terminal' || !isStdout(main.file)) return silent;
  if (around.stdout.isTTY !== true) return lineDisplay(targets);
  // What a job prints would tear a live view apart.
  if (trailing.length > 0 || around.env.TERM === 'dumb') return silent;
  return {
    ...screenDisplay(around, options.flag('no-color'), safeText(head), about),
    alert: () => {},
    workers: () => {},
    settle: () => {},
    report: () => targets,
  };
}

function lineDisplay(targets: readonly Target[]): Display {
  const sink = openSink(null);
  const lines = new LinesBySecond();
  /** Of the last look at workers. */
  let last: WorkersMoment = { seconds: 0, wall: 0, alive: 0 };
  let open = true;
  const tell = (spoken: ReturnType<LinesBySecond['flush']>): void => {
    for (const { seconds, text } of spoken) {
      const time = new Date(last.wall - (last.seconds - seconds) * 1000).toISOString();
      sink.write(`${safeText(`${time}  ${text}`)}\n`);
    }
    if (spoken.length > 0) sink.flush();
  };
  return {
    fillsScreen: false,
    async sample(fold) {
      if (!open) return;
      tell(lines.flush(last.alive));
      sink.write(`${safeText(sampleLine(fold))}\n`);
      sink.flush();
    },
    alert: () => {},
    workers(happened, moment) {
      if (!open) return;
      last = moment;
      for (const line of happened) lines.add(line);
      tell(lines.turn(moment.seconds, moment.alive) ?? []);
    },
    settle() {
      if (open) tell(lines.flush(last.alive));
    },
    close() {
      open = false;
    },
    report: () => targets,
  };
}

/** An object for each sample, before it those of alerts and workers, and the report as the last one. */
function objectDisplay(sink: Sink, others: readonly Target[]): Display {
  let open = true;
  return {
    fillsScreen: false,
    async sample(fold) {
      if (!open) return;
      sink.write(`${safeJson(jsonText(watchSample(fold)))}\n`);
      sink.flush();
    },
    alert(alert) {
      if (open) sink.write(`${safeJson(jsonText(alert))}\n`);
    },
    workers(lines) {
      if (!open || lines.length === 0) return;
      for (const line of lines) sink.write(`${safeJson(jsonText(line))}\n`);
      sink.flush();
    },
    settle: () => {},
    close() {
      open = false;
    },
    report(report) {
      sink.write(`${safeJson(jsonText(document(report)))}\n`);
      sink.close();
      return others;
    },
  };
}

function sampleLine(fold: WatchFold): string {
  const { time, total, alive, growth, trend, changed } = fold;
  const speed =
    trend.verdict === 'growing' && trend.perMinute !== null ? `, ${speedText(trend.perMinute)} per minute` : '';
  const parts = [
    time ?? '',
    `${total} descriptors in ${alive} ${alive === 1 ? 'process' : 'processes'}`,
    `${signed(growth)} (${trend.verdict}${speed})`,
  ];
  const most = changed.toSorted(byGrowth)[0];
  if (most && most.growth !== 0 && most.growth !== null) {
    const left = most.headroom === null ? '' : `, ${most.headroom} left`;
    parts.push(`${most.fact.command ?? ''} ${most.fact.pid} ${signed(most.growth)}${left}`.trim());
  }
  return parts.join('  ');
}
