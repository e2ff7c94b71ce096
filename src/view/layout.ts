import type { SectionColumn } from '../model/report.ts';
import { isRightAligned } from './cell.ts';

export const INDENT = '  ';
export const GAP = '  ';
/** A name gets at least this many columns of the line, or goes on a line of its own; less where it stands beside another. */
const NAME_WIDTH = 28;
const SECOND_NAME_WIDTH = 18;
/** One user with a long name must not push everything off the line. */
const LONGEST_LABEL = 16;
/** What the rest is cut to, in turn: the bar and labels a little, then as far as they can be read. */
const BAR_WIDTHS = [16, 10] as const;
const LABEL_WIDTHS = [12, 8] as const;

/** How a table stands on a line of a given width. */
export interface Layout {
  /** Of each column; 0 = nothing in it, left out. */
  readonly widths: readonly number[];
  /** How many columns stand in aligned columns; the others follow where a row has room, or on the next line. */
  readonly inline: number;
}

/** Cuts natural widths to fit. Names give way first; where that is not enough they leave the line, and the rest gives way. */
export function layOut(columns: readonly SectionColumn[], natural: readonly number[], width: number): Layout {
  const widths = [...natural];
  const allLabels = indexesOf(columns, (column) => column.kind === 'text' && !isRightAligned(column));
  const over = cut(widths, allLabels.slice(0, -1), LONGEST_LABEL, lineWidth(widths, columns.length) - width);
  const names = indexesOf(columns, (column) => column.kind === 'name');
  const least = names.filter((i) => (widths[i] ?? 0) > 0).length > 1 ? SECOND_NAME_WIDTH : NAME_WIDTH;
  const spare = names.reduce((sum, i) => sum + Math.max(0, (widths[i] ?? 0) - least), 0);
  if (over <= spare) {
    // The first name is the answer, a later one an example.
    let left = over;
    for (const i of names.toReversed()) left = cut(widths, [i], least, left);
    return { widths, inline: columns.length };
  }
  const inline = names[0] || columns.length;
  const labels = allLabels.filter((i) => i < inline);
  const bars = indexesOf(columns, (column) => column.kind === 'bar').filter((i) => i < inline);
  let left = lineWidth(widths, inline) - width;
  for (const step of [0, 1] as const) {
    left = cut(widths, bars, BAR_WIDTHS[step], left);
    left = cut(widths, labels, LABEL_WIDTHS[step], left);
  }
  return { widths, inline };
}

function lineWidth(widths: readonly number[], inline: number): number {
  const used = widths.slice(0, inline).filter((width) => width > 0);
  return INDENT.length + used.reduce((sum, width) => sum + width + GAP.length, 0) - GAP.length;
}

function indexesOf(columns: readonly SectionColumn[], test: (column: SectionColumn) => boolean): number[] {
  return columns.flatMap((column, i) => (test(column) ? [i] : []));
}

/** Takes columns from the widest of some cells, none below `floor`; returns what could not be taken. */
function cut(widths: number[], indexes: readonly number[], floor: number, columns: number): number {
  let left = columns;
  for (; left > 0; left--) {
    let widest = -1;
    for (const i of indexes) if ((widths[i] ?? 0) > Math.max(floor, widths[widest] ?? 0)) widest = i;
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return left;
}
