import type { LifeRecord } from './life-record.ts';
import type { SocketRecord } from './socket-record.ts';

/** Outgoing connections that came by themselves: with no incoming one there that could have asked for them. */
export interface Rhythm {
  readonly count: number;
  /** When the last one came; null without any. Seconds. */
  readonly last: number | null;
  /** Longest time between two, seconds. */
  readonly longest: number;
}

/** Outgoing connections with a name from which on those that came and went without one are taken to be like them. */
const LIKE = 2;
/** Between two looks things can come in another order, seconds. */
const BLUR = 0.05;

/**
 * The rhythm of work that goes on by itself. A connection that was too short to be named counts if no incoming one was ever
 * seen, and several outgoing ones were.
 */
export function rhythmOf({ sockets }: Pick<LifeRecord, 'sockets'>): Rhythm {
  const all = [...sockets.values()];
  const incoming = all.filter(({ direction }) => direction === 'in');
  const named = all.filter(({ direction }) => direction === 'out');
  const unnamed =
    incoming.length === 0 && named.length >= LIKE ? all.filter(({ direction }) => direction === 'unnamed') : [];
  const times = [...named, ...unnamed]
    .filter(({ atFirst, first }) => !atFirst && !incoming.some((socket) => wasThere(socket, first)))
    .map(({ first }) => first);
  return pace(times);
}

/** The rhythm of some times. */
export function pace(unsorted: readonly number[]): Rhythm {
  const times = unsorted.toSorted((a, b) => a - b);
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  return {
    count: times.length,
    last: times.at(-1) ?? null,
    longest: gaps.reduce((most, gap) => Math.max(most, gap), 0),
  };
}

function wasThere({ first, gone }: SocketRecord, seconds: number): boolean {
  return first <= seconds + BLUR && (gone === null || gone >= seconds - BLUR);
}
