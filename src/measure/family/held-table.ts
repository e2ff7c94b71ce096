/** One descriptor as it was seen for the first time. */
export interface HeldDescriptor {
  /** Text of its link: `socket:[17]`, `/srv/cat.jpg`. */
  readonly link: string;
  readonly group: number;
  /** Block of the load in which it was first seen; -1 = before the load. */
  readonly born: number;
}

/**
 * What one life holds, by descriptor number. A number whose link has not changed since the reading before counts as the same
 * open file: /proc tells no more of it. A file that was closed and opened again in between, at the lowest free number as
 * open(2) does, looks kept; numbers that a leak takes are not given out again.
 */
export type HeldTable = ReadonlyMap<number, HeldDescriptor>;

/** Descriptors per group. */
export function countGroups(table: HeldTable): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { group } of table.values()) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}

/** Descriptors per group that were first seen in one block. */
export function bornIn(tables: Iterable<HeldTable>, block: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const table of tables) {
    for (const { group, born } of table.values()) if (born === block) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}
