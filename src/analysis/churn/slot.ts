import { LifeLevels } from './life-levels.ts';
import { Recent } from './recent.ts';
import { type EndKind, endKind, statusText, type WaitStatus } from './wait-status.ts';

/** A process that is followed, while it lives. */
export interface LivingProcess {
  readonly life: number;
  readonly pid: number;
  readonly parent: number;
  readonly parentLife: number | null;
  readonly startTime: string | null;
  /** As in StartedEvent. */
  readonly started: number;
  readonly before: boolean;
  /** Key of the slot of its parent; null for a manager. */
  readonly above: string | null;
  command: string | null;
  softLimit: number | null;
  readonly levels: LifeLevels;
}

/**
 * The place that workers of one parent and one role take one after the other: counts of all that held it, figures of the
 * last of them. Of a parent that is itself replaced the slots go on.
 */
export class Slot {
  readonly role: string | null;
  /** Held by managers: their parent is not followed. */
  readonly manager: boolean;
  /** Of the parent: the last one. */
  parent = 0;
  parentCommand: string | null = null;
  alive = 0;
  starts = 0;
  exits = 0;
  readonly ends: Record<EndKind, number> = { clean: 0, stopped: 0, failed: 0, killed: 0, unknown: 0 };
  readonly statuses = new Map<string, number>();
  /** Seconds. */
  readonly lifetimes = new Recent();
  /** Of those whose end says a fault. */
  readonly faultyLifetimes = new Recent();
  /** Of those whose end nobody knows. */
  readonly unknownLifetimes = new Recent();
  readonly atDeath = new Recent();
  /** Descriptors gained inside lives, those that ended and those that live. */
  kept = 0;
  /** Of lives that were followed from beginning to end: gained, and how many they are. */
  endedKept = 0;
  endedCounted = 0;
  /** Lives that went on growing to their end, and all of which that could be told. */
  growing = 0;
  judged = 0;
  softLimit: number | null = null;
  unseenLeast = 0;
  /** null where nothing bounds it. */
  unseenMost: number | null = 0;

  constructor(role: string | null, manager: boolean) {
    this.role = role;
    this.manager = manager;
  }

  /** Whether nothing is to be said of it. */
  get empty(): boolean {
    return this.alive + this.starts + this.exits + this.unseenLeast === 0 && this.unseenMost === 0;
  }

  /** Takes one that ended. */
  end(living: LivingProcess, seconds: number, status: WaitStatus | null): void {
    const kind = endKind(status);
    const lifetime = Math.max(0, seconds - living.started);
    this.exits++;
    this.ends[kind]++;
    const text = statusText(status);
    this.statuses.set(text, (this.statuses.get(text) ?? 0) + 1);
    this.lifetimes.add(lifetime);
    if (kind === 'failed' || kind === 'killed') this.faultyLifetimes.add(lifetime);
    if (kind === 'unknown') this.unknownLifetimes.add(lifetime);
    const { levels } = living;
    if (levels.last !== null) this.atDeath.add(levels.last);
    const gained = levels.growth;
    // Of one that was there before nobody knows what it began with.
    if (gained !== null && !living.before && levels.span(seconds) > 0) {
      this.endedKept += gained;
      this.endedCounted++;
    }
    this.#grown(living, seconds);
  }

  /** Takes one that lives. */
  live(living: LivingProcess, now: number): void {
    this.alive++;
    this.#grown(living, now);
  }

  /** Takes all that another one took. */
  absorb(other: Slot): void {
    this.parent = other.parent;
    this.parentCommand = other.parentCommand ?? this.parentCommand;
    this.softLimit = other.softLimit ?? this.softLimit;
    for (const key of SUMS) this[key] += other[key];
    for (const kind of Object.keys(this.ends) as EndKind[]) this.ends[kind] += other.ends[kind];
    for (const [text, count] of other.statuses) this.statuses.set(text, (this.statuses.get(text) ?? 0) + count);
    for (const key of FIGURES) this[key].absorb(other[key]);
    this.unseenMost = this.unseenMost === null || other.unseenMost === null ? null : this.unseenMost + other.unseenMost;
  }

  #grown(living: LivingProcess, end: number): void {
    this.kept += living.levels.growth ?? 0;
    this.softLimit = living.softLimit ?? this.softLimit;
    const grows = living.levels.keepsGrowing(end);
    if (grows === null) return;
    this.judged++;
    if (grows) this.growing++;
  }
}

const SUMS = [
  'alive',
  'starts',
  'exits',
  'kept',
  'endedKept',
  'endedCounted',
  'growing',
  'judged',
  'unseenLeast',
] as const;
const FIGURES = ['lifetimes', 'faultyLifetimes', 'unknownLifetimes', 'atDeath'] as const;

export function livingProcess(started: Omit<LivingProcess, 'levels' | 'softLimit'>): LivingProcess {
  return { ...started, softLimit: null, levels: new LifeLevels() };
}
