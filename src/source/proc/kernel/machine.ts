import { isProcfs, kernelCounts } from '../descriptor/count.ts';
import type { Machine } from '../process/process-fact.ts';
import { parseBootTime } from '../process/stat.ts';
import { usersBeside } from '../process/users.ts';
import { tryKernelText } from './kernel-file.ts';

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
