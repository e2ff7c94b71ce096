import { decodeText } from '../../columns/utf8.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import { PromptedLimits } from './limit-line.ts';
import type { LineLedger } from './line-ledger.ts';
import { recogniseOther } from './other-line.ts';

/** Sentences kept; a listing of thousands of refused file systems says the same thing over and over. */
const SENTENCES_KEPT = 100;
/** Bytes of a line that are looked at: prompts, warnings and limit lines are shorter. */
const LOOKED_AT = 4096;

/**
 * Places the lines around a listing that are no rows of its dialect: blanks, prompts, warnings and limit lines are
 * entered as other, what nobody recognises as unplaced. Limits go to the consumer, what a warning says is missing
 * is kept for the result.
 */
export class Surroundings {
  readonly #consumer: RowConsumer;
  readonly #ledger: LineLedger;
  readonly #hidden = new Set<string>();
  readonly #limits = new PromptedLimits();

  constructor(consumer: RowConsumer, ledger: LineLedger) {
    this.#consumer = consumer;
    this.#ledger = ledger;
  }

  /** Enters the line, and says whether it was recognised. */
  place(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const text = decodeText(bytes, start, Math.min(end, start + LOOKED_AT));
    const other = recogniseOther(text);
    if (!other) {
      this.#ledger.unplaced(line, bytes, start, end);
      return false;
    }
    this.#ledger.other();
    const fact = other.fact ?? this.#limits.take(text, other.kind === 'prompt');
    if (fact) this.#consumer.process(fact);
    if (other.hidden !== undefined) this.say(other.hidden);
    return true;
  }

  /** Keeps a sentence about what the input lacks, once. */
  say(sentence: string): void {
    if (this.#hidden.size < SENTENCES_KEPT) this.#hidden.add(sentence);
  }

  /** The sentences, in the order in which they were first said. */
  get hidden(): readonly string[] {
    return [...this.#hidden];
  }
}
