import { statfsSync, statSync } from 'node:fs';

/** f_type of procfs (statfs(2)). */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Whether `root` is a mounted procfs; else it is a captured tree, whose links and sizes are those of another machine. */
export function isProcfs(root: string): boolean {
  try {
    return statfsSync(root).type === PROC_SUPER_MAGIC;
  } catch {
    return false;
  }
}

/**
 * Whether `stat("PID/fd").size` is the number of descriptors here (Linux 6.2, commit f1f1f2569901). It is, if it is above 0
 * for ourselves: nobody runs without descriptors. Then 0 for another process means 0.
 */
export function kernelCounts(root: string): boolean {
  return isProcfs(root) && (countDescriptors(`${root}/self`) ?? 0) > 0;
}

/**
 * Descriptor numbers in use by the process with this folder, reserved ones included; needs no privilege.
 * Null where the process ended or is hidden.
 */
export function countDescriptors(folder: string): number | null {
  try {
    return statSync(`${folder}/fd`, { throwIfNoEntry: false })?.size ?? null;
  } catch {
    return null;
  }
}
