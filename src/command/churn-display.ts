import type { ChannelFact } from '../analysis/churn/churn-data.ts';
import type { ChurnEvent } from '../analysis/churn/event.ts';
import type { ChurnFold } from '../analysis/churn/fold.ts';
import { type ChurnLine, churnLine } from '../analysis/churn/line.ts';
import { lifeText } from '../analysis/churn/slot-text.ts';
import { counted } from '../analysis/finding/rule.ts';
import { processName } from '../analysis/process-summary.ts';
import { rateText } from '../model/rate.ts';
import type { Report } from '../model/report.ts';
import { document, jsonText } from '../view/document.ts';
import { safeJson, safeText } from '../view/escape.ts';
import type { Invocation } from './definition.ts';
import type { Target } from './deliver.ts';
import { openSink, type Sink } from './output.ts';
import { progress } from './progress.ts';

/** What is told while a manager is followed. */
export interface ChurnDisplay {
  /** Whom it is about, after the first look. */
  begin(channel: ChannelFact): void;
  /** Hands events on to the fold, and tells of them. */
  take(events: readonly ChurnEvent[]): void;
  /** Takes the report, and returns where else it is to go. */
  report(report: Report): readonly Target[];
}

/** Starts and ends of one second that are told one by one; beyond they are counted. */
const SINGLE = 4;

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
  let lines: ChurnLine[] = [];
  let second = -1;
  const flush = (): void => {
    const many = lines.length > SINGLE;
    const ends = lines.filter(({ kind }) => kind === 'ended').length;
    if (many) say(`${second} s  ${ends} ended, ${lines.length - ends} began, ${fold.alive} alive`);
    else for (const line of lines) say(lineText(line));
    lines = [];
  };
  return {
    say,
    line(line: ChurnLine): void {
      if (line.kind === 'started' || line.kind === 'ended') {
        if (!terminal) lines.push(line);
        return;
      }
      if (terminal) bar.done();
      say(lineText(line));
    },
    second(): void {
      const now = Math.floor(fold.seconds);
      if (now === second) return;
      flush();
      second = now;
      bar.say(`${now} s  ${fold.exits} ended, ${fold.starts} began, ${fold.alive} alive - Ctrl-C ends with a report`);
    },
    done(): void {
      flush();
      bar.done();
    },
  };
}

function lineText(line: ChurnLine): string {
  const at = `${line.seconds.toFixed(1)} s `;
  switch (line.kind) {
    case 'started':
      return `${at} ${line.command ?? 'process'} ${line.pid} began`;
    case 'ended': {
      const held = line.descriptors === null ? '' : `, ${line.descriptors} descriptors`;
      return `${at} ${line.command ?? 'process'} ${line.pid} ended after ${lifeText(line.lived)}: ${line.status}${held}`;
    }
    case 'left': {
      const ports = line.ports?.length ? `, keeping ${line.ports.join(', ')}` : '';
      return `${at} manager ${line.pid} is gone, ${line.pids.join(', ')} live on${ports}`;
    }
    case 'over-budget':
      return `${at} over --max-exits ${line.limit}`;
  }
}
