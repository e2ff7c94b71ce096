import type { Followed, Span } from './followed.ts';

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
 * The kernel's list of children may leave one out while another ends (proc_tid_children(5)): it is seen a look later, when its pid
 * belongs to a span before. So the spans of which nothing was said yet count together.
 */
export function unseenChildren({
  parentLife,
  risen,
  reaped,
  spans,
  ignoresChildren,
}: Pick<Followed, 'parentLife' | 'risen' | 'reaped' | 'spans' | 'ignoresChildren'>): Unseen {
  const most = spans.at(-1)?.pids === null ? null : Math.max(0, spans.reduce(addSpan, 0));
  // What nobody waits for stands in no account. Workers inherit that without having children.
  if (ignoresChildren) return parentLife === null ? { least: 0, most } : NONE;
  if (risen <= 0) return NONE;
  const known = reaped.reduce((sum, { faults }) => sum + faults, 0);
  const final = reaped.every(({ ended }) => ended);
  const least = final && risen > known ? 1 : 0;
  if (final && least === 0) return NONE;
  return { least, most: most === null ? null : Math.max(least, most) };
}

/** What a span leaves unexplained. Of those that were there at the first look no pid was counted. */
function addSpan(sum: number, { pids, fresh }: Span): number {
  return pids === null ? sum : sum + pids - fresh;
}
