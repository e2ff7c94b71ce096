import { ABSENT, type TextColumn } from '../../columns/batch.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import type { Layout } from './layout.ts';
import { BLANK, isLock, isNoFd, isUsualAssociation, skipBlanks } from './scan-words.ts';

/** Third pass of the scanner: FD with mode and lock, and TYPE. */
export class KindPass {
  readonly #fd: TextColumn;
  readonly #type: TextColumn;
  readonly #userAt: number;
  readonly #fdAt: number;
  readonly #typeAt: number;

  constructor(batch: RowBatch, layout: Layout) {
    this.#fd = batch.textColumn(Cell.fd);
    this.#type = batch.textColumn(Cell.type);
    this.#userAt = layout.userAt;
    this.#fdAt = layout.fdAt;
    this.#typeAt = layout.typeAt;
  }

  /** How many of the `count` lines that begin at `bases` have FD and TYPE as the layout says. */
  take(bytes: Uint8Array, view: DataView, bases: Int32Array, row: number, count: number): number {
    const fdStart = this.#fd.start;
    const fdEnd = this.#fd.end;
    const typeStart = this.#type.start;
    const typeEnd = this.#type.end;
    const userAt = this.#userAt;
    // Digits or an association stand up to the two slots, then mode and lock in them.
    const slotsAt = this.#fdAt - 2;
    const typeAt = this.#typeAt;
    for (let i = 0; i < count; i++, row++) {
      const base = bases[i];
      const slots = base + slotsAt;
      let at = base + userAt;
      while (bytes[at] === BLANK) at++;
      const first = bytes[at];
      fdStart[row] = at;
      let noFd = false;
      if (first <= 57) {
        if (first !== 42 && first < 48) return i;
        at++;
        while (bytes[at] >= 48 && bytes[at] <= 57) at++;
        if (at !== slots || (first === 42 && at - fdStart[row] !== 4)) return i;
      } else {
        noFd = at + 4 === slots && isNoFd(bytes, at);
        if (!noFd && (at + 3 !== slots || !isUsualAssociation(bytes, at))) return i;
        at = slots;
      }
      const mode = bytes[at];
      if (mode !== BLANK) {
        if (mode !== 114 && mode !== 117 && mode !== 119 && mode !== 45) return i;
        at++;
        const lock = bytes[at];
        if (lock !== BLANK) {
          if (!isLock(lock)) return i;
          at++;
          if (bytes[at] !== BLANK) return i;
        }
      }
      fdEnd[row] = at;
      at = skipBlanks(bytes, view, at);

      const typeStop = base + typeAt;
      if (noFd && at > typeStop) {
        typeStart[row] = ABSENT;
        continue;
      }
      typeStart[row] = at;
      typeEnd[row] = typeStop;
      while (bytes[at] > BLANK) at++;
      if (at !== typeStop || typeStart[row] === at || bytes[at] !== BLANK) return i;
    }
    return count;
  }
}
