import type { GroupItem, HeldGroup, NamedLevel } from '../../model/series.ts';
import type { NamedTable } from './names.ts';

/** Part of the time that reading names may take while a watch runs. */
const SHARE = 0.02;
/** Seconds that may be saved up for one large table. */
const CREDIT = 1;
/** Groups told apart in one watch: names are chosen by whoever opens them, and must not fill our memory. */
const GROUPS = 10_000;
/** Descriptors of one batch: what several processes share, such as the tables of sockets, is read once for it. */
const BATCH = 2000;

/** One life whose names may be worth reading. */
export interface Candidate {
  readonly life: number;
  readonly pid: number;
  readonly count: number;
}

/**
 * Decides whose names are read: those that hold more than at any reading before, most growth first, as far as the time
 * allows. Reading costs seconds, which are earned slowly: what watches a leak must not be a load itself.
 */
export class Naming {
  readonly #groups = new Map<string, number>();
  /** Most descriptors of a life at any reading of its names, and those at the last one. */
  readonly #most = new Map<number, number>();
  readonly #last = new Map<number, number>();
  #credit: number;
  #earnedAt: number;

  /** @param credit seconds that the first readings may take, beyond what is earned */
  constructor(credit: number, seconds: number) {
    this.#credit = credit;
    this.#earnedAt = seconds;
  }

  /** Whether a life holds more than it ever did when its names were read. */
  isBehind(life: number, count: number): boolean {
    return count > (this.#most.get(life) ?? 0);
  }

  /** Whether the names of a life, as they were read last, are out of date. */
  isStale(life: number, count: number): boolean {
    return this.isBehind(life, count) || count !== (this.#last.get(life) ?? count);
  }

  /** Those who are behind, in order, in batches that take a moment each. */
  choose(candidates: readonly Candidate[], seconds: number): readonly (readonly Candidate[])[] {
    if (this.#credit < CREDIT) this.#credit = Math.min(CREDIT, this.#credit + (seconds - this.#earnedAt) * SHARE);
    this.#earnedAt = seconds;
    if (this.#credit <= 0 || candidates.length === 0) return [];
    const growth = ({ life, count }: Candidate): number => count - (this.#most.get(life) ?? 0);
    const batches: Candidate[][] = [];
    let size = Number.POSITIVE_INFINITY;
    for (const one of candidates.toSorted((a, b) => growth(b) - growth(a) || a.life - b.life)) {
      size += one.count;
      if (size > BATCH) {
        batches.push([]);
        size = one.count;
      }
      batches.at(-1)?.push(one);
    }
    return batches;
  }

  /** Whether there is time left for the next one. */
  get mayGoOn(): boolean {
    return this.#credit > 0;
  }

  spend(seconds: number): void {
    this.#credit -= seconds;
  }

  /** Grants time without earning it: for the last look, when nobody is disturbed for long. */
  grant(seconds: number): void {
    this.#credit = Math.max(this.#credit, seconds);
  }

  /** What was read, with the groups that are new. */
  take(
    life: number,
    { groups, count }: NamedTable,
  ): { readonly level: NamedLevel; readonly fresh: readonly GroupItem[] } {
    const fresh: GroupItem[] = [];
    const held = groups.flatMap(({ target, count: rows, single }): HeldGroup[] => {
      const key = `${target.type}\0${target.class}\0${target.pattern}`;
      let group = this.#groups.get(key);
      if (group === undefined) {
        if (this.#groups.size >= GROUPS) return [];
        group = this.#groups.size;
        this.#groups.set(key, group);
        fresh.push({ kind: 'group', group, target });
      }
      return [{ group, count: rows, name: single ? target.name : null }];
    });
    const now = count ?? held.reduce((sum, one) => sum + one.count, 0);
    this.#last.set(life, now);
    this.pass(life, now);
    return { level: { life, groups: held }, fresh };
  }

  /** Names of a life are not wanted, or could not be had, before it holds more than this. */
  pass(life: number, count: number): void {
    this.#most.set(life, Math.max(count, this.#most.get(life) ?? 0));
  }

  forget(life: number): void {
    this.#most.delete(life);
    this.#last.delete(life);
  }
}
