import type { Stats } from 'node:fs';
import type { FdInfo } from './fdinfo.ts';
import type { LastRow, Rows } from './rows.ts';

/** Files of one process that are remembered. */
const REMEMBERED = 20_000;

/** A file that was asked, and its last row. */
export interface AskedFile extends LastRow {
  readonly identity: string;
  readonly stats: Stats;
}

/** Ten thousand descriptors of one file are one stat, where fdinfo proves that it is one file. */
export class AskedFiles {
  readonly #rows: Pick<Rows, 'serial' | 'batch'>;
  /** By the text of the link. */
  readonly #files = new Map<string, AskedFile>();

  constructor(rows: Pick<Rows, 'serial' | 'batch'>) {
    this.#rows = rows;
  }

  clear(): void {
    this.#files.clear();
  }

  /** The file behind a link; null where none is known, or another. */
  find(link: string, info: FdInfo | null): AskedFile | null {
    const known = info && info.identity !== null ? this.#files.get(link) : undefined;
    return known && known.identity === info?.identity ? known : null;
  }

  /** Remembers that the row that is being written has all of the file's cells. */
  written(known: AskedFile | null, link: string, info: FdInfo | null, stats: Stats): void {
    const { serial } = this.#rows;
    const row = this.#rows.batch.rows;
    if (known) {
      known.serial = serial;
      known.row = row;
      return;
    }
    const identity = info?.identity ?? null;
    // One file can have two names whose bytes are no UTF-8 and which read the same.
    if (identity === null || link.includes('\ufffd')) return;
    if (this.#files.size >= REMEMBERED) this.#files.clear();
    this.#files.set(link, { identity, stats, serial, row });
  }
}
