import type { SectionColumn, TableSection } from '../model/report.ts';
import { barText, cellAsText, isRightAligned, MAX_PRINTED_ROWS } from './cell.ts';
import { GAP, INDENT, type Layout, layOut } from './layout.ts';
import type { Style } from './style.ts';
import type { ViewOptions } from './view.ts';
import { padEnd, padStart, shorten } from './width.ts';

const TAIL_INDENT = '        ';

type Tell = (text: string) => string;
type Row = TableSection['rows'][number];

/** Rows as aligned lines; names are shortened in the middle, or follow on an indented line where the rest leaves no room. */
export function tableLines(table: TableSection, options: ViewOptions, tell: Tell): string[] {
  const { columns } = table;
  const { ruler } = options;
  const rows = table.rows.slice(0, MAX_PRINTED_ROWS);
  const cells = rows.map((row) => columns.map((column, i) => tell(cellAsText(row[i] ?? null, column.kind))));
  const titles = columns.map((column) => tell(column.title));
  const titled = table.untitled !== true && needsTitles(columns);
  const natural = columns.map((_, i) => {
    const widest = cells.reduce((most, row) => Math.max(most, ruler.width(row[i] ?? '')), 0);
    return widest === 0 || !titled ? widest : Math.max(widest, ruler.width(titles[i] ?? ''));
  });
  const layout = layOut(columns, natural, options.width);
  const lines = rows.flatMap((row, r) => rowLines(row, cells[r] ?? [], columns, layout, options));
  if (titled && rows.length > 0) {
    lines.unshift(options.style.faint(aligned(titles, null, columns, layout, options).text.trimEnd()));
  }
  const more = table.more + table.rows.length - rows.length;
  if (more > 0) lines.push(INDENT + options.style.faint(`... ${more} more`));
  return lines;
}

/** A bar explains what stands around it, but only one bare number beside it: the pid. */
function needsTitles(columns: readonly SectionColumn[]): boolean {
  const numbers = columns.filter(({ kind }) => kind === 'number').length;
  return columns.some(({ title }) => title !== '') && (numbers > 1 || !columns.some(({ kind }) => kind === 'bar'));
}

interface Line {
  text: string;
  /** In columns; colour codes have none. */
  width: number;
}

/** The first cells in their columns; `row` holds the values behind bars, which are drawn at the width that is left to them. */
function aligned(
  cells: readonly string[],
  row: Row | null,
  columns: readonly SectionColumn[],
  layout: Layout,
  options: ViewOptions,
): Line {
  const line: Line = { text: INDENT, width: INDENT.length };
  for (let i = 0; i < layout.inline; i++) {
    const width = layout.widths[i] ?? 0;
    const column = columns[i];
    if (width === 0 || !column) continue;
    if (line.width > INDENT.length) {
      line.text += GAP;
      line.width += GAP.length;
    }
    const share = column.kind === 'bar' ? row?.[i] : null;
    const text =
      typeof share === 'number'
        ? barText(share, width)
        : shorten(cells[i] ?? '', width, ellipsis(options), options.ruler);
    const padded = isRightAligned(column) ? padStart(text, width, options.ruler) : padEnd(text, width, options.ruler);
    line.text += typeof share === 'number' ? paintOf(share, options.style)(padded) : padded;
    line.width += width;
  }
  return line;
}

function paintOf(share: number, style: Style): Tell {
  return share >= 0.9 ? style.critical : share >= 0.7 ? style.warning : style.good;
}

function rowLines(
  row: Row,
  cells: readonly string[],
  columns: readonly SectionColumn[],
  layout: Layout,
  options: ViewOptions,
): string[] {
  const head = aligned(cells, row, columns, layout, options);
  const tail = cells.slice(layout.inline).filter((cell) => cell !== '');
  if (tail.length === 0) return [head.text.trimEnd()];
  const rest = tail.join(GAP);
  if (head.width + GAP.length + options.ruler.width(rest) <= options.width) return [head.text + GAP + rest];
  return [head.text.trimEnd(), ...tailLines(tail, options)];
}

/** The rest of a row on lines of its own, as few as it takes. */
function tailLines(tail: readonly string[], options: ViewOptions): string[] {
  const room = Math.max(20, options.width - TAIL_INDENT.length);
  const lines: string[] = [];
  for (const cell of tail) {
    const text = shorten(cell, room, ellipsis(options), options.ruler);
    const longer = `${lines.at(-1)}${GAP}${text}`;
    if (lines.length > 0 && options.ruler.width(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(text);
  }
  return lines.map((line) => TAIL_INDENT + line);
}

function ellipsis(options: ViewOptions): string {
  return options.ascii ? '...' : '…';
}
