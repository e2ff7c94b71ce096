import { smallerHalf } from '../columns/counter.ts';
import { ByteDictionary } from '../columns/intern.ts';
import { decodeText } from '../columns/utf8.ts';

/** Bytes of patterns held, and of examples, each. */
const TEXT_BYTES = 12 << 20;
/** Longest example, in bytes (PATH_MAX of Linux). */
const EXAMPLE_BYTES = 4096;

/**
 * The patterns of a target table: keys (a prefix and the pattern's bytes), an example name each, and rows counted.
 * Holds so many at most; then the rarer half is dropped and the others are numbered anew.
 */
export class TargetPatterns {
  readonly #limit: number;
  #keys: ByteDictionary;
  #exampleBytes = new Uint8Array(1024);
  #exampleEnds = new Int32Array(64);
  #counts = new Int32Array(64);
  /** By how much a count can be too low. */
  maxError = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#keys = this.#newKeys();
  }

  get size(): number {
    return this.#keys.size;
  }

  get bytes(): Uint8Array {
    return this.#keys.bytes;
  }

  start(id: number): number {
    return this.#keys.start(id);
  }

  end(id: number): number {
    return this.#keys.end(id);
  }

  /** Rows counted for the pattern. */
  count(id: number): number {
    return this.#counts[id] as number;
  }

  increment(id: number): void {
    this.#counts[id] = (this.#counts[id] as number) + 1;
  }

  /** The example's text; null where the example is the pattern itself. */
  example(id: number): string | null {
    const start = this.#exampleStart(id);
    const end = this.#exampleEnds[id] as number;
    return end === start ? null : decodeText(this.#exampleBytes, start, end);
  }

  /**
   * Number of the key `[0, length)`; if it is new it is added, with bytes `[start, end)` of `name` as its example.
   * -1 if there is no room: `dropRare` makes some.
   */
  intern(key: Uint8Array, length: number, prefix: number, name: Uint8Array, start: number, end: number): number {
    const { size } = this.#keys;
    const id = this.#keys.intern(key, 0, length);
    if (id < size) return id;
    if (id === this.#counts.length) {
      this.#counts = doubled(this.#counts);
      this.#exampleEnds = doubled(this.#exampleEnds);
    }
    this.#counts[id] = 0;
    const stop = sameBytes(key, prefix, length, name, start, end) ? start : Math.min(end, start + EXAMPLE_BYTES);
    this.#addExample(id, name, start, stop);
    return id;
  }

  /** Drops the rarer half. Returns the new number of each pattern by its old one, -1 for those dropped. */
  dropRare(): Int32Array {
    const keys = this.#keys;
    const { size } = keys;
    const counts = this.#counts;
    const exampleBytes = this.#exampleBytes;
    const exampleEnds = this.#exampleEnds;
    const least = smallerHalf(counts.subarray(0, size), size);
    this.maxError += least;
    this.#keys = this.#newKeys();
    this.#counts = new Int32Array(counts.length);
    this.#exampleEnds = new Int32Array(exampleEnds.length);
    this.#exampleBytes = new Uint8Array(exampleBytes.length);
    const renumber = new Int32Array(size).fill(-1);
    for (let old = 0; old < size; old++) {
      if ((counts[old] as number) <= least) continue;
      const id = this.#keys.intern(keys.bytes, keys.start(old), keys.end(old));
      this.#counts[id] = counts[old] as number;
      this.#addExample(id, exampleBytes, old === 0 ? 0 : (exampleEnds[old - 1] as number), exampleEnds[old] as number);
      renumber[old] = id;
    }
    return renumber;
  }

  #newKeys(): ByteDictionary {
    return new ByteDictionary({ entries: this.#limit, bytes: TEXT_BYTES });
  }

  #exampleStart(id: number): number {
    return id === 0 ? 0 : (this.#exampleEnds[id - 1] as number);
  }

  /** Adds the example of the newest pattern; where there is no room for more, the pattern stands for itself. */
  #addExample(id: number, name: Uint8Array, start: number, end: number): void {
    const at = this.#exampleStart(id);
    const stop = at + end - start > TEXT_BYTES ? at : at + end - start;
    if (stop > this.#exampleBytes.length) {
      const larger = new Uint8Array(Math.max(stop, this.#exampleBytes.length * 2));
      larger.set(this.#exampleBytes);
      this.#exampleBytes = larger;
    }
    for (let from = start, to = at; to < stop; from++, to++) this.#exampleBytes[to] = name[from] as number;
    this.#exampleEnds[id] = stop;
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function sameBytes(key: Uint8Array, from: number, to: number, name: Uint8Array, start: number, end: number): boolean {
  if (to - from !== end - start) return false;
  for (let i = 0; i < end - start; i++) if (key[from + i] !== name[start + i]) return false;
  return true;
}
