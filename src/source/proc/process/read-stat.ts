import { tryShortFile } from '../kernel/kernel-file.ts';
import { type ProcessStat, parseStat } from './stat.ts';

/** What `stat` in this folder of a process or a thread says now; null if it has ended or hides itself. */
export function readStat(folder: string): ProcessStat | null {
  const bytes = tryShortFile(`${folder}/stat`);
  return bytes && parseStat(bytes);
}
