import type { RowConsumer } from '../../model/consumer.ts';
import type { LineLedger } from './line-ledger.ts';
import { OtherLines } from './other-lines.ts';

/**
 * Places the lines around a listing that are no rows of its dialect: blanks, prompts, warnings and limit lines are
 * entered as other, what nobody recognises as unplaced. Limits go to the consumer, what a warning says is missing
 * is kept for the result.
 */
export class Surroundings {
  readonly #ledger: LineLedger;
  readonly #others: OtherLines;

  constructor(consumer: RowConsumer, ledger: LineLedger) {
    this.#ledger = ledger;
    this.#others = new OtherLines(consumer);
  }

  /** Enters the line, and says whether it was recognised. */
  place(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const known = this.#others.take(bytes, start, end) !== null;
    if (known) this.#ledger.other();
    else this.#ledger.unplaced(line, bytes, start, end);
    return known;
  }

  /** Keeps a sentence about what the input lacks, once. */
  say(sentence: string): void {
    this.#others.say(sentence);
  }

  /** The sentences, in the order in which they were first said. */
  get hidden(): readonly string[] {
    return this.#others.hidden;
  }
}
