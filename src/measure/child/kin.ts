import { environmentHolds } from '../../source/proc/process/environ.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';
import type { ProcessStat } from '../../source/proc/process/stat.ts';

/** A process that came from a command, by pid and start: a pid alone is reused. */
export interface Relative {
  readonly pid: number;
  /** Seconds after boot. */
  readonly start: number;
  /** Label only. */
  readonly command: string;
  /** Its process group when it was last looked at. */
  readonly group: number;
}

export interface Origin {
  /** proc tree */
  readonly root: string;
  /** The command's first process, leader of its own session and process group. */
  readonly leader: number;
  /** `NAME=value` that the command was started with. */
  readonly mark: string;
}

/**
 * Everybody who came from one command: known by parent, process group, session, or by the mark in the environment, which a
 * daemon under another parent still carries. Whoever was seen once stays known, wherever it goes. Not seen is only who
 * leaves the session, clears its environment *and* loses its parent, all between two looks: Node has no
 * PR_SET_CHILD_SUBREAPER (prctl(2)) that would keep such a process below us.
 */
export class Kin {
  readonly #origin: Origin;
  readonly #known = new Map<number, Relative>();
  /** Pids of others: what somebody came from does not change. */
  readonly #others = new Set<number>();

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  /** Looks for new ones. Costs a listing of /proc, and a few reads for each process that is new on the machine. */
  look(): void {
    const pids = listProcesses(this.#origin.root);
    const present = new Set(pids);
    for (const pid of this.#others) if (!present.has(pid)) this.#others.delete(pid);
    let waiting = pids.filter((pid) => pid !== process.pid && !this.#others.has(pid) && !this.#isKnown(pid));
    // A parent may have the higher pid.
    for (let joined = true; joined; ) {
      const left = waiting.filter((pid) => !this.#joins(pid));
      joined = left.length < waiting.length;
      waiting = left;
    }
    for (const pid of waiting) this.#others.add(pid);
  }

  /** The living, after a look at every process of the machine: nothing is taken from memory but who was known. */
  sweep(): Relative[] {
    this.#others.clear();
    this.look();
    return this.living();
  }

  /** Those known that still run, by pid; a zombie runs no more. */
  living(): Relative[] {
    const living: Relative[] = [];
    for (const [pid, relative] of this.#known) {
      const stat = this.#statOf(pid);
      if (stat === null || stat.startSeconds !== relative.start || /[ZX]/.test(stat.state)) continue;
      living.push({ ...relative, command: stat.command, group: stat.group });
    }
    return living.sort((one, other) => one.pid - other.pid);
  }

  /** Whether the pid stands for one that is known, and not for a later process. */
  #isKnown(pid: number): boolean {
    const relative = this.#known.get(pid);
    return relative !== undefined && this.#statOf(pid)?.startSeconds === relative.start;
  }

  #joins(pid: number): boolean {
    const { root, leader, mark } = this.#origin;
    const stat = this.#statOf(pid);
    if (stat === null) return false;
    const ours =
      pid === leader ||
      stat.group === leader ||
      stat.session === leader ||
      this.#isKnown(stat.ppid) ||
      environmentHolds(`${root}/${pid}`, mark);
    if (ours) this.#known.set(pid, { pid, start: stat.startSeconds, command: stat.command, group: stat.group });
    return ours;
  }

  #statOf(pid: number): ProcessStat | null {
    return readStat(`${this.#origin.root}/${pid}`);
  }
}
