import type { RowConsumer } from '../../../model/consumer.ts';
import type { ListedProcess, Losses } from '../process/listed-process.ts';
import { type ScannerSetup, TASK_SIZE } from '../scan/scan-task.ts';
import { ScannerPool } from '../scan/scanner-pool.ts';
import { DescriptorReader } from './descriptors.ts';
import { Rows } from './rows.ts';

/** Reads whole tables of descriptors, here or in scanner processes. */
export interface TableReader {
  /**
   * Reads the table of a process into the consumer. `done` is called with what was lost when its last row has been
   * handed on, before any row of a later one. Resolves when the next table may be given.
   */
  read(
    process: ListedProcess,
    numbers: Int32Array,
    associations: boolean,
    done: (losses: Losses) => void,
  ): Promise<void>;
  /** Waits for what is under way. */
  finish(): Promise<void>;
  /** Lets go of everything, finished or not. */
  close(): void;
  /** Rows on network file systems so far. */
  readonly remote: number;
  /** Whether reading goes on while this thread does something else, such as listing the next table. */
  readonly aside: boolean;
}

/** Reads in this process. */
export class LocalReader implements TableReader {
  readonly aside = false;
  readonly #rows: Rows;
  readonly #reader: DescriptorReader;

  constructor(consumer: RowConsumer, setup: ScannerSetup) {
    this.#rows = new Rows(consumer);
    this.#reader = new DescriptorReader(this.#rows, setup.detail, setup.procfs);
  }

  get remote(): number {
    return this.#reader.remote;
  }

  async read(...[process, numbers, associations, done]: Parameters<TableReader['read']>): Promise<void> {
    this.#reader.forget();
    if (associations) this.#reader.readAssociations(process);
    const total: Losses = { vanished: 0, unreadable: 0 };
    for (const part of parts(numbers)) add(total, this.#reader.read(process, part));
    // What is said of a process comes after its rows here too.
    this.#rows.flush();
    done(total);
  }

  async finish(): Promise<void> {
    this.#rows.flush();
  }

  close(): void {}
}

/** Reads in two scanner processes, each a part of a table at a time. */
export class ForkedReader implements TableReader {
  readonly aside = true;
  readonly #consumer: RowConsumer;
  readonly #pool: ScannerPool;
  #tables = 0;
  remote = 0;

  constructor(consumer: RowConsumer, setup: ScannerSetup, program: string) {
    this.#consumer = consumer;
    this.#pool = new ScannerPool(program, 2, setup);
  }

  async read(...[process, numbers, associations, done]: Parameters<TableReader['read']>): Promise<void> {
    const total: Losses = { vanished: 0, unreadable: 0 };
    const tasks = parts(numbers);
    const table = this.#tables++;
    let left = tasks.length;
    for (const [index, part] of tasks.entries()) {
      await this.#pool.submit({ process, table, associations: associations && index === 0 }, part, (answer, batch) => {
        if (batch.rows > 0) this.#consumer.rows(batch);
        if (!answer.losses) return;
        add(total, answer.losses);
        this.remote += answer.remote;
        if (--left === 0) done(total);
      });
    }
  }

  async finish(): Promise<void> {
    await this.#pool.drain();
  }

  close(): void {
    this.#pool.close();
  }
}

/** At least one part, so that the associations of an empty table are read too. */
function parts(numbers: Int32Array): Int32Array[] {
  const result: Int32Array[] = [];
  for (let at = 0; at === 0 || at < numbers.length; at += TASK_SIZE) result.push(numbers.subarray(at, at + TASK_SIZE));
  return result;
}

function add(total: Losses, losses: Losses): void {
  total.vanished += losses.vanished;
  total.unreadable += losses.unreadable;
}
