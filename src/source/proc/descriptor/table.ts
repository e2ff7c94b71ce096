import { readdirSync } from 'node:fs';
import { tryKernelFile } from '../kernel/kernel-file.ts';
import { parseStat } from '../process/stat.ts';

/**
 * Folder whose `fd` shows the descriptor table of a process: its own, or, where the first thread has ended and others
 * run on (pthread_exit in main), that of a thread which still has it. Null for a zombie: the table is gone.
 */
export function liveTable(folder: string, state: string, threads: number): string | null {
  if (state !== 'Z' && state !== 'X') return folder;
  if (threads < 2) return null;
  try {
    for (const tid of readdirSync(`${folder}/task`)) {
      const task = `${folder}/task/${tid}`;
      const bytes = tryKernelFile(`${task}/stat`);
      const stat = bytes && parseStat(bytes);
      if (stat && stat.state !== 'Z' && stat.state !== 'X') return task;
    }
  } catch {
    return null;
  }
  return null;
}
