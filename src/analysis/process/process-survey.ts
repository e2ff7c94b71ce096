import type { ListingStart, RowConsumer } from '../../model/consumer.ts';
import type { Coverage } from '../../model/coverage.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { Finding, Severity } from '../../model/report.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import type { SourceResult } from '../../model/source.ts';
import { coverageOf } from '../coverage.ts';
import { FINDING_RULES } from '../finding/registry.ts';
import { byUtilisation } from '../rank/rank-order.ts';
import type { RowWatch } from '../run.ts';
import type { TargetWatch } from '../target/target-watch.ts';
import type { ProcessEntry } from './process-entry.ts';
import { type ProcessSummary, summarise } from './process-summary.ts';
import { ProcessTable } from './process-table.ts';

/** What was learned of all processes of an input. */
export interface Survey {
  /** Nearest to the limit first. */
  readonly summaries: readonly ProcessSummary[];
  /** Gravest first; within a severity in the order of processes, then of rules. */
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
}

export interface SurveyOptions {
  readonly softLimit: number | null;
  readonly partial: boolean;
  readonly targets: TargetWatch;
  readonly watches?: readonly RowWatch[];
}

const GRAVITY: readonly Severity[] = ['critical', 'warning', 'info'];

/** One pass over the rows: counts, targets and the findings' own state. `rank` and `show` are made from it. */
export class ProcessSurvey implements RowConsumer {
  readonly #options: SurveyOptions;
  readonly #checks = FINDING_RULES.map((rule) => rule.start());
  readonly #table: ProcessTable;

  constructor(options: SurveyOptions) {
    this.#options = options;
    const watches = this.#checks.flatMap(({ watch }) => (watch ? [watch] : []));
    this.#table = new ProcessTable([options.targets, ...watches, ...(options.watches ?? [])]);
  }

  listing(_start: ListingStart): void {
    this.#table.listing();
  }

  rows(batch: RowBatch): void {
    this.#table.rows(batch);
  }

  process(fact: ProcessFact): void {
    this.#table.process(fact);
  }

  finish(result: SourceResult): Survey {
    const { softLimit, partial, targets } = this.#options;
    const topTarget = (entry: ProcessEntry) => targets.top(entry);
    const all = this.#table
      .finish()
      .map((entry) => summarise(entry, { softLimit, partial, topTarget }))
      .sort(byUtilisation);
    // Two processes with one table are counted once. If its owner was filtered away the other stands for it.
    const byPid = new Map(all.map((summary) => [summary.pid, summary]));
    const isShared = ({ pid, fact }: ProcessSummary) => {
      const owner = fact.sharesTableWith === undefined ? undefined : byPid.get(fact.sharesTableWith);
      if (!owner || owner.pid === pid) return false;
      // Where each names the other, the lower pid stands for both.
      return owner.fact.sharesTableWith !== pid || (owner.pid ?? 0) < (pid ?? 0);
    };
    const shared = all.filter(isShared);
    const summaries = all.filter((summary) => !isShared(summary));
    const { rowsRead, rowsUnreadable } = this.#table;
    // A source that counted what it listed (a series) means descriptors.
    const hidden = summaries.some(({ entry }) => entry.countsUnlabelled && entry.fact?.listed !== entry.rows)
      ? ['some rows have no FD cell, so cwd, mem and descriptors cannot be told apart there: all were counted']
      : [];
    return {
      summaries,
      findings: this.#findings(summaries, shared, result),
      coverage: coverageOf(result, all, { rowsRead, rowsUnreadable, approximate: targets.approximate, hidden }),
    };
  }

  #findings(
    summaries: readonly ProcessSummary[],
    shared: readonly ProcessSummary[],
    { info, system }: SourceResult,
  ): Finding[] {
    const targets = ({ entry }: ProcessSummary, length: number) => this.#options.targets.list(entry, length);
    const place = new Map(summaries.map(({ pid }, index) => [pid, index]));
    const order = ({ pid }: Finding) => (pid === null ? summaries.length : (place.get(pid) ?? summaries.length));
    return this.#checks
      .flatMap((check) => check.find({ summaries, shared, source: info, system, targets }))
      .sort((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity) || order(a) - order(b));
  }
}
