import type { Listener } from './listener.ts';
import { keptTo, listeningAt, type Onward, onward, passedOn } from './onward.ts';
import { type Burst, keptUpstreams, type Upstream } from './upstream.ts';

/**
 * Whom a family that passes requests on asks, by the connections of its network namespace.
 *
 * A connection that a proxy keeps leads to the server at its other end for certain. Those that are made anew for each request
 * are gone by now and have no owner: they say no more than where the requests may have gone, unless as many are made anyway.
 */
export class AskedServers {
  readonly #root: string;
  readonly #listener: Listener | null;
  readonly #before: Onward;
  #after: Onward;
  #own: ReadonlySet<number> = new Set();
  /** Who listens where connections are kept to, by address. */
  #kept: ReadonlyMap<string, readonly number[]> = new Map();

  /** Looks before the first request. @param root proc tree */
  constructor(root: string, listener: Listener | null) {
    this.#root = root;
    this.#listener = listener;
    this.#before = onward(root, listener);
    this.#after = this.#before;
  }

  /** Looks when some requests have been answered; gives servers on this machine. @param own the family */
  found(own: ReadonlySet<number>, bursts: readonly Burst[]): Upstream[] {
    this.#own = own;
    this.#after = onward(this.#root, this.#listener);
    this.#kept = new Map(keptTo(this.#root, this.#listener, [...own]).map((to) => [to, this.#at(to)]));
    return keptUpstreams(this.#root, this.#kept.values(), bursts, own);
  }

  /** Looks when nothing was sent for a while; gives addresses of servers elsewhere, and of those that could not be found. */
  elsewhere(requests: number): string[] {
    const unseen = [...this.#kept].flatMap(([to, holders]) => (holders.length === 0 ? [to] : []));
    const idle = onward(this.#root, this.#listener);
    const made = passedOn(this.#before, this.#after, idle, requests).filter(
      (to) => !(this.#kept.get(to) ?? this.#at(to)).some((pid) => this.#own.has(pid)),
    );
    return [...new Set([...made, ...unseen])];
  }

  #at(address: string): number[] {
    return listeningAt(this.#root, this.#listener, address);
  }
}
