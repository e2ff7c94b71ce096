import type { ListingStart } from '../../model/consumer.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { Report } from '../../model/report.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import type { Analysis, SourceResult } from '../../model/source.ts';
import { coverageOf } from '../coverage.ts';
import { DeletedFiles } from '../deleted-files.ts';
import type { ProcessEntry } from '../process/process-entry.ts';
import { summarise } from '../process/process-summary.ts';
import { ProcessTable } from '../process/process-table.ts';
import type { TargetCount } from '../target/target-table.ts';
import { type Associations, NameCount } from './name-count.ts';
import { type DeletedSum, nameSections } from './name-sections.ts';

export interface NamesOptions {
  /** Lines of the table for people (20 where not given). Data has all of them. */
  readonly top?: number;
  /** Count every name by itself instead of its pattern. */
  readonly exact?: boolean;
  /** Rows that count; `descriptors` where not given: the rest does not use up a limit. */
  readonly associations?: Associations;
}

export interface NamesData {
  /** Most open first, ties in order of pattern. */
  readonly targets: readonly TargetCount[];
}

/** Which targets are open most, and by how many processes. */
export function namesAnalysis(options: NamesOptions = {}): Analysis<NamesData> {
  return new NamesAnalysis(options);
}

class NamesAnalysis implements Analysis<NamesData> {
  readonly #top: number;
  readonly #exact: boolean;
  readonly #associations: Associations;
  readonly #names: NameCount;
  readonly #deleted = new DeletedFiles();
  readonly #table = new ProcessTable([this.#deleted]);

  constructor({ top = 20, exact = false, associations = 'descriptors' }: NamesOptions) {
    this.#top = top;
    this.#exact = exact;
    this.#associations = associations;
    this.#names = new NameCount(exact, associations);
  }

  listing(_start: ListingStart): void {
    this.#table.listing();
    this.#names.listing();
  }

  rows(batch: RowBatch): void {
    this.#table.rows(batch);
    this.#names.rows(batch);
  }

  process(fact: ProcessFact): void {
    this.#table.process(fact);
  }

  finish(result: SourceResult): Report<NamesData> {
    const entries = this.#table.finish();
    const summaries = entries.map((entry) =>
      summarise(entry, { softLimit: null, partial: true, topTarget: () => null }),
    );
    const sums = this.#names.finish(Number.POSITIVE_INFINITY);
    const { maxError } = this.#names;
    const { rowsRead, rowsUnreadable } = this.#table;
    return {
      command: 'names',
      source: result.info,
      data: { targets: sums.targets },
      sections: nameSections({
        sums,
        top: this.#top,
        exact: this.#exact,
        descriptors: this.#associations === 'descriptors',
        deleted: this.#deletedSum(entries),
        source: result.info,
      }),
      findings: [],
      coverage: coverageOf(result, summaries, {
        rowsRead,
        rowsUnreadable,
        approximate: maxError === 0 ? null : { table: 'targets', maxError },
        hidden: [],
      }),
      verdict: 'none',
    };
  }

  /** A file that several processes hold takes its bytes once. */
  #deletedSum(entries: readonly ProcessEntry[]): DeletedSum {
    const seen = new Set<number>();
    const sum = { files: 0, bytes: 0, unsized: 0 };
    for (const entry of entries) {
      const held = this.#deleted.of(entry);
      if (!held) continue;
      sum.files += held.untracked;
      sum.unsized += held.untracked;
      for (const [identity, { size }] of held.files) {
        if (seen.has(identity)) continue;
        seen.add(identity);
        sum.files++;
        if (size === null) sum.unsized++;
        else sum.bytes += size;
      }
    }
    return sum;
  }
}
