import { BATCH_ROWS } from '../columns/batch.ts';
import type { RowBatch } from '../model/row-batch.ts';
import type { ProcessEntry } from './process/process-entry.ts';

/** Rows `[from, to)` of a batch, all of one process, with what was already found of each: a watch must copy what it keeps. */
export interface Run {
  readonly batch: RowBatch;
  readonly entry: ProcessEntry;
  readonly from: number;
  readonly to: number;
  /** By row: the class code of a descriptor; 0 where the row is none (`cwd`, `mem`) or repeats one for a thread. */
  readonly codes: Uint8Array;
  /** By row with a code: its descriptor number, negative where the label does not say it. */
  readonly numbers: Int32Array;
}

/**
 * Sees the descriptor rows of a run, each once per process however many threads were listed. lsof prints the rows of
 * a process together, so a call for each run stands for hundreds of calls for rows.
 */
export interface RowWatch {
  run(run: Run): void;
}

/** A watch that looks at single rows of some classes. */
export function eachRow(
  classes: readonly number[],
  see: (batch: RowBatch, row: number, entry: ProcessEntry, code: number, number: number) => void,
): RowWatch {
  const wanted = new Uint8Array(256);
  for (const code of classes) wanted[code] = 1;
  return {
    run({ batch, entry, from, to, codes, numbers }) {
      for (let row = from; row < to; row++) {
        const code = codes[row] as number;
        if (wanted[code] === 1) see(batch, row, entry, code, numbers[row] as number);
      }
    },
  };
}

/** Shared by all runs: batches are taken one after the other. */
const CODES = new Uint8Array(BATCH_ROWS);
const NUMBERS = new Int32Array(BATCH_ROWS);

/** A run of which nothing is found yet. */
export function newRun(batch: RowBatch, entry: ProcessEntry, from: number, to: number): Run {
  return { batch, entry, from, to, codes: CODES, numbers: NUMBERS };
}

/**
 * Rows of a run at most. What is found of them stays in the processor's nearest cache; and loops that end soon are compiled
 * once, whole, where V8 compiles a long one while it runs and again when it ends.
 */
const LONGEST = 256;

/** The end of the run that begins at row `from`: the first row of another process, or as far as a run goes. */
export function endOfRun(pids: Int32Array, from: number, rows: number): number {
  const pid = pids[from];
  const stop = Math.min(rows, from + LONGEST);
  let to = from + 1;
  while (to < stop && pids[to] === pid) to++;
  return to;
}
