import { readlinkSync, statSync } from 'node:fs';
import { openFile } from '../../model/open-file.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import { countDescriptors } from '../../source/proc/descriptor/count.ts';
import { DescriptorReader } from '../../source/proc/descriptor/descriptors.ts';
import { listDescriptors } from '../../source/proc/descriptor/listing.ts';
import { Rows } from '../../source/proc/descriptor/rows.ts';
import type { ListedProcess } from '../../source/proc/process/listed-process.ts';
import type { GroupBook } from './group-book.ts';
import type { HeldDescriptor, HeldTable } from './held-table.ts';

/** Links remembered with their group. */
const MOST_LINKS = 200_000;

/** Why a table was not read. */
export type Unread = 'gone' | 'refused';

/**
 * Reads descriptor tables again and again: a readlink(2) for each descriptor, and a closer look only at links that were not
 * seen before. What a link is does not change while it is open, except a socket, which is what it was when first seen.
 */
export class TableReader {
  readonly #book: GroupBook;
  readonly #links = new Map<string, number>();
  readonly #upstream: boolean;

  /** @param upstream whether the processes are servers that the service asks */
  constructor(book: GroupBook, upstream: boolean) {
    this.#book = book;
    this.#upstream = upstream;
  }

  /**
   * @param before what the same life held at the reading before
   * @param block the block under way, for descriptors that are new
   */
  read(process: ListedProcess, before: HeldTable, block: number): HeldTable | Unread {
    let numbers: Int32Array;
    try {
      numbers = listDescriptors(process.folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'EACCES' || code === 'EPERM' ? 'refused' : 'gone';
    }
    const table = new Map<number, HeldDescriptor>();
    const links = new Map<number, string>();
    for (const number of numbers) {
      const link = linkOf(`${process.folder}/fd/${number}`);
      if (link === null) continue;
      const known = before.get(number);
      const group = known?.link === link ? known.group : this.#links.get(link);
      if (known?.link === link) table.set(number, known);
      else if (group !== undefined) table.set(number, { link, group, born: block });
      else links.set(number, link);
    }
    if (links.size > 0) this.#look(process, links, block, table);
    return table;
  }

  /** Descriptors in use, where names may not be read: all of them in one group. */
  count(folder: string): number | null {
    return countDescriptors(folder);
  }

  /** Bytes of the deleted files in these tables, by group, each file once. */
  deletedBytes(tables: ReadonlyMap<string, HeldTable>): Map<number, number> {
    const bytes = new Map<number, number>();
    const seen = new Set<string>();
    for (const [folder, table] of tables) {
      for (const [number, { group }] of table) {
        if (!this.#book.isDeleted(group)) continue;
        const stats = statSync(`${folder}/fd/${number}`, { throwIfNoEntry: false });
        if (!stats || seen.has(`${stats.dev}:${stats.ino}`)) continue;
        seen.add(`${stats.dev}:${stats.ino}`);
        bytes.set(group, (bytes.get(group) ?? 0) + stats.size);
      }
    }
    return bytes;
  }

  #look(
    process: ListedProcess,
    links: ReadonlyMap<number, string>,
    block: number,
    table: Map<number, HeldDescriptor>,
  ): void {
    if (this.#links.size > MOST_LINKS) this.#links.clear();
    const rows = new Rows({
      rows: (batch: RowBatch) => {
        for (let row = 0; row < batch.rows; row++) {
          const file = openFile(batch, row);
          const link = file.number === null ? undefined : links.get(file.number);
          if (file.number === null || link === undefined) continue;
          const group = this.#book.of(file, this.#upstream);
          this.#links.set(link, group);
          table.set(file.number, { link, group, born: block });
        }
      },
    });
    // A reader of its own each time: it remembers the tables of sockets, and these are new ones.
    new DescriptorReader(rows, 'name', true).read(process, Int32Array.from(links.keys()));
    rows.flush();
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    // Closed between the listing and the look.
    return null;
  }
}
