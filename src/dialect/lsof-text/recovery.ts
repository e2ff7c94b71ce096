import { CELLS, Cell } from '../../model/row-batch.ts';
import { Aligner, Fit } from './align.ts';
import { Anchor } from './anchor.ts';
import { fdLabelEnd, isNameWord, isNumber, TypeTrait, typeTraits } from './grammar.ts';
import type { Layout } from './layout.ts';
import { decorationLength, isDecoration, isQuoting, leadLike } from './lead.ts';
import { hasRawCommand } from './raw-command.ts';
import { RowCut } from './row-cut.ts';
import { TabExpansion } from './tabs.ts';
import { Words } from './words.ts';

/** Words at the front of a line among which PID is looked for. */
const PID_WORDS = 20;

/** What a listing's rows are cut by. */
export interface Listing {
  /** Its edges, where `aligned` says that they may be trusted: from a header whose blanks are all there, or learned. */
  readonly layout: Layout;
  readonly aligned: boolean;
  /** Its columns; those of a header if `headed`, else assumed. */
  readonly known: Layout;
  readonly headed: boolean;
  /** Bytes in front of each row. */
  lead: readonly number[];
}

/** How a line was placed. */
export interface Placed {
  /** `row`, or `nameless` for a row of a TYPE whose NODE and NAME may be blank. */
  readonly fit: number;
  /** Bytes in front of the row, when it lies exactly at the layout's edges behind them. */
  readonly lead: number;
  /** It was cut by content, not by edges. */
  readonly content?: boolean;
}

const NOT_PLACED: Placed = { fit: Fit.none, lead: -1 };

/**
 * Cuts the lines that do not lie at their layout's edges as they should: other decoration in front, an over-wide cell that
 * pushes the rest to the right, bytes that are not characters, tabs, collapsed blanks. Ordered from certain to lenient;
 * two readings that both verify and disagree are no reading.
 */
export class Recovery {
  readonly #aligner = new Aligner();
  readonly #anchor = new Anchor();
  readonly #words = new Words();
  readonly #other = new RowCut();
  readonly #tabs = new TabExpansion();

  /** The line at its listing's own edges, nothing else. */
  exact(bytes: Uint8Array, start: number, end: number, listing: Listing, cut: RowCut): number {
    if (!listing.aligned) return Fit.none;
    const lead = listing.lead;
    if (start + lead.length > end) return Fit.none;
    for (let i = 0; i < lead.length; i++) if (bytes[start + i] !== lead[i]) return Fit.none;
    return this.#aligner.cut(bytes, start + lead.length, end, listing.layout, 0, false, cut);
  }

  /** Whether the line begins as a row does, and is no continuation of another then; null where only its words say so. */
  begins(bytes: Uint8Array, start: number, end: number, listing: Listing): boolean | null {
    const like = leadLike(bytes, start, end, listing.lead);
    const base = start + Math.max(0, like);
    const words = this.#words;
    words.split(bytes, base, end);
    const row = this.#isRowLike();
    // A line that begins with a cell of another column goes on with a row; a COMMAND of digits has an FD and a TYPE behind it.
    const cell = !words.is(0, isNameWord) || words.is(0, isTypeWord) || words.is(0, isFdWord);
    // A header of which blanks were eaten further on has its first edges still.
    const edges = listing.layout.pidAt > 0 && this.#aligner.begins(bytes, base, end, listing.layout);
    if (edges && (!cell || row)) return true;
    if (words.start[0] > base) return false;
    if (!cell && hasRawCommand(bytes, base, end, listing.layout.pidAt)) return true;
    if (!listing.aligned) return words.count > 2 && words.is(1, isNumber) && (!cell || (row && words.is(0, isNumber)));
    // With an over-wide COMMAND in front the edges do not tell: a PID, an FD and a TYPE may.
    return row && !cell ? null : false;
  }

