import { cellText, classOf } from '../model/classify.ts';
import type { ListingStart, RowConsumer } from '../model/consumer.ts';
import { className } from '../model/descriptor-class.ts';
import type { ProcessFact } from '../model/process.ts';
import { Cell, Num, type RowBatch } from '../model/row-batch.ts';
import type { Analysis } from '../model/source.ts';
import { locateTarget, targetRange, targetText } from '../model/target.ts';
import { anyGlob } from './glob.ts';

/** Which rows count. Values of one key are alternatives, keys must all hold; an empty list is no condition. */
export interface RowFilter {
  readonly pid?: readonly number[];
  /** Globs over the COMMAND label, case-sensitive. */
  readonly command?: readonly string[];
  /** Globs over the user as the source prints it. */
  readonly user?: readonly string[];
  /** Globs over the descriptor class. */
  readonly class?: readonly string[];
  /** Globs over the raw TYPE. */
  readonly type?: readonly string[];
  /** Globs over the decoded target, then over the name as printed. */
  readonly name?: readonly string[];
}

/** True if the filter chooses among a process's rows, so that counts of the whole process no longer apply. */
export function choosesRows(filter: RowFilter): boolean {
  return some(filter.class) || some(filter.type) || some(filter.name);
}

/** True if there is any condition. */
export function isFiltering(filter: RowFilter): boolean {
  return some(filter.pid) || some(filter.command) || some(filter.user) || choosesRows(filter);
}

function some(values: readonly unknown[] | undefined): boolean {
  return values !== undefined && values.length > 0;
}

/** Lets only matching rows and processes through to `next`. Works in place on the batch, so give each its own source. */
export function filterRows(filter: RowFilter, next: RowConsumer): RowConsumer {
  return isFiltering(filter) ? new Filter(filter, next) : next;
}

/** The analysis, asked of matching rows only. */
export function filtered<D extends object>(filter: RowFilter, analysis: Analysis<D>): Analysis<D> {
  if (!isFiltering(filter)) return analysis;
  const front = filterRows(filter, analysis);
  return {
    listing: (start) => front.listing(start),
    rows: (batch) => front.rows(batch),
    process: (fact) => front.process(fact),
    finish: (result) => analysis.finish(result),
  };
}

type Test = (text: string) => boolean;

const target = targetRange();

class Filter implements RowConsumer {
  readonly #next: RowConsumer;
  readonly #pids: ReadonlySet<number> | null;
  readonly #command: Test | null;
  readonly #user: Test | null;
  readonly #classes: Test | null;
  readonly #type: Test | null;
  readonly #name: Test | null;
  readonly #choosesRows: boolean;
  /** Processes decided on so far. */
  readonly #passes = new Map<number, boolean>();
  /** Facts of processes whose labels are not known yet. */
  readonly #waiting = new Map<number, ProcessFact[]>();

  constructor(filter: RowFilter, next: RowConsumer) {
    const test = (globs: readonly string[] | undefined) => (globs && globs.length > 0 ? anyGlob(globs) : null);
    this.#next = next;
    this.#pids = filter.pid && filter.pid.length > 0 ? new Set(filter.pid) : null;
    this.#command = test(filter.command);
    this.#user = test(filter.user);
    this.#classes = test(filter.class);
    this.#type = test(filter.type);
    this.#name = test(filter.name);
    this.#choosesRows = choosesRows(filter);
  }

  listing(start: ListingStart): void {
    this.#next.listing(start);
  }

  rows(batch: RowBatch): void {
    batch.retain((row) => this.#keeps(batch, row));
    if (batch.rows > 0) this.#next.rows(batch);
  }

  process(fact: ProcessFact): void {
    const pass = this.#passes.get(fact.pid) ?? this.#decide(fact.pid, fact.command ?? null, fact.user ?? null);
    if (pass === true) this.#next.process(this.#choosesRows ? withoutCounts(fact) : fact);
    else if (pass === null) {
      const facts = this.#waiting.get(fact.pid) ?? [];
      facts.push(fact);
      this.#waiting.set(fact.pid, facts);
    }
  }

  #keeps(batch: RowBatch, row: number): boolean {
    const pid = (batch.numbers[Num.pid] as Int32Array)[row] as number;
    if (this.#pids !== null && !this.#pids.has(pid)) return false;
    if (this.#command !== null || this.#user !== null) {
      let pass = this.#passes.get(pid) ?? null;
      if (pass === null) pass = this.#decide(pid, cellText(batch, row, Cell.command), cellText(batch, row, Cell.user));
      if (pass !== true) return false;
    }
    return (
      (this.#classes === null || this.#classes(className(classOf(batch, row)))) &&
      (this.#type === null || this.#type(cellText(batch, row, Cell.type) ?? '')) &&
      (this.#name === null || nameMatches(batch, row, this.#name))
    );
  }

  /** Whether the process matches; null while a label that is asked for is not known. */
  #decide(pid: number, command: string | null, user: string | null): boolean | null {
    if (this.#pids !== null && !this.#pids.has(pid)) return false;
    if (this.#command !== null && command !== null && !this.#command(command)) return this.#settle(pid, false);
    if (this.#user !== null && user !== null && !this.#user(user)) return this.#settle(pid, false);
    if ((this.#command !== null && command === null) || (this.#user !== null && user === null)) return null;
    return this.#settle(pid, true);
  }

  #settle(pid: number, pass: boolean): boolean {
    this.#passes.set(pid, pass);
    const waiting = this.#waiting.get(pid);
    this.#waiting.delete(pid);
    if (pass && waiting) for (const fact of waiting) this.process(fact);
    return pass;
  }
}

/** A glob may be meant for the target alone or for the name with what the lister wrote behind it. */
function nameMatches(batch: RowBatch, row: number, test: Test): boolean {
  locateTarget(batch, row, classOf(batch, row), target);
  const text = targetText(target);
  if (text !== null && test(text)) return true;
  const name = cellText(batch, row, Cell.name);
  return name !== null && test(name);
}

/** The whole process's counts say nothing about the rows that were chosen. */
function withoutCounts(fact: ProcessFact): ProcessFact {
  const { descriptors: _descriptors, listed: _listed, aboveLimit: _aboveLimit, ...rest } = fact;
  return rest;
}
