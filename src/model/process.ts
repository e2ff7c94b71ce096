/** Soft and hard RLIMIT_NOFILE, in descriptors; `Infinity` = unlimited. */
export interface DescriptorLimits {
  readonly softLimit: number;
  readonly hardLimit: number;
}

/** Why a process's descriptors could not be listed. */
export type Refusal = 'permission' | 'vanished' | 'zombie' | 'skipped';

/**
 * What a source knows of one process beside its rows. Every field but `pid` is optional: absent means "not known",
 * never zero. Facts about the same pid merge, later ones filling or replacing.
 */
export interface ProcessFact {
  readonly pid: number;
  /** Start of the process, UTC ISO-8601 with milliseconds (from /proc/PID/stat field 22 and btime). */
  readonly startTime?: string;
  /** Label only: up to 15 bytes of comm, control bytes escaped. */
  readonly command?: string;
  readonly commandLine?: string;
  readonly user?: string;
  readonly uid?: number;
  readonly ppid?: number;
  /** Descriptor numbers in use by the kernel's own count, or by complete listing where it gives none. */
  readonly descriptors?: number;
  /** Descriptors that a listing of /proc/PID/fd shows; with `descriptors` this gives the reserved ones. */
  readonly listed?: number;
  /** Listed numbers at or above the soft limit (inherited, or the limit was lowered). */
  readonly aboveLimit?: number;
  readonly softLimit?: number;
  readonly hardLimit?: number;
  readonly threads?: number;
  /** State letter of proc(5), `Z` for a zombie. */
  readonly state?: string;
  /** Set when the rows could not be read. */
  readonly refused?: Refusal;
  /** Path below the cgroup root (v2, or the most telling v1 hierarchy). */
  readonly cgroup?: string;
  /** Container id, 64 hex digits. */
  readonly container?: string;
  /** systemd unit, e.g. `nginx.service`. */
  readonly unit?: string;
  /** Kubernetes pod uid. */
  readonly pod?: string;
  readonly cwd?: string;
  /** Another process that shares this one's descriptor table (CLONE_FILES): the two are counted once, under that pid. */
  readonly sharesTableWith?: number;
  /** inode of the network namespace, decimal. */
  readonly netns?: string;
  /** Resident memory, bytes. */
  readonly rss?: number;
  /** CPU use since the process started, percent of one core. */
  readonly cpu?: number;
}

/** Limits of the whole machine or of its kernel. */
export interface SystemFact {
  /** Open file descriptions in use (file-nr field 1). */
  readonly openFiles?: number;
  /** fs.file-max. */
  readonly fileMax?: number;
  /** fs.nr_open: ceiling of any hard limit. */
  readonly nrOpen?: number;
  /** fs.inotify.max_user_instances, per user. */
  readonly inotifyInstances?: number;
  /** fs.inotify.max_user_watches, per user. */
  readonly inotifyWatches?: number;
}
