import type { RowConsumer } from '../../model/consumer.ts';
import type { ProcessFact } from '../../model/process.ts';
import { Cell } from '../../model/row-batch.ts';
import type { RowWriter } from '../../model/row-writer.ts';
import type { HeldGroup, SampleItem, SeriesItem, TargetGroup } from '../../model/series.ts';

/** Listings made of a series at most: the first sample, the last, and some between them at even distances. */
const LISTINGS = 60;

const DELETED = ' (deleted)';

/** A sample that becomes a listing. */
interface KeptSample {
  readonly line: number;
  readonly time: string | null;
  readonly counts: ReadonlyMap<number, number | null>;
  readonly names: ReadonlyMap<number, readonly HeldGroup[]>;
}

/**
 * Makes listings of a series, so that every command can read it: facts with the counts of each sample that is kept, and rows
 * in the first and the last, from the names that were read by then. A row stands for one descriptor of a group.
 */
export class SeriesListings {
  readonly #consumer: RowConsumer;
  readonly #writer: RowWriter;
  readonly #facts: ProcessFact[] = [];
  readonly #groups: TargetGroup[] = [];
  /** Counts of the living. */
  readonly #counts = new Map<number, number | null>();
  readonly #names = new Map<number, readonly HeldGroup[]>();
  /** Counts when the names were read. */
  readonly #named = new Map<number, number | null>();
  #samples = 0;
  #stride = 1;
  #kept: KeptSample[] = [];
  /** The last sample in which anything was alive. */
  #last: KeptSample | null = null;
  /** UTC of the last sample. */
  time: string | null = null;

  constructor(consumer: RowConsumer, writer: RowWriter) {
    this.#consumer = consumer;
    this.#writer = writer;
  }

  take(item: SeriesItem, line: number): void {
    if (item.kind === 'life') this.#facts[item.life] = { ...this.#facts[item.life], ...item.fact };
    else if (item.kind === 'group') this.#groups.push(item.target);
    else if (item.kind === 'sample') this.#sample(item, line);
  }

  /** Hands on the listings and returns how many there are, at least one. */
  finish(): number {
    const kept = this.#kept.at(-1)?.line === this.#last?.line ? this.#kept.slice(0, -1) : this.#kept;
    const all = this.#last === null ? [] : [...kept, this.#last];
    for (const [index, sample] of all.entries()) {
      this.#writer.listing(index, sample.line, null, sample.time);
      this.#emit(sample, index === 0 || index === all.length - 1);
    }
    if (all.length === 0) this.#writer.listing(0, 1);
    return Math.max(1, all.length);
  }

  /** What the listings do not show, as sentences. */
  get hidden(): readonly string[] {
    const stale = [...this.#named].filter(([life, count]) => this.#counts.get(life) !== count).length;
    return stale === 0 ? [] : [`the count of ${stale} processes changed after their names were read: some have no row`];
  }

  #sample({ levels, gone, names, time }: SampleItem, line: number): void {
    for (const life of gone) {
      this.#counts.delete(life);
      this.#names.delete(life);
      this.#named.delete(life);
    }
    for (const { life, count } of levels) this.#counts.set(life, count);
    for (const { life, groups } of names) {
      this.#names.set(life, groups);
      this.#named.set(life, this.#counts.get(life) ?? null);
    }
    this.time = time ?? this.time;
    if (this.#counts.size === 0) return;
    this.#last = { line, time, counts: new Map(this.#counts), names: new Map(this.#names) };
    if (this.#samples++ % this.#stride !== 0) return;
    this.#kept.push(this.#last);
    if (this.#kept.length < LISTINGS) return;
    this.#stride *= 2;
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
  }

  #emit({ line, counts, names }: KeptSample, withRows: boolean): void {
    for (const [life, count] of counts) {
      const fact = this.#facts[life];
      if (!fact) continue;
      const groups = withRows ? names.get(life) : undefined;
      const listed = groups?.reduce((sum, held) => sum + held.count, 0);
      this.#consumer.process({
        ...fact,
        ...(count !== null && { descriptors: count }),
        ...(listed !== undefined && { listed }),
      });
      for (const held of groups ?? []) this.#rows(fact, held, line);
    }
    this.#writer.flush();
  }

  /** One row for each descriptor of a group. Where their names differ, one stands for itself and the others have the pattern. */
  #rows(fact: ProcessFact, { group, count, name }: HeldGroup, line: number): void {
    const target = this.#groups[group];
    if (!target) return;
    const deleted = target.pattern.endsWith(DELETED);
    const pattern = deleted ? target.pattern.slice(0, -DELETED.length) : target.pattern;
    for (let index = 0; index < count; index++) {
      this.#writer.begin(line, fact.pid);
      if (fact.command !== undefined) this.#writer.text(Cell.command, fact.command);
      if (fact.user !== undefined) this.#writer.text(Cell.user, fact.user);
      if (target.type !== '') this.#writer.text(Cell.type, target.type);
      const shown = name ?? (index === 0 ? target.name : pattern);
      if (shown !== '') this.#writer.text(Cell.name, shown);
      this.#writer.class(target.class);
      if (deleted) this.#writer.deleted(true);
      this.#writer.end();
    }
  }
}
