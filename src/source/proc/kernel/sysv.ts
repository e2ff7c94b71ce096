import { readlinkSync } from 'node:fs';
import { tryKernelText } from './kernel-file.ts';

/** What lives on without any process, and without a descriptor (sysvipc(7)). */
type SysvKind = 'queue' | 'semaphores' | 'memory';

export interface SysvObject {
  readonly kind: SysvKind;
  readonly id: string;
  /** Decimal; 0 where it has none (IPC_PRIVATE). */
  readonly key: string;
  /** uid of whoever made it. */
  readonly creator: number;
}

const FILES = [
  ['queue', 'msg', 'msqid'],
  ['semaphores', 'sem', 'semid'],
  ['memory', 'shm', 'shmid'],
] as const;

/** Every System V object in the IPC namespace of this program (proc_sysvipc(5)); null where the kernel has none of it. */
export function sysvObjects(root: string): SysvObject[] | null {
  const objects: SysvObject[] = [];
  let read = false;
  for (const [kind, file, title] of FILES) {
    const text = tryKernelText(`${root}/sysvipc/${file}`);
    if (text === null) continue;
    read = true;
    const [head = '', ...lines] = text.split('\n');
    const titles = head.trim().split(/\s+/);
    const [id, creator] = [titles.indexOf(title), titles.indexOf('cuid')];
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      if (fields.length < titles.length) continue;
      objects.push({ kind, id: fields[id] ?? '', key: fields[0] ?? '', creator: Number(fields[creator]) });
    }
  }
  return read ? objects : null;
}

/** Whether a process shares our IPC namespace; null where its link is refused. */
export function sharesSysv(root: string, pid: number): boolean | null {
  try {
    return readlinkSync(`${root}/${pid}/ns/ipc`) === readlinkSync(`${root}/self/ns/ipc`);
  } catch {
    return null;
  }
}
