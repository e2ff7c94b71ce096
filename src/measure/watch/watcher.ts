import type { EventItem, LifeItem, NamedLevel, OwnUse, SampleItem, SeriesItem } from '../../model/series.ts';
import type { Counted, Look } from '../../source/proc/census.ts';
import { type Clock, type Moment, suspendedBetween } from '../clock.ts';
import type { Eyes } from './eyes.ts';
import type { NamedTable } from './names.ts';
import { type Candidate, Naming } from './naming.ts';

/** Seconds between two notes of what we use ourselves. */
const OWN_EVERY = 60;
/** Seconds that names may take at the beginning and at the end. */
const FIRST_NAMES = 5;
const LAST_NAMES = 2;

export interface WatcherOptions {
  readonly clock: Clock;
  readonly eyes: Eyes;
  /** Seconds between samples. */
  readonly every: number;
  /** Seconds to watch; null = until something else ends it. */
  readonly seconds: number | null;
  /** End when nobody is left who was watched. */
  readonly untilExit: boolean;
  /** Whether names are read of everybody at first, so that it can be said what came on top; else only of those that grow. */
  readonly namesAtFirst: boolean;
  /** Aborted when the watch is to end. */
  readonly stop: AbortSignal;
  own(): OwnUse;
  /** Told of what could not be looked at; the watch goes on. Only a first look that fails ends it. */
  failed(
    what: 'counts' | 'names',
    reason: string,
    moment: { readonly seconds: number; readonly time: string },
  ): Promise<void>;
  /** Takes what each sample brought, together: what must not be torn apart when it is saved. */
  take(items: readonly SeriesItem[]): Promise<void>;
}

/** Why a watch ended. */
export type WatchEnd = 'stopped' | 'time' | 'nobody-left';

/** One life that is watched. */
interface Life {
  readonly life: number;
  /** As it was told last; undefined = not yet. */
  told: number | null | undefined;
  /** null = not known. */
  aboveLimit: number | null;
}

