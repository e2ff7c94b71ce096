import { Cell } from '../../model/row-batch.ts';

export type Role =
  | 'command'
  | 'pid'
  | 'tid'
  | 'task'
  | 'label'
  | 'number'
  | 'user'
  | 'fd'
  | 'type'
  | 'address'
  | 'count'
  | 'flags'
  | 'device'
  | 'size'
  | 'offset'
  | 'links'
  | 'node'
  | 'name';

/** A column of one listing. */
export interface Column {
  /** `Cell` ordinal its text goes to, -1 for none. */
  readonly cell: number;
  readonly role: Role;
  /**
   * Bytes from COMMAND's first: of the end of a right-aligned cell (one blank follows), or of the start of a left-aligned one.
   * FD's includes the two slots for mode and lock.
   */
  readonly at: number;
}

/**
 * Where the columns of one listing lie. lsof sizes them to the data of each run (and of each repeat cycle),
 * so a layout holds for the rows below one header and for nothing else.
 */
export interface Layout {
  readonly columns: readonly Column[];
  readonly has: (role: Role) => boolean;
  /** All columns lsof prints between those of the header are there, and NAME ends it: rows may be cut at byte edges. */
  readonly regular: boolean;
  /** Some columns were taken out of the paste and `...` put in their place. */
  readonly elided: boolean;
  /** The edges were learned from rows: a column that no row has shown yet may hide in front of USER, so USER must be one word. */
  readonly learned: boolean;
  /** Columns between PID and USER, between TYPE and NAME. */
  readonly middle: readonly Column[];
  readonly tail: readonly Column[];
  readonly pidAt: number;
  readonly userAt: number;
  readonly fdAt: number;
  readonly typeAt: number;
  readonly nameAt: number;
}

export function layoutOf(columns: readonly Column[], complete: boolean, elided: boolean, learned = false): Layout {
  const at = (role: Role): number => columns.find((column) => column.role === role)?.at ?? -1;
  const place = (role: Role): number => columns.findIndex((column) => column.role === role);
  const roles = new Set(columns.map((column) => column.role));
  const user = place('user');
  const type = place('type');
  const name = place('name');
  const regular = complete && !elided && user > 1 && place('fd') === user + 1 && type === user + 2 && name > type;
  return {
    columns,
    has: (role) => roles.has(role),
    regular,
    elided,
    learned,
    middle: columns.slice(2, user < 0 ? Math.max(2, place('fd')) : user),
    tail: type < 0 ? [] : columns.slice(type + 1, name < 0 ? columns.length : name),
    pidAt: at('pid'),
    userAt: at('user'),
    fdAt: at('fd'),
    typeAt: at('type'),
    nameAt: at('name'),
  };
}

/** What a listing without header is taken for: lsof's columns without options. */
export function usualLayout(): Layout {
  return layoutOf(
    [
      { cell: Cell.command, role: 'command', at: 0 },
      { cell: -1, role: 'pid', at: -1 },
      { cell: Cell.user, role: 'user', at: -1 },
      { cell: Cell.fd, role: 'fd', at: -1 },
      { cell: Cell.type, role: 'type', at: -1 },
      { cell: Cell.device, role: 'device', at: -1 },
      { cell: Cell.size, role: 'size', at: -1 },
      { cell: Cell.node, role: 'node', at: -1 },
      { cell: Cell.name, role: 'name', at: -1 },
    ],
    true,
    false,
  );
}
