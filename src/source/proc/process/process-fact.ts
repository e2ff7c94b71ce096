import { readlinkSync, statSync } from 'node:fs';
import { decodeText } from '../../../columns/utf8.ts';
import type { ProcessFact } from '../../../model/process.ts';
import { countDescriptors } from '../descriptor/count.ts';
import { liveTable } from '../descriptor/table.ts';
import { tryKernelFile, tryShortFile } from '../kernel/kernel-file.ts';
import { namespaceOf } from '../kernel/namespaces.ts';
import { parseCgroup } from './cgroup.ts';
import { parseLimits } from './limits.ts';
import { readStat } from './read-stat.ts';
import { parseStatus } from './status.ts';

/** What holds for all processes of a tree. */
export interface Machine {
  /** Folder of the proc tree. */
  readonly root: string;
  /** Whether the tree is a mounted procfs, not a capture. */
  readonly procfs: boolean;
  /** Whether `stat("PID/fd").size` counts (Linux 6.2). */
  readonly counts: boolean;
  /** Seconds since the epoch. */
  readonly bootTime: number | null;
  /** Seconds since boot. */
  readonly uptime: number | null;
  readonly users: ReadonlyMap<number, string>;
}

/** Why there is no fact: it ended, or it is there and hides everything (hidepid=1). */
export type Missing = 'vanished' | 'permission';

/**
 * Counts one process: what needs no privilege and no listing. About 50 us, most of it the kernel's.
 * `descriptors` is absent where only a listing can tell.
 */
export function countProcess(machine: Machine, pid: number): ProcessFact | Missing {
  const folder = `${machine.root}/${pid}`;
  const stat = readStat(folder);
  if (!stat) return isThere(folder) ? 'permission' : 'vanished';
  const status = parseStatus(shortText(`${folder}/status`));
  const limits = parseLimits(shortText(`${folder}/limits`));
  const cgroup = parseCgroup(cgroupText(folder));
  const uid = status.uid;
  const user = uid === null ? undefined : (machine.users.get(uid) ?? String(uid));
  const startTime = startOf(machine, stat.startSeconds);
  const age = machine.uptime === null ? 0 : machine.uptime - stat.startSeconds;
  return {
    pid,
    command: stat.command,
    ppid: stat.ppid,
    state: stat.state,
    threads: stat.threads,
    ...(startTime !== undefined && { startTime }),
    ...(uid !== null && { uid }),
    ...(user !== undefined && { user }),
    ...limits,
    ...cgroup,
    ...(status.rss !== null && { rss: status.rss }),
    ...(age > 0 && { cpu: Math.round((stat.cpuSeconds / age) * 1000) / 10 }),
    ...count(machine, folder, stat.state, stat.threads),
  };
}

function shortText(path: string): string {
  return tryShortFile(path)?.toString('latin1') ?? '';
}

function cgroupText(folder: string): string {
  const bytes = tryShortFile(`${folder}/cgroup`);
  return bytes ? decodeText(bytes, 0, bytes.length) : '';
}

function isoTime(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString();
}

function isThere(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function count(machine: Machine, folder: string, state: string, threads: number): Partial<ProcessFact> {
  const table = liveTable(folder, state, threads);
  // A zombie has no table any more: that is not the same as a process with 0 descriptors.
  if (table === null) return { refused: 'zombie' };
  if (!machine.counts) return {};
  const descriptors = countDescriptors(table);
  // It was there a moment ago.
  return descriptors === null ? { refused: 'vanished' } : { descriptors };
}

/** What only the owner or root may see, and what costs more: read for the processes that are listed. */
export function detailFact(machine: Machine, pid: number, stuck: boolean): Partial<ProcessFact> {
  const folder = `${machine.root}/${pid}`;
  const commandLine = stuck ? null : commandLineOf(folder);
  const cwd = workingDirectory(folder);
  const netns = namespaceOf(folder, 'net');
  return {
    ...(commandLine !== null && { commandLine }),
    ...(cwd !== null && { cwd }),
    ...(netns !== null && { netns }),
  };
}

/** Whether a process that was in uninterruptible sleep still is: waiting for a disk is short, for a dead server it is not. */
export function isStuck(machine: Machine, fact: ProcessFact): boolean {
  if (fact.state !== 'D') return false;
  return readStat(`${machine.root}/${fact.pid}`)?.state === 'D';
}

/** Whether the pid still stands for the process that was counted: it may have ended, and a pid is given out again. */
export function isSame(machine: Machine, fact: ProcessFact): boolean {
  const stat = readStat(`${machine.root}/${fact.pid}`);
  return stat !== null && startOf(machine, stat.startSeconds) === fact.startTime;
}

function startOf({ bootTime }: Machine, startSeconds: number): string | undefined {
  return bootTime === null ? undefined : isoTime(bootTime + startSeconds);
}

/** Arguments joined by blanks (proc_pid_cmdline(5)); null for a kernel thread. */
function commandLineOf(folder: string): string | null {
  const bytes = tryKernelFile(`${folder}/cmdline`);
  if (!bytes || bytes.length === 0) return null;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const line = Buffer.from(bytes.subarray(0, end));
  for (let at = line.indexOf(0); at >= 0; at = line.indexOf(0, at + 1)) line[at] = 32;
  return end === 0 ? null : decodeText(line, 0, end);
}

function workingDirectory(folder: string): string | null {
  try {
    const bytes = readlinkSync(`${folder}/cwd`, 'buffer');
    return decodeText(bytes, 0, bytes.length);
  } catch {
    return null;
  }
}
