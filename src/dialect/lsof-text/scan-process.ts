import { ABSENT } from '../../columns/batch.ts';
import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';
import type { Layout } from './layout.ts';
import { BLANK, sameBytes } from './scan-words.ts';
import type { SparedColumns } from './spared-columns.ts';

/** Kinds of columns between PID and USER: a number, a word that begins at the edge, a number that a row may lack. */
const NUMBER = 0;
const WORD = 1;
const TID = 2;

/**
 * Second pass of the scanner: COMMAND, PID, what stands between, and USER. Most rows have all of these byte for byte as the
 * row before.
 */
export class ProcessPass {
  readonly #pids: Int32Array;
  readonly #command: { readonly start: Int32Array; readonly end: Int32Array };
  readonly #user: { readonly start: Int32Array; readonly end: Int32Array };
  readonly #pidAt: number;
  readonly #userAt: number;
  readonly #userLeast: number;
  readonly #middleAt: Int32Array;
  readonly #middleKind: Int32Array;
  readonly #middleStart: readonly Int32Array[];
  readonly #middleEnd: readonly Int32Array[];

  constructor(batch: RowBatch, layout: Layout, columns: SparedColumns) {
    this.#pids = batch.numbers[Num.pid];
    this.#command = batch.textColumn(Cell.command);
    this.#user = batch.textColumn(Cell.user);
    this.#pidAt = layout.pidAt;
    this.#userAt = layout.userAt;
    this.#userLeast = layout.learned ? BLANK + 1 : BLANK;
    this.#middleAt = Int32Array.from(layout.middle, ({ at }) => at);
    this.#middleKind = Int32Array.from(layout.middle, ({ role }) =>
      role === 'task' || role === 'label' ? WORD : role === 'tid' ? TID : NUMBER,
    );
    this.#middleStart = layout.middle.map(({ cell }) => columns.of(cell).start);
    this.#middleEnd = layout.middle.map(({ cell }) => columns.of(cell).end);
  }

  /** How many of the `count` lines that begin at `bases` have their process as the layout says. */
  take(bytes: Uint8Array, view: DataView, bases: Int32Array, row: number, count: number): number {
    const pids = this.#pids;
    const commandStart = this.#command.start;
    const commandEnd = this.#command.end;
    const userStart = this.#user.start;
    const userEnd = this.#user.end;
    const userAt = this.#userAt;
    const middles = this.#middleAt.length;
    // Base of the row before.
    let known = -1;
    for (let i = 0; i < count; i++, row++) {
      const base = bases[i];
      if (known >= 0 && sameBytes(view, base, known, userAt + 1)) {
        const moved = base - known;
        pids[row] = pids[row - 1];
        commandEnd[row] = commandEnd[row - 1] + moved;
        userStart[row] = userStart[row - 1] + moved;
        if (middles > 0) this.#moveMiddles(row, moved);
      } else if (!this.#cut(bytes, base, row)) {
        return i;
      }
      commandStart[row] = base;
      userEnd[row] = base + userAt;
      known = base;
    }
    return count;
  }

  #moveMiddles(row: number, moved: number): void {
    for (let i = 0; i < this.#middleAt.length; i++) {
      const start = this.#middleStart[i];
      const end = this.#middleEnd[i];
      start[row] = start[row - 1] === ABSENT ? ABSENT : start[row - 1] + moved;
      end[row] = end[row - 1] + moved;
    }
  }

  #cut(bytes: Uint8Array, base: number, row: number): boolean {
    let at = base;
    while (bytes[at] > BLANK) at++;
    this.#command.end[row] = at;
    if (at === base) return false;
    while (bytes[at] === BLANK) at++;
    const pidEdge = base + this.#pidAt;
    if (at >= pidEdge || pidEdge - at > 9) return false;
    let pid = 0;
    for (; at < pidEdge; at++) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) return false;
      pid = pid * 10 + digit;
    }
    this.#pids[row] = pid;
    if (bytes[at] !== BLANK) return false;
    while (bytes[at] === BLANK) at++;
    for (let i = 0; i < this.#middleAt.length; i++) {
      at = this.#middle(bytes, at, base + this.#middleAt[i], i, row);
      if (at < 0) return false;
    }
    const stop = base + this.#userAt;
    if (at >= stop) return false;
    this.#user.start[row] = at;
    while (at < stop) if (bytes[at++] < this.#userLeast) return false;
    return bytes[stop - 1] !== BLANK && bytes[stop] === BLANK;
  }

  /** Cuts a column between PID and USER; returns where the next word begins, -1 if the cell is not where it belongs. */
  #middle(bytes: Uint8Array, from: number, edge: number, index: number, row: number): number {
    const kind = this.#middleKind[index];
    let at = from;
    if (at > edge) {
      if (kind === NUMBER) return -1;
      this.#middleStart[index][row] = ABSENT;
      return at;
    }
    if (kind === WORD) {
      if (at !== edge) return -1;
      while (bytes[at] > BLANK) at++;
    } else {
      while (bytes[at] >= 48 && bytes[at] <= 57) at++;
      if (at !== edge || at === from) return -1;
    }
    this.#middleStart[index][row] = from;
    this.#middleEnd[index][row] = at;
    if (bytes[at] !== BLANK) return -1;
    while (bytes[at] === BLANK) at++;
    return at;
  }
}
