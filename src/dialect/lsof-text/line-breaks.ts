import type { WrapContext } from './joined.ts';
import { type Piece, sizeOf } from './piece.ts';
import type { WidestLine } from './wrap-width.ts';

/** Where the lines of an input were broken, as far as its header and its rows have told. */
export class LineBreaks {
  widest: WidestLine = { columns: 0, characters: 0, count: 0, unbroken: false };
  /** Terminal columns at which lines were wrapped, 0 while none was. */
  width = 0;
  /** Lines were broken at blanks, at no one width. */
  soft = false;
  /** Characters into which every line's words had to fit where lines were broken at blanks; 0 where that is not known. */
  fitted = 0;

  /** Takes what the input's first lines tell: their width, and the characters they were filled to if broken at blanks (else 0). */
  expect(widest: WidestLine, fitted: number): void {
    this.widest = widest;
    this.fitted = fitted;
    this.soft = fitted > 0;
  }

  /** Notes where a row of these lines, the last of them the rest of its NAME, was broken: at a width, or (0) at a blank. */
  noteName(lines: readonly Piece[], width: number): void {
    const [before] = lines.slice(-2);
    if (width > 0) this.width ||= width;
    else if (before) this.note([sizeOf(before).columns], false);
  }

  /** Notes the columns at which lines of one row, or of a header, ended; `hard` if nothing was lost there. */
  note(columns: readonly number[], hard: boolean): void {
    if (hard) this.width = Math.max(this.width, ...columns);
    if (!columns.every((each) => this.#isBreak(each))) this.soft = true;
  }

  /** Notes where the lines of a joined row ended, the last of them at `at` or behind it. */
  noteJoined(lines: readonly Piece[], at: number, hard: boolean): void {
    const columns = lines.map((line) => sizeOf(line).columns);
    columns[columns.length - 1] = Math.max(at, columns[columns.length - 1] as number);
    this.note(columns, hard);
  }

  context(lead: readonly number[]): WrapContext {
    return { width: this.width, widest: this.widest, soft: this.soft, fitted: this.fitted, lead };
  }

  /** Whether a terminal breaks lines there: at its width, or one column before a wide character. */
  #isBreak(columns: number): boolean {
    return [this.widest.columns, this.width].some((width) => columns === width || columns === width - 1);
  }
}
