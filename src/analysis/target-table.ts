import { PairCounter } from '../columns/counter.ts';
import { newHash, WordHasher } from '../columns/hash.ts';
import { TextStore } from '../columns/text-store.ts';
import { decodeText } from '../columns/utf8.ts';
import { className, type DescriptorClass } from '../model/descriptor-class.ts';
import { unescapeInto } from '../model/escape.ts';
import type { PatternBuffer } from '../model/path-pattern.ts';
import { appendDeleted, foldTarget, keepTarget, patternBuffer } from '../model/pattern.ts';
import type { RowBatch } from '../model/row-batch.ts';
import { locateTarget, targetRange } from '../model/target.ts';
import { best, FEW } from './best.ts';
import { PairIndex } from './pair-index.ts';
import { PatternCache } from './pattern-cache.ts';
import { findStrays } from './stray.ts';
import { TargetPatterns } from './target-patterns.ts';
import { TypeTable } from './type-table.ts';

/** One target pattern and how often it is open. */
export interface TargetCount {
  /** The target with ids blanked; ends in ` (deleted)` where the targets are; null for rows without a name. */
  readonly pattern: string | null;
  /** The first name that folded into it; null where it has none, or too many names had to be kept. */
  readonly name: string | null;
  /** TYPE as the source prints it. */
  readonly type: string | null;
  readonly class: DescriptorClass;
  /** Rows. */
  readonly count: number;
  /** Processes that have it open. */
  readonly processes: number;
}

/** A pattern as one process holds it. */
export interface HeldTarget extends TargetCount {
  /** Whether all rows have the same name: one target opened again and again, rather than many of one kind. */
  readonly single: boolean;
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
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
/** Bytes of names kept as examples of what one process holds, where they are others than the pattern's own. */
const HELD_BYTES = 8 << 20;
/** Longest example, in bytes (PATH_MAX of Linux). */
const EXAMPLE_LENGTH = 4096;
/** Note of a pair whose example is that of its pattern. */
const PATTERN_EXAMPLE = -2;

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
  readonly #held = new TextStore(HELD_BYTES);
  #plain = new Uint8Array(256);
  readonly #span: Span = { bytes: new Uint8Array(0), start: 0, end: 0 };
  #index: PairIndex | null = null;
  readonly #hasher = new WordHasher();

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
    this.#hasher.hash(range.bytes, start, end, seed, hash);
    let id = this.#cache.get(hash);
    if (id < 0) {
      id = this.#intern(range.bytes, start, end, code, type, hash.second);
      this.#cache.set(hash, id);
    }
    this.#patterns.increment(id);
    if (this.#pairs.add(slot, id, hash.second)) this.#keepExample(slot, id, start, end, hash.second);
    this.#index = null;
  }

  /** The `n` most frequent patterns of one process, ties in order of pattern. `count` is that process's own. */
  top(slot: number, n: number): HeldTarget[] {
    const index = this.#pairIndex();
    const from = index.offsets[slot] ?? index.ids.length;
    const to = index.offsets[slot + 1] ?? index.ids.length;
    const order = (a: number, b: number): number =>
      (index.counts[b] as number) - (index.counts[a] as number) ||
      this.#compare(index.ids[a] as number, index.ids[b] as number);
    return best(from, to, n, order).map((at) => {
      const id = index.ids[at] as number;
      const target = this.#describe(id, index.counts[at] as number, index.processes);
      const note = index.notes[at] as number;
      const name = note === PATTERN_EXAMPLE ? target.name : note < 0 ? null : this.#held.text(note);
      return { ...target, name, single: index.uniform[at] === 1 };
    });
  }

  /** The `n` most frequent patterns of all processes but those in `without`, ties in order of pattern. */
  overall(n: number, without: ReadonlySet<number> = new Set()): TargetCount[] {
    this.#pairIndex();
    const { size } = this.#patterns;
    const processes = new Int32Array(size);
    const counts = Int32Array.from({ length: size }, (_, id) => this.#patterns.count(id));
    this.#pairs.forEach((slot, id, count) => {
      if (without.has(slot)) counts[id] = (counts[id] as number) - count;
      else processes[id] = (processes[id] as number) + 1;
    });
    const compare = n < FEW ? (a: number, b: number) => this.#compare(a, b) : this.#compareTexts();
    const order = (a: number, b: number): number => (counts[b] as number) - (counts[a] as number) || compare(a, b);
    return best(0, size, n, order)
      .filter((id) => (counts[id] as number) > 0)
      .map((id) => this.#describe(id, counts[id] as number, processes));
  }

