/** Established connections of all processes at one moment. */
export interface ConnectionCount {
  /** Since the following began. */
  readonly seconds: number;
  readonly in: number;
  readonly out: number;
}

/** Moments kept: as many as a plot has columns, some times over. */
const MOST = 480;

/**
 * Counts over time in bounded memory. When there are too many, every two neighbours become one that keeps the larger of both
 * counts: a connection that is there only now and then must not be thinned out.
 */
export class ConnectionSeries {
  #counts: ConnectionCount[] = [];
  /** Samples that one kept moment stands for. */
  #stride = 1;
  #inLast = 0;

  get counts(): readonly ConnectionCount[] {
    return this.#counts;
  }

  add(count: ConnectionCount): void {
    const last = this.#counts.at(-1);
    if (last !== undefined && this.#inLast < this.#stride) {
      this.#counts[this.#counts.length - 1] = larger(last, count);
      this.#inLast++;
    } else {
      this.#counts.push(count);
      this.#inLast = 1;
    }
    if (this.#counts.length > MOST) this.#halve();
  }

  #halve(): void {
    const counts: ConnectionCount[] = [];
    for (let i = 0; i < this.#counts.length; i += 2) {
      const [one, other] = [this.#counts[i], this.#counts[i + 1]];
      counts.push(other === undefined ? one : larger(one, other));
    }
    if (this.#counts.length % 2 === 0) this.#inLast += this.#stride;
    this.#counts = counts;
    this.#stride *= 2;
  }
}

function larger(one: ConnectionCount, other: ConnectionCount): ConnectionCount {
  return { seconds: one.seconds, in: Math.max(one.in, other.in), out: Math.max(one.out, other.out) };
}
