import type { ChannelFact } from '../../analysis/churn/churn-data.ts';
import type { ChurnEvent } from '../../analysis/churn/event.ts';
import type { ChurnFold } from '../../analysis/churn/fold.ts';
import { type ChurnLine, churnLine } from '../../analysis/churn/line.ts';
import { counted } from '../../analysis/finding/rule.ts';
import { processName } from '../../analysis/process/process-summary.ts';
import { rateText } from '../../model/rate.ts';
import type { Report } from '../../model/report.ts';
import { document, jsonText } from '../../view/document.ts';
import { safeJson, safeText } from '../../view/escape.ts';
import type { Invocation } from '../definition.ts';
import type { Target } from '../output/deliver.ts';
import { openSink, type Sink } from '../output/output.ts';
import { progress } from '../output/progress.ts';
import { LinesBySecond, spokenLine } from './churn-words.ts';

/** What is told while a manager is followed. */
export interface ChurnDisplay {
  /** Whom it is about, after the first look. */
  begin(channel: ChannelFact): void;
  /** Hands events on to the fold, and tells of them. */
  take(events: readonly ChurnEvent[]): void;
  /** Takes the report, and returns where else it is to go. */
  report(report: Report): readonly Target[];
}

/** With `--format ndjson` an object for each event and the report as the last one; else lines of talk on stderr. */
export function churnDisplay(invocation: Invocation, targets: readonly Target[], fold: ChurnFold): ChurnDisplay {
  const [main] = targets;
  const objects = main?.format === 'ndjson' ? openSink(main.file) : null;
  const speech = talk(invocation, fold);
  const told = objects === null ? speech : null;
  const known = new Set<string>();
  const tell = (line: ChurnLine): void => {
    if (objects) write(objects, line);
    told?.line(line);
  };
  return {
    begin({ name, why }) {
      const managers = fold.managers.map(({ pid, command }) => processName({ pid, command })).join(', ');
      const others = counted(fold.alive - fold.managers.length, 'other');
      const how = name === 'events' ? "the kernel's process events" : `looks (no process events: ${why ?? ''})`;
      speech.say(`following ${managers} and ${others}, by ${how}`);
    },
    take(events) {
      for (const event of events) {
        const line = churnLine(fold, event);
        fold.take([event]);
        if (line) tell(line);
      }
      for (const { budget, exceeded } of fold.budgets) {
        const limit = rateText(budget);
        if (exceeded === null || known.has(limit)) continue;
        known.add(limit);
        tell({ kind: 'over-budget', seconds: exceeded.seconds, limit, count: exceeded.count });
      }
      objects?.flush();
      told?.second();
    },
    report(report) {
      told?.done();
      if (objects === null) return targets;
      objects.write(`${safeJson(jsonText(document(report)))}\n`);
      objects.close();
      return targets.slice(1);
    },
  };
}

function write(sink: Sink, line: ChurnLine): void {
  sink.write(`${safeJson(jsonText(line))}\n`);
}

/** Lines on stderr: on a terminal one that is written over, elsewhere one each, or one for a second in which very much happens. */
function talk({ around, options }: Invocation, fold: ChurnFold) {
  const quiet = options.flag('quiet');
  const bar = progress(around, quiet);
  const say = (text: string): void => {
    if (!quiet) around.stderr.write(`leaksof: ${safeText(text)}\n`);
  };
  const terminal = around.stderr.isTTY === true;
  const lines = new LinesBySecond();
  const told = (spoken: readonly { readonly seconds: number; readonly text: string }[]): void => {
    for (const { seconds, text } of spoken) say(`${seconds.toFixed(1)} s  ${text}`);
  };
  return {
    say,
    line(line: ChurnLine): void {
      if (line.kind === 'started' || line.kind === 'ended') {
        if (!terminal) lines.add(line);
        return;
      }
      if (terminal) bar.done();
      told([spokenLine(line)]);
    },
    second(): void {
      const spoken = lines.turn(fold.seconds, fold.alive);
      if (spoken === null) return;
      told(spoken);
      const now = Math.floor(fold.seconds);
      bar.say(`${now} s  ${fold.exits} ended, ${fold.starts} began, ${fold.alive} alive - Ctrl-C ends with a report`);
    },
    done(): void {
      told(lines.flush(fold.alive));
      bar.done();
    },
  };
}
