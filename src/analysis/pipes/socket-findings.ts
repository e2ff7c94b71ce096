import { bytesText } from '../../model/bytes-text.ts';
import type { Finding } from '../../model/report.ts';
import { grouped } from '../probe/probe-text.ts';
import { type ProcessSummary, processName } from '../process/process-summary.ts';
import { blockedWriters, holdersText, sleepText } from './holder-text.ts';
import type { BacklogEntry, BlockedThread, EndHolder, PairEnd, PairEntry, QueueEntry } from './pipe-data.ts';
import { type FindingGround, nextLines, threadEvidence } from './pipe-findings.ts';
import { HIGH } from './pipe-state.ts';

/** A thread that waits to write into a unix socket: of a pair it says what no figure does, as it may sleep at any fill. */
export function pairFindings(pairs: readonly PairEntry[], ground: FindingGround): Finding[] {
  return pairs.flatMap((pair) =>
    pair.sockets.flatMap((end, index) =>
      blockedWriters(end.blocked).map((thread) =>
        blockedPair(pair, end, pair.sockets[1 - index] ?? null, thread, ground),
      ),
    ),
  );
}

function blockedPair(
  { alone }: PairEntry,
  end: PairEnd,
  other: PairEnd | null,
  thread: BlockedThread,
  ground: FindingGround,
): Finding {
  const summary = ground.processes.get(thread.pid);
  const who = processName(summary ?? { pid: thread.pid, command: null });
  const readers = other?.ends ?? [];
  const waiting = other?.receive === null || other === null ? '' : `${grouped(other.receive)} bytes wait there, `;
  const charged =
    end.send === null
      ? ''
      : `${grouped(end.send)}${end.buffer === null ? '' : ` of ${grouped(end.buffer)}`} bytes of its send buffer are taken; `;
  const stuck = alone || allStopped(readers, ground);
  const reader = alone
    ? 'the other end is its own, so that nobody else can make room'
    : allStopped(readers, ground)
      ? `the other end's ${holdersText(readers)} is stopped (state T)`
      : readers.length === 0
        ? 'who holds the other end is not known'
        : `the other end is that of ${holdersText(readers)}`;
  return {
    rule: 'blocked-writer',
    severity: stuck ? 'critical' : 'warning',
    pid: thread.pid,
    startTime: summary?.startTime ?? null,
    target: end.name ?? (end.node === null ? null : `socket:[${end.node}]`),
    message: `${who} is blocked writing to a socket pair: ${sleepText(thread)}; ${waiting}${charged}${reader}.`,
    evidence: {
      ...threadEvidence(thread),
      inode: end.node,
      peer: other?.node ?? null,
      received: other?.receive ?? null,
      sent: end.send,
      buffer: end.buffer,
      alone,
    },
    next: nextLines(thread.pid, ground.source),
  };
}

/** Connections whose other side takes nothing, that nobody reads, or that a thread waits for. */
export function queueFindings(queues: readonly QueueEntry[], ground: FindingGround): Finding[] {
  return queues.flatMap((queue): Finding[] => {
    const { ends, send, receive, stalled, local, remote } = queue;
    const [thread] = queue.blocked;
    const pid = thread?.pid ?? ends[0]?.pid ?? null;
    const summary = ground.processes.get(pid ?? -1);
    const who = processName(summary ?? { pid, command: ends[0]?.command ?? null });
    const unread = receive > 0 && allStopped(ends, ground);
    const way = `${local ?? '?'}->${remote ?? '?'}`;
    const why = [
      stalled === 'window closed' ? 'the other side has no room for more (zero window): it does not read' : null,
      stalled === 'resending' ? 'what was sent is not acknowledged and sent again' : null,
      thread === undefined ? null : sleepText(thread),
      unread ? `${who} is stopped (state T) and reads nothing` : null,
    ].filter((reason) => reason !== null);
    if (why.length === 0) return [];
    return [
      {
        rule: unread && stalled === null && thread === undefined ? 'unread-queue' : 'send-queue',
        severity: 'warning',
        pid,
        startTime: summary?.startTime ?? null,
        target: way,
        message: `${who} has ${bytesText(send)} to send and ${bytesText(receive)} unread on ${way}: ${why.join('; ')}.`,
        evidence: { inode: queue.node, send, receive, stalled, ...threadEvidence(thread) },
        next: nextLines(pid, ground.source),
      },
    ];
  });
}

/** Listeners that do not accept. */
export function backlogFindings(backlogs: readonly BacklogEntry[], ground: FindingGround): Finding[] {
  return backlogs.flatMap((backlog): Finding[] => {
    const { waiting, limit, ceiling, local, protocol, ends } = backlog;
    // listen(2) takes one more than it is told; the ceiling is at least what the limit is.
    const bound = limit ?? ceiling;
    if (bound === null || waiting === 0 || waiting < bound * HIGH) return [];
    const full = waiting > bound || (limit !== null && waiting >= limit + 1);
    const pid = ends[0]?.pid ?? null;
    const summary = ground.processes.get(pid ?? -1);
    const of = limit === null ? `at most ${bound}` : String(bound);
    return [
      {
        rule: 'backlog',
        severity: full ? 'critical' : 'warning',
        pid,
        startTime: summary?.startTime ?? null,
        target: local,
        message: `${holdersText(ends) ?? 'somebody'} does not accept: ${waiting} connections of ${of} wait at ${protocol} ${local ?? ''}${full ? ', so that further ones are dropped' : ''}.`,
        evidence: { inode: backlog.node, waiting, limit, ceiling },
        next: nextLines(pid, ground.source),
      },
    ];
  });
}

function allStopped(ends: readonly EndHolder[], { processes }: FindingGround): boolean {
  return ends.length > 0 && ends.every(({ pid }) => isStopped(processes.get(pid ?? -1)));
}

function isStopped(summary: ProcessSummary | undefined): boolean {
  return summary?.fact.state === 'T' || summary?.fact.state === 't';
}
