import { BATCH_ROWS } from '../../columns/batch.ts';
import { PairCounter } from '../../columns/counter.ts';
import { newHash, WordHasher } from '../../columns/hash.ts';
import { TextStore } from '../../columns/text-store.ts';
import { decodeText } from '../../columns/utf8.ts';
import { className, type DescriptorClass } from '../../model/descriptor-class.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import { deletedSeed, locateTarget, targetRange } from '../../model/target.ts';
import { best, FEW } from '../best.ts';
import { ESCAPED, NameHashes } from '../names/name-hashes.ts';
import { NameMemo } from '../names/name-memo.ts';
import { PairIndex } from '../names/pair-index.ts';
import { TypeTable } from '../type-table.ts';
import { SkeletonMemo } from './skeleton-memo.ts';
import { findStrays } from './stray.ts';
import { TargetKey } from './target-key.ts';
import { PREFIX, TargetPatterns } from './target-patterns.ts';

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

/** Tells deleted targets from present ones. */
const DELETED = 0x2_0000;
/** Tells what stands for a row without NAME, or with a target of its own, from NAMEs of the same bytes. */
const LOCATED = 0x5bd1_e995;
/** Bytes of names kept as examples of what one process holds, where they are others than the pattern's own. */
const HELD_BYTES = 8 << 20;
/** Longest example, in bytes (PATH_MAX of Linux). */
const EXAMPLE_LENGTH = 4096;
/** Note of a pair whose example is that of its pattern. */
const PATTERN_EXAMPLE = -2;

const hash = newHash();

