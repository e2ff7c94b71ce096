import type { DescriptorLimits } from '../../../model/process.ts';

const OPEN_FILES = /^Max open files +(\d+|unlimited) +(\d+|unlimited)/m;

function limit(text: string): number {
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
}

/** RLIMIT_NOFILE of `/proc/PID/limits` (proc_pid_limits(5)), in descriptors; null where the line is missing. */
export function parseLimits(text: string): DescriptorLimits | null {
  const match = OPEN_FILES.exec(text);
  if (!match) return null;
  return { softLimit: limit(match[1] as string), hardLimit: limit(match[2] as string) };
}
