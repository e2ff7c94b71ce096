import { ByteDictionary } from '../columns/intern.ts';
import { decodeText } from '../columns/utf8.ts';
import { Cell, type RowBatch } from '../model/row-batch.ts';

const TYPE = Cell.type;

/** Number of rows without a TYPE. */
const NO_TYPE = 0;
/** Number of all types beyond the 254th distinct one, which no lister has. */
const OVERFLOW = 255;

/** Numbers the TYPEs of an input so that each fits a byte. */
export class TypeTable {
  readonly #types = new ByteDictionary({ entries: OVERFLOW - 1, bytes: 1 << 16 });
  /** Types of up to four bytes, packed -> number, by a hash of six bits. */
  readonly #packed = new Int32Array(64);
  readonly #numbers = new Uint8Array(64);

  /** The row's type: `NO_TYPE`, or 1 to 255. */
  of(batch: RowBatch, row: number): number {
    const cells = batch.text[TYPE];
    if (!cells) return NO_TYPE;
    const start = cells.start[row] as number;
    const end = cells.end[row] as number;
    if (start < 0 || end <= start) return NO_TYPE;
    const { bytes } = batch;
    if (end - start > 4) return this.#intern(bytes, start, end);
    let key = 0;
    for (let at = start; at < end; at++) key = (key << 8) | (bytes[at] as number);
    const place = Math.imul(key, 0x9e3779b1) >>> 26;
    if (this.#packed[place] !== key || key === 0) {
      this.#packed[place] = key;
      this.#numbers[place] = this.#intern(bytes, start, end);
    }
    return this.#numbers[place] as number;
  }

  /** The type as printed; null for `NO_TYPE` and for types too many to be told apart. */
  text(type: number): string | null {
    if (type === NO_TYPE || type === OVERFLOW) return null;
    return decodeText(this.#types.bytes, this.#types.start(type - 1), this.#types.end(type - 1));
  }

  #intern(bytes: Uint8Array, start: number, end: number): number {
    const id = this.#types.intern(bytes, start, end);
    return id < 0 ? OVERFLOW : id + 1;
  }
}
