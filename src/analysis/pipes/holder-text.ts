import { commandText } from '../process/process-summary.ts';
import type { BlockedThread, EndHolder } from './pipe-data.ts';

/** Holders named in a cell or a sentence; the rest is counted. */
const NAMED = 2;

/** `python3 2445 (fd 4)`. */
function holderText({ pid, command, fd }: EndHolder): string {
  const who = [command === null ? null : commandText(command), pid].filter((word) => word !== null).join(' ');
  return fd === null ? who : `${who} (fd ${fd})`;
}

/** `python3 2445 (fd 4), sh 12 (fd 1), 3 more`; null where nobody is known. */
export function holdersText(ends: readonly EndHolder[]): string | null {
  if (ends.length === 0) return null;
  const named = ends.slice(0, NAMED).map(holderText);
  return ends.length > NAMED ? `${named.join(', ')}, ${ends.length - NAMED} more` : named.join(', ');
}

export function readersOf(ends: readonly EndHolder[]): EndHolder[] {
  return ends.filter(({ access }) => access !== 'w');
}

export function writersOf(ends: readonly EndHolder[]): EndHolder[] {
  return ends.filter(({ access }) => access !== 'r');
}

/**
 * `its thread 2450 (pool-1) sleeps in sendto on fd 4, wchan sock_alloc_send_pskb`.
 *
 * @param ends of which process it is one, where there are several
 */
export function sleepText(
  { pid, tid, task, call, fd, size, wchan }: BlockedThread,
  ends: readonly EndHolder[] = [],
): string {
  const owner = ends.some((end) => end.pid !== pid) ? ends.find((end) => end.pid === pid) : undefined;
  const name = tid === pid ? 'first thread' : `thread ${tid}${task === '' ? '' : ` (${task})`}`;
  const thread = owner === undefined ? `its ${name}` : `the ${name} of ${holderText({ ...owner, fd: null })}`;
  const bytes = size === null ? '' : ` of ${size} ${size === 1 ? 'byte' : 'bytes'}`;
  return `${thread} sleeps in ${call} on fd ${fd}${bytes}${wchan === null ? '' : `, wchan ${wchan}`}`;
}

export function blockedWriters(threads: readonly BlockedThread[]): BlockedThread[] {
  return threads.filter(({ direction }) => direction === 'write');
}
