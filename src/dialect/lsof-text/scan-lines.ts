import { Cell, type RowBatch } from '../../model/row-batch.ts';
import { LONGEST_LINE } from '../line/line-reader.ts';
import type { Layout } from './layout.ts';
import { BLANK, NEWLINE } from './scan-words.ts';

/** Four newlines. */
const NEWLINES = 0x0a0a0a0a;

/**
 * First pass of the scanner: where lines begin and end, and so where NAME does. Whether a line has its columns where they
 * belong is for the passes after it.
 */
export class LinePass {
  /** Where COMMAND begins, for each line of a block. */
  readonly bases: Int32Array;
  /** Start of the line after those taken. */
  next = 0;
  readonly #nameStart: Int32Array;
  readonly #nameEnd: Int32Array;
  readonly #lead: readonly number[];
  readonly #nameAt: number;

  constructor(batch: RowBatch, layout: Layout, lead: readonly number[], bases: Int32Array) {
    const { start, end } = batch.textColumn(Cell.name);
    this.bases = bases;
    this.#nameStart = start;
    this.#nameEnd = end;
    this.#lead = lead;
    this.#nameAt = layout.nameAt;
  }

  /** Takes at most `most` lines from `from` on as rows from `row` on; `stopAt` is the index of the last newline. */
  take(bytes: Uint8Array, view: DataView, from: number, stopAt: number, row: number, most: number): number {
    const bases = this.bases;
    const nameStart = this.#nameStart;
    const nameEnd = this.#nameEnd;
    const lead = this.#lead;
    const nameAt = this.#nameAt;
    const leadLength = lead.length;
    let next = from;
    let count = 0;
    lines: while (count < most) {
      const base = next + leadLength;
      const name = base + nameAt;
      if (name > stopAt) break;
      for (let i = 0; i < leadLength; i++) if (bytes[next + i] !== lead[i]) break lines;
      if (bytes[name - 1] !== BLANK || bytes[name] < BLANK) break;
      let at = name;
      for (;;) {
        const odd = view.getInt32(at, true) ^ NEWLINES;
        if (((odd - 0x01010101) & ~odd & 0x80808080) !== 0) break;
        at += 4;
      }
      while (bytes[at] !== NEWLINE) at++;
      if (at - next > LONGEST_LINE) break;
      let stop = at;
      while (bytes[stop - 1] === BLANK || bytes[stop - 1] === 13) stop--;
      bases[count] = base;
      nameStart[row + count] = name;
      nameEnd[row + count] = stop;
      count++;
      next = at + 1;
    }
    this.next = next;
    return count;
  }
}
