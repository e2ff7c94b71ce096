import type { ProcessFact } from '../../model/process.ts';

/**
 * A `Max open files` line of proc_pid_limits(5) with the file's path in front, as
 * `grep -H "open files" /proc/[0-9]*\/limits` prints it. The unit is descriptors.
 */
const LIMIT_LINE = /proc\/(\d+)\/limits:\s*Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)\s+files/;

/** The same without a path (`cat /proc/PID/limits`), and as prlimit(1) prints it. */
const BARE_LINE =
  /^[\s>#|]*(?:Max open files|NOFILE\s+max number of open files)\s+(\d+|unlimited)\s+(\d+|unlimited)\s+files\s*$/;
/** A command line that prints the limits of one process. */
const PRINTED = /\/proc\/(\d+)\/limits\b|\bprlimit\b.*?(?:\s-p|--pid)[ =]?(\d+)\b/;

function limit(text: string | undefined): number {
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
}

/** @param match its last two groups are the limits */
function limitsOf(pid: number, match: RegExpExecArray): ProcessFact {
  return { pid, softLimit: limit(match.at(-2)), hardLimit: limit(match.at(-1)) };
}

/** The limits that the line states for a process, or null if it is no such line. */
export function parseLimitLine(line: string): ProcessFact | null {
  const match = LIMIT_LINE.exec(line);
  return match && limitsOf(Number(match[1]), match);
}

/** Gives limits that are printed without their process to the one that the command line above them names. */
export class PromptedLimits {
  #pid = -1;

  /** The limits that a line states which stands beside the rows of a listing: a prompt, or a line of limits. */
  take(line: string, isPrompt: boolean): ProcessFact | null {
    if (isPrompt) {
      const printed = PRINTED.exec(line);
      this.#pid = printed ? Number(printed[1] ?? printed[2]) : -1;
      return null;
    }
    const match = this.#pid < 0 ? null : BARE_LINE.exec(line);
    return match && limitsOf(this.#pid, match);
  }
}
