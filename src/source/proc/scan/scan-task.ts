import type { Detail, ListedProcess, Losses } from '../process/listed-process.ts';

/** What a scanner is told once, as its only argument (JSON). */
export interface ScannerSetup {
  readonly detail: Detail;
  readonly procfs: boolean;
}

/** Descriptors of one process to read; the payload is their numbers, 32 bits each. */
export interface ScanTask {
  readonly process: ListedProcess;
  /** Tells tables apart: what is remembered of files holds within one. */
  readonly table: number;
  /** Whether to write the process's `cwd`, `txt`, `mem` rows first. */
  readonly associations: boolean;
}

/** The answer, in the order of the tasks; the payload is a batch. */
export interface ScanAnswer {
  /** null: another message with more rows of the same task follows. */
  readonly losses: Losses | null;
  /** Rows on network file systems. */
  readonly remote: number;
}

/** Descriptors in one task: an answer must fit into the pipe's buffer, so that a scanner never waits for its parent. */
export const TASK_SIZE = 1024;
