import { glyphColumns } from '../glyph-columns.ts';
import { fitsLsfdColumn, LSFD_COLUMNS, type LsfdColumn, lsfdColumn } from './lsfd-column.ts';
import { fromLsfdText, toLsfdText } from './lsfd-escape.ts';
import type { LsfdRow } from './lsfd-row.ts';

interface Placed {
  readonly number: number;
  readonly column: LsfdColumn;
  /** First terminal column of the cell, -1 where only the data decides: on the right of a left-aligned column. */
  readonly from: number;
  /** Terminal column after the cell's last, -1 where only the data decides, Infinity for a last one on the left. */
  readonly to: number;
}

/** Columns that every file has that could be read. */
const NEVER_BLANK = ['TYPE', 'STTYPE', 'SOURCE', 'MNTID', 'INODE', 'NAME', 'KNAME'];

/** How a row came to be understood. */
export type LsfdFit = 'row' | 'continuation' | 'none';

/** Where the cells lie under one header of `lsfd`, aligned or raw (`-r`). */
export class LsfdLayout {
  readonly #placed: readonly Placed[];
  /** Aligned and raw headers look alike when no column is wider than its title: the first telling row decides. */
  #aligned: boolean;
  #raw: boolean;

  /** Places of columns in the row, -1 where there is none. */
  readonly #user: number;
  readonly #type: number;
  readonly #rawType: number;
  readonly #neverBlank: readonly number[];

  private constructor(placed: readonly Placed[], spread: boolean) {
    const place = (name: string) => placed.findIndex(({ column }) => column.name === name);
    this.#placed = placed;
    this.#user = place('USER');
    this.#type = place('TYPE');
    this.#rawType = place('STTYPE');
    this.#neverBlank = NEVER_BLANK.map(place).filter((index) => index >= 0);
    this.#aligned = true;
    this.#raw = !spread;
  }

  /** The layout that a header line states, or null if it is none. */
  static of(line: string): LsfdLayout | null {
    const titles = [...line.matchAll(/[^ ]+/g)].map((match) => ({ text: match[0], at: match.index }));
    if (titles.length < 2) return null;
    const numbers = titles.map(({ text }) => lsfdColumn(text));
    // A column named twice (`-o +INODE`) has the same cell twice.
    if (numbers.includes(-1)) return null;
    const placed: Placed[] = titles.map(({ text, at }, i) => {
      const column = LSFD_COLUMNS[numbers[i] as number] as LsfdColumn;
      const before = i > 0 ? (LSFD_COLUMNS[numbers[i - 1] as number] as LsfdColumn) : null;
      const after = i + 1 < titles.length ? (LSFD_COLUMNS[numbers[i + 1] as number] as LsfdColumn) : null;
      const previous = titles[i - 1];
      const next = titles[i + 1];
      const rightStart = !before || !previous ? 0 : before.left ? -1 : previous.at + previous.text.length + 1;
      const leftEnd = !after || !next ? Number.POSITIVE_INFINITY : after.left ? next.at - 1 : -1;
      return {
        number: numbers[i] as number,
        column,
        from: column.left ? at : rightStart,
        to: column.left ? leftEnd : at + text.length,
      };
    });
    return new LsfdLayout(placed, / {2}|^ /.test(line));
  }

