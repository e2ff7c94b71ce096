import type { Coverage } from '../../model/coverage.ts';
import type { ProcessEntry } from '../process/process-entry.ts';
import type { TopTarget } from '../process/process-summary.ts';
import type { RowWatch, Run } from '../run.ts';
import { type HeldTarget, TargetTable } from './target-table.ts';

/** Counts the targets of each process while rows pass, by pattern. */
export class TargetWatch implements RowWatch {
  readonly #table = new TargetTable();

  run({ batch, entry, from, to, codes }: Run): void {
    this.#table.addRun(entry.slot, batch, from, to, codes);
  }

  /** What the process holds most; null if it holds nothing. */
  top(entry: ProcessEntry): TopTarget | null {
    return this.topTargets(entry, 1)[0] ?? null;
  }

  /** The first so many, of this process alone. */
  topTargets(entry: ProcessEntry, length: number): TopTarget[] {
    return this.list(entry, length).map(({ pattern, name, class: kind, type, count, single }) => ({
      pattern,
      name,
      class: kind,
      type,
      count,
      single,
    }));
  }

  /** The first so many, most first, with what rules want to know. */
  list(entry: ProcessEntry, length: number): HeldTarget[] {
    return this.#table.top(entry.slot, length);
  }

  get approximate(): Coverage['approximate'] {
    const { maxError } = this.#table;
    return maxError === 0 ? null : { table: 'targets', maxError };
  }
}
