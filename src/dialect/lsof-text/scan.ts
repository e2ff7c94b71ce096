import { ABSENT, BATCH_ROWS } from '../../columns/batch.ts';
import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';
import { LONGEST_LINE } from '../line-reader.ts';
import type { Layout } from './layout.ts';
import { isLock, isNoFd, isUsualAssociation, sameBytes, WORD } from './scan-words.ts';

const BLANK = 32;
const NEWLINE = 10;
/** Four blanks, read as one word. */
const BLANKS = 0x20202020;
/** Four newlines. */
const NEWLINES = 0x0a0a0a0a;
/** Rows taken in one go. */
const SLICE = 512;
const NO_TAIL: readonly Int32Array[] = [];

/**
 * The hot path: cuts a run of undamaged rows straight into a batch, bytes read once, nothing copied, no string made.
 * It stops at the first line that does not lie exactly at the layout's edges and leaves that line to the slow path.
 * A row taken here is cut as `Aligner` would cut it.
 */
export class RowScanner {
  readonly #batch: RowBatch;
  readonly #pids: Int32Array;
  readonly #lines: Int32Array;
  #layout: Layout | null = null;
  #lead: readonly number[] = [];
  #middleAt = new Int32Array(0);
  #middleTask = new Int32Array(0);
  #middleStart = NO_TAIL;
  #middleEnd = NO_TAIL;
  #tailAt = new Int32Array(0);
  #tailSize = new Int32Array(0);
  #tailStart = NO_TAIL;
  #tailEnd = NO_TAIL;
  /** Takes the columns that no cell holds. */
  #spare: { start: Int32Array; end: Int32Array } | null = null;
  /** Where the last row taken begins. */
  lastRow = 0;

  constructor(batch: RowBatch) {
    this.#batch = batch;
    this.#pids = batch.numbers[Num.pid];
    this.#lines = batch.numbers[Num.line];
  }

