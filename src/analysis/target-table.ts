import { PairCounter } from '../columns/counter.ts';
import { hashRange, newHash } from '../columns/hash.ts';
import { decodeText } from '../columns/utf8.ts';
import { className, type DescriptorClass } from '../model/descriptor-class.ts';
import { unescapeInto } from '../model/escape.ts';
import { appendDeleted, foldTarget, keepTarget, patternBuffer } from '../model/pattern.ts';
import type { RowBatch } from '../model/row-batch.ts';
import { locateTarget, targetRange } from '../model/target.ts';
import { best } from './best.ts';
import { PatternCache } from './pattern-cache.ts';
import { TargetPatterns } from './target-patterns.ts';
import { TypeTable } from './type-table.ts';

/** One target pattern and how often it is open. */
export interface TargetCount {
  /** The target with ids blanked; ends in ` (deleted)` where the targets are; null for rows without a name. */
  readonly pattern: string | null;
  /** The first name that folded into it. */
  readonly name: string | null;
  /** TYPE as the source prints it. */
  readonly type: string | null;
  readonly class: DescriptorClass;
  /** Rows. */
  readonly count: number;
  /** Processes that have it open. */
  readonly processes: number;
}

export interface TargetTableOptions {
  /** Count every name by itself instead of its pattern. */
  readonly exact?: boolean;
  /** Distinct patterns held. Default 131,072. */
  readonly patterns?: number;
  /** Distinct pairs of process and pattern held. Default 262,144. */
  readonly pairs?: number;
}

/** Class and type stand before the pattern in a key, one byte each. */
const PREFIX = 2;
/** Tells names that still hold lsof's escapes from the same bytes that do not, and deleted ones from present ones. */
const ESCAPED = 0x1_0000;
const DELETED = 0x2_0000;
const BACKSLASH = 0x5c;

const hash = newHash();

/**
 * Counts target patterns by process in one pass and bounded memory (at most about 45 MB), whatever the number of distinct
 * names. Exact while the bounds hold; beyond, the rarer half is dropped and `maxError` says by how much a count can be too
 * low.
 *
 * ```
 * table.add(entry.slot, batch, row, classOf(batch, row)); ... table.top(entry.slot, 1)[0]?.pattern
 * ```
 */
export class TargetTable {
  readonly #exact: boolean;
  readonly #types = new TypeTable();
  readonly #cache = new PatternCache();
  readonly #patterns: TargetPatterns;
  readonly #pairs: PairCounter;
  readonly #range = targetRange();
  readonly #key = patternBuffer();
  #plain = new Uint8Array(256);
  #index: PairIndex | null = null;

  constructor(options: TargetTableOptions = {}) {
    this.#exact = options.exact ?? false;
    this.#patterns = new TargetPatterns(options.patterns ?? 1 << 17);
    this.#pairs = new PairCounter(options.pairs ?? 1 << 18);
  }

  /** By how much a count can be too low, because rare patterns had to be dropped; 0 = all are exact. */
  get maxError(): number {
    return this.#patterns.maxError + this.#pairs.maxError;
  }

  /** Distinct patterns held. */
  get size(): number {
    return this.#patterns.size;
  }

  /**
   * Counts a row of class `code` (`classOf`) for the process in `slot`, any small number that stands for it. Whether a row
   * counts at all (descriptor, repeated for a thread) is the caller's decision.
   */
  add(slot: number, batch: RowBatch, row: number, code: number): void {
    const range = this.#range;
    locateTarget(batch, row, code, range);
    const type = this.#types.of(batch, row);
    const seed = code | (type << 8) | (range.escaped ? ESCAPED : 0) | (range.deleted ? DELETED : 0);
    const start = Math.max(0, range.start);
    const end = range.start < 0 ? 0 : range.end;
    hashRange(range.bytes, start, end, seed, hash);
    let id = this.#cache.get(hash);
    if (id < 0) {
      id = this.#intern(range.bytes, start, end, code, type);
      this.#cache.set(hash, id);
    }
    this.#patterns.increment(id);
    this.#pairs.add(slot, id);
    this.#index = null;
  }

  /** The `n` most frequent patterns of one process, ties in order of pattern. `count` is that process's own. */
  top(slot: number, n: number): TargetCount[] {
    const index = this.#pairIndex();
    const from = index.offsets[slot] ?? index.ids.length;
    const to = index.offsets[slot + 1] ?? index.ids.length;
    const order = (a: number, b: number): number =>
      (index.counts[b] as number) - (index.counts[a] as number) ||
      this.#compare(index.ids[a] as number, index.ids[b] as number);
    return best(from, to, n, order).map((at) =>
      this.#describe(index.ids[at] as number, index.counts[at] as number, index.processes),
    );
  }

