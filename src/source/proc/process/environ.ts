import { tryKernelFile } from '../kernel/kernel-file.ts';

/**
 * Whether a process was started with `NAME=value` in its environment (`/proc/PID/environ`, proc_pid_environ(5)): what its
 * ancestors gave it, since changes it makes itself do not show. False where it may not be read.
 */
export function environmentHolds(folder: string, entry: string): boolean {
  const bytes = tryKernelFile(`${folder}/environ`);
  if (!bytes) return false;
  const wanted = Buffer.from(`${entry}\0`);
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
    if (at === 0 || bytes[at - 1] === 0) return true;
  }
  return false;
}
