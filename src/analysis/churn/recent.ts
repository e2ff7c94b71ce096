/** Figures kept: more change a median no longer. */
const KEPT = 1000;

/** The last figures of a kind, in order; their number is bounded. */
export class Recent {
  readonly #values: number[] = [];
  #at = 0;
  least: number | null = null;
  most: number | null = null;
  last: number | null = null;

  add(value: number): void {
    this.#values[this.#at] = value;
    this.#at = (this.#at + 1) % KEPT;
    this.least = Math.min(this.least ?? value, value);
    this.most = Math.max(this.most ?? value, value);
    this.last = value;
  }

  /** Takes what another one holds, as later figures than its own. */
  absorb(other: Recent): void {
    const { least, most } = other;
    const at = other.#values.length < KEPT ? 0 : other.#at;
    for (const value of [...other.#values.slice(at), ...other.#values.slice(0, at)]) this.add(value);
    if (least !== null && this.least !== null) this.least = Math.min(this.least, least);
    if (most !== null && this.most !== null) this.most = Math.max(this.most, most);
  }

  get size(): number {
    return this.#values.length;
  }

  /** Whether three quarters of them lie within a fifth of the median. */
  get alike(): boolean {
    const { median } = this;
    if (median === null || median <= 0) return false;
    const near = this.#values.filter((value) => Math.abs(value - median) <= median / 5);
    return near.length * 4 >= this.size * 3;
  }

  /** null where there are none. */
  get median(): number | null {
    const sorted = this.#values.toSorted((a, b) => a - b);
    const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
    return low === undefined || high === undefined ? null : (low + high) / 2;
  }
}
