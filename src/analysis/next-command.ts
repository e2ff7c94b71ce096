import type { SourceInfo } from '../model/report.ts';
import type { ProcessSummary } from './process/process-summary.ts';

/** Soft limits are raised by this factor at most: enough to breathe, too little to make a program that closes "all" descriptors crawl. */
const RAISE = 4;

/** A word for a POSIX shell, quoted where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A leaksof command line about the same source: `leaksof show 2445 dump.txt`. */
export function leaksofLine(source: SourceInfo, ...words: readonly string[]): string {
  const line = ['leaksof', ...words.map(shellWord)].join(' ');
  switch (source.kind) {
    case 'live':
    case 'lsof':
      return line;
    case 'stdin':
      return `... | ${line}`;
    default:
      // A name that begins with a dash would be read as an option.
      return `${line} ${shellWord(source.name.startsWith('-') ? `./${source.name}` : source.name)}`;
  }
}

/** The line that shows one process, or null where it has no pid to be called by. */
export function showLine(source: SourceInfo, { pid }: Pick<ProcessSummary, 'pid'>): string | null {
  return pid === null ? null : leaksofLine(source, 'show', String(pid));
}

/** The soft limit that buys headroom without touching the hard one; null where there is none above. */
export function raisedLimit({ softLimit, hardLimit }: Pick<ProcessSummary, 'softLimit' | 'hardLimit'>): number | null {
  if (softLimit === null || hardLimit === null || softLimit >= hardLimit || softLimit < 1) return null;
  return Math.min(hardLimit, softLimit * RAISE);
}

/** `prlimit` of util-linux; the colon leaves the hard limit alone (prlimit(1)). */
export function prlimitLine(summary: Pick<ProcessSummary, 'pid' | 'softLimit' | 'hardLimit'>): string | null {
  const limit = raisedLimit(summary);
  return limit === null || summary.pid === null ? null : `sudo prlimit --pid ${summary.pid} --nofile=${limit}:`;
}

/** The lines there are. */
export function lines(...candidates: readonly (string | null)[]): string[] {
  return candidates.filter((line) => line !== null);
}
