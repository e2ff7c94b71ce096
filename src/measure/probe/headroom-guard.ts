import { countDescriptors } from '../../source/proc/count.ts';
import type { Family, Member } from '../family/family.ts';

/** A probe begins only where each member has at least so many free numbers. */
export const LEAST_HEADROOM = 64;
/** Share of a member's headroom that a probe may use up. */
const MAY_USE = 1 / 2;
/** What is planned beyond the rate seen so far. */
const MARGIN = 1.25;

/** What one life had when it was first seen under watch. */
interface Start {
  readonly count: number;
  /** Descriptors that it may gain. */
  readonly may: number;
}

/** Keeps a probe from taking a service down: no member may lose more than half of the headroom that it had. */
export class HeadroomGuard {
  readonly #family: Family;
  readonly #unlimited: boolean;
  readonly #starts = new Map<number, Start>();
  /** Most that any life gained for each request so far. */
  #rate = 0;

  /** @param unlimited go on to the limit itself */
  constructor(family: Family, unlimited: boolean) {
    this.#family = family;
    this.#unlimited = unlimited;
  }

  /** Whether every member is still within its half. Costs a stat(2) for each. */
  within(concurrency: number): boolean {
    if (this.#unlimited) return !this.full();
    const slack = Math.ceil(Math.max(1, this.#rate) * (concurrency - 1));
    return this.#family.members.every((member) => {
      const gained = this.#gained(member);
      return gained === null || gained.count + slack < gained.may;
    });
  }

  /** How many of the next `requests` may be sent. */
  affordable(requests: number): number {
    if (this.#unlimited) return requests;
    let most = requests;
    for (const member of this.#family.members) {
      const gained = this.#gained(member);
      if (gained === null) continue;
      const each = this.#rate * MARGIN;
      if (each > 0) most = Math.min(most, Math.floor((gained.may - gained.count) / each));
    }
    return Math.max(0, most);
  }

  /** Learns the pace from what a run of requests did. */
  learn(requests: number): void {
    for (const member of this.#family.members) {
      const gained = this.#gained(member);
      if (gained !== null && requests > 0) this.#rate = Math.max(this.#rate, gained.count / requests);
    }
  }

  /** Whether a member has no free number left. */
  full(): boolean {
    const least = this.#family.leastHeadroom();
    return least !== null && least.used >= least.softLimit;
  }

  #gained({ life, folder }: Member): { readonly count: number; readonly may: number } | null {
    const count = countDescriptors(folder);
    const { softLimit } = this.#family.lives[life];
    if (count === null || softLimit === null || !Number.isFinite(softLimit)) return null;
    let start = this.#starts.get(life);
    if (start === undefined) {
      start = { count, may: Math.floor((softLimit - count) * MAY_USE) };
      this.#starts.set(life, start);
    }
    return { count: count - start.count, may: start.may };
  }
}
