import { setTimeout as delay } from 'node:timers/promises';
import type { Block, Measurement, Reading, Survivors } from '../../analysis/leak-rule/measurement.ts';
import { countDescriptors } from '../../source/proc/descriptor/count.ts';
import type { Observer } from '../family/observer.ts';
import type { LoadCount } from '../load/load.ts';

/** Looks that make one level at most, whose lowest counts: one is enough where nothing is closed meanwhile. */
const LOOKS = 3;
/** Between two looks of a level, ms. */
const LOOK_MS = 5;
/** Between two looks while nothing is sent, ms. */
const REST_MS = 80;
/** A look may take this share of the time while nothing is sent. */
const BUSY = 1 / 3;
/** How long the server may take to close what our closed connections had open, ms, and how often it is asked. */
const CLOSING_MS = 100;
const CLOSING_POLL_MS = 3;

type Counts = ReadonlyMap<number, number>;

interface RawReading extends Omit<Reading, 'levels'> {
  readonly levels: readonly { readonly life: number; readonly counts: Counts | null; readonly work: number | null }[];
}

interface RawBlock {
  readonly requests: Block['requests'];
  readonly readings: readonly RawReading[];
  /** Per group, what was first seen in this block and open at its end. */
  readonly opened: Counts;
}

/** Writes down what a family holds while it is under load, in the form that the leak rule judges. */
export class Recorder {
  readonly #observer: Observer;
  readonly #began = performance.now();
  #idle: RawReading[] = [];
  readonly #blocks: RawBlock[] = [];
  #settle: RawReading[] = [];
  #under: { readings: RawReading[]; sent: number; ok: number; failed: number } | null = null;

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  /** Levels before the load. */
  async idle(seconds: number): Promise<void> {
    await this.#closing();
    this.#idle = await this.#rest(seconds, 0, -1, () => true);
  }

  begin({ sent, ok, failed }: LoadCount): void {
    this.#under = { readings: [], sent, ok, failed };
  }

  /** Reads a level: requests have ended and our connections are closed. */
  async level({ ok }: LoadCount): Promise<void> {
    await this.#closing();
    for (let look = 0; look < LOOKS; look++) {
      const before = this.#total();
      this.#under?.readings.push(this.#look(ok, this.#blocks.length));
      await delay(LOOK_MS);
      if (this.#total() >= before) return;
    }
  }

  end({ sent, ok, failed }: LoadCount): void {
    const under = this.#under;
    if (under === null) return;
    this.#under = null;
    // A block that was cut short before its first level says nothing.
    if (under.readings.length === 0) return;
    this.#blocks.push({
      requests: { sent: sent - under.sent, ok: ok - under.ok, failed: failed - under.failed },
      readings: under.readings,
      opened: this.#observer.bornIn(this.#blocks.length),
    });
  }

  /** Levels after the load. `goOn` is asked between looks. */
  async settle(seconds: number, { ok }: LoadCount, goOn: () => boolean): Promise<void> {
    this.#settle = await this.#rest(seconds, ok, this.#blocks.length, goOn);
  }

  get blocks(): number {
    return this.#blocks.length;
  }

  /** What was written down so far. */
  measurement(): Measurement {
    const { groups } = this.#observer.book;
    const row = (counts: Counts): number[] => Array.from(groups, (_, group) => counts.get(group) ?? 0);
    const reading = (raw: RawReading): Reading => ({
      ...raw,
      levels: raw.levels.map(({ life, counts, work }) => ({ life, counts: counts && row(counts), work })),
    });
    const survivors = (opened: Counts, block: number): Survivors[] => {
      const kept = this.#observer.bornIn(block);
      return Array.from(groups, (_, group) => ({ opened: opened.get(group) ?? 0, kept: kept.get(group) ?? 0 }));
    };
    return {
      groups,
      lives: this.#observer.family.lives.map(({ pid, startTime, command, parent }) => ({
        pid,
        startTime,
        command,
        parent,
      })),
      idle: this.#idle.map(reading),
      blocks: this.#blocks.map(({ requests, readings, opened }, block) => ({
        requests,
        readings: readings.map(reading),
        survivors: survivors(opened, block),
      })),
      settle: this.#settle.map(reading),
    };
  }

  async #rest(seconds: number, ok: number, block: number, goOn: () => boolean): Promise<RawReading[]> {
    const readings: RawReading[] = [];
    for (const end = performance.now() + seconds * 1000; ; ) {
      const before = performance.now();
      const last = before >= end || !goOn();
      readings.push(this.#look(ok, block, !last && readings.length > 0));
      if (last) return readings;
      const now = performance.now();
      await delay(Math.min(Math.max(REST_MS, (now - before) / BUSY), Math.max(1, end - now)));
    }
  }

  #look(ok: number, block: number, glance = false): RawReading {
    const { levels } = this.#observer.look(block, glance);
    return { seconds: (performance.now() - this.#began) / 1000, ok, quiet: true, levels };
  }

  /** Until the family's descriptors stop falling: a server closes a connection a little after its client has. */
  async #closing(): Promise<void> {
    const until = performance.now() + CLOSING_MS;
    for (let before = this.#total(); ; ) {
      await delay(CLOSING_POLL_MS);
      const now = this.#total();
      if (now >= before || performance.now() >= until) return;
      before = now;
    }
  }

  #total(): number {
    return this.#observer.family.members.reduce((sum, { folder }) => sum + (countDescriptors(folder) ?? 0), 0);
  }
}
