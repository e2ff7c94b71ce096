import { readdirSync } from 'node:fs';
import { tryShortFile } from '../kernel/kernel-file.ts';

/** Threads looked at in one process: those of a database with a thousand clients say no more than its first. */
const THREADS = 64;

/**
 * How often the threads of a process were put on a processor so far (third field of `schedstat`,
 * Documentation/scheduler/sched-stats.rst); null where the kernel does not say or the process ended. A server that answers
 * is woken at least once a request, which CPU time, counted in hundredths of a second, would not show.
 */
export function wakeUps(folder: string): number | null {
  let tids: string[];
  try {
    tids = readdirSync(`${folder}/task`);
  } catch {
    return null;
  }
  let sum = 0;
  for (const tid of tids.slice(0, THREADS)) {
    const text = tryShortFile(`${folder}/task/${tid}/schedstat`)?.toString('latin1');
    const count = Number(text?.trim().split(' ')[2]);
    if (Number.isFinite(count)) sum += count;
  }
  return sum;
}
