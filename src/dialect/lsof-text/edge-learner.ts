import { Cell } from '../../model/row-batch.ts';
import { fdLabelEnd } from './grammar.ts';
import { type Column, type Layout, layoutOf, type Role } from './layout.ts';
import type { RowCut } from './row-cut.ts';

/** Rows that must lie at the same edges before they are believed. */
const AGREEING = 2;

const PLACES: readonly { role: Role; cell: number; left?: boolean; optional?: boolean }[] = [
  { role: 'command', cell: Cell.command, left: true },
  { role: 'pid', cell: -1 },
  { role: 'tid', cell: Cell.tid, optional: true },
  { role: 'task', cell: Cell.task, left: true, optional: true },
  { role: 'number', cell: Cell.ppid, optional: true },
  { role: 'number', cell: Cell.pgid, optional: true },
  { role: 'user', cell: Cell.user },
  { role: 'fd', cell: Cell.fd },
  { role: 'type', cell: Cell.type },
  { role: 'flags', cell: Cell.flags, optional: true },
  { role: 'device', cell: Cell.device },
  { role: 'size', cell: Cell.size },
  { role: 'links', cell: Cell.links, optional: true },
  { role: 'node', cell: Cell.node },
  { role: 'name', cell: Cell.name, left: true },
];

/**
 * Learns a listing's edges from rows that were cut by content, where no header tells them: rows that have every cell and end
 * them at the same bytes. Rows with blank cells, and the hot path, can then go by edges.
 */
export class EdgeLearner {
  readonly #edges = new Map<number, number>();
  #agreed = 0;

  clear(): void {
    this.#edges.clear();
    this.#agreed = 0;
  }

  /** Takes a row cut by content; returns the layout once enough rows agree, and again whenever a column is added to it. */
  observe(bytes: Uint8Array, cut: RowCut, known: Layout, headed: boolean): Layout | null {
    const origin = cut.start[Cell.command];
    const size = cut.start[Cell.size] >= 0 ? Cell.size : Cell.offset;
    if (!isSpread(cut, size)) return null;
    let fresh = false;
    const seen = new Map<number, number>();
    for (let place = 0; place < PLACES.length; place++) {
      const { role, left, optional } = PLACES[place];
      const cell = role === 'size' ? size : PLACES[place].cell;
      const start = role === 'pid' ? 0 : cut.start[cell];
      if (start < 0) {
        if (!optional) return null;
        continue;
      }
      const end = role === 'pid' ? cut.pidEnd : cut.end[cell];
      const edge = role === 'fd' ? fdLabelEnd(bytes, start, end) + 2 : left ? start : end;
      seen.set(place, edge - origin);
    }
    for (const [place, edge] of seen) {
      const before = this.#edges.get(place);
      if (before === undefined) fresh = true;
      else if (before !== edge) {
        this.#edges.clear();
        this.#agreed = 0;
        break;
      }
    }
    for (const [place, edge] of seen) this.#edges.set(place, edge);
    this.#agreed++;
    if (this.#agreed < AGREEING || (this.#agreed > AGREEING && !fresh)) return null;
    return this.#layout(known, headed, size);
  }

  #layout(known: Layout, headed: boolean, size: number): Layout | null {
    const columns: Column[] = [];
    for (let place = 0; place < PLACES.length; place++) {
      const at = this.#edges.get(place);
      if (at === undefined) continue;
      const { role } = PLACES[place];
      const offset = role === 'size' && known.has('offset');
      columns.push({ cell: offset ? size : PLACES[place].cell, role: offset ? 'offset' : role, at });
    }
    if (headed) {
      // A column that the header has and no row has shown yet could hold anything.
      for (const { role, cell } of known.columns) {
        const optional = role === 'tid' || role === 'task' || role === 'flags' || role === 'links';
        if (!optional && !columns.some((column) => column.role === role && (role === 'pid' || column.cell === cell)))
          return null;
      }
    }
    return layoutOf(columns, true, false, true);
  }
}

/** Whether the blanks between cells are those of columns and not of a collapsed line. */
function isSpread(cut: RowCut, size: number): boolean {
  const cells = [Cell.user, Cell.fd, Cell.type, Cell.device, size, Cell.node];
  let wide = 0;
  for (let i = 1; i < cells.length; i++) if (cut.start[cells[i]] - cut.end[cells[i - 1]] > 1) wide++;
  return wide >= 2;
}
