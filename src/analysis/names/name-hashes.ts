import { BATCH_ROWS } from '../../columns/batch.ts';
import { newHash, WordHasher } from '../../columns/hash.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import { deletedSeed } from '../../model/target.ts';
import type { TypeTable } from '../type-table.ts';

const { name: NAME, target: TARGET } = Cell;

/** Tells names that still hold lsof's escapes from the same bytes that do not. */
export const ESCAPED = 0x1_0000;

/** Shared by all: rows are taken one run after the other. */
const TYPES = new Uint8Array(BATCH_ROWS);
const FIRST = new Int32Array(BATCH_ROWS);
const SECOND = new Int32Array(BATCH_ROWS);

/**
 * By row: the number of its TYPE, and a hash of all that its target is told by: NAME's bytes, class, TYPE and the source's
 * word on the link.
 */
export class NameHashes {
  readonly types = TYPES;
  readonly first = FIRST;
  readonly second = SECOND;
  readonly #hasher = new WordHasher();
  readonly #hash = newHash();

  /** Reads the rows `[from, to)` that have a class code in `codes`. */
  read(batch: RowBatch, from: number, to: number, codes: Uint8Array, types: TypeTable): void {
    for (let row = from; row < to; row++) if (codes[row] !== 0) TYPES[row] = types.of(batch, row);
    const names = batch.text[NAME];
    // A target of its own wins over NAME: such rows are looked at one by one.
    if (!names || batch.text[TARGET]) return;
    const { start, end } = names;
    const { bytes } = batch;
    const hash = this.#hash;
    for (let row = from; row < to; row++) {
      const code = codes[row] as number;
      if (code === 0 || (start[row] as number) < 0) continue;
      const seed = ESCAPED | code | ((TYPES[row] as number) << 8) | deletedSeed(batch, row);
      this.#hasher.hash(bytes, start[row] as number, end[row] as number, seed, hash);
      FIRST[row] = hash.first;
      SECOND[row] = hash.second;
    }
  }
}