  /** Prepares for a layout; `lead` are the bytes in front of each row. The batch must be empty. */
  use(layout: Layout, lead: readonly number[]): void {
    this.#layout = layout;
    this.#lead = lead;
    const batch = this.#batch;
    const columnOf = (cell: number) => {
      if (cell >= 0) return batch.textColumn(cell);
      this.#spare ??= { start: new Int32Array(BATCH_ROWS), end: new Int32Array(BATCH_ROWS) };
      return this.#spare;
    };
    this.#middleAt = Int32Array.from(layout.middle, (column) => column.at);
    this.#middleTask = Int32Array.from(layout.middle, (column) =>
      column.role === 'task' || column.role === 'label' ? 1 : column.role === 'tid' ? 2 : 0,
    );
    this.#middleStart = layout.middle.map((column) => columnOf(column.cell).start);
    this.#middleEnd = layout.middle.map((column) => columnOf(column.cell).end);
    this.#tailAt = Int32Array.from(layout.tail, (column) => column.at);
    this.#tailSize = Int32Array.from(layout.tail, (column) => (column.role === 'size' ? 1 : 0));
    this.#tailStart = layout.tail.map((column) => columnOf(column.cell).start);
    this.#tailEnd = layout.tail.map((column) => columnOf(column.cell).end);
  }

  /**
   * Takes rows from `from` on; `last` is the index of the last newline in `bytes`, so that no line of the run is cut.
   * Returns the start of the first line not taken (`last + 1` if all were) and leaves the rows in the batch.
   */
  run(bytes: Uint8Array, from: number, last: number, firstLine: number): number {
    const layout = this.#layout;
    if (!layout?.regular) return from;
    const batch = this.#batch;
    // Words of four bytes are read ahead of the cursor, so the last few bytes of the chunk are left to the slow path.
    const stopAt = last + WORD <= bytes.length ? last : bytes.lastIndexOf(NEWLINE, bytes.length - WORD);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let next = from;
    let line = firstLine;
    for (;;) {
      const before = batch.rows;
      next = this.#slice(bytes, view, layout, next, stopAt, line);
      const taken = batch.rows - before;
      line += taken;
      if (taken < SLICE) return next;
    }
  }

  /** A run of at most `SLICE` rows: short, so that the engine sees it enter and leave often and compiles it whole. */
  #slice(bytes: Uint8Array, view: DataView, layout: Layout, from: number, stopAt: number, firstLine: number): number {
    const batch = this.#batch;
    const commandStart = batch.textColumn(Cell.command).start;
    const commandEnd = batch.textColumn(Cell.command).end;
    const userStart = batch.textColumn(Cell.user).start;
    const userEnd = batch.textColumn(Cell.user).end;
    const fdStart = batch.textColumn(Cell.fd).start;
    const fdEnd = batch.textColumn(Cell.fd).end;
    const typeStart = batch.textColumn(Cell.type).start;
    const typeEnd = batch.textColumn(Cell.type).end;
    const nameStart = batch.textColumn(Cell.name).start;
    const nameEnd = batch.textColumn(Cell.name).end;
    const offsetStart = batch.textColumn(Cell.offset).start;
    const offsetEnd = batch.textColumn(Cell.offset).end;
    const pids = this.#pids;
    const lines = this.#lines;
    const lead = this.#lead;
    const leadLength = lead.length;
    const { pidAt, userAt, fdAt, typeAt, nameAt } = layout;
    const middleAt = this.#middleAt;
    const middleTask = this.#middleTask;
    const middleStart = this.#middleStart;
    const middleEnd = this.#middleEnd;
    const middles = middleAt.length;
    const tailAt = this.#tailAt;
    const tailSize = this.#tailSize;
    const tailStart = this.#tailStart;
    const tailEnd = this.#tailEnd;
    const tails = tailAt.length;
    const userLeast = layout.learned ? BLANK + 1 : BLANK;
    let row = batch.rows;
    const most = Math.min(BATCH_ROWS, row + SLICE);
    let line = firstLine;
    let next = from;
    let lastRow = this.lastRow;

    // Base of the row before: most rows share its process part byte for byte.
    let known = -1;
    let pid = 0;

    rows: while (next + leadLength + nameAt <= stopAt && row < most) {
      const base = next + leadLength;
      for (let i = 0; i < leadLength; i++) if (bytes[next + i] !== lead[i]) break rows;

      let at = base;
      const userStop = base + userAt;
      if (known >= 0 && sameBytes(view, base, known, userAt + 1)) {
        const moved = base - known;
        commandEnd[row] = commandEnd[row - 1] + moved;
        userStart[row] = userStart[row - 1] + moved;
        for (let i = 0; i < middles; i++) {
          const start = middleStart[i][row - 1];
          middleStart[i][row] = start === ABSENT ? ABSENT : start + moved;
          middleEnd[i][row] = middleEnd[i][row - 1] + moved;
        }
        at = userStop;
      } else {
        while (bytes[at] > BLANK) at++;
        commandEnd[row] = at;
        if (at === base) break;
        while (bytes[at] === BLANK) at++;
        const pidEdge = base + pidAt;
        if (at >= pidEdge || pidEdge - at > 9) break;
        pid = 0;
        for (; at < pidEdge; at++) {
          const digit = bytes[at] - 48;
          if (digit < 0 || digit > 9) break rows;
          pid = pid * 10 + digit;
        }
        if (bytes[at] !== BLANK) break;
        while (bytes[at] === BLANK) at++;

        for (let i = 0; i < middles; i++) {
          const edge = base + middleAt[i];
          const kind = middleTask[i];
          if (at > edge) {
            if (kind === 0) break rows;
            middleStart[i][row] = ABSENT;
            continue;
          }
          const start = at;
          if (kind === 1) {
            if (at !== edge) break rows;
            while (bytes[at] > BLANK) at++;
          } else {
            while (bytes[at] >= 48 && bytes[at] <= 57) at++;
            if (at !== edge || at === start) break rows;
          }
          middleStart[i][row] = start;
          middleEnd[i][row] = at;
          if (bytes[at] !== BLANK) break rows;
          while (bytes[at] === BLANK) at++;
        }

        if (at >= userStop) break;
        userStart[row] = at;
        while (at < userStop) if (bytes[at++] < userLeast) break rows;
        if (bytes[at - 1] === BLANK || bytes[at] !== BLANK) break;
      }
      userEnd[row] = userStop;
      while (bytes[at] === BLANK) at++;

      // FD: digits or an association up to the two slots, then mode and lock in them.
      const slots = base + fdAt - 2;
      const first = bytes[at];
      fdStart[row] = at;
      let noFd = false;
      if (first <= 57) {
        if (first !== 42 && first < 48) break;
        at++;
        while (bytes[at] >= 48 && bytes[at] <= 57) at++;
        if (at !== slots || (first === 42 && at - fdStart[row] !== 4)) break;
      } else {
        noFd = at + 4 === slots && isNoFd(bytes, at);
        if (!noFd && (at + 3 !== slots || !isUsualAssociation(bytes, at))) break;
        at = slots;
      }
      const mode = bytes[at];
      if (mode !== BLANK) {
        if (mode !== 114 && mode !== 117 && mode !== 119 && mode !== 45) break;
        at++;
        const lock = bytes[at];
        if (lock !== BLANK) {
          if (!isLock(lock)) break;
          at++;
          if (bytes[at] !== BLANK) break;
        }
      }
      fdEnd[row] = at;
      while (view.getInt32(at, true) === BLANKS) at += 4;
      while (bytes[at] === BLANK) at++;

      const typeStop = base + typeAt;
      if (noFd && at > typeStop) {
        typeStart[row] = ABSENT;
      } else {
        typeStart[row] = at;
        typeEnd[row] = typeStop;
        while (bytes[at] > BLANK) at++;
        if (at !== typeStop || typeStart[row] === at || bytes[at] !== BLANK) break;
        while (view.getInt32(at, true) === BLANKS) at += 4;
        while (bytes[at] === BLANK) at++;
      }

      offsetStart[row] = ABSENT;
      for (let i = 0; i < tails; i++) {
        const edge = base + tailAt[i];
        if (at > edge) {
          tailStart[i][row] = ABSENT;
          continue;
        }
        const start = at;
        while (bytes[at] > BLANK) at++;
        if (at !== edge || start === at || bytes[at] !== BLANK) break rows;
        if (
          tailSize[i] === 1 &&
          bytes[start] === 48 &&
          at - start > 2 &&
          (bytes[start + 1] === 116 || bytes[start + 1] === 120)
        ) {
          offsetStart[row] = start;
          offsetEnd[row] = at;
          tailStart[i][row] = ABSENT;
        } else {
          tailStart[i][row] = start;
          tailEnd[i][row] = at;
        }
        while (view.getInt32(at, true) === BLANKS) at += 4;
        while (bytes[at] === BLANK) at++;
      }

      // An address whose NODE is no protocol: toybox puts that in front of NAME.
      const node = tails > 0 ? tailStart[tails - 1][row] : ABSENT;
      if (node !== ABSENT && bytes[node] <= 57 && bytes[typeStart[row]] === 73) break;

      const name = base + nameAt;
      if (at !== name || bytes[name - 1] !== BLANK || bytes[at] < BLANK) break;
      for (;;) {
        const odd = view.getInt32(at, true) ^ NEWLINES;
        if (((odd - 0x01010101) & ~odd & 0x80808080) !== 0) break;
        at += 4;
      }
      while (bytes[at] !== NEWLINE) at++;
      if (at - next > LONGEST_LINE) break;
      let stop = at;
      while (bytes[stop - 1] === BLANK || bytes[stop - 1] === 13) stop--;
      commandStart[row] = base;
      nameStart[row] = name;
      nameEnd[row] = stop;
      pids[row] = pid;
      lines[row] = line++;
      row++;
      lastRow = next;
      known = base;
      next = at + 1;
    }
    batch.rows = row;
    this.lastRow = lastRow;
    return next;
  }
}
