import type { NoteSection, SectionColumn, TableSection } from '../model/report.ts';

type Cell = string | number | null;

/** A column of a table for people, and the cell that an item has in it. */
export interface Column<T> extends SectionColumn {
  readonly cell: (item: T) => Cell;
}

/** As in TableSection, but for `top`. */
export interface TableOptions {
  /** null where not given. */
  readonly title?: string | null;
  /** Rows shown; the rest is counted. All where not given. */
  readonly top?: number;
  readonly untitled?: boolean;
  readonly folded?: boolean;
}

/** A table with a row for each item. */
export function tableOf<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  options: TableOptions = {},
): TableSection {
  const { title = null, top = items.length, ...flags } = options;
  return {
    kind: 'table',
    title,
    columns: columns.map(({ cell: _, ...column }) => column),
    rows: items.slice(0, top).map((item) => columns.map(({ cell }) => cell(item))),
    more: Math.max(0, items.length - top),
    ...flags,
  };
}

/** A number. */
export function figure<T>(title: string, cell: (item: T) => number | null): Column<T> {
  return { title, kind: 'number', cell };
}

/** A word or two, aligned to the left. */
export function label<T>(title: string, cell: (item: T) => Cell): Column<T> {
  return { title, kind: 'text', cell };
}

/** A number with words or signs, aligned to the right. */
export function amount<T>(title: string, cell: (item: T) => Cell): Column<T> {
  return { title, kind: 'text', align: 'right', cell };
}

/** A path or another name, which gives way where there is no room. */
export function named<T>(title: string, cell: (item: T) => string | null): Column<T> {
  return { title, kind: 'name', cell };
}

/** A share of one. */
export function share<T>(title: string, cell: (item: T) => number | null): Column<T> {
  return { title, kind: 'percent', cell };
}

export function note(tone: NoteSection['tone'], text: string): NoteSection {
  return { kind: 'note', tone, text };
}