  /** Reads a line into the row; on anything but `row` the row's cells are worth nothing. */
  read(line: string, row: LsfdRow): LsfdFit {
    const aligned = this.#aligned ? this.#readAligned(line) : null;
    const raw = this.#raw ? this.#readRaw(line) : null;
    if (aligned && raw && !same(aligned, raw)) return 'none';
    const cells = aligned ?? raw;
    if (!cells) return this.#aligned && this.#continues(line) ? 'continuation' : 'none';
    if (!aligned || !raw) {
      this.#aligned &&= aligned !== null;
      this.#raw &&= raw !== null;
    }
    row.clear();
    for (let i = 0; i < cells.length; i++) row.set((this.#placed[i] as Placed).number, cells[i] as string);
    return 'row';
  }

  #readRaw(line: string): string[] | null {
    const cells = line.split(' ');
    if (cells.length !== this.#placed.length) return null;
    for (let i = 0; i < cells.length; i++) {
      if (/[^!-~]/.test(cells[i] as string)) return null;
      const cell = toLsfdText(fromLsfdText(cells[i] as string));
      if (!fitsLsfdColumn((this.#placed[i] as Placed).column, cell)) return null;
      cells[i] = cell;
    }
    return cells;
  }

  #readAligned(line: string): string[] | null {
    const columns = /^[\x00-\x7f]*$/.test(line) ? null : glyphColumns(line);
    const width = columns ? columns.length - 1 : line.length;
    const slice = (from: number, to: number): string | null => {
      if (!columns) return line.slice(from, to);
      const start = columns[Math.min(from, width)] as number;
      const end = columns[Math.min(to, width)] as number;
      return start < 0 || end < 0 ? null : line.slice(start, end);
    };
    const cells: string[] = [];
    for (let i = 0; i < this.#placed.length; i++) {
      const place = this.#placed[i] as Placed;
      const { column } = place;
      if (place.to === -1) {
        const right = this.#placed[++i] as Placed;
        const region = slice(place.from, right.to);
        const pair = region === null ? null : parted(region, right.column, right.to - place.from, width - place.from);
        if (!pair || !this.#separated(slice, right, i)) return null;
        cells.push(pair[0], pair[1]);
        continue;
      }
      const region = slice(place.from, place.to);
      if (region === null || !this.#separated(slice, place, i)) return null;
      if (column.left) cells.push(i === this.#placed.length - 1 ? region : region.replace(/ +$/, ''));
      else if (region !== '' && region.endsWith(' ') && region.trim() !== '') return null;
      else cells.push(region.trim());
      if (!column.left && region.trim() !== '' && width < place.to) return null;
    }
    const last = this.#placed.at(-1) as Placed;
    if (!last.column.left && width > last.to) return null;
    const first = this.#placed[0] as Placed;
    if (first.column.left && first.from > 0 && line.slice(0, first.from).trim() !== '') return null;
    for (let i = 0; i < cells.length; i++) {
      if (!fitsLsfdColumn((this.#placed[i] as Placed).column, cells[i] as string)) return null;
      // An aligned listing escapes a backslash only where it would begin an escape.
      if (/\\x5c(?!x)/.test(cells[i] as string)) return null;
      // Without a UTF-8 locale lsfd escapes what it prints as it is with one.
      if ((cells[i] as string).includes('\\')) cells[i] = toLsfdText(fromLsfdText(cells[i] as string));
    }
    return this.#isWhole(cells) ? cells : null;
  }

  /** A row that was cut lacks cells that only a file which could not be read lacks. */
  #isWhole(cells: readonly string[]): boolean {
    if (cells.every((cell) => cell === '') || cells[this.#user] === '') return false;
    const type = cells[this.#type];
    const isRead = type === undefined ? Boolean(cells[this.#rawType]) : type !== 'ERROR';
    return !isRead || !this.#neverBlank.some((index) => cells[index] === '');
  }

  /** Between two columns stands a blank. */
  #separated(slice: (from: number, to: number) => string | null, place: Placed, index: number): boolean {
    if (index === this.#placed.length - 1) return true;
    const gap = slice(place.to, place.to + 1);
    return gap === ' ' || gap === '';
  }

  /** A further line of a cell that wraps: all columns before it are blank. */
  #continues(line: string): boolean {
    const wrapping = this.#placed.find(({ column }) => column.wraps);
    return wrapping !== undefined && line.trim() !== '' && line.slice(0, wrapping.from).trim() === '';
  }
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((cell, i) => cell === other[i]);
}

/**
 * Parts a region that a left-aligned and a right-aligned column share. A right cell without blanks is the last word;
 * one that may hold blanks is clear only where there is one gap.
 */
function parted(region: string, right: LsfdColumn, full: number, width: number): [string, string] | null {
  if (width < full && region.trim() !== '' && right.form !== 'text' && !region.endsWith(' ')) return null;
  if (region.endsWith(' ') || region === '') return [region.replace(/ +$/, ''), ''];
  const at = region.lastIndexOf(' ');
  if (at < 0) return null;
  const left = region.slice(0, at).replace(/ +$/, '');
  if (right.form === 'text' && left.trim().includes(' ')) return null;
  return [left, region.slice(at + 1)];
}
