import type { ChurnEvent } from '../../analysis/churn/event.ts';
import { waitStatus } from '../../analysis/churn/wait-status.ts';
import type { ProcessEvent } from '../../source/proc/event/process-events.ts';
import type { Followed } from './followed.ts';
import type { Seen } from './look.ts';
import { unseenChildren } from './unseen.ts';

/** Seconds after which an end that the kernel has not told is told by us: a relay is some 0.02 s behind. */
const PATIENCE = 1;
/** Spans between looks that count together for children which nobody saw. */
const SPANS = 3;

/** What the book asks of the machine about one process. */
export interface Particulars {
  /** UTC ISO-8601, of a start so many seconds after boot. */
  startTime(born: number): string | null;
  softLimit(pid: number): number | null;
  ignoresChildren(pid: number): boolean;
  command(pid: number): string | null;
}

/** One moment of the following. */
export interface Turn {
  /** Since the following began. */
  readonly seconds: number;
  /** Of the turn before. */
  readonly before: number;
  /** Seconds after boot minus seconds of the following. */
  readonly boot: number;
  /** Pids given out since before the look of the turn before; null where nothing tells. */
  readonly pids: number | null;
}

/**
 * The lives of a family, put together from what the kernel tells of each start and end, where it does, and from looks. A life
 * is told once; what the kernel tells holds, and looks add what it does not say.
 */
export class LifeBook {
  readonly #facts: Particulars;
  readonly #living = new Map<number, Followed>();
  /** Ended, and the pid perhaps still to be seen: until when after boot it had begun. */
  readonly #ghosts = new Map<number, number>();
  #events: ChurnEvent[] = [];
  #lives = 0;
  #first = true;
  #boot = 0;
  /** Whether the kernel tells starts and ends. */
  told: boolean;

  constructor(facts: Particulars, told: boolean) {
    this.#facts = facts;
    this.told = told;
  }

