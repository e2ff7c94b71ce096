import { encodeText } from '../../columns/utf8.ts';

/** Finds the number of a known key from its bytes, without making a string of it. */
export class JsonKeys {
  readonly #names: readonly Uint8Array[];
  readonly #buckets = new Map<number, number[]>();

  /** The number of a key is its place in the list. */
  constructor(names: readonly string[]) {
    this.#names = names.map(encodeText);
    for (const [index, name] of this.#names.entries()) {
      const hash = hashOf(name, 0, name.length);
      this.#buckets.set(hash, [...(this.#buckets.get(hash) ?? []), index]);
    }
  }

  /** The key's number, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const bucket = this.#buckets.get(hashOf(bytes, start, end));
    if (!bucket) return -1;
    for (const index of bucket) if (same(this.#names[index] as Uint8Array, bytes, start, end)) return index;
    return -1;
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash;
}

function same(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
