import { readlinkSync } from 'node:fs';
import { tryKernelText } from './kernel-file.ts';

/** Inode of the initial pid namespace: a constant of the kernel (PROC_PID_INIT_INO, include/linux/proc_ns.h). */
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';

function link(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Inode of the namespace of a process, decimal; null where the link is refused. */
export function namespaceOf(folder: string, kind: 'net' | 'mnt'): string | null {
  const text = link(`${folder}/ns/${kind}`);
  return text === null ? null : (/\[(\d+)\]/.exec(text)?.[1] ?? null);
}

/** Whether the pids of this program are those of the machine; true where nothing tells. */
export function isInitialPidNamespace(root: string): boolean {
  const own = link(`${root}/self/ns/pid`);
  return own === null || own === INITIAL_PID_NAMESPACE;
}

/** The `hidepid` of the proc mount at `root` (proc(5)), from a mountinfo text: 0 shows all, 1 contents hidden, 2 and 4 (`ptraceable`) pids too. */
export function parseHidepid(mountinfo: string, root: string): number {
  for (const line of mountinfo.split('\n').reverse()) {
    const [mount, rest] = line.split(' - ');
    if (mount?.split(' ')[4] !== root || !rest?.startsWith('proc ')) continue;
    const value = /(?:^|[ ,])hidepid=(\w+)/.exec(rest)?.[1];
    if (value === undefined || value === 'off') return 0;
    return { noaccess: 1, invisible: 2, ptraceable: 4 }[value] ?? Number(value);
  }
  return 0;
}

/** Sentences about processes that this run cannot see at all. `procfs` is false for a captured tree, which hides nothing more. */
export function hiddenProcesses(root: string, procfs: boolean, privileged: boolean): string[] {
  if (!procfs) return [];
  const hidden: string[] = [];
  const mountinfo = tryKernelText(`${root}/self/mountinfo`) ?? '';
  const hidepid = parseHidepid(mountinfo, root);
  if (!privileged && hidepid > 0) {
    hidden.push(
      hidepid === 1
        ? `${root} is mounted with hidepid=1: other users' processes are seen and cannot be counted`
        : `${root} is mounted with hidepid=${hidepid}: other users' processes are not seen at all`,
    );
  }
  if (!isInitialPidNamespace(root)) {
    hidden.push('this is a container (own pid namespace): processes outside of it are not seen');
  }
  return hidden;
}
