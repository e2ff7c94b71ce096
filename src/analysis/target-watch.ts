import type { Coverage } from '../model/coverage.ts';
import type { RowBatch } from '../model/row-batch.ts';
import type { ProcessEntry } from './process-entry.ts';
import type { TopTarget } from './process-summary.ts';
import type { RowWatch } from './process-table.ts';
import { type TargetCount, TargetTable } from './target-table.ts';

/** Counts the targets of each process while rows pass, by pattern. */
export class TargetWatch implements RowWatch {
  readonly classes = null;
  readonly #table = new TargetTable();

  row(batch: RowBatch, row: number, entry: ProcessEntry, code: number): void {
    this.#table.add(entry.slot, batch, row, code);
  }

  /** What the process holds most; null if it holds nothing. */
  top(entry: ProcessEntry): TopTarget | null {
    return this.list(entry, 1)[0] ?? null;
  }

  /** The first so many, most first. */
  list(entry: ProcessEntry, length: number): TopTarget[] {
    return this.#table.top(entry.slot, length).map(topTarget);
  }

  get approximate(): Coverage['approximate'] {
    const { maxError } = this.#table;
    return maxError === 0 ? null : { table: 'targets', maxError };
  }
}

function topTarget({ pattern, name, type, class: kind, count }: TargetCount): TopTarget {
  return { pattern, name, class: kind, type, count };
}
