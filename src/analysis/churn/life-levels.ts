/** Points kept of one life: beyond, every other one goes, so that its shape stays. */
const POINTS = 64;
/** Growth of less is no leak to speak of. */
const LEAST = 3;
/** Part of the growth that has to fall into the last third of a life: a pool that fills has done so by then. */
const LATE = 1 / 6;
/** Part of the growth that may have been given back. */
const BACK = 1 / 4;

/** Seconds that a process may take to end: whoever closes everything on its way out held it until then. */
const ENDING = 0.25;

interface Point {
  readonly seconds: number;
  readonly count: number;
}

/** Descriptors of one life through time. */
export class LifeLevels {
  #points: Point[] = [];
  #first: Point | null = null;
  #last: Point | null = null;
  #most = 0;

  add(seconds: number, count: number): void {
    const point = { seconds, count };
    this.#first ??= point;
    this.#last = point;
    this.#most = Math.max(this.#most, count);
    this.#points.push(point);
    if (this.#points.length > POINTS) this.#points = this.#points.filter((_, index) => index % 2 === 0);
  }

  /** What is kept of them, in order. */
  get points(): readonly Point[] {
    return this.#points;
  }

  get last(): number | null {
    return this.#last?.count ?? null;
  }

  /** It ended: what it gave back at the very last, it kept as long as it worked. */
  close(end: number): void {
    const begun = this.#points.findLastIndex(({ seconds }) => seconds <= end - ENDING);
    const ending = this.#points.slice(Math.max(0, begun));
    const most = ending.reduce((best, point, index) => (point.count >= (ending[best]?.count ?? 0) ? index : best), 0);
    this.#points = [...this.#points.slice(0, Math.max(0, begun)), ...ending.slice(0, most + 1)];
    this.#last = this.#points.at(-1) ?? null;
  }

  /** Last minus first; null if it was never counted. */
  get growth(): number | null {
    return this.#first && this.#last ? this.#last.count - this.#first.count : null;
  }

  /** Seconds between the first count and the end of what is known. */
  span(end: number): number {
    return this.#first === null ? 0 : Math.max(0, end - this.#first.seconds);
  }

  /** Whether it went on growing to the end: null where too little was seen to tell. */
  keepsGrowing(end: number): boolean | null {
    const [first, last, growth] = [this.#first, this.#last, this.growth];
    if (first === null || last === null || growth === null || this.#points.length < LEAST) return null;
    if (growth < LEAST || this.#most - last.count > growth * BACK) return false;
    const third = first.seconds + (this.span(end) * 2) / 3;
    const then = this.#points.filter(({ seconds }) => seconds <= third).at(-1) ?? first;
    return last.count - then.count >= growth * LATE;
  }
}
