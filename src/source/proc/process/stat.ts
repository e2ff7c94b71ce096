import { escapeBytes } from '../kernel/escape-bytes.ts';

/** Ticks per second in `/proc/PID/stat` and `/proc/stat`: USER_HZ, 100 on every architecture Node runs on. */
const TICKS = 100;

/** What `/proc/PID/stat` says (proc_pid_stat(5)). */
export interface ProcessStat {
  /** comm, escaped as lsof prints it. */
  readonly command: string;
  /** State letter, `Z` for a zombie. */
  readonly state: string;
  readonly ppid: number;
  /** Process group and session (credentials(7)): what a terminal and kill(2) address together. */
  readonly group: number;
  readonly session: number;
  readonly threads: number;
  /** Field 22: start after boot, seconds. */
  readonly startSeconds: number;
  /**
   * Fields 26 to 28: where the program lies in memory, which exec(2) draws anew and fork(2) copies; empty where we may
   * not see it, and for a kernel thread.
   */
  readonly image: string;
  /** Fields 14 and 15 together: CPU time used, seconds. */
  readonly cpuSeconds: number;
  /** Fields 10 and 11 together: minor faults of its own and of the children it has waited for. */
  readonly faults: number;
  /** Field 11: minor faults of the children it has waited for, which rises with each of them. */
  readonly childFaults: number;
  /**
   * Field 52 (Linux 3.5): how a process that ends or has ended did so, as waitpid(2) has it; before that 0, or the signal that
   * stopped it; 0 as well where we may not know (ptrace(2), access mode checking). Null where the kernel has no such field.
   */
  readonly exitStatus: number | null;
  /** Field 9: the kernel's PF_* flags (include/linux/sched.h). */
  readonly flags: number;
}

/** PF_EXITING and PF_SIGNALED: it is on its way out; a signal sent it there. Open to everybody. */
export const EXITING = 0x4;
export const SIGNALLED = 0x400;

/**
 * Parses `/proc/PID/stat`. comm stands in parentheses and may itself hold blanks, parentheses and newlines,
 * so its end is the last `)` of the file. Null where the text is no such file.
 */
export function parseStat(bytes: Buffer): ProcessStat | null {
  const open = bytes.indexOf(40);
  const close = bytes.lastIndexOf(41);
  if (open < 0 || close < open) return null;
  const fields = bytes.toString('latin1', close + 2).split(' ');
  if (fields.length < 20) return null;
  return {
    command: escapeBytes(bytes.subarray(open + 1, close)),
    state: fields[0] as string,
    ppid: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    faults: Number(fields[7]) + Number(fields[8]),
    childFaults: Number(fields[8]),
    exitStatus: fields.length < 50 ? null : Number(fields[49]),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    threads: Number(fields[17]),
    image: imageOf(fields),
    startSeconds: Number(fields[19]) / TICKS,
    flags: Number(fields[6]),
  };
}

/** Without permission the kernel prints 0 or 1 for an address. */
function imageOf(fields: readonly string[]): string {
  const [, , stack = '0'] = fields.slice(23, 26);
  return stack === '0' || stack === '1' ? '' : fields.slice(23, 26).join(' ');
}

/** Boot of the machine in seconds since the epoch, from the `btime` line of `/proc/stat`; null where it is missing. */
export function parseBootTime(text: string): number | null {
  const match = /^btime (\d+)/m.exec(text);
  return match ? Number(match[1]) : null;
}
