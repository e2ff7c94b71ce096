import { classOf } from './classify.ts';
import { classCode } from './descriptor-class.ts';
import { Cell, Num, type RowBatch } from './row-batch.ts';

const { type: TYPE, name: NAME } = Cell;
const CLASS = Num.class;
const REGULAR = classCode('regular');

/** The class codes of rows `[from, to)`: what `classOf` says of each, with the commonest answer found in place. */
export function classesOf(batch: RowBatch, from: number, to: number, codes: Uint8Array): void {
  const given = batch.numbers[CLASS] as Int32Array;
  const types = batch.text[TYPE];
  const names = batch.text[NAME];
  const { bytes } = batch;
  for (let row = from; row < to; row++) {
    const at = types && names && given[row] === 0 ? (types.start[row] as number) : -1;
    const name = names ? (names.start[row] as number) : -1;
    const isRegular =
      types &&
      at >= 0 &&
      name >= 0 &&
      (types.end[row] as number) - at === 3 &&
      bytes[at] === 0x52 /* R */ &&
      bytes[at + 1] === 0x45 /* E */ &&
      bytes[at + 2] === 0x47 /* G */ &&
      bytes[name + 1] !== 0x6d; /* m, as in /memfd: */
    codes[row] = isRegular ? REGULAR : classOf(batch, row);
  }
}
