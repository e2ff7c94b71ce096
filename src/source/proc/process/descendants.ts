import { readdirSync } from 'node:fs';
import { tryKernelText } from '../kernel/kernel-file.ts';
import { listProcesses } from './processes.ts';
import { readStat } from './read-stat.ts';

/**
 * Processes that descend from `ancestors`, these not included. By `/proc/PID/task/TID/children` where the kernel has it
 * (CONFIG_PROC_CHILDREN, proc_tid_children(5)), which costs a file for each thread; else by the parent of every process.
 */
export function descendantsOf(root: string, ancestors: Iterable<number>): Set<number> {
  const start = new Set(ancestors);
  const byParent = listsChildren(root) ? null : childrenByParent(root);
  const found = new Set<number>();
  const queue = [...start];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of byParent === null ? childrenOf(`${root}/${pid}`) : (byParent.get(pid) ?? [])) {
      if (found.has(child) || start.has(child)) continue;
      found.add(child);
      queue.push(child);
    }
  }
  return found;
}

/** Whether this kernel lists children by parent (CONFIG_PROC_CHILDREN). */
export function listsChildren(root: string): boolean {
  return tryKernelText(`${root}/thread-self/children`) !== null;
}

/** Children of the process with this folder, zombies among them; none where the kernel lists no children, or it is gone. */
export function childrenOf(folder: string): number[] {
  let tids: string[];
  try {
    tids = readdirSync(`${folder}/task`);
  } catch {
    return [];
  }
  return tids.flatMap((tid) => (tryKernelText(`${folder}/task/${tid}/children`) ?? '').split(' ')).flatMap(pidOf);
}

function pidOf(word: string): number[] {
  return /^\d+$/.test(word) ? [Number(word)] : [];
}

/** The children of every process, by the parent that each one names: costs a file for every process of the machine. */
export function childrenByParent(root: string): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of listProcesses(root)) {
    const parent = readStat(`${root}/${pid}`)?.ppid;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}
