import type { Life, Pair } from './match-processes.ts';
import type { SideProcess } from './side.ts';

/** One process on both sides. null = not known, never zero. */
export interface ProcessChange {
  /** Of the later side, where it is there. */
  readonly pid: number | null;
  readonly command: string | null;
  /** Descriptors; 0 where the process had not begun. */
  readonly before: number | null;
  /** Descriptors; 0 where the process has ended. */
  readonly after: number | null;
  readonly growth: number | null;
  readonly life: Life;
  /** Pid of the earlier side, where it is another. */
  readonly previousPid: number | null;
  readonly startTime: string | null;
  readonly user: string | null;
  /** Descriptors that only the later side shows; null where a side does not list them. */
  readonly opened: number | null;
  readonly closed: number | null;
  readonly kept: number | null;
  /** Descriptors at each source or listing, in order; null where the process is not there. */
  readonly counts: readonly (number | null)[];
  readonly softLimit: number | null;
  /** Free descriptor numbers below the soft limit, on the later side. */
  readonly headroom: number | null;
  /** Growth per minute; null where a time is not known. */
  readonly perMinute: number | null;
  /** Seconds until the headroom is used up at this rate; null where it does not grow or the limit is not known. */
  readonly secondsLeft: number | null;
}

/** Whether the rows of a process were read: none at all of a process that holds some is no reading. */
export function isListed({ summary }: SideProcess): boolean {
  return summary.listed !== null && (summary.entry.rows > 0 || summary.descriptors === 0);
}

/** Two counts that mean the same: the kernel's on both sides, or else what both list (a listing misses reserved numbers). */
function comparableCounts({ before, after }: Pair): readonly [number | null, number | null] {
  const kernel = [before, after].every((side) => side === null || side.summary.fact.descriptors !== undefined);
  const count = (side: SideProcess | null): number | null =>
    side === null ? 0 : kernel ? side.summary.descriptors : (side.summary.listed ?? side.summary.descriptors);
  return [count(before), count(after)];
}

export interface Counted {
  readonly opened: number | null;
  readonly closed: number | null;
  readonly kept: number | null;
  /** Descriptors at the sources in between. */
  readonly between: readonly (number | null)[];
}

/** @param minutes between the sides; null = not known */
export function processChange(pair: Pair, counted: Counted, minutes: number | null): ProcessChange {
  const { life, before: earlier, after: later } = pair;
  const [before, after] = comparableCounts(pair);
  const growth = before === null || after === null ? null : after - before;
  const shown = (later ?? earlier)?.summary ?? null;
  const headroom = later?.summary.headroom ?? null;
  // Of a process that began or ended in between, the time of growth is not the time between the sides.
  const perMinute = minutes === null || growth === null || life !== 'same' ? null : growth / minutes;
  const { between, ...sums } = counted;
  return {
    pid: shown?.pid ?? null,
    command: shown?.command ?? null,
    before,
    after,
    growth,
    life,
    previousPid: life === 'restarted' ? (earlier?.summary.pid ?? null) : null,
    startTime: shown?.startTime ?? null,
    user: shown?.user ?? null,
    ...sums,
    counts: [earlier === null ? null : before, ...between, later === null ? null : after],
    softLimit: later?.summary.softLimit ?? null,
    headroom,
    perMinute,
    secondsLeft:
      headroom === null || perMinute === null || perMinute <= 0 ? null : Math.round((headroom / perMinute) * 60),
  };
}
