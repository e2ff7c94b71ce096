import type { ListingStart, RowConsumer } from '../../model/consumer.ts';
import { CouldNotTellError } from '../../model/error.ts';
import type { ProcessFact } from '../../model/process.ts';
import type { Report, SourceInfo } from '../../model/report.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import type { Analysis, SourceResult } from '../../model/source.ts';
import { DeletedFiles } from '../deleted-files.ts';
import { leaksofLine, showLine } from '../next-command.ts';
import { ProcessChoice } from '../process/process-choice.ts';
import type { ProcessSummary } from '../process/process-summary.ts';
import { ProcessSurvey } from '../process/process-survey.ts';
import { rankProcess, rankTarget } from '../rank/rank.ts';
import { SocketStates } from '../socket-states.ts';
import { TargetWatch } from '../target/target-watch.ts';
import type { ShowData, ShownNumbers, ShownProcess } from './show-data.ts';
import { showSections } from './show-sections.ts';

export type { ShowData } from './show-data.ts';

export interface ShowOptions {
  /** A pid, or a command label; of several processes with the label the one nearest to its limit is shown. */
  readonly process: number | string;
  /** Targets in the table for people and in the data (20 where not given). */
  readonly top?: number | undefined;
  /** Where the source does not say the soft limit, in descriptors. */
  readonly softLimit?: number | null | undefined;
  /** True if a filter in front lets only some rows of a process through (`choosesRows`): then headroom cannot be told. */
  readonly partial?: boolean | undefined;
}

/** One process in full. `finish` throws `CouldNotTellError` if there is no such process. */
export function showAnalysis(options: ShowOptions): Analysis<ShowData> {
  return new ShowAnalysis(options);
}

class ShowAnalysis implements Analysis<ShowData> {
  readonly #options: ShowOptions;
  readonly #choice: ProcessChoice;
  readonly #targets = new TargetWatch();
  readonly #sockets = new SocketStates();
  readonly #deleted = new DeletedFiles();
  readonly #survey: ProcessSurvey;
  readonly #front: RowConsumer;

  constructor(options: ShowOptions) {
    this.#options = options;
    this.#choice = new ProcessChoice(String(options.process));
    this.#survey = new ProcessSurvey({
      softLimit: options.softLimit ?? null,
      partial: options.partial ?? false,
      targets: this.#targets,
      watches: [this.#sockets, this.#deleted],
    });
    this.#front = this.#choice.inFront(this.#survey);
  }

  listing(start: ListingStart): void {
    this.#front.listing(start);
  }

  rows(batch: RowBatch): void {
    this.#front.rows(batch);
  }

  process(fact: ProcessFact): void {
    this.#front.process(fact);
  }

  finish(result: SourceResult): Report<ShowData> {
    const { top = 20 } = this.#options;
    const { summaries, findings, coverage } = this.#survey.finish(result);
    const byPid = summaries.filter(({ pid }) => this.#choice.isPid(pid));
    const matching = byPid.length > 0 ? byPid : summaries.filter(({ command }) => this.#choice.isLabel(command));
    const [chosen] = matching;
    if (!chosen) throw notFound(this.#options, result.info);
    const data: ShowData = {
      process: shownProcess(chosen),
      matches: matching.length,
      numbers: numbersOf(chosen),
      targets: this.#targets.topTargets(chosen.entry, top).map(rankTarget),
      sockets: this.#sockets.of(chosen.entry),
      deleted: this.#deletedOf(chosen),
    };
    const here = showLine(result.info, chosen);
    const own = findings
      .filter(({ pid }) => pid === null || pid === chosen.pid)
      .map((finding) => ({ ...finding, next: finding.next.filter((line) => line !== here) }));
    const others = matching.slice(1);
    return {
      command: 'show',
      source: result.info,
      data,
      sections: showSections({ data, chosen, others, partial: this.#options.partial ?? false, source: result.info }),
      findings: own,
      coverage,
      verdict: 'none',
    };
  }

  #deletedOf({ entry }: ProcessSummary): ShowData['deleted'] {
    const held = this.#deleted.of(entry);
    if (!held) return { files: 0, bytes: 0 };
    let bytes = 0;
    for (const { size } of held.files.values()) bytes += size ?? 0;
    return { files: held.files.size + held.untracked, bytes };
  }
}

function notFound({ process, partial }: ShowOptions, source: SourceInfo): CouldNotTellError {
  const word = String(process);
  const what = /^\d+$/.test(word) ? `process ${word}` : `process called ${word}`;
  const where = source.kind === 'live' || source.kind === 'lsof' ? 'on this machine' : `in ${source.name}`;
  return new CouldNotTellError(
    `There is no ${what}${partial ? ' with a row that matches' : ''} ${where}.`,
    leaksofLine(source, 'rank'),
  );
}

function numbersOf({ entry, listed, softLimit }: ProcessSummary): ShownNumbers | null {
  const { numbers } = entry;
  if (!listed || numbers.size === 0) return null;
  return {
    // Labels cut to `*NNN` leave open which of the numbers above are free, but not those below 10,000.
    lowestFree: numbers.lowestFree(),
    highest: numbers.starred > 0 ? null : numbers.highest,
    aboveLimit: softLimit === null ? null : numbers.atOrAbove(softLimit),
  };
}

function shownProcess(summary: ProcessSummary): ShownProcess {
  const { fact, entry } = summary;
  return {
    ...rankProcess(summary),
    uid: fact.uid ?? null,
    ppid: entry.ppid,
    state: fact.state ?? null,
    threads: fact.threads ?? null,
    cpu: fact.cpu ?? null,
    rss: fact.rss ?? null,
    cwd: entry.cwd,
    commandLine: fact.commandLine ?? null,
    cgroup: fact.cgroup ?? null,
    container: fact.container ?? null,
    unit: fact.unit ?? null,
    pod: fact.pod ?? null,
    netns: fact.netns ?? null,
    refused: fact.refused ?? (entry.refused ? 'permission' : null),
  };
}
