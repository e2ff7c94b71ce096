import type { ProcessFact } from '../../../model/process.ts';

/** How much of a row is read: its name and class; also access, device, inode, size, links; also offset, flags, lock. */
export type Detail = 'name' | 'stat' | 'full';

/** A process whose descriptors are read. Its repeated cells are those of its fact. */
export interface ListedProcess {
  readonly pid: number;
  /** Folder that holds `fd` and `fdinfo`: of the process, or of a thread of it. */
  readonly folder: string;
  readonly command: string;
  readonly user: string | null;
  readonly uid: number | null;
  readonly ppid: number | null;
  /** In uninterruptible sleep: what needs its memory lock (cmdline, maps) could hang with it. */
  readonly stuck: boolean;
}

/** Descriptors that were listed and then could not be shown. */
export interface Losses {
  /** Closed between the listing and the look. */
  vanished: number;
  /** Refused (permission). */
  unreadable: number;
}

export function listedProcess(fact: ProcessFact, folder: string, stuck = false): ListedProcess {
  return {
    pid: fact.pid,
    folder,
    command: fact.command ?? '',
    user: fact.user ?? null,
    uid: fact.uid ?? null,
    ppid: fact.ppid ?? null,
    stuck,
  };
}
