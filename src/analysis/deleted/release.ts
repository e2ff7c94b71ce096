import type { ProcessSummary } from '../process/process-summary.ts';
import type { ProcessHeld } from './deleted-sums.ts';
import { bytesOf, type HeldFile, type Holder } from './held-file.ts';
import { reopeningOf } from './reopen.ts';

/** A way to have the space back while the process goes on. */
export interface Release {
  /** Told to reopen its logs, or the file emptied through the process's own descriptor. */
  readonly how: 'reopen' | 'truncate';
  /** To type on the machine where the process runs. */
  readonly line: string;
  /** What else it does, or what it costs; null where nothing. */
  readonly note: string | null;
  /** Where it is documented. */
  readonly source: string;
}

/** A name that output is written to which nobody reads back. */
const LOG = /(?:^|\/)logs?\/|\.(?:log|out|err)(?:[.-]|$)|[_-]log(?:[.-]|$)/i;
const TRUNCATED = 3;
const TRUNCATE_SOURCE = 'truncate(1), proc_pid_fd(5): the link leads to the file itself';

/** Processes by pid, to find the first of a family. */
export type Processes = ReadonlyMap<number, ProcessSummary>;

/**
 * How the largest of a process's deleted files can be released. A file is emptied only through a descriptor that writes
 * to it, when no process has it mapped (it would die of SIGBUS), and when nobody reads it back: it is write-only, or a log
 * by its name.
 *
 * @param whole whether all processes of its label are among them, which tells the first of a family
 */
export function releasesOf(process: ProcessHeld, processes: Processes, whole: boolean): Release[] {
  const found: Release[] = [];
  const reopening = reopeningOf(processes.get(process.pid)?.command ?? null);
  if (reopening && process.held.some(({ name, size }) => size !== 0 && LOG.test(name))) {
    const { signal, also, source } = reopening;
    const master = processes.size > 0 && process.pid > 0 ? masterOf(process.pid, processes, whole) : null;
    const line = signal !== null && master !== null ? `sudo kill -${signal} ${master}` : reopening.line;
    if (line !== null) found.push({ how: 'reopen', line, note: also, source });
  }
  for (const file of process.held.slice(0, TRUNCATED)) {
    const holder = file.holders.find(({ pid }) => pid === process.pid);
    if (!holder || bytesOf(file) === 0 || !canEmpty(file, holder)) continue;
    found.push({
      how: 'truncate',
      line: `sudo truncate -s 0 /proc/${holder.pid}/fd/${holder.number}`,
      note: 'throws away what was written; look first that the descriptor is still that file',
      source: TRUNCATE_SOURCE,
    });
  }
  return found;
}

function canEmpty({ mapped, name, kind }: HeldFile, { pid, number, access }: Holder): boolean {
  if (pid <= 0 || number === null || mapped || kind !== 'disk') return false;
  return access === 'w' || (access === 'u' && LOG.test(name));
}

/** The process of the same program that no other of it is the parent of; null where parents are not known. */
function masterOf(pid: number, processes: Processes, whole: boolean): number | null {
  let at = processes.get(pid);
  for (let steps = 0; at && at.pid !== null && steps < 100; steps++) {
    const ppid = at.fact.ppid ?? at.entry.ppid;
    if (ppid === null) return null;
    const parent = processes.get(ppid);
    // The child of somebody who was not asked for: perhaps a worker.
    if (!parent && !whole && ppid > 1) return null;
    if (!parent || reopeningOf(parent.command) !== reopeningOf(at.command)) return at.pid;
    at = parent;
  }
  return null;
}
