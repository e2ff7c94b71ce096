import { readdirSync } from 'node:fs';
import { tryKernelText, tryShortFile } from './kernel-file.ts';
import { listProcesses } from './processes.ts';
import { parseStat } from './stat.ts';

/**
 * Processes that descend from `ancestors`, these not included. By `/proc/PID/task/TID/children` where the kernel has it
 * (CONFIG_PROC_CHILDREN, proc_tid_children(5)), which costs a file for each thread; else by the parent of every process.
 */
export function descendantsOf(root: string, ancestors: Iterable<number>): Set<number> {
  const start = new Set(ancestors);
  const found = new Set<number>();
  const queue = [...start];
  if (!listsChildren(root)) return byParents(root, start);
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of childrenOf(`${root}/${pid}`)) {
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

function byParents(root: string, start: ReadonlySet<number>): Set<number> {
  const children = new Map<number, number[]>();
  for (const pid of listProcesses(root)) {
    const bytes = tryShortFile(`${root}/${pid}/stat`);
    const parent = (bytes && parseStat(bytes))?.ppid;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = new Set<number>();
  const queue = [...start];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child) || start.has(child)) continue;
      found.add(child);
      queue.push(child);
    }
  }
  return found;
}
