import { decodeText } from '../../columns/utf8.ts';
import type { RowConsumer } from '../../model/consumer.ts';
import { PromptedLimits } from '../line/limit-line.ts';
import { recogniseOther } from '../line/other-line.ts';
import type { Line } from './held-row.ts';

/** Bytes of a line that are decoded to recognise what it is when it is no row. */
const RECOGNISED_BYTES = 4096;
/** Sentences kept; a listing of thousands of refused file systems says the same thing over and over. */
const SENTENCES_KEPT = 100;

/** The lines between the rows: what they say of processes, of what is missing, and of the next round. */
export class Asides {
  readonly #consumer: RowConsumer;
  readonly #limits = new PromptedLimits();
  /** What the input itself says is missing from it. */
  readonly hidden = new Set<string>();
  /** The repeat marker read last, until a header or a row has followed. */
  marker: string | null = null;
  /** The line taken last stands between one run of a lister and the next: a prompt, a date, a fence. */
  between = false;

  constructor(consumer: RowConsumer) {
    this.#consumer = consumer;
  }

  /** Whether the line is known to be no row; if so, what it says is taken. */
  take(line: Line): boolean {
    const text = decodeText(line.bytes, line.start, Math.min(line.end, line.start + RECOGNISED_BYTES));
    const other = recogniseOther(text);
    if (!other) return false;
    const fact = other.fact ?? this.#limits.take(text, other.kind === 'prompt');
    if (fact) this.#consumer.process(fact);
    if (other.hidden && this.hidden.size < SENTENCES_KEPT) this.hidden.add(other.hidden);
    if (other.kind === 'marker') this.marker = text.trim();
    this.between = other.kind === 'prompt' || other.kind === 'markup';
    return true;
  }
}
