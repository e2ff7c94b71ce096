import { getuid } from 'node:process';
import type { RowConsumer } from '../../model/consumer.ts';
import type { ProcessCoverage, SourceCoverage } from '../../model/coverage.ts';
import type { ProcessFact, SystemFact } from '../../model/process.ts';
import { countDescriptors } from './count.ts';
import { DescriptorReader, type Detail, type ListedProcess } from './descriptors.ts';
import { countFrom, listDescriptors } from './listing.ts';
import { readMachine } from './machine.ts';
import { hiddenProcesses } from './namespaces.ts';
import { countProcess, detailFact, type Machine } from './process-fact.ts';
import { listProcesses } from './processes.ts';
import { Rows } from './rows.ts';
import { selectProcesses } from './selection.ts';
import { systemFact } from './system.ts';
import { liveTable } from './table.ts';

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
  readonly #processes: ProcessCoverage = { seen: 0, counted: 0, listed: 0, refused: 0, vanished: 0 };
  readonly #hidden: string[];

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.#machine = readMachine(options.root);
    this.#hidden = hiddenProcesses(options.root, this.#machine.procfs, getuid?.() === 0);
  }

  async read(consumer: RowConsumer): Promise<LiveResult> {
    const facts = this.#count();
    for (const fact of facts) consumer.process(fact);
    const { must, may } = selectProcesses(facts, this.#options);
    const rows = new Rows(consumer);
    const reader = new DescriptorReader(rows, this.#options.detail, this.#machine.procfs);
    const deadline = performance.now() + this.#options.budgetMs;
    for (const fact of must) this.#list(fact, reader, consumer);
    for (const fact of may) {
      if (performance.now() >= deadline) break;
      this.#list(fact, reader, consumer);
    }
    rows.flush();
    return {
      coverage: { processes: this.#processes, hidden: this.#hidden },
      system: systemFact(this.#options.root),
      procfs: this.#machine.procfs,
    };
  }

  #count(): ProcessFact[] {
    const facts: ProcessFact[] = [];
    const pids = this.#options.pids ?? listProcesses(this.#options.root);
    for (const pid of pids) {
      const fact = countProcess(this.#machine, pid);
      this.#processes.seen++;
      if (fact === 'vanished') this.#processes.vanished++;
      else if (fact === 'permission') {
        this.#processes.refused++;
        facts.push({ pid, refused: 'permission' });
      } else {
        if (fact.descriptors !== undefined) this.#processes.counted++;
        facts.push(fact);
      }
    }
    return facts;
  }

  #list(fact: ProcessFact, reader: DescriptorReader, consumer: RowConsumer): void {
    const folder = `${this.#machine.root}/${fact.pid}`;
    const table = liveTable(folder, fact.state ?? 'R', fact.threads ?? 1);
    if (table === null) return;
    try {
      const before = this.#machine.counts ? countDescriptors(table) : null;
      const numbers = listDescriptors(table);
      const after = this.#machine.counts ? countDescriptors(table) : null;
      const losses = reader.read(listedProcess(fact, table), numbers);
      const listed = numbers.length - losses.vanished;
      this.#processes.listed++;
      consumer.process({
        pid: fact.pid,
        ...detailFact(this.#machine, fact.pid),
        listed,
        descriptors: Math.max(numbers.length, Math.min(before ?? 0, after ?? 0)) - losses.vanished,
        ...(fact.softLimit !== undefined && { aboveLimit: countFrom(numbers, fact.softLimit) }),
      });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EACCES' || code === 'EPERM') {
        this.#processes.refused++;
        consumer.process({ pid: fact.pid, refused: 'permission' });
      } else if (code === 'ENOENT' || code === 'ESRCH') {
        this.#processes.vanished++;
        consumer.process({ pid: fact.pid, refused: 'vanished' });
      } else throw error;
    }
  }
}

function listedProcess(fact: ProcessFact, folder: string): ListedProcess {
  return {
    pid: fact.pid,
    folder,
    command: fact.command ?? '',
    user: fact.user ?? null,
    uid: fact.uid ?? null,
    ppid: fact.ppid ?? null,
  };
}
