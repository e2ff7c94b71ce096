/** One row as lsof knows it, before it is printed. */
export interface Open {
  command: string;
  pid: number;
  tid: number | null;
  task: string;
  ppid: number;
  user: string;
  /** Number or association. */
  label: string;
  mode: '' | 'r' | 'w' | 'u';
  lock: '' | 'R' | 'W' | 'u';
  type: string;
  device: string;
  size: string;
  links: string;
  node: string;
  name: string;
}

export interface RenderOptions {
  threads: boolean;
  parents: boolean;
  links: boolean;
  header: boolean;
}

interface Column {
  title: string;
  left?: boolean;
  cell: (row: Open) => string;
}

const bytesOf = (text: string): number => Buffer.byteLength(text);

function pad(text: string, width: number, left: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - bytesOf(text)));
  return left ? text + blanks : blanks + text;
}

/** The text of FD with its two slots: an unknown mode prints as `-` where there is a lock. */
export function fdOf(row: Open): string {
  return `${row.label}${row.lock !== '' && row.mode === '' ? '-' : row.mode}${row.lock}`;
}

/** Prints rows as lsof does, in two passes: every column as wide as its widest cell, padded by bytes, NAME last. */
export function render(rows: readonly Open[], options: RenderOptions): string {
  const columns: Column[] = [
    { title: 'COMMAND', left: true, cell: (row) => row.command },
    { title: 'PID', cell: (row) => String(row.pid) },
  ];
  if (options.threads) {
    columns.push({ title: 'TID', cell: (row) => (row.tid === null ? '' : String(row.tid)) });
    columns.push({ title: 'TASKCMD', left: true, cell: (row) => (row.tid === null ? '' : row.task) });
  }
  if (options.parents) columns.push({ title: 'PPID', cell: (row) => String(row.ppid) });
  columns.push({ title: 'USER', cell: (row) => row.user });
  const labels = Math.max(4, ...rows.map((row) => row.label.length));
  const tail: Column[] = [
    { title: 'TYPE', cell: (row) => row.type },
    { title: 'DEVICE', cell: (row) => row.device },
    { title: 'SIZE/OFF', cell: (row) => row.size },
    ...(options.links ? [{ title: 'NLINK', cell: (row: Open) => (row.links === '' ? '' : ` ${row.links}`) }] : []),
    { title: 'NODE', cell: (row) => row.node },
  ];
  const width = ({ title, cell }: Column): number => Math.max(title.length, ...rows.map((row) => bytesOf(cell(row))));
  const widths = columns.map(width);
  const tailWidths = tail.map(width);
  const line = (pick: (column: Column) => string, fd: string, name: string): string =>
    [
      ...columns.map((column, i) => pad(pick(column), widths[i], column.left === true)),
      fd,
      ...tail.map((column, i) => pad(pick(column), tailWidths[i], false)),
      name,
    ].join(' ');
  const slots = (row: Open): string => `${row.label.padStart(labels)}${fdOf(row).slice(row.label.length).padEnd(2)}`;
  const lines = rows.map((row) => line((column) => column.cell(row), slots(row), row.name));
  if (options.header) lines.unshift(line((column) => column.title, `${'FD'.padStart(labels)}  `, 'NAME'));
  return `${lines.join('\n')}\n`;
}
