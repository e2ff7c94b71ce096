import type { ProbeGroup, ProbeUrl } from '../probe/probe-data.ts';
import type { Estimate } from '../statistics/interval.ts';

/** A leak is clearly faster than the known one if its interval lies above the other's, by at least this factor. */
const FASTER = 1.1;

/** One leak that was there before. */
export interface KnownLeak {
  readonly method: string;
  /** As given; host and port do not count, since they change from run to run. */
  readonly url: string;
  readonly type: string;
  readonly pattern: string;
  readonly perRequest: Estimate;
}

/** The leaks that an earlier report found: those that are nothing new. */
export class Baseline {
  readonly #known: ReadonlyMap<string, KnownLeak>;

  constructor(leaks: readonly KnownLeak[]) {
    const known = new Map<string, KnownLeak>();
    for (const leak of leaks) {
      const key = keyOf(leak, leak);
      const before = known.get(key);
      // Twice in one report, with and without kept connections: the faster one bounds both.
      if (before === undefined || leak.perRequest.high > before.perRequest.high) known.set(key, leak);
    }
    this.#known = known;
  }

  /** Whether the leak was there before and is not clearly faster now. */
  knows(url: Pick<ProbeUrl, 'method' | 'url'>, group: Pick<ProbeGroup, 'type' | 'pattern' | 'perRequest'>): boolean {
    const leak = this.#known.get(keyOf(url, group));
    if (leak === undefined) return false;
    const { estimate, high } = leak.perRequest;
    return group.perRequest.low <= Math.max(high, estimate * FASTER);
  }
}

/** The leaks of a report, in a fixed order: what a baseline is made of. */
export function leaksOf(urls: readonly ProbeUrl[]): KnownLeak[] {
  const leaks = urls.flatMap(({ method, url, groups }) =>
    groups
      .filter(({ verdict }) => verdict === 'leak')
      .map(({ type, pattern, perRequest }) => ({ method, url, type, pattern, perRequest })),
  );
  return leaks.sort((one, other) => (keyOf(one, one) < keyOf(other, other) ? -1 : 1));
}

function keyOf({ method, url }: Pick<ProbeUrl, 'method' | 'url'>, group: Pick<ProbeGroup, 'type' | 'pattern'>): string {
  return [method, pathOf(url), group.type, group.pattern].join('\0');
}

/** Path and query of a URL in any form that is understood: `http://host/a`, `:8080/a`, `host:8080/a`. */
export function pathOf(url: string): string {
  const path = url.replace(/^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}