/**
 * Takes samples until the time is up, nobody is left or it is told to stop; then one more, with the names of whatever changed.
 */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #lives = new Map<Counted, Life>();
  readonly #ended = new WeakMap<Counted, number>();
  readonly #naming: Naming;
  readonly #begun: Moment;
  #before: Moment;
  #lifeCount = 0;
  #sampled = false;
  #ownAt = Number.NEGATIVE_INFINITY;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#begun = options.clock.now();
    this.#before = this.#begun;
    this.#naming = new Naming(options.namesAtFirst ? FIRST_NAMES : 0, this.#begun.seconds);
  }

  /** When it began, in seconds of the clock. */
  get begun(): number {
    return this.#begun.seconds;
  }

  async run(): Promise<WatchEnd> {
    const { clock, every, seconds, stop, untilExit } = this.#options;
    for (let slot = 0; ; ) {
      await this.#sample(false);
      const passed = clock.now().seconds - this.#begun.seconds;
      if (untilExit && this.#lifeCount > 0 && this.#lives.size === 0) return 'nobody-left';
      // Samples keep their places in time; one that took too long costs the next.
      slot = Math.max(slot + 1, Math.ceil(passed / every));
      const left = (seconds ?? Number.POSITIVE_INFINITY) - passed;
      await clock.wait(Math.min(slot * every - passed, left), stop);
      const over = seconds !== null && clock.now().seconds - this.#begun.seconds >= seconds;
      if (!stop.aborted && !over) continue;
      await this.#sample(true);
      return stop.aborted ? 'stopped' : 'time';
    }
  }

  /** @param last whether names may take their time */
  async #sample(last: boolean): Promise<void> {
    const { clock, take } = this.#options;
    const now = clock.now();
    const seconds = round(now.seconds - this.#begun.seconds);
    const look = await this.#look(now, last);
    if (look === null) return;
    const items: SeriesItem[] = [];
    const slept = suspendedBetween(this.#before, now);
    if (slept > 0) items.push({ kind: 'event', what: 'suspended', seconds, forSeconds: round(slept) });
    this.#before = now;
    const gone = look.ended.flatMap((counted) => this.#end(counted));
    items.push(...gone.map((life): EventItem => ({ kind: 'event', what: 'ended', seconds, life })));
    for (const counted of look.begun) items.push(...this.#begin(counted, seconds));
    for (const counted of look.renewed) items.push(...this.#lifeItem(counted));
    const names = await this.#names(look, items, last);
    const levels: { life: number; count: number | null }[] = [];
    for (const [counted, life] of this.#lives) {
      if (life.told === counted.count) continue;
      life.told = counted.count;
      levels.push({ life: life.life, count: counted.count });
    }
    const sample: SampleItem = {
      kind: 'sample',
      time: new Date(now.wall).toISOString(),
      seconds,
      levels,
      gone,
      names,
      work: [],
      load: null,
      own: this.#own(now.seconds, last),
    };
    this.#sampled = true;
    await take([...items, sample]);
  }

  /** Everybody's counts; null if that failed, which has been told. */
  async #look(now: Moment, last: boolean): Promise<Look | null> {
    try {
      return this.#options.eyes.look(now.seconds, last);
    } catch (error) {
      if (!this.#sampled) throw error;
      await this.#fail('counts', error, now);
      return null;
    }
  }

  #fail(what: 'counts' | 'names', error: unknown, { seconds, wall }: Moment): Promise<void> {
    return this.#options.failed(what, error instanceof Error ? error.message : String(error), {
      seconds: round(seconds - this.#begun.seconds),
      time: new Date(wall).toISOString(),
    });
  }

  #own(seconds: number, last: boolean): OwnUse | null {
    if (!last && seconds - this.#ownAt < OWN_EVERY) return null;
    this.#ownAt = seconds;
    return this.#options.own();
  }

  #end(counted: Counted): readonly number[] {
    const known = this.#lives.get(counted);
    if (!known) return [];
    this.#lives.delete(counted);
    this.#naming.forget(known.life);
    this.#ended.set(counted, known.life);
    return [known.life];
  }

  #begin(counted: Counted, seconds: number): SeriesItem[] {
    const life = this.#lifeCount++;
    this.#lives.set(counted, { life, told: undefined, aboveLimit: null });
    if (!this.#options.namesAtFirst) this.#naming.pass(life, counted.count ?? 0);
    const predecessor = this.#options.eyes.predecessor(counted.fact.pid);
    const before = predecessor === null ? undefined : this.#ended.get(predecessor);
    const items: SeriesItem[] = [...this.#lifeItem(counted)];
    if (before !== undefined) items.push({ kind: 'event', what: 'replaced', seconds, life: before, by: life });
    else if (this.#sampled) items.push({ kind: 'event', what: 'started', seconds, life });
    return items;
  }

  #lifeItem(counted: Counted): LifeItem[] {
    const known = this.#lives.get(counted);
    if (!known) return [];
    // What changes all the time is no part of who it is.
    const { descriptors: _descriptors, cpu: _cpu, rss: _rss, state: _state, threads: _threads, ...fact } = counted.fact;
    const { life, aboveLimit } = known;
    return [{ kind: 'life', life, fact: aboveLimit === null ? fact : { ...fact, aboveLimit } }];
  }

  /** Reads names where something grew, and adds what is new to `items`. */
  async #names(look: Look, items: SeriesItem[], last: boolean): Promise<NamedLevel[]> {
    const { clock } = this.#options;
    const byLife = new Map<number, Counted>();
    const candidates: Candidate[] = [];
    for (const counted of look.counted) {
      const life = this.#lives.get(counted)?.life;
      if (life === undefined || counted.count === null) continue;
      const behind = last ? this.#naming.isStale(life, counted.count) : this.#naming.isBehind(life, counted.count);
      if (!behind) continue;
      byLife.set(life, counted);
      candidates.push({ life, pid: counted.fact.pid, count: counted.count });
    }
    if (last) this.#naming.grant(LAST_NAMES);
    const names: NamedLevel[] = [];
    for (const batch of this.#naming.choose(candidates, clock.now().seconds)) {
      if (!this.#naming.mayGoOn) break;
      const start = clock.now().seconds;
      const tables = await this.#tables(batch.map(({ pid }) => pid));
      this.#naming.spend(clock.now().seconds - start);
      for (const { life, pid, count } of batch) {
        const [table, counted] = [tables.get(pid), byLife.get(life)];
        if (table && counted) names.push(this.#named(counted, life, table, items));
        else this.#naming.pass(life, count);
      }
    }
    return names;
  }

  async #tables(pids: readonly number[]): Promise<ReadonlyMap<number, NamedTable>> {
    const { clock, eyes } = this.#options;
    try {
      return await eyes.names(pids);
    } catch (error) {
      await this.#fail('names', error, clock.now());
      return new Map();
    }
  }

  #named(counted: Counted, life: number, table: NamedTable, items: SeriesItem[]): NamedLevel {
    const { level, fresh } = this.#naming.take(life, table);
    items.push(...fresh);
    // Count and names of one moment belong together.
    counted.count = table.count ?? counted.count;
    const known = this.#lives.get(counted);
    if (known && known.aboveLimit !== table.aboveLimit) {
      known.aboveLimit = table.aboveLimit;
      items.push(...this.#lifeItem(counted));
    }
    return level;
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
