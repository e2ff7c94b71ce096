import { readStat } from '../../source/proc/process/read-stat.ts';

/** Processes asked at most: it is for those that were named. */
const ASKED = 100;

/**
 * Processes whose children ended while they were watched, by one look before and one after. Whoever waits for a child adds its
 * minor faults to its own account (getrusage(2), RUSAGE_CHILDREN), and no process is without one.
 */
export class Bereaved {
  readonly #root: string;
  readonly #before: ReadonlyMap<number, number>;

  constructor(root: string, pids: readonly number[]) {
    this.#root = root;
    this.#before = new Map(
      pids.slice(0, ASKED).flatMap((pid) => {
        const faults = this.#childFaults(pid);
        return faults === null ? [] : [[pid, faults] as const];
      }),
    );
  }

  /** Pids of those who waited for a child since then. */
  now(): readonly number[] {
    return [...this.#before].flatMap(([pid, before]) => ((this.#childFaults(pid) ?? before) > before ? [pid] : []));
  }

  #childFaults(pid: number): number | null {
    return readStat(`${this.#root}/${pid}`)?.childFaults ?? null;
  }
}
