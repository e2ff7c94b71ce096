import type { ProcessFact } from '../model/process.ts';

/**
 * A `Max open files` line of proc_pid_limits(5) with the file's path in front, as
 * `grep -H "open files" /proc/[0-9]*\/limits` prints it. The unit is descriptors.
 */
const LIMIT_LINE = /proc\/(\d+)\/limits:\s*Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)\s+files/;

function limit(text: string): number {
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
}

/** The limits that the line states for a process, or null if it is no such line. */
export function parseLimitLine(line: string): ProcessFact | null {
  const match = LIMIT_LINE.exec(line);
  if (!match) return null;
  return {
    pid: Number(match[1]),
    softLimit: limit(match[2] as string),
    hardLimit: limit(match[3] as string),
  };
}
