import type { Listener } from './listener.ts';
import { keptTo, listeningAt, type Onward, onward, passedOn } from './onward.ts';
import { type Burst, keptUpstreams, type Upstream } from './upstream.ts';

/** Whom a family that passes requests on asks, by the connections of its network namespace. */
export interface Asked {
  /** Servers on this machine. */
  readonly upstreams: readonly Upstream[];
  /** Addresses of others, and of those that could not be found. */
  readonly elsewhere: readonly string[];
}

/** What was seen while some requests were answered. */
interface Seen {
  readonly before: Onward;
  /** The family. */
  readonly own: ReadonlySet<number>;
  readonly bursts: readonly Burst[];
  /** Answered since `before`. */
  readonly requests: number;
}

/**
 * A connection that a proxy keeps leads to the server at its other end for certain. Those that are made anew for each request
 * are gone by now and have no owner: they say no more than where the requests may have gone.
 */
export function askedBy(root: string, listener: Listener | null, { before, own, bursts, requests }: Seen): Asked {
  const kept = new Map(keptTo(root, listener, [...own]).map((to) => [to, listeningAt(root, listener, to)]));
  const unseen = [...kept].flatMap(([to, holders]) => (holders.length === 0 ? [to] : []));
  const made = passedOn(before, onward(root, listener), requests).filter(
    (to) => !(kept.get(to) ?? listeningAt(root, listener, to)).some((pid) => own.has(pid)),
  );
  return {
    upstreams: keptUpstreams(root, kept.values(), bursts, own),
    elsewhere: [...new Set([...made, ...unseen])],
  };
}
