import { decodeText } from '../../columns/utf8.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import { PromptedLimits } from './limit-line.ts';
import { type OtherLine, recogniseOther } from './other-line.ts';

/** Sentences kept; a listing of thousands of refused file systems says the same thing over and over. */
const SENTENCES_KEPT = 100;
/** Bytes of a line that are looked at: prompts, warnings and limit lines are shorter. */
const LOOKED_AT = 4096;

/** Takes what lines say that are no rows: limits go to the consumer, what is missing from the input is kept. */
export class OtherLines {
  readonly #consumer: RowConsumer;
  readonly #limits = new PromptedLimits();
  readonly #hidden = new Set<string>();

  constructor(consumer: RowConsumer) {
    this.#consumer = consumer;
  }

  /** What the line is and how it reads, if it is known to be no row. */
  take(
    bytes: Uint8Array,
    start: number,
    end: number,
  ): { readonly kind: OtherLine['kind']; readonly text: string } | null {
    const text = decodeText(bytes, start, Math.min(end, start + LOOKED_AT));
    const other = recogniseOther(text);
    if (!other) return null;
    const fact = other.fact ?? this.#limits.take(text, other.kind === 'prompt');
    if (fact) this.#consumer.process(fact);
    if (other.hidden) this.say(other.hidden);
    return { kind: other.kind, text };
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
