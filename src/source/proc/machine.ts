import { isProcfs, kernelCounts } from './count.ts';
import { tryKernelText } from './kernel-file.ts';
import type { Machine } from './process-fact.ts';
import { parseBootTime } from './stat.ts';
import { usersBeside } from './users.ts';

/** Reads once what holds for every process of the tree at `root`. */
export function readMachine(root: string): Machine {
  const uptime = Number.parseFloat(tryKernelText(`${root}/uptime`) ?? '');
  return {
    root,
    procfs: isProcfs(root),
    counts: kernelCounts(root),
    bootTime: parseBootTime(tryKernelText(`${root}/stat`) ?? ''),
    uptime: Number.isFinite(uptime) ? uptime : null,
    users: usersBeside(root),
  };
}
