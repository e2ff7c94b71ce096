import { hostname } from 'node:os';
import type { MachineFact } from '../../../model/machine.ts';
import { tryKernelText } from './kernel-file.ts';

/** What the tree at `root` says of its machine (proc_sys_kernel(5)); the host of a captured tree is the one it says. */
export function machineFact(root: string, procfs: boolean): MachineFact {
  const read = (name: string): string | null => tryKernelText(`${root}/sys/kernel/${name}`)?.trim() || null;
  const names = [read('ostype'), read('osrelease')].filter((name) => name !== null);
  return {
    host: read('hostname') ?? (procfs ? hostname() : null),
    bootId: read('random/boot_id'),
    kernel: names.length === 0 ? null : names.join(' '),
  };
}
