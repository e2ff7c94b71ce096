import type { Report, SeriesSection } from '../../model/report.ts';
import type { Ends } from './ends.ts';
import { Entries } from './entries.ts';
import type { Observation } from './observation.ts';
import type { PipeBudget, PipeData, PipeEntry } from './pipe-data.ts';
import { type FindingGround, pipeFindings } from './pipe-findings.ts';
import { pipeSections } from './pipe-sections.ts';
import { fullness } from './pipe-state.ts';
import { backlogFindings, pairFindings, queueFindings } from './socket-findings.ts';

export interface PipesOptions {
  /** Lines of each table, and findings of each kind. */
  readonly top: number;
  /** Share of its capacity that a pipe may be full; null = no budget. */
  readonly maxPipe: number | null;
  /** Looks so far, oldest first, this one included; one where the machine is looked at once. */
  readonly looks: readonly Observation[];
  /** Whether the machine was looked at; else the ends are those of a listing. */
  readonly live: boolean;
}

/** How full pipes, unix sockets and queues are, who holds both ends, and who waits for whom. */
export function pipesReport(report: Report<Ends>, { top, maxPipe, looks, live }: PipesOptions): Report<PipeData> {
  const { data: ends, source, coverage } = report;
  const [before = null, seen] = looks.length > 1 ? looks.slice(-2) : [null, looks.at(-1)];
  if (seen === undefined) throw new RangeError('a report of pipes wants a look');
  const entries = new Entries({ ends, seen, before, live });
  const pipes = entries.pipes();
  const read = pipes.filter(({ queued }) => queued !== null).length;
  const { refused } = coverage.processes;
  const budget = maxPipe === null ? null : judge(maxPipe, pipes, live && seen.fill.asked, refused);
  const data: PipeData = {
    pipes,
    pairs: entries.pairs(),
    queues: entries.queues(),
    backlogs: entries.backlogs(),
    unidentified: ends.unidentified,
    fill: {
      asked: seen.fill.asked,
      method: seen.fill.method,
      read,
      unread: seen.fill.asked ? pipes.length - read : 0,
      why: seen.fill.why,
    },
    ...(budget ? { budget } : {}),
  };
  const ground: FindingGround = { processes: ends.processes, source, refused };
  const hidden = [...new Set([...coverage.hidden, ...seen.hidden])];
  return {
    ...report,
    data,
    sections: [
      ...pipeSections({ data, top, live, series: seriesOf(data.pipes, looks, (pipe) => entries.keyOf(pipe)) }),
      ...report.sections,
    ],
    findings: [
      ...pipeFindings(data.pipes, ground).slice(0, top),
      ...pairFindings(data.pairs, ground).slice(0, top),
      ...queueFindings(data.queues, ground).slice(0, top),
      ...backlogFindings(data.backlogs, ground).slice(0, top),
    ].sort((a, b) => SEVERITIES[b.severity] - SEVERITIES[a.severity]),
    coverage: { ...coverage, hidden, complete: coverage.complete && hidden.length === 0 },
    verdict: budget?.verdict ?? (couldNotTell(data, ends, refused) ? 'inconclusive' : 'none'),
  };
}

const SEVERITIES = { info: 0, warning: 1, critical: 2 } as const;

/** What was asked for was seen of nothing: then there is no answer. */
function couldNotTell({ pipes, pairs, queues, backlogs, fill }: PipeData, ends: Ends, refused: number): boolean {
  if (fill.asked && pipes.length > 0 && fill.read === 0) return true;
  const found = pipes.length + pairs.length + queues.length + backlogs.length;
  return found === 0 && refused > 0 && ends.filtered;
}

/** A pipe that was not read may be the fullest of all; of one that nobody can write to, nothing more comes. */
function judge(limit: number, pipes: readonly PipeEntry[], asked: boolean, refused: number): PipeBudget {
  const shares = pipes.flatMap((pipe) => fullness(pipe) ?? []);
  const value = shares.length === 0 ? null : Math.max(...shares);
  if (value !== null && value > limit) return { limit, value, verdict: 'fail' };
  const untold = pipes.some(
    ({ state, missing }) => (state === 'unknown' && missing !== 'writer') || state === 'packets',
  );
  const unsure = !asked || refused > 0 || untold || (value === null && pipes.length > 0);
  return { limit, value, verdict: unsure ? 'inconclusive' : 'pass' };
}

/** Pipes whose fill is drawn over the looks, and looks from which there is something to see. */
const DRAWN = 3;
const LOOKS = 3;

function seriesOf(
  pipes: readonly PipeEntry[],
  looks: readonly Observation[],
  keyOf: (pipe: PipeEntry) => string | null,
): SeriesSection[] {
  const [first] = looks;
  if (first === undefined || looks.length < LOOKS) return [];
  return pipes
    .filter(({ queued }) => queued !== null && queued > 0)
    .slice(0, DRAWN)
    .map((pipe) => ({
      kind: 'series',
      title: `bytes queued in ${pipe.kind} ${pipe.name ?? pipe.node ?? ''}`,
      x: { title: 's', values: looks.map(({ seconds }) => Math.round((seconds - first.seconds) * 10) / 10) },
      y: {
        title: 'bytes',
        values: looks.map(({ fills }) => {
          const fill = fills.get(keyOf(pipe) ?? '');
          return fill && 'queued' in fill ? fill.queued : null;
        }),
      },
    }));
}
