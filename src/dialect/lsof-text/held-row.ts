import { CELLS, Cell } from '../../model/row-batch.ts';
import type { WrapContext } from './joined.ts';
import { leadLike } from './lead.ts';
import { sizeOf } from './piece.ts';
import { splitProtocol } from './protocol.ts';
import { RowCut } from './row-cut.ts';
import { joinName } from './wrap-name.ts';

/** Bytes at the front of a line that COMMAND and PID are looked for in. */
const FRONT_BYTES = 256;

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

  /** Whether a line begins with COMMAND and PID of this row: it is another row of that process, damaged or not. */
  followedBy(next: Line, lead: readonly number[]): boolean {
    const start = this.cut.start[Cell.command];
    if (start < 0) return false;
    const front = next.start + Math.max(0, leadLike(next.bytes, next.start, next.end, lead));
    const words = latin1(next.bytes, front, Math.min(next.end, front + FRONT_BYTES))
      .trimStart()
      .split(/\s+/, 2);
    return words[1] === String(this.cut.pid) && words[0] === latin1(this.bytes, start, this.cut.end[Cell.command]);
  }

  /** Whether this is the input's first line and lacks the front of its COMMAND, as the next row of the process tells. */
  isTailBefore(next: Line, cut: RowCut): boolean {
    const start = this.cut.start[Cell.command];
    const other = cut.start[Cell.command];
    if (this.line !== 1 || cut.pid !== this.cut.pid || start < 0 || other < 0) return false;
    const own = latin1(this.bytes, start, this.cut.end[Cell.command]);
    const whole = latin1(next.bytes, other, cut.end[Cell.command]);
    return own.length < whole.length && whole.endsWith(own);
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

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