  /** Who lives, as far as is known, zombies left out. */
  get living(): readonly Followed[] {
    return [...this.#living.values()].filter(({ ended }) => !ended);
  }

  /** Takes what the kernel told since the turn before. `origin` is its clock at the beginning of the following. */
  hear(events: readonly ProcessEvent[], origin: number, { boot }: Turn): void {
    this.#boot = boot;
    for (const event of events) {
      if (event.what === 'answer' || event.what === 'lost') continue;
      const seconds = event.seconds - origin;
      const known = this.#living.get(event.pid);
      if (event.what === 'fork') this.#hearFork(event.pid, event.parent, seconds);
      else if (!known) continue;
      else if (event.what === 'named') this.#name(known, event.command);
      else if (event.what === 'exec') this.#name(known, this.#facts.command(event.pid));
      else {
        this.#end(known, seconds, event.status);
        this.#living.delete(event.pid);
        this.#ghosts.set(event.pid, seconds + boot);
      }
    }
  }

  /** Takes one look at everybody, and returns what is new since it was called before. */
  take(seen: ReadonlyMap<number, Seen>, turn: Turn): ChurnEvent[] {
    this.#boot = turn.boot;
    for (const [pid, known] of this.#living) {
      const now = seen.get(pid);
      const same = now && (known.born === null || known.born === now.born) ? now : null;
      if (same) known.missing = null;
      else this.#miss(known, turn);
    }
    for (const one of seen.values()) this.#look(one, turn);
    if (!this.told) this.#unseen(turn);
    for (const pid of this.#ghosts.keys()) if (!seen.has(pid)) this.#ghosts.delete(pid);
    this.#first = false;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #hearFork(pid: number, parent: number, seconds: number): void {
    const above = this.#living.get(parent);
    const known = this.#living.get(pid);
    // A look was quicker than the relay.
    if (known && !known.announced) {
      known.announced = true;
      return;
    }
    // Its end was dropped on the way.
    if (known) this.#forget(known, seconds);
    this.#ghosts.delete(pid);
    if (above) this.#start({ pid, parent, born: null, command: above.command, seconds, announced: true });
  }

  #miss(known: Followed, { seconds }: Turn): void {
    known.missing ??= seconds;
    if (this.told && !known.ended && seconds - known.missing < PATIENCE) return;
    this.#forget(known, known.missing);
  }

  /** It is gone, and nobody said how. */
  #forget(known: Followed, seconds: number): void {
    if (!known.ended) this.#end(known, seconds, null);
    this.#living.delete(known.pid);
    if (this.told) return;
    const parent = [...this.#living.values()].find(({ life }) => life === known.parentLife);
    parent?.reaped.push(known);
  }

  #look(seen: Seen, turn: Turn): void {
    const { pid, born, zombie } = seen;
    let known = this.#living.get(pid);
    if (!known) {
      const ghost = this.#ghosts.get(pid);
      // A hundredth of a second is as exact as the start is told.
      if (ghost !== undefined && born <= ghost + 0.01) return;
      // The kernel tells of those that were so quick; those that were over before we began are nobody's business.
      if (zombie && (this.told || this.#first)) {
        this.#ghosts.set(pid, born);
        return;
      }
      const seconds = this.#first ? born - turn.boot : Math.min(turn.seconds, Math.max(turn.before, born - turn.boot));
      known = this.#start({ ...seen, seconds, announced: false });
    }
    known.born ??= born;
    known.risen = known.childFaults === null ? 0 : seen.childFaults - known.childFaults;
    known.childFaults = seen.childFaults;
    known.permitted ||= seen.permitted;
    known.faults = Math.max(known.faults, seen.faults);
    if (zombie) {
      if (this.told || known.ended) return;
      const { status } = seen;
      this.#end(known, turn.seconds, status === null || (status === 0 && !known.permitted) ? null : status);
      known.ended = true;
      return;
    }
    this.#name(known, seen.command);
    if (seen.count === null || seen.count === known.count) return;
    if (known.count === null) this.#limit(known);
    known.count = seen.count;
    this.#events.push({ kind: 'level', seconds: turn.seconds, life: known.life, count: seen.count });
  }

  #start(one: {
    readonly pid: number;
    readonly parent: number;
    readonly born: number | null;
    readonly command: string | null;
    readonly seconds: number;
    readonly announced: boolean;
  }): Followed {
    const { pid, parent, born, command, seconds, announced } = one;
    const above = this.#living.get(parent);
    const life = this.#lives++;
    const followed: Followed = {
      life,
      pid,
      parentLife: above?.life ?? null,
      parent,
      born,
      command,
      count: null,
      missing: null,
      permitted: false,
      ended: false,
      announced,
      faults: 0,
      childFaults: null,
      risen: 0,
      reaped: [],
      fresh: 0,
      spans: [],
      ignoresChildren: this.#facts.ignoresChildren(pid),
    };
    if (above) above.fresh++;
    this.#living.set(pid, followed);
    this.#events.push({
      kind: 'started',
      seconds,
      life,
      pid,
      parent,
      parentLife: followed.parentLife,
      command,
      startTime: this.#facts.startTime(born ?? seconds + this.#boot),
      before: this.#first,
    });
    return followed;
  }

  #end(known: Followed, seconds: number, status: number | null): void {
    this.#events.push({
      kind: 'ended',
      seconds,
      life: known.life,
      status: status === null ? null : waitStatus(status),
    });
  }

  #name(known: Followed, command: string | null): void {
    if (command === null || known.command === command) return;
    known.command = command;
    this.#events.push({ kind: 'named', life: known.life, command });
  }

  #limit({ pid, life }: Followed): void {
    const softLimit = this.#facts.softLimit(pid);
    if (softLimit !== null) this.#events.push({ kind: 'limit', life, softLimit });
  }

  /** What the kernel's counters say of children that no look has shown. */
  #unseen(turn: Turn): void {
    for (const known of this.#living.values()) {
      known.spans = [...known.spans.slice(1 - SPANS), { pids: turn.pids, fresh: known.fresh }];
      const { least, most } = unseenChildren(known);
      if (least > 0 || most === null || most > 0) {
        known.spans = [];
        this.#events.push({ kind: 'unseen', seconds: turn.seconds, life: known.life, least, most });
      }
      known.reaped = [];
      known.fresh = 0;
    }
  }
}
