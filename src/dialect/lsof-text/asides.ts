import type { RowConsumer } from '../../model/consumer.ts';
import { OtherLines } from '../line/other-lines.ts';
import type { Line } from './held-row.ts';

/** The lines between the rows: what they say of processes, of what is missing, and of the next round. */
export class Asides {
  readonly #others: OtherLines;
  /** The repeat marker read last, until a header or a row has followed. */
  marker: string | null = null;
  /** The line taken last stands between one run of a lister and the next: a prompt, a date, a fence. */
  between = false;

  constructor(consumer: RowConsumer) {
    this.#others = new OtherLines(consumer);
  }

  /** What the input itself says is missing from it. */
  get hidden(): readonly string[] {
    return this.#others.hidden;
  }

  /** Whether the line is known to be no row; if so, what it says is taken. */
  take(line: Line): boolean {
    const other = this.#others.take(line.bytes, line.start, line.end);
    if (!other) return false;
    if (other.kind === 'marker') this.marker = other.text.trim();
    this.between = other.kind === 'prompt' || other.kind === 'markup';
    return true;
  }
}
