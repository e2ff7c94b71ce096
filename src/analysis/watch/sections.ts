import { bytesText } from '../../model/bytes-text.ts';
import type { NoteSection, Section, TableSection } from '../../model/report.ts';
import { commandText } from '../process/process-summary.ts';
import { spanText } from '../span-text.ts';
import { budgetText } from './budget-text.ts';
import { figure, signed, speedText } from './text.ts';
import type { TrendReason } from './trend.ts';
import type { WatchData, WatchedEvent, WatchedJob, WatchedLevel, WatchedProcess, WatchedTarget } from './watch-data.ts';
import { workerSections } from './workers.ts';

/** Notes of events: more belong in JSON. */
const EVENTS = 6;

const REASONS: Readonly<Record<TrendReason, string>> = {
  grew: 'growing',
  fell: 'falling',
  flat: 'steady',
  stopped: 'grew, then stopped',
  slowing: 'grows, ever slower',
  unsteady: 'up and down',
  'too-little': 'moved too little',
  'too-short': 'too few samples',
};

type MostGrown = { readonly growth: number; readonly target: string } | null;

/** @param most what each process gained most of */
export function watchSections(data: WatchData, most: readonly MostGrown[], top: number): Section[] {
  const { processes, targets, events, budgets, standing, job, churn, own, saved } = data;
  const sections: Section[] = [note(summary(data))];
  if (processes.length > 0) sections.push(processTable(data, most, top));
  const moved = targets.filter(({ growth }) => growth !== 0);
  if (moved.length > 0) sections.push(targetTable(moved, top));
  if (churn !== null) sections.push(...workerSections(churn, top));
  const told = events.filter(({ what }) => what !== 'started');
  for (const event of told.slice(-EVENTS)) sections.push(note(eventText(event)));
  if (told.length > EVENTS) sections.push(note(`${told.length - EVENTS} earlier events are not shown (--json)`));
  if (job !== null) sections.push(note(jobText(job), job.exitCode === 0 ? 'plain' : 'warning'));
  for (const { severity, message, budget } of standing) {
    sections.push(note(`${severity} alert of --${budget} stands: ${message}`, 'warning'));
  }
  for (const budget of budgets)
    sections.push(note(budgetText(budget), budget.verdict === 'pass' ? 'plain' : 'warning'));
  if (own !== null) {
    const { descriptors, cpuShare, rss } = own;
    sections.push(
      note(
        `leaksof itself: ${descriptors.last ?? '?'} descriptors, ${figure(cpuShare * 100)} % of a core, ${bytesText(rss)}`,
      ),
    );
  }
  if (saved !== null) sections.push(note(`saved in ${saved}: every command reads it`));
  return sections;
}

function note(text: string, tone: NoteSection['tone'] = 'plain'): NoteSection {
  return { kind: 'note', tone, text };
}

function summary({ processes, others, total, seconds, samples, segments, suspendedSeconds }: WatchData): string {
  const watched = processes.length + others;
  const slept = segments > 1 ? `, suspended for ${spanText(suspendedSeconds)}` : '';
  const time = `${spanText(seconds)}, ${samples} samples${slept}`;
  if (total.last === null || total.first === null) return `no process to watch for ${time}`;
  return `${total.last} descriptors in ${watched} ${watched === 1 ? 'process' : 'processes'}; ${levelText(total)} in ${time}`;
}

function levelText({ growth, trend, reason, perMinute }: WatchedLevel): string {
  const speed = perMinute === null || trend === 'undecided' ? '' : `, ${speedText(perMinute)} per minute`;
  return `${growth === 0 ? 'no growth' : signed(growth ?? 0)} (${REASONS[reason]}${speed})`;
}

function processTable({ processes, others }: WatchData, most: readonly MostGrown[], top: number): TableSection {
  return {
    kind: 'table',
    title: 'processes',
    columns: [
      { title: 'growth', kind: 'text', align: 'right' },
      { title: 'descriptors', kind: 'text', align: 'right' },
      { title: 'per minute', kind: 'text', align: 'right' },
      { title: 'left', kind: 'number' },
      { title: 'lasts', kind: 'text', align: 'right' },
      { title: 'trend', kind: 'text' },
      { title: 'process', kind: 'name' },
      { title: 'most', kind: 'name' },
    ],
    rows: processes.slice(0, top).map((process, index) => {
      const { growth, first, last, perMinute, headroom, reason, secondsToExhaustion: left } = process;
      const grown = most[index];
      return [
        growth === null ? null : signed(growth),
        first === last ? String(last ?? '?') : `${first ?? '?'} -> ${last ?? '?'}`,
        perMinute === null || growth === 0 ? null : speedText(perMinute),
        headroom,
        left === null ? null : lastsText(left),
        REASONS[reason],
        processText(process),
        grown ? `+${grown.growth} ${grown.target}` : null,
      ];
    }),
    more: Math.max(0, processes.length - top) + others,
  };
}

function lastsText({ estimate, low, high }: NonNullable<WatchedProcess['secondsToExhaustion']>): string {
  return `${spanText(estimate)} [${spanText(low)}, ${high === null ? '?' : spanText(high)}]`;
}

function processText({ command, pid, lives, endedAt }: WatchedProcess): string {
  const name = command === null ? String(pid) : `${commandText(command)} ${pid}`;
  return `${name}${lives > 1 ? ` (${lives} lives)` : ''}${endedAt === null ? '' : ' (ended)'}`;
}

function targetTable(targets: readonly WatchedTarget[], top: number): TableSection {
  return {
    kind: 'table',
    title: 'targets',
    columns: [
      { title: 'growth', kind: 'text', align: 'right' },
      { title: 'open', kind: 'number' },
      { title: 'processes', kind: 'number' },
      { title: 'type', kind: 'text' },
      { title: 'pattern', kind: 'name' },
    ],
    rows: targets
      .slice(0, top)
      .map(({ growth, after, processes, type, class: kind, pattern, name }) => [
        signed(growth),
        after,
        processes,
        type ?? kind,
        pattern ?? name,
      ]),
    more: Math.max(0, targets.length - top),
  };
}

function eventText({ what, seconds, pid, by, forSeconds, budget, message }: WatchedEvent): string {
  const at = `after ${spanText(seconds)}`;
  if (what === 'replaced') return `${at} process ${by} took the place of ${pid}`;
  if (what === 'ended') return `${at} process ${pid} was gone`;
  if (what === 'suspended')
    return `${at} the machine had been suspended for ${spanText(forSeconds ?? 0)}: levels before and after are not compared`;
  if (message !== null) return `${at} ${what} of --${budget}: ${message}`;
  return `${at}: ${what}`;
}

function jobText({ command, exitCode, signal, seconds }: WatchedJob): string {
  const how =
    signal !== null ? `was ended by ${signal}` : exitCode === null ? 'runs' : `ended with exit code ${exitCode}`;
  return `job: ${command.join(' ')} ${how} after ${spanText(seconds)}`;
}
