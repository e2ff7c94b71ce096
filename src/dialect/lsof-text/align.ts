import { Cell } from '../../model/row-batch.ts';
import {
  fdLabelEnd,
  isDevicePair,
  isNoFd,
  isNumber,
  isOffset,
  isProtocol,
  isSize,
  pidOf,
  typeTraits,
} from './grammar.ts';
import type { Column, Layout } from './layout.ts';
import { splitProtocol } from './protocol.ts';
import { RowCut } from './row-cut.ts';

const BLANK = 32;
/** Width of the COMMAND column at least: that of its title. */
const LEAST_COMMAND = 7;
/** Bytes of a COMMAND that may hold blanks. */
const MOST_RAW_COMMAND = 16;

/** What came of cutting a line at a layout's edges. */
export const Fit = {
  /** Some cell does not end where its column does. */
  none: 0,
  /** Every cell ends at its column's edge and NAME begins at its own. */
  row: 1,
  /** The same, but the line ends before NAME. */
  nameless: 2,
} as const;

/**
 * Cuts a line at the byte edges of a layout and verifies it on the way: every right-aligned cell must end exactly at its
 * column's edge, nothing else may stand between, PID must be digits, FD must follow its grammar.
 *
 * `shift` moves all edges behind COMMAND. With `slack` the edges may move further from column to column, for cells wider than
 * their column (toybox) and for text padded by characters; the TYPE must then be one that is known.
 */
export class Aligner {
  #bytes: Uint8Array = new Uint8Array(0);
  #base = 0;
  #end = 0;
  #at = 0;
  #shift = 0;
  #slack = false;
  readonly #scratch = new RowCut();

