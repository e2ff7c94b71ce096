import type { ProcessFact } from '../../model/process.ts';
import type { EventItem, OwnUse, SampleItem, SeriesItem, TargetGroup } from '../../model/series.ts';
import { History, TimeAxis } from './history.ts';
import { PassingLives } from './passing.ts';
import { Place } from './place.ts';
import { type Trend, trendOf } from './trend.ts';
import type { WatchedEvent } from './watch-data.ts';

/** Seconds in which a life that began under our eyes opens what it needs: growth counts from there on. */
const SETTLING = 5;
/** Places kept at most: beyond, those that ended without having grown are forgotten, oldest first. */
const PLACES = 4000;
/** Events kept for the report; all are in the series. */
const EVENTS = 200;

export interface WatchFoldOptions {
  /** Seconds of a life that do not count; null: none of those that were there at first, `SETTLING` of those that began later. */
  readonly warmUp: number | null;
}

/** Takes the items of a series as they come, in bounded memory, and knows at any time how things stand. */
export class WatchFold {
  readonly #options: WatchFoldOptions;
  readonly #axis = new TimeAxis();
  readonly #facts: Map<number, ProcessFact> = new Map();
  readonly #alive = new Map<number, Place>();
  /** Everybody, by a life that the place has had last. */
  readonly #places = new Map<number, Place>();
  readonly #total: History;
  readonly passing = new PassingLives();
  readonly groups: TargetGroup[] = [];
  readonly events: WatchedEvent[] = [];
  /** Events not kept. */
  eventsLeft = 0;
  samples = 0;
  /** Time of the last sample. */
  seconds = 0;
  time: string | null = null;
  /** UTC of the first sample. */
  began: string | null = null;
  suspendedSeconds = 0;
  /** Places whose count was not as before in the last sample. */
  changed: readonly Place[] = [];
  /** Sum of the counts at the first sample that had any. */
  firstTotal: number | null = null;
  readonly own: { first: OwnUse | null; last: OwnUse | null; mostDescriptors: number | null } = {
    first: null,
    last: null,
    mostDescriptors: null,
  };

  constructor(options: WatchFoldOptions) {
    this.#options = options;
    this.#total = new History(this.#axis);
  }

  /** Everybody who is or was watched. */
  get places(): Iterable<Place> {
    return this.#places.values();
  }

  /** Those of them who are alive. */
  get living(): Iterable<Place> {
    return this.#alive.values();
  }

  get alive(): number {
    return this.#alive.size;
  }

  get segments(): number {
    return this.#axis.segments;
  }

  /** Descriptors of everybody who is alive. */
  get total(): number {
    return sum(this.#alive.values(), ({ count }) => count);
  }

  /** Gained inside lives, those that ended too. */
  get growth(): number {
    return sum(this.#places.values(), ({ growth }) => growth);
  }

  get trend(): Trend {
    return trendOf(this.#total.points());
  }

  /** Takes what one sample brought, or what follows from it. */
  take(items: Iterable<SeriesItem>): void {
    for (const item of items) {
      if (item.kind === 'life') this.#learn(item.life, item.fact);
      else if (item.kind === 'group') this.groups.push(item.target);
      else if (item.kind === 'event') this.#event(item);
      else if (item.kind === 'sample') this.#sample(item);
    }
  }

  #learn(life: number, fact: ProcessFact): void {
    const known = { ...this.#facts.get(life), ...fact };
    this.#facts.set(life, known);
    const place = this.#alive.get(life);
    if (place) place.fact = known;
  }

  #event(event: EventItem): void {
    const { what, seconds, life, by, forSeconds, budget, target, message } = event;
    const pidOf = (one: number | undefined): number | null =>
      one === undefined ? null : (this.#facts.get(one)?.pid ?? null);
    const told: WatchedEvent = {
      what,
      seconds,
      pid: pidOf(life) ?? (life === undefined ? null : (this.#places.get(life)?.fact.pid ?? null)),
      by: pidOf(by),
      forSeconds: forSeconds ?? null,
      budget: budget ?? null,
      target: target ?? null,
      message: message ?? null,
    };
    if (event.what === 'suspended') {
      this.#axis.split();
      this.suspendedSeconds += event.forSeconds ?? 0;
    } else if (event.what === 'replaced' && event.life !== undefined && event.by !== undefined) {
      this.#replace(event.life, event.by, seconds);
    }
    if (this.events.length < EVENTS) this.events.push(told);
    else this.eventsLeft++;
  }

  #replace(before: number, after: number, seconds: number): void {
    const place = this.#places.get(before);
    const fact = this.#facts.get(after);
    if (!place || !fact) return;
    this.#places.delete(before);
    this.#alive.delete(before);
    this.#facts.delete(before);
    this.passing.replaced(before, place.fact);
    this.passing.began(after);
    place.replaced(after, fact, seconds + (this.#options.warmUp ?? SETTLING));
    this.#places.set(after, place);
    this.#alive.set(after, place);
  }

  #sample({ seconds, time, levels, gone, names, own }: SampleItem): void {
    this.seconds = seconds;
    this.time = time;
    if (this.samples++ === 0) this.began = time;
    for (const life of gone) {
      const place = this.#alive.get(life);
      place?.ended(seconds);
      if (place) this.passing.ended(life, place.fact);
      this.#alive.delete(life);
      this.#facts.delete(life);
    }
    const changed: Place[] = [];
    for (const { life, count } of levels) {
      const place = this.#alive.get(life) ?? this.#settle(life, seconds);
      if (!place) continue;
      place.counted(count, seconds);
      changed.push(place);
    }
    for (const { life, groups } of names) this.#alive.get(life)?.named(groups, seconds);
    if (this.firstTotal === null && this.#alive.size > 0) this.firstTotal = this.total;
    this.#record(seconds);
    this.#takeOwn(own);
    this.changed = changed;
    this.#forget();
  }

  /** A new place. */
  #settle(life: number, seconds: number): Place | null {
    const fact = this.#facts.get(life);
    if (!fact) return null;
    if (this.samples > 1) this.passing.began(life);
    const settling = this.#options.warmUp ?? (this.samples <= 1 ? 0 : SETTLING);
    const place = new Place(this.#axis, life, fact, seconds + settling);
    this.#places.set(life, place);
    this.#alive.set(life, place);
    return place;
  }

  #record(seconds: number): void {
    const step = this.#axis.add(seconds);
    if (step === 'thinned') {
      for (const place of this.#places.values()) place.history.thin();
      this.#total.thin();
    }
    if (step === 'passed') return;
    for (const place of this.#alive.values()) place.record(seconds);
    this.#total.add(this.#alive.size === 0 ? null : this.growth);
  }

  #takeOwn(own: OwnUse | null): void {
    if (own === null) return;
    this.own.first ??= own;
    this.own.last = own;
    if (own.descriptors !== null) this.own.mostDescriptors = Math.max(own.descriptors, this.own.mostDescriptors ?? 0);
  }

  #forget(): void {
    if (this.#places.size <= PLACES) return;
    for (const [life, place] of this.#places) {
      if (this.#places.size <= PLACES / 2) return;
      if (place.endedAt !== null && (place.growth ?? 0) <= 0) this.#places.delete(life);
    }
  }
}

/** A table that two processes share is counted once. */
function sum(places: Iterable<Place>, value: (place: Place) => number | null): number {
  let all = 0;
  for (const place of places) if (place.fact.sharesTableWith === undefined) all += value(place) ?? 0;
  return all;
}
