import { bytesText } from '../../model/bytes-text.ts';
import { durationText } from '../../model/duration-text.ts';
import { percentText } from '../../model/percent.ts';
import type { Finding, Json, Severity, SourceInfo } from '../../model/report.ts';
import { leaksofLine } from '../next-command.ts';
import { grouped } from '../probe/probe-text.ts';
import { type ProcessSummary, processName } from '../process/process-summary.ts';
import { blockedWriters, holdersText, readersOf, sleepText, writersOf } from './holder-text.ts';
import type { BlockedThread, EndHolder, PipeEntry } from './pipe-data.ts';
import { isBriefly } from './pipe-state.ts';

export interface FindingGround {
  readonly processes: ReadonlyMap<number, ProcessSummary>;
  readonly source: SourceInfo;
  /** Processes that could not be looked at: they may hold any end. */
  readonly refused: number;
}

/** What is wrong with pipes, most urgent first. */
export function pipeFindings(pipes: readonly PipeEntry[], ground: FindingGround): Finding[] {
  return pipes.flatMap((pipe) => {
    if (pipe.state === 'full') return [fullPipe(pipe, ground)];
    if (pipe.state === 'high') return [highPipe(pipe, ground)];
    return pipe.missing === 'reader' ? [unreadPipe(pipe, ground)] : [];
  });
}

function nameOf({ kind, node, name }: PipeEntry): string {
  return kind === 'fifo' ? `the FIFO ${name ?? node}` : `pipe ${node ?? ''}`.trim();
}

function fullPipe(pipe: PipeEntry, ground: FindingGround): Finding {
  const { ends, alone, queued, capacity, nonblocking } = pipe;
  const sleepers = blockedWriters(pipe.blocked);
  const [sleeper] = sleepers;
  const readers = readersOf(ends);
  const writers = writersOf(ends);
  const small = isBriefly(pipe);
  const stuck = nobodyDrains(pipe, sleepers, small, ground);
  // What is free by bytes may lie in the first page, which takes nothing, or in the last one, which takes what fits.
  const rest = queued !== null && queued === capacity ? '' : ', but for one that the rest of its last page takes';
  const fill =
    queued === null || capacity === null
      ? 'it is full'
      : `it is full: ${grouped(queued)} of ${grouped(capacity)} bytes queued and no page of it is free`;
  const writes =
    sleeper !== undefined
      ? sleepText(sleeper, writers)
      : nonblocking === true
        ? `each write fails with EAGAIN${rest}`
        : nonblocking === false
          ? `the next write waits${rest}`
          : `each write waits, or fails with EAGAIN${rest}`;
  const who = alone
    ? `${holderName(ends[0], ground)} holds both ends of ${nameOf(pipe)}, and nobody else any`
    : `${holdersText(writers) ?? 'nobody that can be seen'} ${doing('write', writers)} to ${nameOf(pipe)}, ${holdersText(readers) ?? 'nobody that can be seen'} ${doing('read', readers)} it`;
  return finding(
    stuck !== null ? 'critical' : small ? 'info' : 'warning',
    'pipe-full',
    pipe,
    sleeper?.pid ?? writerOf(ends),
    ground,
    {
      message: `${who}; ${fill}; ${writes}${stuck === null ? '' : `; ${stuck}`}.`,
      more: { stuck: stuck !== null, ...threadEvidence(sleeper) },
    },
  );
}

function highPipe(pipe: PipeEntry, ground: FindingGround): Finding {
  const { ends, queued, capacity, share, fullIn } = pipe;
  const soon = fullIn === null ? '' : `, full in ${durationText(fullIn)} at this rate`;
  return finding('warning', 'pipe-high', pipe, writerOf(ends), ground, {
    message: `${nameOf(pipe)} is ${percentText(share ?? 0)} full (${bytesText(queued ?? 0)} of ${bytesText(capacity ?? 0)}${soon}): ${holdersText(writersOf(ends)) ?? 'nobody that can be seen'} ${doing('write', writersOf(ends))} faster than ${holdersText(readersOf(ends)) ?? 'nobody'} ${doing('read', readersOf(ends))}.`,
    more: {},
  });
}

function unreadPipe(pipe: PipeEntry, ground: FindingGround): Finding {
  const { refused } = ground;
  const seen =
    refused === 0
      ? 'no process holds its read end'
      : `no process that can be seen holds its read end (${refused} could not be looked at)`;
  return finding('info', 'pipe-without-reader', pipe, writerOf(pipe.ends), ground, {
    message: `${holdersText(writersOf(pipe.ends)) ?? 'somebody'} can write to ${nameOf(pipe)}, and ${seen}: a write fails with EPIPE, SIGPIPE comes with it.`,
    more: {},
  });
}

function doing(verb: string, ends: readonly EndHolder[]): string {
  return ends.length > 1 ? verb : `${verb}s`;
}

/** Why nobody will make room; null where somebody may. */
function nobodyDrains(
  { alone, ends, missing }: PipeEntry,
  sleepers: readonly BlockedThread[],
  small: boolean,
  { processes, refused }: FindingGround,
): string | null {
  const readers = readersOf(ends);
  if (missing === 'reader') return refused === 0 ? 'nobody can read it' : 'nobody that can be seen can read it';
  if (readers.length === 0) return null;
  const stopped = readers.filter(({ pid }) => isStopped(processes.get(pid ?? -1)));
  if (stopped.length === readers.length) return `${holdersText(stopped)} is stopped (state T) and reads nothing`;
  if (!alone || small) return null;
  return sleepers.length > 0 ? 'it waits for itself' : 'it alone can make room, and does not';
}

function isStopped(summary: ProcessSummary | undefined): boolean {
  return summary?.fact.state === 'T' || summary?.fact.state === 't';
}

function writerOf(ends: readonly EndHolder[]): number | null {
  return (writersOf(ends)[0] ?? ends[0])?.pid ?? null;
}

function holderName(end: EndHolder | undefined, { processes }: FindingGround): string {
  const summary = processes.get(end?.pid ?? -1);
  return processName(summary ?? { pid: end?.pid ?? null, command: end?.command ?? null });
}

/** What a thread that sleeps says of itself, as evidence. */
export function threadEvidence(thread: BlockedThread | undefined): { readonly [key: string]: Json } {
  if (!thread) return {};
  const { tid, task, call, fd, size, wchan } = thread;
  return { tid, task, call, fd, size, wchan };
}

function finding(
  severity: Severity,
  rule: string,
  pipe: PipeEntry,
  pid: number | null,
  { processes, source }: FindingGround,
  said: { readonly message: string; readonly more: { readonly [key: string]: Json } },
): Finding {
  const { node, name, queued, capacity, share, rate, readers, writers, alone } = pipe;
  return {
    rule,
    severity,
    pid,
    startTime: processes.get(pid ?? -1)?.startTime ?? null,
    target: name ?? (node === null ? null : `pipe:[${node}]`),
    message: said.message,
    evidence: { inode: node, queued, capacity, share, rate, readers, writers, alone, ...said.more },
    next: nextLines(pid, source),
  };
}

/** To see it move, and what else the process holds. */
export function nextLines(pid: number | null, source: SourceInfo): string[] {
  if (pid === null) return [];
  const watch = source.kind === 'live' ? [`sudo leaksof pipes --pid ${pid} --fill --every 1s`] : [];
  return [...watch, leaksofLine(source, 'show', String(pid))];
}