  /** Whether an FD and a TYPE stand behind a number. */
  #isRowLike(): boolean {
    const words = this.#words;
    let numbers = 0;
    for (let word = 1; word < Math.min(PID_WORDS, words.count); word++) {
      // The line may end behind FD.
      const typed = words.is(word + 1, isTypeWord) || (word + 1 === words.count && !words.is(word, isNumber));
      if (numbers > 0 && typed && words.is(word, isFdWord)) return true;
      if (words.is(word, isPath)) return false;
      if (words.is(word, isNumber)) numbers++;
    }
    return false;
  }

  /** A whole line at the listing's edges, over-wide cells and other decoration allowed. */
  aligned(bytes: Uint8Array, listing: Listing, cut: RowCut): boolean {
    return listing.aligned && this.#aligned(bytes, 0, bytes.length, listing, cut).fit === Fit.row;
  }

  place(bytes: Uint8Array, start: number, end: number, listing: Listing, cut: RowCut): Placed {
    const placed = listing.aligned ? this.#aligned(bytes, start, end, listing, cut) : NOT_PLACED;
    if (placed.fit === Fit.row) return placed;
    if (placed.fit === Fit.nameless) {
      const type = cut.start[Cell.type];
      const traits = type < 0 ? 0 : typeTraits(bytes, type, cut.end[Cell.type]);
      if (traits & TypeTrait.nameless && cut.start[Cell.node] < 0) return placed;
    }
    if (this.#tabs.expand(bytes, start, end)) {
      const tabs = this.#tabs;
      if (
        listing.aligned &&
        this.#aligned(tabs.bytes, 0, tabs.length, listing, cut).fit === Fit.row &&
        this.#back(cut)
      ) {
        return { fit: Fit.row, lead: -1 };
      }
    }
    const from = start + decorationLength(bytes, start, end, listing.lead);
    if (!this.#anchor.cut(bytes, from, end, listing.known, listing.headed && !listing.known.elided, cut))
      return NOT_PLACED;
    // What looks like the sign of a list may be the COMMAND that the row seems to lack.
    if (cut.start[Cell.command] < 0 && !isQuoting(bytes, start, from)) return NOT_PLACED;
    if (listing.aligned && !agrees(bytes, cut, listing.layout)) return NOT_PLACED;
    return { fit: Fit.row, lead: -1, content: true };
  }

  /** Cells of the expanded line as ranges of the line itself. */
  #back(cut: RowCut): boolean {
    for (let cell = 0; cell < CELLS.length; cell++) {
      if (cut.start[cell] < 0) continue;
      cut.start[cell] = this.#tabs.origin(cut.start[cell]);
      cut.end[cell] = this.#tabs.origin(cut.end[cell]);
    }
    return true;
  }

  #aligned(bytes: Uint8Array, start: number, end: number, listing: Listing, cut: RowCut): Placed {
    const { layout } = listing;
    const words = this.#words;
    words.split(bytes, start, end);
    const bases: number[] = [];
    for (let word = 0; word < Math.min(PID_WORDS, words.count); word++) {
      if (!isNumber(bytes, words.start[word], words.end[word])) continue;
      bases.push(words.end[word] - layout.pidAt);
    }
    for (const base of bases) {
      if (base < start || !isDecoration(bytes, start, base, listing.lead)) continue;
      const fit = this.#aligner.cut(bytes, base, end, layout, 0, false, cut);
      if (fit !== Fit.none) return { fit, lead: base - start };
    }
    const origin = start + decorationLength(bytes, start, end, listing.lead);
    let found = 0;
    for (const base of bases) {
      const into = found === 0 ? cut : this.#other;
      if (this.#aligner.cut(bytes, origin, end, layout, base - origin, true, into) !== Fit.row) continue;
      if (found > 0 && !cut.same(this.#other)) return NOT_PLACED;
      found++;
    }
    return found > 0 ? { fit: Fit.row, lead: -1 } : NOT_PLACED;
  }
}

function isPath(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 47) return true;
  return false;
}

function isFdWord(bytes: Uint8Array, start: number, end: number): boolean {
  return fdLabelEnd(bytes, start, end) >= 0;
}

function isTypeWord(bytes: Uint8Array, start: number, end: number): boolean {
  return typeTraits(bytes, start, end) > 0;
}

/**
 * Whether a row cut by content in a listing whose edges are known may be believed: it has every cell, its blanks were collapsed,
 * or TYPE and NAME are moved from their edges alike. A row of which none is true was cut short or lost a part.
 */
function agrees(bytes: Uint8Array, cut: RowCut, layout: Layout): boolean {
  if (layout.tail.every(({ cell }) => cell < 0 || cut.start[cell] >= 0 || (cell === Cell.size && isSized(bytes, cut))))
    return true;
  const type = cut.start[Cell.type] < 0 ? Cell.fd : Cell.type;
  const name = cut.start[Cell.name];
  let between = layout.nameAt - layout.typeAt;
  for (let at = cut.end[type]; at < name; at++) if ((bytes[at] & 0xc0) === 0x80) between++;
  if (type === Cell.type && name - cut.end[type] === between) return true;
  for (let at = cut.end[type]; at + 2 < name; at++) {
    if (bytes[at] === 32 && bytes[at + 1] === 32 && bytes[at + 2] === 32) return false;
  }
  return true;
}

/** SIZE/OFF is an offset, or blank where NODE is a protocol: sockets had none before lsof 4.80. */
function isSized(bytes: Uint8Array, cut: RowCut): boolean {
  const node = cut.start[Cell.node];
  return cut.start[Cell.offset] >= 0 || (node >= 0 && !isNumber(bytes, node, cut.end[Cell.node]));
}
