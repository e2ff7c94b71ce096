import type { ListingStart } from '../../model/consumer.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { Report } from '../../model/report.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import type { Analysis, SourceResult } from '../../model/source.ts';
import { coverageOf } from '../coverage.ts';
import { type ProcessSummary, summarise } from '../process/process-summary.ts';
import { ProcessTable } from '../process/process-table.ts';
import type { DeletedBudget, DeletedData } from './deleted-data.ts';
import { deletedFindings } from './deleted-findings.ts';
import { deletedSections } from './deleted-sections.ts';
import { byPattern, byProcess, type DeletedSum, sumOf } from './deleted-sums.ts';
import { type AllocatedOf, DeletedTable } from './deleted-table.ts';
import type { HeldFile } from './held-file.ts';
import { releasesOf } from './release.ts';

export interface DeletedOptions {
  /** Lines of each table for people (20 where not given). Data has all of them. */
  readonly top?: number;
  /** Bytes that may be held; null = no budget. */
  readonly maxDeleted?: number | null;
  /** How to ask for a file's blocks; null where only the listing is there. */
  readonly allocatedOf?: AllocatedOf | null;
  /**
   * Of whom is asked where not of everybody: then nobody knows who else holds their files. All of a label, or some of which the
   * others of their label may be missing.
   */
  readonly only?: 'label' | 'some' | null;
}

/** How much space unlinked files hold, by process and by pattern, and how it comes back without a restart. */
export function deletedAnalysis(options: DeletedOptions = {}): Analysis<DeletedData> {
  return new DeletedAnalysis(options);
}

class DeletedAnalysis implements Analysis<DeletedData> {
  readonly #options: DeletedOptions;
  readonly #files = new DeletedTable();
  readonly #table = new ProcessTable();

  constructor(options: DeletedOptions) {
    this.#options = options;
  }

  listing(_start: ListingStart): void {
    this.#table.listing();
  }

  rows(batch: RowBatch): void {
    this.#table.rows(batch);
    this.#files.rows(batch);
  }

  process(fact: ProcessFact): void {
    this.#table.process(fact);
  }

  finish(result: SourceResult): Report<DeletedData> {
    const { top = 20, maxDeleted = null, allocatedOf = null, only = null } = this.#options;
    const summaries = this.#table
      .finish()
      .map((entry) => summarise(entry, { softLimit: null, partial: true, topTarget: () => null }));
    const { untracked } = this.#files;
    const { rowsRead, rowsUnreadable } = this.#table;
    const coverage = coverageOf(result, summaries, {
      rowsRead,
      rowsUnreadable,
      approximate: untracked.descriptors === 0 ? null : { table: 'files', maxError: untracked.descriptors },
      hidden: [],
    });
    const files = this.#files.finish(allocatedOf);
    const data = dataOf(files, untracked, summaries, only);
    const budget = maxDeleted === null ? null : judge(maxDeleted, data.disk, coverage.processes.refused);
    return {
      command: 'deleted',
      source: result.info,
      data: { ...data, ...(budget ? { budget } : {}) },
      sections: deletedSections({
        data,
        top,
        budget,
        live: allocatedOf !== null,
        source: result.info,
        refused: coverage.processes.refused,
      }),
      findings: deletedFindings(data.holders.slice(0, top)),
      coverage,
      verdict: budget?.verdict ?? 'none',
    };
  }
}

function dataOf(
  files: readonly HeldFile[],
  untracked: { readonly descriptors: number; readonly bytes: number },
  summaries: readonly ProcessSummary[],
  only: DeletedOptions['only'],
): DeletedData {
  const of = (kind: HeldFile['kind']) => files.filter((file) => file.kind === kind);
  const onDisk = of('disk');
  const known = sumOf(onDisk);
  const processes = new Map(summaries.flatMap((summary) => (summary.pid === null ? [] : [[summary.pid, summary]])));
  return {
    disk: {
      files: known.files + untracked.descriptors,
      bytes: known.bytes + untracked.bytes,
      allocated: known.allocated === null ? null : known.allocated + untracked.bytes,
      unsized: known.unsized,
    },
    memory: sumOf(of('memory')),
    mapped: sumOf(of('mapped')),
    empty: of('empty').length,
    holders: byProcess(onDisk).map((held) => {
      const summary = processes.get(held.pid);
      return {
        pid: held.pid < 0 ? null : held.pid,
        startTime: summary?.startTime ?? null,
        command: summary?.command ?? null,
        user: summary?.user ?? null,
        files: held.files,
        bytes: held.bytes,
        allocated: held.allocated,
        unsized: held.unsized,
        alone: only ? null : held.alone,
        largest: held.held[0]?.name ?? null,
        release: releasesOf(held, processes, only !== 'some'),
      };
    }),
    patterns: byPattern(files.filter(({ kind }) => kind !== 'empty')),
    files,
  };
}

/** What was not seen can only add to it. */
function judge(limit: number, { bytes, allocated, unsized }: DeletedSum, refused: number): DeletedBudget {
  const value = allocated ?? bytes;
  const unknown = refused > 0 || unsized > 0;
  return { limit, value, verdict: value > limit ? 'fail' : unknown ? 'inconclusive' : 'pass' };
}