const { name: NAME, target: TARGET } = Cell;

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
  readonly #patterns: TargetPatterns;
  readonly #pairs: PairCounter;
  readonly #memo = new NameMemo((slot, id, mark, count) => {
    this.#patterns.add(id, count);
    this.#pairs.add(slot, id, mark, count);
  });
  readonly #range = targetRange();
  readonly #keys: TargetKey;
  readonly #skeletons = new SkeletonMemo();
  readonly #held = new TextStore(HELD_BYTES);
  #index: PairIndex | null = null;
  readonly #hasher = new WordHasher();
  readonly #hashes = new NameHashes();
  /** Class code of a row that comes by itself. */
  readonly #code = new Uint8Array(BATCH_ROWS);

  constructor(options: TargetTableOptions = {}) {
    this.#exact = options.exact ?? false;
    this.#keys = new TargetKey(this.#exact);
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
    this.#code[row] = code;
    this.addRun(slot, batch, row, row + 1, this.#code);
  }

  /** Counts the rows `[from, to)` of one process that have a class code in `codes`. */
  addRun(slot: number, batch: RowBatch, from: number, to: number, codes: Uint8Array): void {
    this.#index = null;
    this.#hashes.read(batch, from, to, codes, this.#types);
    const { first, second } = this.#hashes;
    const names = batch.text[TARGET] ? null : batch.text[NAME];
    for (let row = from; row < to; row++) {
      if (codes[row] === 0) continue;
      const start = names ? (names.start[row] as number) : -1;
      const end = names && start >= 0 ? (names.end[row] as number) : -1;
      if (end > start && this.#memo.count(first[row] as number, second[row] as number, slot)) continue;
      this.#look(slot, batch, row, codes[row] as number, start, end);
    }
  }

  /** Counts a row whose name, `[from, to)`, was not counted for this process just now. */
  #look(slot: number, batch: RowBatch, row: number, code: number, from: number, to: number): void {
    const type = this.#hashes.types[row] as number;
    let first = this.#hashes.first[row] as number;
    let second = this.#hashes.second[row] as number;
    const range = this.#range;
    locateTarget(batch, row, code, range);
    const start = Math.max(0, range.start);
    const end = range.start < 0 ? 0 : range.end;
    const seed = code | (type << 8) | (range.escaped ? ESCAPED : 0) | (range.deleted ? DELETED : 0);
    const named = to > from;
    let mark = second;
    // Where NAME is the target and nothing else is said of it, its hash is the target's.
    if (!named || start !== from || end !== to || range.bytes !== batch.bytes || deletedSeed(batch, row) !== 0) {
      this.#hasher.hash(range.bytes, start, end, seed, hash);
      mark = hash.second;
    }
    if (!named) {
      first = hash.first ^ LOCATED;
      second = mark;
    }
    let id = this.#memo.pattern(first, second);
    if (id < 0) id = this.#intern(start, end, code, type, seed, mark);
    // A new pair beyond the last makes the smaller half be dropped.
    if (this.#pairs.full && this.#pairs.get(slot, id) === 0) this.#forget();
    this.#memo.set(first, second, slot, id, mark);
    this.#patterns.add(id, 1);
    if (this.#pairs.add(slot, id, mark)) this.#keepExample(slot, id, start, end, mark);
  }

  /** The `n` most frequent patterns of one process, ties in order of pattern. `count` is that process's own. */
  top(slot: number, n: number): HeldTarget[] {
    const index = this.#pairIndex();
    const from = index.offsets[slot] ?? index.ids.length;
    const to = index.offsets[slot + 1] ?? index.ids.length;
    const order = (a: number, b: number): number =>
      (index.counts[b] as number) - (index.counts[a] as number) ||
      this.#patterns.compare(index.ids[a] as number, index.ids[b] as number);
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
    const compare = n < FEW ? (a: number, b: number) => this.#patterns.compare(a, b) : this.#patterns.order();
    const order = (a: number, b: number): number => (counts[b] as number) - (counts[a] as number) || compare(a, b);
    return best(0, size, n, order)
      .filter((id) => (counts[id] as number) > 0)
      .map((id) => this.#describe(id, counts[id] as number, processes));
  }

  #pairIndex(): PairIndex {
    if (this.#index === null) {
      this.#memo.settle();
      this.#mergeStrays();
      this.#index = new PairIndex(this.#pairs, this.#patterns.size);
    }
    return this.#index;
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

  #intern(start: number, end: number, code: number, type: number, seed: number, mark: number): number {
    const range = this.#range;
    const known = this.#exact ? -1 : this.#skeletons.find(range.bytes, start, end, seed);
    if (known >= 0) return known;
    const name = this.#keys.fold(range, start, end, code, type);
    const { key } = this.#keys;
    const { size } = this.#patterns;
    let id = this.#patterns.intern(key.bytes, key.length);
    const isKnown = id >= 0 && id < size;
    if (id < 0) {
      this.#dropRare();
      id = this.#patterns.intern(key.bytes, key.length);
    }
    this.#skeletons.keep(id, key.bytes, PREFIX, key.length);
    if (isKnown) return id;
    const stop = this.#keys.isName(name) ? name.start : Math.min(name.end, name.start + EXAMPLE_LENGTH);
    this.#patterns.setExample(id, name.bytes, name.start, stop, mark);
    return id;
  }

  /** Keeps the name as an example of what the process holds, unless the pattern's own example is the same. */
  #keepExample(slot: number, id: number, start: number, end: number, mark: number): void {
    if (this.#patterns.exampleMark(id) === mark) {
      this.#pairs.note(slot, id, PATTERN_EXAMPLE);
      return;
    }
    const name = this.#keys.decoded(this.#range, start, end);
    const stop = Math.min(name.end, name.start + EXAMPLE_LENGTH);
    this.#pairs.note(slot, id, stop > name.start ? this.#held.push(name.bytes, name.start, stop) : PATTERN_EXAMPLE);
  }

  /** Makes room: strays first, which costs nothing, then the rarer half. */
  #dropRare(): void {
    const { size } = this.#patterns;
    this.#forget();
    this.#mergeStrays();
    if (this.#patterns.size * 2 > size) this.#pairs.renumberRight(this.#patterns.dropRare());
  }

  #mergeStrays(): void {
    if (this.#exact) return;
    const into = findStrays(this.#patterns, PREFIX);
    if (into === null) return;
    this.#forget();
    this.#pairs.renumberRight(this.#patterns.merge(into));
  }

  /** To be called before patterns are numbered anew or pairs dropped: the memo speaks of those there are. */
  #forget(): void {
    this.#memo.settle();
    this.#memo.clear();
    this.#skeletons.clear();
  }
}