  #pairIndex(): PairIndex {
    if (this.#index === null) {
      this.#mergeStrays();
      this.#index = new PairIndex(this.#pairs, this.#patterns.size);
    }
    return this.#index;
  }

  /** Order of two patterns: by their bytes, then by class and type. */
  #compare(a: number, b: number): number {
    const { bytes } = this.#patterns;
    const textA = bytes.subarray(this.#patterns.start(a), this.#patterns.end(a));
    const textB = bytes.subarray(this.#patterns.start(b), this.#patterns.end(b));
    return Buffer.compare(textA.subarray(PREFIX), textB.subarray(PREFIX)) || Buffer.compare(textA, textB);
  }

  /** The same order for many comparisons: each pattern is made a text once, one character per byte. */
  #compareTexts(): (a: number, b: number) => number {
    const bytes = Buffer.from(this.#patterns.bytes.buffer);
    const texts = Array.from({ length: this.#patterns.size }, (_, id) => {
      const start = this.#patterns.start(id);
      const text = bytes.toString('latin1', start + PREFIX, this.#patterns.end(id));
      return text + bytes.toString('latin1', start, start + PREFIX);
    });
    return (a, b) => {
      const textA = texts[a] as string;
      const textB = texts[b] as string;
      return textA < textB ? -1 : textA > textB ? 1 : 0;
    };
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

  #intern(bytes: Uint8Array, start: number, end: number, code: number, type: number, mark: number): number {
    const key = this.#key;
    key.bytes[0] = code;
    key.bytes[1] = type;
    // Most paths hold no escape, which folding sees on its way.
    let name = this.#span;
    setSpan(name, bytes, start, end);
    if (this.#exact || bytes[start] !== SLASH) name = this.#decoded(bytes, start, end);
    if (this.#foldInto(key, name) && this.#range.escaped && name.bytes === bytes) {
      name = this.#decoded(bytes, start, end);
      this.#foldInto(key, name);
    }
    const { size } = this.#patterns;
    let id = this.#patterns.intern(key.bytes, key.length);
    if (id < 0) {
      this.#dropRare();
      id = this.#patterns.intern(key.bytes, key.length);
    } else if (id < size) return id;
    const same = isSame(key.bytes, PREFIX, key.length, name.bytes, name.start, name.end);
    const stop = same ? name.start : Math.min(name.end, name.start + EXAMPLE_LENGTH);
    this.#patterns.setExample(id, name.bytes, name.start, stop, mark);
    return id;
  }

  /** Writes the pattern behind the prefix; returns whether the name holds a backslash. */
  #foldInto(key: PatternBuffer, { bytes, start, end }: Span): boolean {
    let backslash = false;
    key.length = PREFIX;
    if (end > start) {
      if (this.#exact) keepTarget(bytes, start, end, key);
      else backslash = foldTarget(bytes, start, end, key);
      if (this.#range.deleted) appendDeleted(key);
    }
    return backslash;
  }

  /** Keeps the name as an example of what the process holds, unless the pattern's own example is the same. */
  #keepExample(slot: number, id: number, start: number, end: number, mark: number): void {
    if (this.#patterns.exampleMark(id) === mark) {
      this.#pairs.note(slot, id, PATTERN_EXAMPLE);
      return;
    }
    const name = this.#decoded(this.#range.bytes, start, end);
    const stop = Math.min(name.end, name.start + EXAMPLE_LENGTH);
    this.#pairs.note(slot, id, stop > name.start ? this.#held.push(name.bytes, name.start, stop) : PATTERN_EXAMPLE);
  }

  /** The name with lsof's escapes undone. Valid until the next call. */
  #decoded(bytes: Uint8Array, start: number, end: number): Span {
    const span = this.#span;
    setSpan(span, bytes, start, end);
    if (!this.#range.escaped || !holdsBackslash(bytes, start, end)) return span;
    if (this.#plain.length < end - start) this.#plain = new Uint8Array((end - start) * 2);
    setSpan(span, this.#plain, 0, unescapeInto(bytes, start, end, this.#plain));
    return span;
  }

  /** Makes room: strays first, which costs nothing, then the rarer half. */
  #dropRare(): void {
    const { size } = this.#patterns;
    this.#mergeStrays();
    if (this.#patterns.size * 2 > size) this.#pairs.renumberRight(this.#patterns.dropRare());
    this.#cache.clear();
  }

  #mergeStrays(): void {
    if (this.#exact) return;
    const into = findStrays(this.#patterns, PREFIX);
    if (into === null) return;
    this.#pairs.renumberRight(this.#patterns.merge(into));
    this.#cache.clear();
  }
}

interface Span {
  bytes: Uint8Array;
  start: number;
  end: number;
}

function setSpan(span: Span, bytes: Uint8Array, start: number, end: number): void {
  span.bytes = bytes;
  span.start = start;
  span.end = end;
}

function isSame(key: Uint8Array, from: number, to: number, name: Uint8Array, start: number, end: number): boolean {
  if (to - from !== end - start) return false;
  for (let i = 0; i < end - start; i++) if (key[from + i] !== name[start + i]) return false;
  return true;
}

function holdsBackslash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}
