import { decodeText } from '../../columns/utf8.ts';
import { emptyLines, type LineCoverage, UNPLACED_KEPT } from '../../model/coverage.ts';

/** Characters of an unplaced line that are kept. */
const KEPT_CHARACTERS = 200;

/** Accounts for every line of an input exactly once: part of a row, other, or unplaced. */
export class LineLedger {
  readonly #lines: LineCoverage = emptyLines();

  /** `count` more lines that are part of rows. */
  row(count = 1): void {
    this.#lines.total += count;
    this.#lines.rows += count;
  }

  /** `count` more lines that are understood and no rows. */
  other(count = 1): void {
    this.#lines.total += count;
    this.#lines.other += count;
  }

  /** One line nobody understood. */
  unplaced(line: number, bytes: Uint8Array, start: number, end: number): void {
    this.#lines.total++;
    this.#lines.unplacedTotal++;
    if (this.#lines.unplaced.length >= UNPLACED_KEPT) return;
    const text = decodeText(bytes, start, Math.min(end, start + KEPT_CHARACTERS * 4)).slice(0, KEPT_CHARACTERS);
    this.#lines.unplaced.push({ line, text });
  }

  finish(): LineCoverage {
    return this.#lines;
  }
}
