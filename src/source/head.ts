import type { Chunks } from './file.ts';

/** Lets the first bytes of an input be looked at before all of it is read. */
export class Head {
  readonly #rest: AsyncIterator<Uint8Array>;
  #seen: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(chunks: Chunks) {
    this.#rest = chunks[Symbol.asyncIterator]();
  }

  /** The first `size` bytes or more; fewer only if the input has no more. Waits for a slow pipe. */
  async atLeast(size: number): Promise<Uint8Array> {
    let grown: Buffer | null = null;
    let length = this.#seen.length;
    while (length < size && !this.#ended) {
      // What is held may lie in a buffer that the next read fills again.
      if (length > 0 && !grown) grown = copied(this.#seen, size);
      const { value, done } = await this.#rest.next();
      if (done) {
        this.#ended = true;
      } else if (!grown) {
        this.#seen = value;
        length = value.length;
      } else {
        if (length + value.length > grown.length)
          grown = copied(grown.subarray(0, length), (length + value.length) * 2);
        grown.set(value, length);
        length += value.length;
      }
    }
    if (grown) this.#seen = grown.subarray(0, length);
    return this.#seen;
  }

  /** Everything from the first byte on; may be asked for once. */
  async *all(): AsyncGenerator<Uint8Array> {
    if (this.#seen.length > 0) yield this.#seen;
    this.#seen = new Uint8Array(0);
    while (!this.#ended) {
      const { value, done } = await this.#rest.next();
      if (done) this.#ended = true;
      else yield value;
    }
  }

  /** Lets go of the input, read to its end or not. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#rest.return?.();
  }
}

function copied(bytes: Uint8Array, capacity: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(capacity, bytes.length));
  larger.set(bytes);
  return larger;
}