  /** The `n` most frequent patterns of all processes but those in `without`, ties in order of pattern. */
  overall(n: number, without: ReadonlySet<number> = new Set()): TargetCount[] {
    const { size } = this.#patterns;
    const processes = new Int32Array(size);
    const counts = Int32Array.from({ length: size }, (_, id) => this.#patterns.count(id));
    this.#pairs.forEach((slot, id, count) => {
      if (without.has(slot)) counts[id] = (counts[id] as number) - count;
      else processes[id] = (processes[id] as number) + 1;
    });
    const order = (a: number, b: number): number =>
      (counts[b] as number) - (counts[a] as number) || this.#compare(a, b);
    return best(0, size, n, order)
      .filter((id) => (counts[id] as number) > 0)
      .map((id) => this.#describe(id, counts[id] as number, processes));
  }

  #pairIndex(): PairIndex {
    this.#index ??= new PairIndex(this.#pairs, this.#patterns.size);
    return this.#index;
  }

  /** Order of two patterns: by their bytes, then by class and type. */
  #compare(a: number, b: number): number {
    const { bytes } = this.#patterns;
    const textA = bytes.subarray(this.#patterns.start(a), this.#patterns.end(a));
    const textB = bytes.subarray(this.#patterns.start(b), this.#patterns.end(b));
    return Buffer.compare(textA.subarray(PREFIX), textB.subarray(PREFIX)) || Buffer.compare(textA, textB);
  }

  #describe(id: number, count: number, processes: Int32Array): TargetCount {
    const { bytes } = this.#patterns;
    const start = this.#patterns.start(id);
    const end = this.#patterns.end(id);
    const pattern = end === start + PREFIX ? null : decodeText(bytes, start + PREFIX, end);
    return {
      pattern,
      name: this.#patterns.example(id) ?? pattern,
      type: this.#types.text(bytes[start + 1] as number),
      class: className(bytes[start] as number),
      count,
      processes: processes[id] as number,
    };
  }

  #intern(bytes: Uint8Array, start: number, end: number, code: number, type: number): number {
    let name = bytes;
    let from = start;
    let to = end;
    if (this.#range.escaped && holdsBackslash(bytes, start, end)) {
      if (this.#plain.length < end - start) this.#plain = new Uint8Array((end - start) * 2);
      name = this.#plain;
      from = 0;
      to = unescapeInto(bytes, start, end, this.#plain);
    }
    const key = this.#key;
    key.bytes[0] = code;
    key.bytes[1] = type;
    key.length = PREFIX;
    if (to > from) {
      if (this.#exact) keepTarget(name, from, to, key);
      else foldTarget(name, from, to, key);
    }
    if (this.#range.deleted) appendDeleted(key);
    let id = this.#patterns.intern(key.bytes, key.length, PREFIX, name, from, to);
    if (id < 0) {
      this.#dropRare();
      id = this.#patterns.intern(key.bytes, key.length, PREFIX, name, from, to);
    }
    return id;
  }

  #dropRare(): void {
    this.#pairs.renumberRight(this.#patterns.dropRare());
    this.#cache.clear();
  }
}

/** The pairs of process and pattern, by process. */
class PairIndex {
  /** Where each slot's pairs begin in `ids` and `counts`; one more than slots. */
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly counts: Int32Array;
  /** Processes of each pattern. */
  readonly processes: Int32Array;

  constructor(pairs: PairCounter, patterns: number) {
    let slots = 0;
    pairs.forEach((slot) => {
      slots = Math.max(slots, slot + 1);
    });
    const ends = new Int32Array(slots + 1);
    this.processes = new Int32Array(patterns);
    this.ids = new Int32Array(pairs.size);
    this.counts = new Int32Array(pairs.size);
    pairs.forEach((slot, id) => {
      ends[slot] = (ends[slot] as number) + 1;
      this.processes[id] = (this.processes[id] as number) + 1;
    });
    let sum = 0;
    for (let slot = 0; slot <= slots; slot++) {
      sum += ends[slot] as number;
      ends[slot] = sum;
    }
    // Filled from the back, each slot's end moves down to its beginning.
    pairs.forEach((slot, id, count) => {
      const at = (ends[slot] as number) - 1;
      ends[slot] = at;
      this.ids[at] = id;
      this.counts[at] = count;
    });
    this.offsets = ends;
  }
}

function holdsBackslash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}
