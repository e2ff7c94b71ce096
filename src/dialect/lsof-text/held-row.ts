import { CELLS, Cell } from '../../model/row-batch.ts';
import { sizeOf } from './piece.ts';
import { splitProtocol } from './protocol.ts';
import { RowCut } from './row-cut.ts';
import { joinName, type WrapContext } from './wrap.ts';

/** A line of the input: its bytes and its 1-based number. */
export interface Line {
  bytes: Uint8Array;
  start: number;
  end: number;
  readonly line: number;
}

/** A row that was cut and waits for the line after it, which may be the rest of its NAME. */
export class HeldRow implements Line {
  bytes: Uint8Array;
  start: number;
  end: number;
  readonly line: number;
  readonly cut = new RowCut();
  /** It lies at the edges as the scanner wants it. */
  exact: boolean;
  /** Its line ends before NAME, which its TYPE may lack. */
  nameless = false;
  /** The lines it stands on. */
  lines: Line[];

  constructor(row: Line, cut: RowCut, exact: boolean, lines: readonly Line[] = [row]) {
    this.bytes = row.bytes;
    this.start = row.start;
    this.end = row.end;
    this.line = row.line;
    this.exact = exact;
    this.lines = [...lines];
    this.cut.copy(cut);
  }

  /**
   * Takes the line as the rest of NAME; returns the width at which the row was wrapped (0: at a blank), or why it did not take it.
   * `doubtful` says that the line could be a row of its own: it is not taken then.
   */
  join(next: Line, context: WrapContext, doubtful: boolean): number | 'no' | 'ambiguous' {
    const last = this.lines[this.lines.length - 1];
    const joined = joinName(this, last, next, context);
    if (joined === null) return 'no';
    if (joined === 'ambiguous' || doubtful) return 'ambiguous';
    this.#move(this.start);
    this.bytes = joined.bytes;
    this.start = 0;
    this.end = joined.bytes.length;
    this.exact = false;
    let end = this.end;
    while (end > this.cut.start[Cell.name] && this.bytes[end - 1] <= 32) end--;
    this.cut.end[Cell.name] = end;
    splitProtocol(this.bytes, this.cut);
    this.lines.push(next);
    return joined.hard ? sizeOf(last).columns : 0;
  }

  /** Whether words at the front of a line are COMMAND and PID of this row: another row of the same process. */
  sameProcess(command: string, pid: string): boolean {
    const { cut, bytes } = this;
    const start = cut.start[Cell.command];
    return (
      start >= 0 &&
      String(cut.pid) === pid &&
      Buffer.from(bytes.buffer, bytes.byteOffset + start, cut.end[Cell.command] - start).toString('latin1') === command
    );
  }

  /** Nothing stands behind TYPE. */
  get bare(): boolean {
    return this.cut.start[Cell.device] < 0 && this.cut.start[Cell.size] < 0 && this.cut.start[Cell.offset] < 0;
  }

  /** Copies its bytes out of the chunk. */
  release(): void {
    this.#move(this.start);
    const whole = this.bytes.slice(this.start, this.end);
    for (const line of this.lines) {
      if (line.bytes === this.bytes && line.start === this.start && line.end === this.end) line.bytes = whole;
      else line.bytes = line.bytes.slice(line.start, line.end);
      line.end -= line.start;
      line.start = 0;
    }
    this.bytes = whole;
    this.end -= this.start;
    this.start = 0;
    this.exact = false;
  }

  #move(by: number): void {
    for (let cell = 0; cell < CELLS.length; cell++) {
      if (this.cut.start[cell] < 0) continue;
      this.cut.start[cell] -= by;
      this.cut.end[cell] -= by;
    }
  }
}
