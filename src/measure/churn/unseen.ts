import type { Followed } from './followed.ts';

/** Children that began and ended between two looks. */
export interface Unseen {
  /** So many must have. */
  readonly least: number;
  /** No more can have; null where nothing bounds them. */
  readonly most: number | null;
}

const NONE: Unseen = { least: 0, most: 0 };

/**
 * What a parent's counters say of children that no look has shown. Whoever waits for a child adds the child's minor faults to
 * its own account (getrusage(2), RUSAGE_CHILDREN), and no process is born without one: where the account stands still, nobody
 * came and went; where it rose and nobody whom we knew is gone, somebody did.
 *
 * @param pids given out in that time by the whole machine; null where nothing tells
 */
export function unseenChildren(
  {
    parentLife,
    risen,
    reaped,
    fresh,
    ignoresChildren,
  }: Pick<Followed, 'parentLife' | 'risen' | 'reaped' | 'fresh' | 'ignoresChildren'>,
  pids: number | null,
): Unseen {
  const most = pids === null ? null : Math.max(0, pids - fresh);
  // What nobody waits for stands in no account. Workers inherit that without having children.
  if (ignoresChildren) return parentLife === null ? { least: 0, most } : NONE;
  if (risen <= 0) return NONE;
  const known = reaped.reduce((sum, { faults }) => sum + faults, 0);
  const final = reaped.every(({ ended }) => ended);
  const least = final && risen > known ? 1 : 0;
  if (final && least === 0) return NONE;
  return { least, most: most === null ? null : Math.max(least, most) };
}
