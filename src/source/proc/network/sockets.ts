import { tryKernelFile } from '../kernel/kernel-file.ts';
import { SOCKET_TABLES, type SocketFact, type SocketTable } from './socket-table.ts';

const BLANK = 32;
const NEWLINE = 10;
/** A place in the tables as one number: table x 2^32 + offset of the line. */
const TABLE = 2 ** 32;
/** Seconds that reading tables again may cost in one run, ms: sockets opened since the first reading are worth no more. */
const REFRESH_BUDGET = 300;

interface LoadedTable {
  readonly table: SocketTable;
  readonly bytes: Buffer;
}

/** The sockets of one network namespace. A line is only decoded when its socket turns up in a listing. */
class NetworkNamespace {
  readonly #loaded: readonly LoadedTable[];
  readonly #places: ReadonlyMap<number, number>;
  /** performance.now() when reading began. */
  readonly time = performance.now();

  constructor(folder: string) {
    const loaded: LoadedTable[] = [];
    const places = new Map<number, number>();
    for (const table of SOCKET_TABLES) {
      const file = tryKernelFile(`${folder}/net/${table.file}`);
      if (!file) continue;
      const bytes = Buffer.from(file);
      indexInodes(bytes, table.inodeField, loaded.length * TABLE, places);
      loaded.push({ table, bytes });
    }
    this.#loaded = loaded;
    this.#places = places;
  }

  /** Whether no table could be read. */
  get empty(): boolean {
    return this.#loaded.length === 0;
  }

  has(inode: number): boolean {
    return this.#places.has(inode);
  }

  find(inode: number): SocketFact | null {
    const place = this.#places.get(inode);
    if (place === undefined) return null;
    const { table, bytes } = this.#loaded[Math.floor(place / TABLE)] as LoadedTable;
    return describeLine(table, bytes, place % TABLE);
  }
}

/** Adds the offset of every line by the inode in its `field`. Inode 0 (TIME_WAIT, orphans) has no descriptor. */
export function indexInodes(bytes: Buffer, field: number, base: number, places: Map<number, number>): void {
  let line = bytes.indexOf(NEWLINE) + 1;
  while (line > 0 && line < bytes.length) {
    let end = bytes.indexOf(NEWLINE, line);
    if (end < 0) end = bytes.length;
    let at = line;
    for (let skip = field; ; skip--) {
      while (at < end && bytes[at] === BLANK) at++;
      if (skip === 0) break;
      while (at < end && bytes[at] !== BLANK) at++;
    }
    let inode = 0;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) break;
      inode = inode * 10 + digit;
    }
    if (inode > 0) places.set(inode, base + line);
    line = end + 1;
  }
}

/** What the line at `line` says of its socket. */
export function describeLine(table: SocketTable, bytes: Buffer, line: number): SocketFact {
  let end = bytes.indexOf(NEWLINE, line);
  if (end < 0) end = bytes.length;
  const fields: string[] = [];
  let at = line;
  for (let field = 0; field <= table.inodeField; field++) {
    while (at < end && bytes[at] === BLANK) at++;
    const start = at;
    while (at < end && bytes[at] !== BLANK) at++;
    fields.push(bytes.toString('latin1', start, at));
  }
  return table.describe(fields, bytes.subarray(Math.min(at + 1, end), end));
}

/** Sockets by inode over all network namespaces met; each namespace's tables are read once, and again only for what is newer. */
export class Sockets {
  readonly #namespaces = new Map<string, NetworkNamespace>();
  #refreshed = 0;

  /**
   * Makes sure that these sockets were looked up in tables at least as new as `since` (performance.now()).
   * `folder` is a process in the namespace. Returns those that no table holds.
   */
  load(namespace: string, folder: string, inodes: Iterable<number>, since: number): number[] {
    let tables = this.#namespaces.get(namespace);
    if (!tables || tables.empty) {
      tables = new NetworkNamespace(folder);
      this.#namespaces.set(namespace, tables);
    }
    let missing = this.#missing(tables, inodes);
    if (missing.length > 0 && tables.time < since && this.#refreshed < REFRESH_BUDGET) {
      const start = performance.now();
      const fresh = new NetworkNamespace(folder);
      this.#refreshed += performance.now() - start;
      // The process may have ended meanwhile: its empty tables must not hide what the older ones know.
      if (!fresh.empty) {
        this.#namespaces.set(namespace, fresh);
        missing = this.#missing(fresh, missing);
      }
    }
    return missing;
  }

  /** The socket, from the process's own namespace or, if it was passed on, any other that was read. */
  find(namespace: string, inode: number): SocketFact | null {
    const own = this.#namespaces.get(namespace)?.find(inode);
    if (own) return own;
    for (const other of this.#namespaces.values()) {
      const fact = other.find(inode);
      if (fact) return fact;
    }
    return null;
  }

  #missing(tables: NetworkNamespace, inodes: Iterable<number>): number[] {
    const missing: number[] = [];
    for (const inode of inodes) {
      if (tables.has(inode)) continue;
      if (![...this.#namespaces.values()].some((other) => other.has(inode))) missing.push(inode);
    }
    return missing;
  }
}
