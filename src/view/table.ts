import type { SectionColumn, TableSection } from '../model/report.ts';
import { cellAsText, isRightAligned, MAX_PRINTED_ROWS } from './cell.ts';
import type { Style } from './style.ts';
import type { ViewOptions } from './view.ts';
import { padEnd, padStart, shorten, textWidth } from './width.ts';

const INDENT = '  ';
const GAP = 2;
const TAIL_INDENT = '        ';
/** A label longer than this is shortened before the line breaks. */
const LABEL_WIDTH = 16;
/** A name gets at least this much of the line, or goes on a line of its own. */
const NAME_WIDTH = 28;

type Tell = (text: string) => string;

interface Layout {
  readonly widths: readonly number[];
  /** How many columns stand in aligned columns; the others follow where there is room. */
  readonly inline: number;
}

/** Rows as aligned lines; names are shortened in the middle, or follow on an indented line where the rest leaves no room. */
export function tableLines(table: TableSection, options: ViewOptions, tell: Tell): string[] {
  const { columns } = table;
  const rows = table.rows.slice(0, MAX_PRINTED_ROWS);
  const cells = rows.map((row) => columns.map((column, i) => tell(cellAsText(row[i] ?? null, column.kind))));
  const used = columns.map((_, i) => cells.some((row) => row[i] !== ''));
  const titles = columns.map((column) => (column.kind === 'bar' ? '' : tell(column.title)));
  // A bar explains the numbers around it; other tables need their titles.
  const titled = !columns.some((column) => column.kind === 'bar') && titles.some((title) => title !== '');
  const widths = columns.map((column, i) => {
    if (!used[i]) return 0;
    const widest = cells.reduce(
      (most, row) => Math.max(most, textWidth(row[i] ?? '')),
      titled ? textWidth(titles[i] ?? '') : 0,
    );
    return column.kind === 'text' && i > 0 && !isLast(used, i) ? Math.min(widest, LABEL_WIDTH) : widest;
  });
  const layout = { widths, inline: fitLine(columns, widths, options.width) };
  const lines: string[] = [];
  if (titled) {
    lines.push(options.style.faint(aligned(titles, null, columns, layout, options).text.trimEnd()));
  }
  rows.forEach((row, r) => {
    lines.push(...rowLines(row, cells[r] ?? [], columns, layout, options));
  });
  const more = table.more + table.rows.length - rows.length;
  if (more > 0) lines.push(`${INDENT}${options.style.faint(`... ${more} more`)}`);
  return lines;
}

function isLast(used: readonly boolean[], at: number): boolean {
  return !used.slice(at + 1).some(Boolean);
}

function lineWidth(widths: readonly number[], from: number, to: number): number {
  let total = INDENT.length;
  for (let i = from; i < to; i++) if ((widths[i] as number) > 0) total += (widths[i] as number) + GAP;
  return total - GAP;
}

/** How many columns stand in aligned columns; the widths of names among them are cut to fit. */
function fitLine(columns: readonly SectionColumn[], widths: number[], width: number): number {
  const over = lineWidth(widths, 0, columns.length) - width;
  if (over <= 0) return columns.length;
  const names = columns.flatMap((column, i) =>
    column.kind === 'name' && (widths[i] as number) > NAME_WIDTH ? [i] : [],
  );
  const spare = names.reduce((sum, i) => sum + (widths[i] as number) - NAME_WIDTH, 0);
  if (spare >= over) {
    let left = over;
    for (const i of names.toSorted((a, b) => (widths[b] as number) - (widths[a] as number))) {
      const cut = Math.min(left, (widths[i] as number) - NAME_WIDTH);
      widths[i] = (widths[i] as number) - cut;
      left -= cut;
    }
    return columns.length;
  }
  let inline = 0;
  while (inline < columns.length && columns[inline]?.kind !== 'name' && lineWidth(widths, 0, inline + 1) <= width)
    inline++;
  return Math.max(1, inline);
}

interface Line {
  text: string;
  /** In columns; colour codes have none. */
  width: number;
}

/** The first `inline` cells in their columns; `shares` are the values behind bars, which colour them. */
function aligned(
  cells: readonly string[],
  shares: TableSection['rows'][number] | null,
  columns: readonly SectionColumn[],
  layout: Layout,
  options: ViewOptions,
): Line {
  const line: Line = { text: INDENT, width: INDENT.length };
  for (let i = 0; i < layout.inline; i++) {
    const width = layout.widths[i] as number;
    const column = columns[i];
    if (width === 0 || !column) continue;
    if (line.width > INDENT.length) {
      line.text += ' '.repeat(GAP);
      line.width += GAP;
    }
    const text = shorten(cells[i] ?? '', width, ellipsisOf(options));
    const padded = isRightAligned(column) ? padStart(text, width) : padEnd(text, width);
    const share = column.kind === 'bar' ? shares?.[i] : null;
    line.text += typeof share === 'number' ? paintOf(share, options.style)(padded) : padded;
    line.width += width;
  }
  return line;
}

function paintOf(share: number, style: Style): Tell {
  return share >= 0.9 ? style.critical : share >= 0.7 ? style.warning : style.good;
}

function rowLines(
  row: TableSection['rows'][number],
  cells: readonly string[],
  columns: readonly SectionColumn[],
  layout: Layout,
  options: ViewOptions,
): string[] {
  const head = aligned(cells, row, columns, layout, options);
  const tail = cells.slice(layout.inline).filter((cell) => cell !== '');
  if (tail.length === 0) return [head.text.trimEnd()];
  const rest = tail.join(' '.repeat(GAP));
  if (head.width + GAP + textWidth(rest) <= options.width) return [head.text + ' '.repeat(GAP) + rest];
  return [head.text.trimEnd(), ...tailLines(tail, options)];
}

/** The rest of a row on lines of its own, as few as it takes. */
function tailLines(tail: readonly string[], options: ViewOptions): string[] {
  const room = Math.max(20, options.width - TAIL_INDENT.length);
  const lines: string[] = [];
  for (const cell of tail) {
    const text = shorten(cell, room, ellipsisOf(options));
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last) + GAP + textWidth(text) <= room) {
      lines[lines.length - 1] = `${last}${' '.repeat(GAP)}${text}`;
    } else {
      lines.push(text);
    }
  }
  return lines.map((line) => TAIL_INDENT + line);
}

export function ellipsisOf(options: ViewOptions): string {
  return options.ascii ? '...' : '…';
}
