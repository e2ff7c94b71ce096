import type { LifeLevels } from '../../analysis/leak-rule/measurement.ts';
import type { DescriptorClass } from '../../model/descriptor-class.ts';
import { type Family, workOf } from './family.ts';
import { GroupBook } from './group-book.ts';
import { bornIn, countGroups, type HeldDescriptor, type HeldTable } from './held-table.ts';
import { TableReader } from './table-reader.ts';

/** One look at the whole family: counts by group for each life, not yet as long as the groups there will be. */
export interface Look {
  readonly levels: readonly (Omit<LifeLevels, 'counts'> & { readonly counts: ReadonlyMap<number, number> | null })[];
}

const NOTHING: HeldTable = new Map();

/** Looks at a family again and again and remembers what is open since when. */
export class Observer {
  readonly family: Family;
  readonly book = new GroupBook();
  readonly #reader = new TableReader(this.book, false);
  readonly #upstreamReader = new TableReader(this.book, true);
  #tables = new Map<number, HeldTable>();
  /** The kernel's counts at the last look, by life. */
  #counts = new Map<number, number>();
  /** Processes whose names could not be read at the last look. */
  refused = 0;

  constructor(family: Family) {
    this.family = family;
  }

  /**
   * @param block the block of the load under way; -1 before it
   * @param glance where nothing is sent: a table whose count has not changed is taken to be the same. To look at each name of
   *   a large one every tenth of a second would disturb what is measured.
   */
  look(block: number, glance = false): Look {
    this.family.refresh();
    this.refused = 0;
    const tables = new Map<number, HeldTable>();
    const counts = new Map<number, number>();
    const levels = this.family.members.map(({ life, folder, process, role }) => {
      const reader = role === 'upstream' ? this.#upstreamReader : this.#reader;
      const work = workOf(folder);
      const count = reader.count(folder);
      if (count !== null) counts.set(life, count);
      const before = this.#tables.get(life);
      const same = glance && before !== undefined && count !== null && count === this.#counts.get(life);
      const table = same ? before : reader.read(process, before ?? NOTHING, block);
      if (typeof table !== 'string') {
        tables.set(life, table);
        return { life, work, counts: countGroups(table) };
      }
      if (table === 'refused') this.refused++;
      const unnamed = table === 'refused' ? count : null;
      return { life, work, counts: unnamed === null ? null : new Map([[this.book.unnamed(), unnamed]]) };
    });
    this.#tables = tables;
    this.#counts = counts;
    return { levels };
  }

  /** Of the descriptors open at the last look, those that were first seen in a block, by group. */
  bornIn(block: number): ReadonlyMap<number, number> {
    return bornIn(this.#tables.values(), block);
  }

  /** Bytes of the deleted files open at the last look, by group. */
  deletedBytes(): ReadonlyMap<number, number> {
    const tables = new Map<string, HeldTable>();
    for (const { life, folder } of this.family.members) {
      const table = this.#tables.get(life);
      if (table !== undefined) tables.set(folder, table);
    }
    return this.#reader.deletedBytes(tables);
  }

  /** Descriptors of one class that the family had at the last look. */
  held(kind: DescriptorClass): number {
    let held = 0;
    for (const { life } of this.family.members) {
      for (const { group } of this.#tables.get(life)?.values() ?? [])
        if (this.book.groups[group].class === kind) held++;
    }
    return held;
  }

  /** Descriptors of one life at the last look. */
  tableOf(life: number): ReadonlyMap<number, HeldDescriptor> | null {
    return this.#tables.get(life) ?? null;
  }
}
