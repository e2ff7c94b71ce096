import type { RowConsumer } from '../../model/consumer.ts';
import type { ProcessCoverage, SourceCoverage } from '../../model/coverage.ts';
import { UsageError } from '../../model/error.ts';
import type { ProcessFact, Refusal, SystemFact } from '../../model/process.ts';
import { type Detail, listedProcess } from './listed-process.ts';
import { readMachine } from './machine.ts';
import { hiddenProcesses } from './namespaces.ts';
import { ownPrivilege, type Privilege, surelyRefused } from './privilege.ts';
import { countProcess, detailFact, isStuck, type Machine } from './process-fact.ts';
import { type ListedTable, listedFact, listOwnTable, listTable, listTableAside } from './process-table.ts';
import { listProcesses } from './processes.ts';
import { scannerProgram } from './scanner-pool.ts';
import { type Selection, selectProcesses } from './selection.ts';
import { findSharedTables } from './shared-table.ts';
import { systemFact } from './system.ts';
import { ForkedReader, LocalReader, type TableReader } from './table-reader.ts';

/** Descriptors from which two scanner processes win back their start (40 ms each), by what a descriptor costs. */
const WORTH_FORKING: Readonly<Record<Detail, number>> = { name: 30_000, stat: 15_000, full: 10_000 };

export interface LiveRunOptions {
  readonly root: string;
  readonly names: 'some' | 'all' | 'none';
  readonly detail: Detail;
  readonly top: number;
  /** null: every process. */
  readonly pids: readonly number[] | null;
  readonly keep: (fact: ProcessFact) => boolean;
  /** ms */
  readonly budgetMs: number;
}

export interface LiveResult {
  readonly coverage: SourceCoverage;
  readonly system: SystemFact;
  readonly procfs: boolean;
}

