import { cellText, classOf, isDescriptor, isThreadRow } from '../../model/classify.ts';
import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';
import { hasCell } from '../row-bytes.ts';
import { type TargetCount, TargetTable } from '../target/target-table.ts';

/** Which rows count: descriptors, or every row with a name (`cwd`, `txt`, `mem` ... too). */
export type Associations = 'descriptors' | 'all';

/** Rows kept apart in the target table, to be left out of the sum if others of the same process are better. */
interface Part {
  readonly slot: number;
  rows: number;
}

/** What was counted of one process in one listing. */
interface Counted {
  readonly pid: number;
  /** Rows of the process itself. */
  own: Part | null;
  /** Rows without an FD cell, which do not say whether they are descriptors. */
  unlabelled: Part | null;
  /** Rows repeated for each thread, while no row of the process itself was seen. */
  readonly threads: Map<string, Part>;
}

/**
 * Counts names by process, each process once: lsof repeats the rows of a process for every thread, and then those without
 * a TID count, or, where a listing has none of those, the thread with most. Listings do not add up either: of several, the
 * one counts in which the process holds most.
 */
export class NameCount {
  readonly #table: TargetTable;
  readonly #associations: Associations;
  #slots = 0;
  #processes = new Map<number, Counted>();
  readonly #peaks = new Map<number, Part>();
  readonly #left = new Set<number>();
  #last: Counted | null = null;

  constructor(exact: boolean, associations: Associations) {
    this.#table = new TargetTable({ exact });
    this.#associations = associations;
  }

  get maxError(): number {
    return this.#table.maxError;
  }

  listing(): void {
    this.#settle();
  }

  rows(batch: RowBatch): void {
    const pids = batch.numbers[Num.pid] as Int32Array;
    const tids = batch.text[Cell.tid] ?? null;
    const fds = batch.text[Cell.fd] ?? null;
    const all = this.#associations === 'all';
    let counted = this.#last;
    for (let row = 0; row < batch.rows; row++) {
      const pid = pids[row] as number;
      if (counted === null || counted.pid !== pid) counted = this.#counted(pid);
      if (tids !== null && isThreadRow(batch, row)) {
        if (counted.own === null && (all || isDescriptor(batch, row))) this.#thread(batch, row, counted);
        continue;
      }
      const labelled = fds !== null && hasCell(batch, row, Cell.fd);
      const part = this.#partOf(counted, labelled || all);
      if (!all && labelled && !isDescriptor(batch, row)) continue;
      part.rows++;
      this.#table.add(part.slot, batch, row, classOf(batch, row));
    }
    this.#last = counted;
  }

  /** The `n` most frequent, and sums over all. */
  finish(n: number): NameSums {
    this.#settle();
    let rows = 0;
    let processes = 0;
    for (const part of this.#peaks.values()) {
      rows += part.rows;
      if (part.rows > 0) processes++;
    }
    return { targets: this.#table.overall(n, this.#left), rows, processes };
  }

  /** Ends a listing: of each process one part stays. */
  #settle(): void {
    for (const { pid, own, unlabelled, threads } of this.#processes.values()) {
      const parts = [own, unlabelled, ...threads.values()].filter((part) => part !== null);
      const largest = parts.reduce<Part | null>((best, part) => (best && best.rows >= part.rows ? best : part), null);
      const chosen = own ?? unlabelled ?? largest;
      const before = this.#peaks.get(pid);
      const peak = chosen && (!before || chosen.rows > before.rows) ? chosen : before;
      for (const part of before ? [...parts, before] : parts) if (part !== peak) this.#left.add(part.slot);
      if (peak) this.#peaks.set(pid, peak);
    }
    this.#processes = new Map();
    this.#last = null;
  }

  #counted(pid: number): Counted {
    let counted = this.#processes.get(pid);
    if (!counted) {
      counted = { pid, own: null, unlabelled: null, threads: new Map() };
      this.#processes.set(pid, counted);
    }
    return counted;
  }

  #partOf(counted: Counted, own: boolean): Part {
    const part = (own ? counted.own : counted.unlabelled) ?? this.#part();
    if (own) counted.own = part;
    else counted.unlabelled = part;
    return part;
  }

  #part(): Part {
    return { slot: this.#slots++, rows: 0 };
  }

  #thread(batch: RowBatch, row: number, { threads }: Counted): void {
    const tid = cellText(batch, row, Cell.tid) ?? '';
    let part = threads.get(tid);
    if (!part) {
      part = this.#part();
      threads.set(tid, part);
    }
    part.rows++;
    this.#table.add(part.slot, batch, row, classOf(batch, row));
  }
}

export interface NameSums {
  readonly targets: readonly TargetCount[];
  /** Rows counted, under whatever name. */
  readonly rows: number;
  /** Processes that have any. */
  readonly processes: number;
}
