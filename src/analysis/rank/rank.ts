import type { ListingStart } from '../../model/consumer.ts';
import type { DescriptorClass } from '../../model/descriptor-class.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { Report, Verdict } from '../../model/report.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import type { Analysis, SourceResult } from '../../model/source.ts';
import { type Budget, judgeUtilisation } from '../budget.ts';
import { type Grouping, groupBy, type ProcessGroup } from '../group.ts';
import type { ClassCounts, ProcessSummary, TopTarget } from '../process/process-summary.ts';
import { ProcessSurvey } from '../process/process-survey.ts';
import { TargetWatch } from '../target/target-watch.ts';
import { rankSections } from './rank-sections.ts';

export interface RankOptions {
  /** What a line is; `process` where not given. */
  readonly by?: Grouping | undefined;
  /** Lines of the table for people; where not given 20, of which calm processes get 5. Data has all of them. */
  readonly top?: number | undefined;
  /** For processes whose soft limit the source does not say, in descriptors. */
  readonly softLimit?: number | null | undefined;
  /** Budget: the largest share of its soft limit that a process may use, 1 = all. */
  readonly maxUtilisation?: number | null | undefined;
  /** True if a filter in front lets only some rows of a process through (`choosesRows`): then headroom cannot be told. */
  readonly partial?: boolean | undefined;
}

/** What a process holds most, for machines. */
export interface RankTarget {
  /** Target with its ids blanked; null for rows without a name. */
  readonly pattern: string | null;
  /** One name behind the pattern. */
  readonly name: string | null;
  readonly class: DescriptorClass;
  readonly type: string | null;
  /** Descriptors on it. */
  readonly count: number;
}

/** One process, as JSON prints it. Counts are in descriptors; null = not known. */
export interface RankProcess extends Omit<ProcessSummary, 'topTarget' | 'fact' | 'entry'> {
  readonly topTarget: RankTarget | null;
}

/** Processes with the same label. */
export interface RankGroup {
  readonly key: string | null;
  readonly processes: number;
  /** Sum over the members that were counted. */
  readonly descriptors: number;
  readonly openFiles: number;
  readonly classes: ClassCounts | null;
  readonly topTarget: RankTarget | null;
  /** The member nearest to its limit: a group is as near as that. */
  readonly worst: RankProcess;
}

export interface RankData {
  /** Only with a grouping other than by process; first, since it is then what was asked for. */
  readonly groups?: readonly RankGroup[];
  /** Nearest to the limit first. */
  readonly processes: readonly RankProcess[];
  /** Only with a budget. */
  readonly budget?: Budget;
}

/** Which processes are near their limit, what they hold, and what looks wrong. */
export function rankAnalysis(options: RankOptions = {}): Analysis<RankData> {
  return new RankAnalysis(options);
}

class RankAnalysis implements Analysis<RankData> {
  readonly #options: RankOptions;
  readonly #partial: boolean;
  readonly #survey: ProcessSurvey;

  constructor(options: RankOptions) {
    this.#options = options;
    this.#partial = options.partial ?? false;
    this.#survey = new ProcessSurvey({
      softLimit: options.softLimit ?? null,
      partial: this.#partial,
      targets: new TargetWatch(),
    });
  }

  listing(start: ListingStart): void {
    this.#survey.listing(start);
  }

  rows(batch: RowBatch): void {
    this.#survey.rows(batch);
  }

  process(fact: ProcessFact): void {
    this.#survey.process(fact);
  }

  finish(result: SourceResult): Report<RankData> {
    const { by = 'process', top = null, maxUtilisation = null } = this.#options;
    const { summaries, findings, coverage } = this.#survey.finish(result);
    const groups = by === 'process' ? null : groupBy(by, summaries);
    const budget = maxUtilisation === null ? null : judgeUtilisation(maxUtilisation, summaries);
    const partial = this.#partial;
    return {
      command: 'rank',
      source: result.info,
      data: {
        ...(groups ? { groups: groups.map(rankGroup) } : {}),
        processes: summaries.map(rankProcess),
        ...(budget ? { budget } : {}),
      },
      sections: rankSections({ summaries, groups, by, top, findings, budget, partial, source: result.info }),
      findings,
      coverage,
      verdict: verdictOf(budget),
    };
  }
}

function verdictOf(budget: Budget | null): Verdict {
  return budget === null ? 'none' : budget.verdict;
}

/** The row of a process, keys in schema order. */
export function rankProcess(summary: ProcessSummary): RankProcess {
  const { pid, startTime, command, user, descriptors, listed, reserved, openFiles } = summary;
  const { softLimit, hardLimit, utilisation, headroom, classes, topTarget } = summary;
  return {
    pid,
    startTime,
    command,
    user,
    descriptors,
    listed,
    reserved,
    openFiles,
    softLimit,
    hardLimit,
    utilisation,
    headroom,
    classes,
    topTarget: topTarget && rankTarget(topTarget),
  };
}

/** A target, keys in schema order. */
export function rankTarget({ pattern, name, class: kind, type, count }: TopTarget): RankTarget {
  return { pattern, name, class: kind, type, count };
}

function rankGroup({ key, members, descriptors, openFiles, classes, topTarget, worst }: ProcessGroup): RankGroup {
  return {
    key,
    processes: members.length,
    descriptors,
    openFiles,
    classes,
    topTarget: topTarget && rankTarget(topTarget),
    worst: rankProcess(worst),
  };
}
