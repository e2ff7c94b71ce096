import { countDescriptors } from '../../source/proc/descriptor/count.ts';
import type { Family, Member } from '../family/family.ts';

/** A probe begins only where each member has at least so many free numbers. */
export const LEAST_HEADROOM = 64;
/** Share of a member's headroom that a probe may use up. */
const MAY_USE = 1 / 2;
/** What one request may take again, of the most that one took before: an outburst, such as what is opened once, counts for a while. */
const FORGET = 1 / 2;
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
  /** Descriptors gained when it was last asked, and the most gained between two times of late; by life. */
  readonly #seen = new Map<number, number>();
  readonly #outbursts = new Map<number, number>();
  #ended = 0;
  /** Most that any life gained for each request so far. */
  #rate = 0;

  /** @param unlimited go on to the limit itself */
  constructor(family: Family, unlimited: boolean) {
    this.#family = family;
    this.#unlimited = unlimited;
  }

  /**
   * Whether every member stays within its half if each request that is sent next, `concurrency` of them, takes as much as those
   * before. Costs a stat(2) for each member.
   *
   * @param ended requests that have ended so far
   */
  within(concurrency: number, ended: number): boolean {
    if (this.#unlimited) return !this.full();
    const forget = ended > this.#ended ? FORGET : 1;
    this.#ended = ended;
    let within = true;
    for (const member of this.#family.members) {
      const gained = this.#gained(member);
      if (gained === null) continue;
      const { life } = member;
      const latest = gained.count - (this.#seen.get(life) ?? 0);
      const outburst = Math.max(latest, (this.#outbursts.get(life) ?? 0) * forget);
      this.#seen.set(life, gained.count);
      this.#outbursts.set(life, outburst);
      // One more: the request that led to the service came before anybody counted.
      const next = Math.ceil(Math.max(1, this.#rate, outburst) * (concurrency + 1));
      if (gained.count + next > gained.may) within = false;
    }
    return within;
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

  /** Learns the pace. @param requests completed so far, those of the warm-up too: what is counted began before them */
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
