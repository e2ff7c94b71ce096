import type { RowConsumer } from '../../model/consumer.ts';
import type { ProcessCoverage, SourceCoverage } from '../../model/coverage.ts';
import { UsageError } from '../../model/error.ts';
import type { ProcessFact, Refusal, SystemFact } from '../../model/process.ts';
import { findSharedTables } from './descriptor/shared-table.ts';
import { ForkedReader, LocalReader, type TableReader } from './descriptor/table-reader.ts';
import { readMachine } from './kernel/machine.ts';
import { hiddenProcesses } from './kernel/namespaces.ts';
import { ownPrivilege, type Privilege, surelyRefused } from './kernel/privilege.ts';
import { systemFact } from './kernel/system.ts';
import { type Detail, listedProcess } from './process/listed-process.ts';
import { countProcess, detailFact, isSame, isStuck, type Machine } from './process/process-fact.ts';
import { listProcesses } from './process/processes.ts';
import { type ListedTable, listedFact, listOwnTable, listTable, listTableAside } from './process-table.ts';
import { scannerProgram } from './scan/scanner-pool.ts';
import { type Selection, selectProcesses } from './selection.ts';

/** Descriptors from which two scanner processes win back their start (40 ms each), by what a descriptor costs. */
const WORTH_FORKING: Readonly<Record<Detail, number>> = { name: 30_000, stat: 15_000, full: 10_000 };

/** Descriptors up to which twice the time for each is not felt (0.2 s), with `auto`. */
const WORTH_STAT = 20_000;

export interface LiveRunOptions {
  readonly root: string;
  readonly names: 'some' | 'all' | 'none';
  readonly detail: Detail | 'auto';
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
}

/** One reading of a proc tree. */
export class LiveRun {
  readonly #options: LiveRunOptions;
  readonly #machine: Machine;
  readonly #privilege: Privilege;
  readonly #processes: ProcessCoverage = { seen: 0, counted: 0, listed: 0, refused: 0, vanished: 0 };
  readonly #hidden: string[];
  /** Pids of processes whose table was read to its end. */
  readonly #read = new Set<number>();
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
    // The rows of a shared table stand under the other's pid.
    for (const { pid, sharesTableWith } of facts) {
      if (sharesTableWith !== undefined && this.#read.has(sharesTableWith) && !chosen.has(pid))
        this.#processes.listed++;
    }
    if (this.#options.names === 'some') this.#guessRefusals(facts, chosen, consumer);
    return {
      coverage: { processes: this.#processes, hidden: this.#hidden },
      system: systemFact(this.#options.root),
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
    for (const pid of this.#pids()) {
      this.#processes.seen++;
      const counted = countProcess(this.#machine, pid);
      if (counted === 'vanished') {
        this.#processes.vanished++;
        continue;
      }
      const known = counted === 'permission' ? { pid, refused: counted } : counted;
      const fact = this.#machine.counts || known.refused ? known : this.#countByListing(known);
      this.#account(fact);
      facts.push(fact);
    }
    if (!this.#machine.counts && this.#machine.procfs) {
      this.#hidden.push(
        'this kernel (before 6.2) gives no counts: they come from listings, which miss reserved numbers (threads blocked in accept)',
      );
    }
    const { refused } = this.#processes;
    if (refused > 0) this.#hidden.push(`${refused} processes could not be counted (no permission)`);
    if (!this.#machine.procfs) return facts;
    const shared = findSharedTables(this.#options.root, facts);
    return facts.map((fact) => {
      const sharesTableWith = shared.get(fact.pid);
      return sharesTableWith === undefined ? fact : { ...fact, sharesTableWith };
    });
  }

  #account(fact: ProcessFact): void {
    if (fact.descriptors !== undefined) this.#processes.counted++;
    else if (fact.refused === 'permission') this.#processes.refused++;
    else if (fact.refused === 'vanished') this.#processes.vanished++;
    else if (fact.refused === 'zombie') {
      // It has no table: with that all is counted and listed that there is.
      this.#processes.counted++;
      this.#processes.listed++;
    }
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
    const total = descriptorsOf(selection.must);
    const { detail: wish } = this.#options;
    const small = total + descriptorsOf(selection.may) < WORTH_STAT;
    const setup = { detail: wish === 'auto' ? (small ? 'stat' : 'name') : wish, procfs: this.#machine.procfs } as const;
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
    if (this.#machine.procfs && !isSame(this.#machine, fact)) {
      this.#unlisted(fact, 'vanished', {}, consumer);
      return;
    }
    const detail = detailFact(this.#machine, fact.pid, stuck);
    if (typeof table === 'string') {
      this.#unlisted(fact, table, detail, consumer);
      return;
    }
    const { names, detail: wish } = this.#options;
    const associations = names === 'all' && (wish === 'stat' || wish === 'full');
    await reader.read(listedProcess(fact, table.folder, stuck), table.numbers, associations, (losses) => {
      // Descriptors that were closed are no news; if the process ended, what was read is a part of what it held.
      if (losses.vanished > 0 && !isSame(this.#machine, fact)) {
        this.#unlisted(fact, 'vanished', detail, consumer);
        return;
      }
      this.#processes.listed++;
      this.#read.add(fact.pid);
      consumer.process({ ...detail, ...listedFact(fact, table, losses) });
    });
  }

  /** Each process is one of counted, refused before it was counted, and vanished: one that ended after its count moves over. */
  #unlisted(fact: ProcessFact, refused: Refusal, detail: Partial<ProcessFact>, consumer: RowConsumer): void {
    if (refused === 'permission') this.#processes.refused++;
    else if (refused === 'zombie') this.#processes.listed++;
    else if (refused === 'vanished') {
      this.#processes.vanished++;
      if (fact.descriptors !== undefined) this.#processes.counted--;
    }
    consumer.process({ pid: fact.pid, ...detail, refused });
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

function descriptorsOf(facts: readonly ProcessFact[]): number {
  return facts.reduce((sum, fact) => sum + (fact.descriptors ?? 0), 0);
}

/** Those that must be listed, then those that may be, until the deadline. */
function* wanted({ must, may }: Selection, deadline: number): Generator<ProcessFact> {
  yield* must;
  for (const fact of may) {
    if (performance.now() >= deadline) return;
    yield fact;
  }
}
