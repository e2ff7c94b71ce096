import type { ProcessFact } from '../../model/process.ts';

/** Share of the soft limit from which a process's names are always read. */
const ALWAYS = 0.2;

/** Processes whose names are worth reading: `must` at any cost, then `may` in order while time is left. */
export interface Selection {
  readonly must: ProcessFact[];
  readonly may: ProcessFact[];
}

export interface SelectionOptions {
  readonly names: 'some' | 'all' | 'none';
  /** How many of the highest counts are always read. */
  readonly top: number;
  readonly keep: (fact: ProcessFact) => boolean;
  /** Processes asked for by pid; null: every process. */
  readonly pids: readonly number[] | null;
}

function utilisation(fact: ProcessFact): number {
  const limit = fact.softLimit ?? Number.POSITIVE_INFINITY;
  return limit === 0 ? Number.POSITIVE_INFINITY : (fact.descriptors ?? 0) / limit;
}

/**
 * Chooses by counts. `some`: those at 20 % of their limit or above, the `top` by utilisation and by count, then by falling
 * count. `all`: every one, by pid. Zombies have no table to read, `some` leaves out empty ones
 * too, and a process that shares its table is read under the other's pid, unless it is asked for itself.
 */
export function selectProcesses(facts: readonly ProcessFact[], options: SelectionOptions): Selection {
  if (options.names === 'none') return { must: [], may: [] };
  const readable = facts.filter(
    (fact) =>
      fact.refused === undefined &&
      (fact.descriptors !== 0 || options.names === 'all') &&
      (fact.sharesTableWith === undefined || options.pids !== null) &&
      options.keep(fact),
  );
  if (options.names === 'all') return { must: readable, may: [] };
  const byCount = [...readable].sort((a, b) => (b.descriptors ?? 0) - (a.descriptors ?? 0) || a.pid - b.pid);
  const byShare = [...readable].sort((a, b) => utilisation(b) - utilisation(a) || a.pid - b.pid);
  const must = new Set(byShare.filter((fact, rank) => rank < options.top || utilisation(fact) >= ALWAYS));
  for (const fact of byCount.slice(0, options.top)) must.add(fact);
  return {
    must: byCount.filter((fact) => must.has(fact)),
    may: byCount.filter((fact) => !must.has(fact)),
  };
}
