/** What `/proc/PID/status` adds to `stat` (proc_pid_status(5)). */
export interface ProcessStatus {
  /** Effective uid, the owner of the process's folder and so lsof's USER. */
  readonly uid: number | null;
  /** Resident memory, bytes; null for a kernel thread or a zombie. */
  readonly rss: number | null;
}

/** Parses `/proc/PID/status`. The text may begin with any `Name:`; a line is trusted only where it begins a line. */
export function parseStatus(text: string): ProcessStatus {
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(text);
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(text);
  return {
    uid: uid ? Number(uid[1]) : null,
    rss: rss ? Number(rss[1]) * 1024 : null,
  };
}
