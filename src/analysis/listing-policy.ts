import type { ListingStart } from '../model/consumer.ts';
import { UsageError } from '../model/error.ts';
import type { ProcessFact } from '../model/process.ts';
import type { NoteSection, Report } from '../model/report.ts';
import type { RowBatch } from '../model/row-batch.ts';
import type { Analysis, SourceResult } from '../model/source.ts';

/** Which listing of an input answers: the last that has rows or counts, the Nth (1 = first), or all of them. */
export type ListingPolicy = 'last' | 'all' | number;

/**
 * Makes an analysis answer for the listings that the policy chooses. Several listings in one input do not add up, so each
 * has a fresh analysis (`make`); limits, which a paste states once, hold for all of them. An empty listing that follows
 * (`lsof +r` prints one when its process has ended) does not hide the last one with rows.
 *
 * @throws {UsageError} from `finish` if the input has no Nth listing
 */
export function forListing<D extends object>(policy: ListingPolicy, make: () => Analysis<D>): Analysis<D> {
  return policy === 'all' ? make() : new ChosenListing(policy, make);
}

class ChosenListing<D extends object> implements Analysis<D> {
  readonly #policy: 'last' | number;
  readonly #make: () => Analysis<D>;
  readonly #limits = new Map<number, ProcessFact>();
  /** Facts of the listing that is read. */
  #facts: ProcessFact[] = [];
  #analysis: Analysis<D>;
  #start: ListingStart = { index: 0, marker: null, line: 1 };
  /** Index of the listing that the analysis holds; -1 before its first row. */
  #held = -1;
  #highest = 0;

  constructor(policy: 'last' | number, make: () => Analysis<D>) {
    this.#policy = policy;
    this.#make = make;
    this.#analysis = make();
  }

  listing(start: ListingStart): void {
    this.#start = start;
    this.#highest = Math.max(this.#highest, start.index);
    if (start.index > 0) this.#facts = [];
  }

  rows(batch: RowBatch): void {
    const { index } = this.#start;
    if (!this.#chooses(index)) return;
    if (this.#held !== index) this.#begin();
    this.#analysis.rows(batch);
  }

  process(fact: ProcessFact): void {
    const limit = limitsOf(fact);
    if (limit) this.#limits.set(fact.pid, { ...this.#limits.get(fact.pid), ...limit });
    const { index } = this.#start;
    // A later listing may consist of counts alone, as the samples of a series do; limits alone make none.
    if (index > 0 && this.#held !== index && fact.descriptors !== undefined && this.#chooses(index)) this.#begin();
    if (index === 0 && this.#held <= 0 && (this.#policy === 'last' || this.#policy === 1)) this.#analysis.process(fact);
    else if (this.#held === index) this.#analysis.process(fact);
    else {
      if (limit) this.#analysis.process(limit);
      this.#facts.push(fact);
    }
  }

  finish(result: SourceResult): Report<D> {
    const total = Math.max(this.#highest + 1, result.coverage.listings ?? 1);
    if (this.#policy !== 'last' && this.#policy > total) {
      throw new UsageError(
        `there is no listing ${this.#policy}: the input has ${total}`,
        `--listing takes 1 to ${total}, last or all`,
      );
    }
    const report = this.#analysis.finish(result);
    if (total <= 1) return report;
    const shown = this.#policy === 'last' ? Math.max(this.#held, 0) + 1 : this.#policy;
    const note: NoteSection = { kind: 'note', tone: 'plain', text: listingSentence(shown, total) };
    return { ...report, sections: [...report.sections, note] };
  }

  #chooses(index: number): boolean {
    return this.#policy === 'last' || this.#policy === index + 1;
  }

  #begin(): void {
    if (this.#held >= 0) this.#analysis = this.#make();
    this.#held = this.#start.index;
    this.#analysis.listing(this.#start);
    for (const fact of this.#limits.values()) this.#analysis.process(fact);
    for (const fact of this.#facts) this.#analysis.process(fact);
    this.#facts = [];
  }
}

function listingSentence(shown: number, total: number): string {
  if (shown === total) return `${total} listings, showing the last; --listing N|all`;
  return `${total} listings, showing number ${shown}; --listing N|all`;
}

/** What of a fact outlives its listing. */
function limitsOf({ pid, softLimit, hardLimit }: ProcessFact): ProcessFact | null {
  if (softLimit === undefined && hardLimit === undefined) return null;
  return {
    pid,
    ...(softLimit === undefined ? {} : { softLimit }),
    ...(hardLimit === undefined ? {} : { hardLimit }),
  };
}