/** One reading of a proc tree. */
export class LiveRun {
  readonly #options: LiveRunOptions;
  readonly #machine: Machine;
  readonly #privilege: Privilege;
  readonly #processes: ProcessCoverage = { seen: 0, counted: 0, listed: 0, refused: 0, vanished: 0 };
  readonly #hidden: string[];
  #stuck = 0;

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.#machine = readMachine(options.root);
    this.#privilege = ownPrivilege(options.root);
    this.#hidden = hiddenProcesses(options.root, this.#machine.procfs, this.#privilege.capable);
  }

  async read(consumer: RowConsumer): Promise<LiveResult> {
    const facts = this.#count();
    for (const fact of facts) consumer.process(fact);
    const selection = selectProcesses(facts, this.#options);
    const chosen = await this.#list(selection, consumer);
    if (this.#options.names === 'some') this.#guessRefusals(facts, chosen, consumer);
    return {
      coverage: { processes: this.#processes, hidden: this.#hidden },
      system: systemFact(this.#options.root),
      procfs: this.#machine.procfs,
    };
  }

  #pids(): readonly number[] {
    if (this.#options.pids) return this.#options.pids;
    try {
      return listProcesses(this.#options.root);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new UsageError(
        `cannot list processes in ${this.#options.root} (${code})`,
        'name a proc tree with --proc DIR',
        {
          cause: error,
        },
      );
    }
  }

  #count(): ProcessFact[] {
    const facts: ProcessFact[] = [];
    let uncounted = 0;
    for (const pid of this.#pids()) {
      const fact = countProcess(this.#machine, pid);
      this.#processes.seen++;
      if (fact === 'vanished') {
        this.#processes.vanished++;
        continue;
      }
      if (fact === 'permission') facts.push({ pid, refused: 'permission' });
      else facts.push(this.#machine.counts || fact.refused ? fact : this.#countByListing(fact));
      const last = facts.at(-1);
      if (last?.descriptors !== undefined) this.#processes.counted++;
      else if (last?.refused === 'permission') {
        this.#processes.refused++;
        uncounted++;
      }
    }
    if (!this.#machine.counts && this.#machine.procfs) {
      this.#hidden.push(
        'this kernel (before 6.2) gives no counts: they come from listings, which miss reserved numbers (threads blocked in accept)',
      );
    }
    if (uncounted > 0) this.#hidden.push(`${uncounted} processes could not be counted (no permission)`);
    if (!this.#machine.procfs) return facts;
    const shared = findSharedTables(this.#options.root, facts);
    return facts.map((fact) => {
      const sharesTableWith = shared.get(fact.pid);
      return sharesTableWith === undefined ? fact : { ...fact, sharesTableWith };
    });
  }

  #countByListing(fact: ProcessFact): ProcessFact {
    const table = fact.pid === this.#ownPid() ? listOwnTable(this.#machine) : listTable(this.#machine, fact);
    return typeof table === 'string' ? { ...fact, refused: table } : { ...fact, descriptors: table.numbers.length };
  }

  /** Our pid as the tree has it; null in a captured tree. */
  #ownPid(): number | null {
    return this.#machine.procfs && this.#options.root === '/proc' ? process.pid : null;
  }

  /** Lists the chosen processes and returns their pids. */
  async #list(selection: Selection, consumer: RowConsumer): Promise<Set<number>> {
    const chosen = new Set<number>();
    const deadline = performance.now() + this.#options.budgetMs;
    // Before any scanner's pipe is a descriptor of ours.
    const own = this.#ownPid() === null ? null : listOwnTable(this.#machine);
    const reader = this.#reader(selection, consumer);
    try {
      for await (const [fact, table] of this.#tables(wanted(selection, deadline), own, reader.aside)) {
        chosen.add(fact.pid);
        await this.#readTable(fact, table, reader, consumer);
      }
      await reader.finish();
    } finally {
      reader.close();
    }
    if (reader.remote > 0) {
      this.#hidden.push(
        `${reader.remote} rows lie on network file systems: their type is a guess and their size unknown (asking could hang)`,
      );
    }
    if (this.#stuck > 0) {
      this.#hidden.push(
        `${this.#stuck} processes are in uninterruptible sleep (state D): command line and mappings not read (could hang)`,
      );
    }
    return chosen;
  }

  #reader(selection: Selection, consumer: RowConsumer): TableReader {
    const setup = { detail: this.#options.detail, procfs: this.#machine.procfs };
    let total = 0;
    for (const fact of selection.must) total += fact.descriptors ?? 0;
    const program = total >= WORTH_FORKING[setup.detail] ? scannerProgram() : null;
    return program === null ? new LocalReader(consumer, setup) : new ForkedReader(consumer, setup, program);
  }

  /** The tables of processes in turn; `aside` lists the next one while the one before is read. */
  async *#tables(
    facts: Iterable<ProcessFact>,
    own: ListedTable | null,
    aside: boolean,
  ): AsyncGenerator<[ProcessFact, ListedTable | Refusal]> {
    const ownPid = this.#ownPid();
    const list = async (fact: ProcessFact) => {
      if (own && fact.pid === ownPid) return own;
      return aside ? await listTableAside(this.#machine, fact) : listTable(this.#machine, fact);
    };
    let ahead: { readonly fact: ProcessFact; readonly table: Promise<ListedTable | Refusal> } | null = null;
    for (const fact of facts) {
      const before = ahead;
      ahead = { fact, table: list(fact) };
      if (before && aside) yield [before.fact, await before.table];
      if (aside) continue;
      yield [fact, await ahead.table];
    }
    if (ahead && aside) yield [ahead.fact, await ahead.table];
  }

  async #readTable(
    fact: ProcessFact,
    table: ListedTable | Refusal,
    reader: TableReader,
    consumer: RowConsumer,
  ): Promise<void> {
    const stuck = isStuck(this.#machine, fact);
    if (stuck) this.#stuck++;
    const detail = detailFact(this.#machine, fact.pid, stuck);
    if (typeof table === 'string') {
      if (table === 'permission') this.#processes.refused++;
      else if (table === 'vanished') this.#processes.vanished++;
      consumer.process({ pid: fact.pid, ...detail, refused: table });
      return;
    }
    const associations = this.#options.names === 'all' && this.#options.detail !== 'name';
    await reader.read(listedProcess(fact, table.folder, stuck), table.numbers, associations, (losses) => {
      this.#processes.listed++;
      consumer.process({ ...detail, ...listedFact(fact, table, losses) });
    });
  }

  /** Says of the processes whose names were not wanted which of them could not have been read either. */
  #guessRefusals(facts: readonly ProcessFact[], chosen: ReadonlySet<number>, consumer: RowConsumer): void {
    for (const fact of facts) {
      if (fact.refused || chosen.has(fact.pid) || !surelyRefused(this.#privilege, fact.uid)) continue;
      this.#processes.refused++;
      consumer.process({ pid: fact.pid, refused: 'permission' });
    }
  }
}

/** Those that must be listed, then those that may be, until the deadline. */
function* wanted({ must, may }: Selection, deadline: number): Generator<ProcessFact> {
  yield* must;
  for (const fact of may) {
    if (performance.now() >= deadline) return;
    yield fact;
  }
}
