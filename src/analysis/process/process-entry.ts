import { DESCRIPTOR_CLASSES } from '../../model/descriptor-class.ts';
import type { ProcessFact } from '../../model/process.ts';
import { NumberSet } from '../number-set.ts';

/**
 * Rows kept apart from the process's own count: those of one task (a listing by threads repeats the process's table
 * once for each), or those without an FD cell.
 */
export class RowCount {
  openFiles = 0;
  descriptors = 0;
  readonly classes = new Int32Array(DESCRIPTOR_CLASSES.length + 1);
}

/** What the rows and facts said of one process so far. Counts are exact. */
export class ProcessEntry {
  /** -1 where the source names none. */
  readonly pid: number;
  /** Order of appearance, from 0. */
  readonly slot: number;
  command: string | null = null;
  user: string | null = null;
  ppid: number | null = null;
  cwd: string | null = null;
  fact: ProcessFact | null = null;
  /** Rows that are not repeated for a task. */
  openFiles = 0;
  /** Of those, the ones with a descriptor number. */
  numbered = 0;
  /** Of those, the ones without an FD cell, which do not say whether they are descriptors. */
  unlabelled: RowCount | null = null;
  /** Descriptors by class code. */
  readonly classes = new Int32Array(DESCRIPTOR_CLASSES.length + 1);
  readonly numbers = new NumberSet();
  /** A placeholder row said that the descriptors could not be listed. */
  refused = false;
  readonly tasks = new Map<number, RowCount>();
  /** TID of the first task that was counted for want of rows without a TID. */
  firstTask: number | null = null;
  /** Rows of all tasks together. */
  taskRows = 0;

  constructor(pid: number, slot: number) {
    this.pid = pid;
    this.slot = slot;
  }

  /** Adds what a fact says; later facts fill or replace. */
  learn(fact: ProcessFact): void {
    this.fact = this.fact ? { ...this.fact, ...fact } : fact;
    this.command = fact.command ?? this.command;
    this.user = fact.user ?? this.user;
    this.ppid = fact.ppid ?? this.ppid;
    this.cwd = fact.cwd ?? this.cwd;
  }

  /** Open files, once per process: rows without a TID, else those of the largest single task. */
  get rows(): number {
    return this.openFiles > 0 ? this.openFiles : (this.#largestTask()?.openFiles ?? 0);
  }

  /** Rows with a number, once per process. A source without an FD column lists descriptors only. */
  get listedRows(): number {
    if (this.openFiles === 0) return this.#largestTask()?.descriptors ?? 0;
    return this.countsUnlabelled ? this.openFiles : this.numbered;
  }

  /** True where no row says by its FD column whether it is a descriptor, so all are taken to be. */
  get countsUnlabelled(): boolean {
    return this.unlabelled !== null && this.unlabelled.openFiles === this.openFiles;
  }

  /** Descriptors by class code, once per process. */
  get listedClasses(): Int32Array {
    if (this.openFiles === 0) return this.#largestTask()?.classes ?? this.classes;
    return this.unlabelled !== null && this.countsUnlabelled ? this.unlabelled.classes : this.classes;
  }

  /** True if any row of it was seen. */
  get seen(): boolean {
    return this.openFiles > 0 || this.taskRows > 0 || this.refused;
  }

  #largestTask(): RowCount | null {
    let largest: RowCount | null = null;
    let best = 0;
    for (const [tid, task] of this.tasks) {
      const better =
        largest === null ||
        task.descriptors > largest.descriptors ||
        (task.descriptors === largest.descriptors &&
          (task.openFiles > largest.openFiles || (task.openFiles === largest.openFiles && tid < best)));
      if (!better) continue;
      largest = task;
      best = tid;
    }
    return largest;
  }
}
