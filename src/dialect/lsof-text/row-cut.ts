import { ABSENT } from '../../columns/batch.ts';
import { CELLS } from '../../model/row-batch.ts';

/** One line cut into cells: byte ranges of the line's buffer, by `Cell` ordinal. Reused from line to line. */
export class RowCut {
  pid = -1;
  /** Where PID ends; no cell holds it. */
  pidEnd = -1;
  readonly start = new Int32Array(CELLS.length).fill(ABSENT);
  readonly end = new Int32Array(CELLS.length);

  clear(): void {
    this.pid = -1;
    this.start.fill(ABSENT);
  }

  /** Sets a cell; ordinals below zero are columns of lsof that no cell holds (ZONE, FILE-ADDR ...). */
  set(cell: number, start: number, end: number): void {
    if (cell < 0) return;
    this.start[cell] = start;
    this.end[cell] = end;
  }

  copy(other: RowCut): void {
    this.pid = other.pid;
    this.pidEnd = other.pidEnd;
    this.start.set(other.start);
    this.end.set(other.end);
  }

  /** Whether both readings of a line give the same cells. */
  same(other: RowCut): boolean {
    if (this.pid !== other.pid) return false;
    for (let cell = 0; cell < CELLS.length; cell++) {
      if (this.start[cell] !== other.start[cell]) return false;
      if (this.start[cell] >= 0 && this.end[cell] !== other.end[cell]) return false;
    }
    return true;
  }
}
