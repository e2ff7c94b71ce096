import { BATCH_ROWS } from '../../columns/batch.ts';
import { Num, type RowBatch } from '../../model/row-batch.ts';
import type { Layout } from './layout.ts';
import { KindPass } from './scan-kind.ts';
import { LinePass } from './scan-lines.ts';
import { ProcessPass } from './scan-process.ts';
import { TailPass } from './scan-tail.ts';
import { NEWLINE, WORD } from './scan-words.ts';
import { SparedColumns } from './spared-columns.ts';

/** Rows taken in one go: their bytes stay in the processor's cache from pass to pass. */
const BLOCK = 256;

/** The passes over a block of rows, for one layout. Each is a short loop: quick to compile, and all it needs fits registers. */
interface Passes {
  readonly lines: LinePass;
  readonly process: ProcessPass;
  readonly kind: KindPass;
  readonly tail: TailPass;
}

/**
 * The hot path: cuts a run of undamaged rows straight into a batch, nothing copied, no string made.
 * It stops at the first line that does not lie exactly at the layout's edges and leaves that line to the slow path.
 * A row taken here is cut as `Aligner` would cut it.
 */
export class RowScanner {
  readonly #batch: RowBatch;
  readonly #lines: Int32Array;
  readonly #columns: SparedColumns;
  readonly #bases = new Int32Array(BLOCK);
  #lead = 0;
  #passes: Passes | null = null;
  /** Where the last row taken begins. */
  lastRow = 0;

  constructor(batch: RowBatch) {
    this.#batch = batch;
    this.#lines = batch.numbers[Num.line];
    this.#columns = new SparedColumns(batch);
  }

  /** Prepares for a layout; `lead` are the bytes in front of each row. The batch must be empty. */
  use(layout: Layout, lead: readonly number[]): void {
    const batch = this.#batch;
    this.#lead = lead.length;
    this.#passes = layout.regular
      ? {
          lines: new LinePass(batch, layout, lead, this.#bases),
          process: new ProcessPass(batch, layout, this.#columns),
          kind: new KindPass(batch, layout),
          tail: new TailPass(batch, layout, this.#columns, BLOCK),
        }
      : null;
  }

  /**
   * Takes rows from `from` on; `last` is the index of the last newline in `bytes`, so that no line of the run is cut.
   * Returns the start of the first line not taken (`last + 1` if all were) and leaves the rows in the batch.
   */
  run(bytes: Uint8Array, from: number, last: number, firstLine: number): number {
    const passes = this.#passes;
    if (!passes) return from;
    // Words of four bytes are read ahead of the cursor, so the last few bytes of the chunk are left to the slow path.
    const stopAt = last + WORD <= bytes.length ? last : bytes.lastIndexOf(NEWLINE, bytes.length - WORD);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let next = from;
    let line = firstLine;
    for (;;) {
      const most = Math.min(BLOCK, BATCH_ROWS - this.#batch.rows);
      const found = passes.lines.take(bytes, view, next, stopAt, this.#batch.rows, most);
      const taken = this.#cut(passes, bytes, view, found, line);
      line += taken;
      next = taken === found ? passes.lines.next : this.#bases[taken] - this.#lead;
      if (taken < BLOCK) return next;
    }
  }

  /** Cuts the lines that were found; returns how many of them are rows, up to the first that is none. */
  #cut({ process, kind, tail }: Passes, bytes: Uint8Array, view: DataView, found: number, firstLine: number): number {
    const batch = this.#batch;
    const bases = this.#bases;
    const row = batch.rows;
    let taken = process.take(bytes, view, bases, row, found);
    taken = kind.take(bytes, view, bases, row, taken);
    taken = tail.take(bytes, view, bases, row, taken);
    for (let i = 0; i < taken; i++) this.#lines[row + i] = firstLine + i;
    if (taken > 0) this.lastRow = bases[taken - 1] - this.#lead;
    batch.rows = row + taken;
    return taken;
  }
}
