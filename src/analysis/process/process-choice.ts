import { cellText } from '../../model/classify.ts';
import type { ListingStart, RowConsumer } from '../../model/consumer.ts';
import type { ProcessFact } from '../../model/process.ts';
import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';
import { globMatcher } from '../glob.ts';

/** lsof cuts COMMAND at 9 bytes where nobody says otherwise, the kernel at 15 (TASK_COMM_LEN). */
const CUT_LENGTHS = [9, 15];

/** The processes that a word means: a pid, or a command label (a glob, or longer than the label was cut). */
export class ProcessChoice {
  readonly #pid: number | null;
  readonly #label: (text: string) => boolean;

  constructor(word: string) {
    this.#pid = /^\d{1,10}$/.test(word) ? Number(word) : null;
    const whole = globMatcher(word);
    this.#label = (text) => whole(text) || (CUT_LENGTHS.includes(text.length) && word.startsWith(text));
  }

  isPid(pid: number | null): boolean {
    return this.#pid !== null && pid === this.#pid;
  }

  isLabel(command: string | null): boolean {
    return command !== null && this.#label(command);
  }

  /** Lets only rows of these processes through; facts without a label pass, for they may be theirs. */
  inFront(next: RowConsumer): RowConsumer {
    const passes = new Map<number, boolean>();
    return {
      listing: (start: ListingStart) => next.listing(start),
      rows: (batch: RowBatch) => {
        const pids = batch.numbers[Num.pid] as Int32Array;
        batch.retain((row) => {
          const pid = pids[row] as number;
          let pass = passes.get(pid);
          if (pass === undefined) {
            pass = this.isPid(pid) || this.isLabel(cellText(batch, row, Cell.command));
            passes.set(pid, pass);
          }
          return pass;
        });
        if (batch.rows > 0) next.rows(batch);
      },
      process: (fact: ProcessFact) => {
        if (fact.command === undefined || this.isPid(fact.pid) || this.isLabel(fact.command)) next.process(fact);
      },
    };
  }
}