  cut(
    bytes: Uint8Array,
    base: number,
    end: number,
    layout: Layout,
    shift: number,
    slack: boolean,
    cut: RowCut,
  ): number {
    this.#bytes = bytes;
    this.#base = base;
    this.#end = end;
    this.#shift = shift;
    this.#slack = slack;
    cut.clear();
    if (!layout.regular || !this.#process(layout, cut)) return Fit.none;
    for (const column of layout.middle) if (!this.#middle(column, cut)) return Fit.none;
    if (!this.#user(layout, cut) || !this.#fd(layout, cut)) return Fit.none;
    for (const column of layout.tail) if (!this.#right(column, layout, cut)) return Fit.none;
    return this.#name(layout, cut);
  }

  /** Whether a COMMAND begins the line and a PID ends at its edge. */
  begins(bytes: Uint8Array, base: number, end: number, layout: Layout): boolean {
    this.#bytes = bytes;
    this.#base = base;
    this.#end = end;
    this.#shift = 0;
    return base < end && bytes[base] > BLANK && this.#process(layout, this.#scratch);
  }

  /** COMMAND and PID. COMMAND is what stands before PID, raw blanks included (toybox prints them; lsof prints `\x20`). */
  #process(layout: Layout, cut: RowCut): boolean {
    const bytes = this.#bytes;
    const edge = this.#base + layout.pidAt + this.#shift;
    if (edge > this.#end || !this.#blank(edge)) return false;
    let start = edge;
    while (start > this.#base && bytes[start - 1] !== BLANK) start--;
    cut.pid = pidOf(bytes, start, edge);
    if (cut.pid < 0) return false;
    let stop = start;
    while (stop > this.#base && bytes[stop - 1] === BLANK) stop--;
    if (stop > this.#base) {
      if (bytes[this.#base] === BLANK || stop === start || !this.#isCommand(stop) || !this.#pushes(stop)) return false;
      cut.set(Cell.command, this.#base, stop);
    }
    this.#at = edge;
    return true;
  }

  /** lsof prints no raw blank in COMMAND; toybox prints the kernel's name of at most 15 bytes as it is. */
  #isCommand(end: number): boolean {
    const length = end - this.#base;
    if (length <= MOST_RAW_COMMAND) return true;
    for (let at = this.#base; at < end; at++) if (this.#bytes[at] <= BLANK) return false;
    return true;
  }

  /** Whether a COMMAND that ends there is what moved the rest to the right: wider than its column, or of more bytes than characters. */
  #pushes(end: number): boolean {
    if (this.#shift <= 0 || end - this.#base - this.#shift >= LEAST_COMMAND) return true;
    let extra = 0;
    for (let at = this.#base; at < end; at++) if (this.#bytes[at] >= 0x80) extra++;
    return this.#shift <= extra;
  }

  #middle(column: Column, cut: RowCut): boolean {
    const start = this.#skip();
    const at = this.#base + column.at + this.#shift;
    if (column.role === 'task' || column.role === 'label') {
      if (start !== at) return start > at;
      let stop = this.#word(start);
      const note = column.role === 'label' ? this.#note(stop) : stop;
      stop = note;
      cut.set(column.cell, start, stop);
      this.#at = stop;
      return true;
    }
    if (start >= at) return column.role === 'tid' && start > at;
    const stop = this.#word(start);
    if (stop !== at || !isNumber(this.#bytes, start, stop)) return false;
    cut.set(column.cell, start, stop);
    this.#at = stop;
    return true;
  }

  /** Right-aligned and may hold blanks, so its start is the first byte after the column before it. */
  #user(layout: Layout, cut: RowCut): boolean {
    const start = this.#skip();
    let edge = this.#base + layout.userAt + this.#shift;
    if (this.#slack) {
      const stop = this.#word(start);
      if (start >= edge || stop !== edge) edge = this.#moved(start, this.#lastWord(start, edge), edge);
    }
    if (start >= edge || edge > this.#end || !this.#blank(edge)) return false;
    let stop = edge;
    if (this.#bytes[edge - 1] === BLANK) {
      // Cut by precision behind a blank (`user with`), which a cell that fills its column may be.
      if (!this.#slack || start !== this.#at + 1) return false;
      while (this.#bytes[stop - 1] === BLANK) stop--;
    }
    const least = layout.learned ? BLANK + 1 : BLANK;
    for (let at = start; at < stop; at++) if (this.#bytes[at] < least) return false;
    cut.set(Cell.user, start, stop);
    this.#at = edge;
    return true;
  }

  #fd(layout: Layout, cut: RowCut): boolean {
    const bytes = this.#bytes;
    const start = this.#skip();
    let stop = this.#word(start);
    const slots = this.#base + layout.fdAt + this.#shift;
    const label = fdLabelEnd(bytes, start, stop);
    if (label < 0) return false;
    if (label !== slots - 2) {
      if (!this.#slack || label < slots - 2 || start !== this.#at + 1) return false;
      this.#shift += label - (slots - 2);
    }
    cut.set(Cell.fd, start, stop);
    const none = isNoFd(bytes, start, stop);
    this.#at = stop;
    const typeStart = this.#skip();
    const typeEdge = this.#base + layout.typeAt + this.#shift;
    if (typeStart > typeEdge || (typeStart >= this.#end && none)) return none;
    stop = this.#word(typeStart);
    if (stop !== typeEdge) return false;
    if (this.#slack && typeTraits(bytes, typeStart, stop) === 0) return false;
    cut.set(Cell.type, typeStart, stop);
    this.#at = stop;
    return true;
  }

  #right(column: Column, layout: Layout, cut: RowCut): boolean {
    const bytes = this.#bytes;
    const start = this.#skip();
    let edge = this.#base + column.at + this.#shift;
    if (start >= this.#end) return true;
    if (start > edge) return true;
    const stop = this.#word(start);
    if (stop !== edge) {
      if (!this.#slack) return false;
      edge = this.#moved(start, stop, edge);
      if (stop !== edge || !isCell(column, bytes, start, stop)) return false;
    }
    const size = column.role === 'size' && isOffset(bytes, start, stop);
    cut.set(size ? Cell.offset : column.cell, start, stop);
    this.#at = stop;
    return layout.nameAt > 0;
  }

  #name(layout: Layout, cut: RowCut): number {
    const at = this.#base + layout.nameAt + this.#shift;
    let end = this.#end;
    // lsof escapes what is below a blank: a tab or carriage return at the end came with the paste.
    while (end > at && this.#bytes[end - 1] <= BLANK) end--;
    if (end <= at) return this.#end >= at ? this.#empty(at, cut) : Fit.nameless;
    if (this.#bytes[at - 1] !== BLANK || this.#skip() !== at) return Fit.none;
    cut.set(Cell.name, at, end);
    splitProtocol(this.#bytes, cut);
    return Fit.row;
  }

  /** The line runs on to NAME's column and is blank there: an empty NAME, not a missing one. */
  #empty(at: number, cut: RowCut): number {
    if (this.#skip() < this.#end) return Fit.none;
    cut.set(Cell.name, at, at);
    return Fit.row;
  }

  /** Where the edge lies once a cell wider than its column, or padded by characters, has moved it. */
  #moved(start: number, stop: number, edge: number): number {
    if (stop === edge) return edge;
    let wide = 0;
    for (let at = start; at < stop; at++) if (this.#bytes[at] >= 0x80) wide++;
    const full = stop > edge && start === this.#at + 1;
    if (!full && Math.abs(stop - edge) > wide) return edge;
    this.#shift += stop - edge;
    return stop;
  }

  /** End of the words from `start` on that lie before `edge` or reach over it. */
  #lastWord(start: number, edge: number): number {
    let stop = this.#word(start);
    while (stop < edge && stop + 1 < this.#end && this.#bytes[stop + 1] !== BLANK) {
      const next = this.#word(stop + 1);
      if (next > edge + 8) break;
      stop = next;
    }
    return stop;
  }

  /** ` (enforce)` after a security context. */
  #note(at: number): number {
    if (this.#bytes[at] !== BLANK || this.#bytes[at + 1] !== 40) return at;
    const stop = this.#word(at + 1);
    return this.#bytes[stop - 1] === 41 ? stop : at;
  }

  #blank(at: number): boolean {
    return at >= this.#end || this.#bytes[at] === BLANK;
  }

  #skip(): number {
    let at = this.#at;
    while (at < this.#end && this.#bytes[at] === BLANK) at++;
    return at;
  }

  #word(start: number): number {
    let at = start;
    while (at < this.#end && this.#bytes[at] > BLANK) at++;
    return at;
  }
}

/** Whether a cell wider than its column is one that may stand there, and not two run together. */
function isCell({ role }: Column, bytes: Uint8Array, start: number, end: number): boolean {
  if (role === 'node' || role === 'links') return isNumber(bytes, start, end) || isProtocol(bytes, start, end);
  if (role === 'device') return isDevicePair(bytes, start, end) || isNumber(bytes, start, end);
  if (role === 'size' || role === 'offset') return isSize(bytes, start, end) || isOffset(bytes, start, end);
  return true;
}
