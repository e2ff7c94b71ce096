import { Cell } from '../../model/row-batch.ts';
import type { RowCut } from './row-cut.ts';

/**
 * Tells rows that were printed without COMMAND from rows whose front was cut off, and perhaps a part of their PID with it:
 * where other rows have their COMMAND, none is printed without.
 */
export class Remnants {
  #whole = 0;
  #bare = 0;

  /** Whether the row is what was left of one. */
  is(cut: RowCut): boolean {
    return cut.start[Cell.command] < 0 && this.#whole > 0;
  }

  /** Takes a row, and says whether the only one before it turns out to have been a remnant. */
  tellsOfLast(cut: RowCut): boolean {
    if (cut.start[Cell.command] < 0) {
      this.#bare++;
      return false;
    }
    return this.#whole++ === 0 && this.#bare === 1;
  }
}
