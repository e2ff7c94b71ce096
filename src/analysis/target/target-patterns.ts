import { smallerHalf } from '../../columns/counter.ts';
import { ByteDictionary } from '../../columns/intern.ts';
import { TextStore } from '../../columns/text-store.ts';

/** Class and type stand before the pattern in a key, one byte each. */
export const PREFIX = 2;
/** Bytes of patterns held. */
const PATTERN_BYTES = 12 << 20;
/** Bytes of example names held. */
const EXAMPLE_BYTES = 12 << 20;

/**
 * The patterns of a target table: keys (a prefix and the pattern's bytes), an example name each, and rows counted.
 * Holds so many at most; then the rarer half is dropped and the others are numbered anew.
 */
export class TargetPatterns {
  readonly #limit: number;
  #keys: ByteDictionary;
  #examples = new TextStore(EXAMPLE_BYTES);
  #exampleIds = new Int32Array(64);
  #exampleMarks = new Int32Array(64);
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

  add(id: number, rows: number): void {
    this.#counts[id] = (this.#counts[id] as number) + rows;
  }

  /** The example's text; null where the example is the pattern itself, or there was no room for it. */
  example(id: number): string | null {
    const example = this.#exampleIds[id] as number;
    return example < 0 ? null : this.#examples.text(example);
  }

  /** Mark of the example, which tells it from other names. */
  exampleMark(id: number): number {
    return this.#exampleMarks[id] as number;
  }

  /** Number of the key `[0, length)`, added if it is new: then it is the last one. -1 if there is no room: see `dropRare`. */
  intern(key: Uint8Array, length: number): number {
    const { size } = this.#keys;
    const id = this.#keys.intern(key, 0, length);
    if (id < size) return id;
    if (id === this.#counts.length) {
      this.#counts = doubled(this.#counts);
      this.#exampleIds = doubled(this.#exampleIds);
      this.#exampleMarks = doubled(this.#exampleMarks);
    }
    this.#counts[id] = 0;
    this.#exampleIds[id] = -1;
    return id;
  }

  /** Sets the example of a pattern that is new: bytes `[start, end)`, or the pattern itself where the range is empty. */
  setExample(id: number, name: Uint8Array, start: number, end: number, mark: number): void {
    this.#exampleIds[id] = end > start ? this.#examples.push(name, start, end) : -1;
    this.#exampleMarks[id] = mark;
  }

  /** Order of two patterns: by their bytes, then by class and type. */
  compare(a: number, b: number): number {
    const textA = this.bytes.subarray(this.start(a), this.end(a));
    const textB = this.bytes.subarray(this.start(b), this.end(b));
    return Buffer.compare(textA.subarray(PREFIX), textB.subarray(PREFIX)) || Buffer.compare(textA, textB);
  }

  /** The same order for many comparisons: each pattern is made a text once, one character per byte. */
  order(): (a: number, b: number) => number {
    const bytes = Buffer.from(this.bytes.buffer);
    const texts = Array.from({ length: this.size }, (_, id) => {
      const start = this.start(id);
      const text = bytes.toString('latin1', start + PREFIX, this.end(id));
      return text + bytes.toString('latin1', start, start + PREFIX);
    });
    return (a, b) => {
      const textA = texts[a] as string;
      const textB = texts[b] as string;
      return textA < textB ? -1 : textA > textB ? 1 : 0;
    };
  }

  /** Drops the rarer half. Returns the new number of each pattern by its old one, -1 for those dropped. */
  dropRare(): Int32Array {
    const least = smallerHalf(this.#counts.subarray(0, this.size));
    this.maxError += least;
    const renumber = Int32Array.from({ length: this.size }, (_, id) =>
      (this.#counts[id] as number) > least ? id : -1,
    );
    return this.#rebuild(renumber);
  }

  /** Adds each pattern to the one that `into` says, where that is another. Returns the new number of each. */
  merge(into: Int32Array): Int32Array {
    for (let id = 0; id < into.length; id++) {
      const other = into[id] as number;
      if (other !== id) this.#counts[other] = (this.#counts[other] as number) + (this.#counts[id] as number);
    }
    return this.#rebuild(into);
  }

  /** Keeps the patterns that stand for themselves in `into`, and numbers them anew. */
  #rebuild(into: Int32Array): Int32Array {
    const keys = this.#keys;
    const examples = this.#examples;
    this.#keys = this.#newKeys();
    this.#examples = new TextStore(EXAMPLE_BYTES);
    const renumber = new Int32Array(into.length).fill(-1);
    for (let old = 0; old < into.length; old++) {
      if (into[old] !== old) continue;
      // Numbers only fall, so nothing is overwritten before it is read.
      const id = this.#keys.intern(keys.bytes, keys.start(old), keys.end(old));
      this.#counts[id] = this.#counts[old] as number;
      this.#exampleIds[id] = this.#examples.adopt(examples, this.#exampleIds[old] as number);
      this.#exampleMarks[id] = this.#exampleMarks[old] as number;
      renumber[old] = id;
    }
    for (let old = 0; old < into.length; old++) {
      const other = into[old] as number;
      if (other >= 0 && other !== old) renumber[old] = renumber[other] as number;
    }
    return renumber;
  }

  #newKeys(): ByteDictionary {
    return new ByteDictionary({ entries: this.#limit, bytes: PATTERN_BYTES });
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
