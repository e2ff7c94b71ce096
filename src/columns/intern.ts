import { hashRange, newHash } from './hash.ts';

const hash = newHash();

/** What a dictionary may hold before it refuses more. */
export interface DictionaryBounds {
  readonly entries: number;
  readonly bytes: number;
}

const UNBOUNDED: DictionaryBounds = { entries: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/**
 * Byte strings numbered 0, 1, 2 ... in order of first appearance. Open addressing over one arena: no string and no object
 * per entry. Starts small and doubles.
 */
export class ByteDictionary {
  readonly #bounds: DictionaryBounds;
  #slots = new Int32Array(64).fill(-1);
  #hashes = new Int32Array(32);
  #ends = new Int32Array(32);
  #size = 0;
  /** The entries' bytes, one behind the other. */
  bytes: Uint8Array = new Uint8Array(1024);

  constructor(bounds: DictionaryBounds = UNBOUNDED) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes in use. */
  get used(): number {
    return this.#size === 0 ? 0 : (this.#ends[this.#size - 1] as number);
  }

  start(id: number): number {
    return id === 0 ? 0 : (this.#ends[id - 1] as number);
  }

  end(id: number): number {
    return this.#ends[id] as number;
  }

  /** Number of the entry with bytes `[start, end)`, added if it is new; -1 if it is new and the bounds are reached. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    hashRange(bytes, start, end, 0, hash);
    const { first } = hash;
    const mask = this.#slots.length - 1;
    let slot = first & mask;
    for (;;) {
      const id = this.#slots[slot] as number;
      if (id < 0) break;
      if (this.#hashes[id] === first && this.#equals(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
    return this.#add(bytes, start, end, first, slot);
  }

  #add(bytes: Uint8Array, start: number, end: number, first: number, slot: number): number {
    const { used } = this;
    if (this.#size >= this.#bounds.entries || used + end - start > this.#bounds.bytes) return -1;
    const id = this.#size++;
    if (id === this.#ends.length) this.#growEntries();
    const stop = used + end - start;
    if (stop > this.bytes.length) this.#growBytes(stop);
    for (let from = start, to = used; from < end; from++, to++) this.bytes[to] = bytes[from] as number;
    this.#ends[id] = stop;
    this.#hashes[id] = first;
    this.#slots[slot] = id;
    if (this.#size * 2 > this.#slots.length) this.#growSlots();
    return id;
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.start(id);
    if ((this.#ends[id] as number) - from !== end - start) return false;
    const own = this.bytes;
    for (let i = 0; i < end - start; i++) if (own[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #growEntries(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const ends = new Int32Array(this.#ends.length * 2);
    ends.set(this.#ends);
    this.#ends = ends;
  }

  #growBytes(need: number): void {
    const bytes = new Uint8Array(Math.max(need, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; id++) {
      let slot = (this.#hashes[id] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}
