import type { TimedLevel } from './trend.ts';

/** Points kept: then every second one is dropped, and from there on every second sample. Between half of it and all of it is kept. */
const POINTS = 96;

/** The times of the samples that are kept, the same for all levels, so that any number of hours takes the same room. */
export class TimeAxis {
  #seconds: number[] = [];
  #segments: number[] = [];
  #stride = 1;
  #samples = 0;
  #segment = 0;

  /** Points kept so far. */
  get length(): number {
    return this.#seconds.length;
  }

  /** Stretches of time so far between which the machine was suspended. */
  get segments(): number {
    return this.#segment + 1;
  }

  /** The machine was suspended. */
  split(): void {
    this.#segment++;
  }

  /** A sample: whether it is kept, and whether the levels have to drop every second point first. */
  add(seconds: number): 'kept' | 'passed' | 'thinned' {
    if (this.#samples++ % this.#stride !== 0) return 'passed';
    const full = this.#seconds.length === POINTS;
    if (full) {
      this.#seconds = this.#seconds.filter(isEven);
      this.#segments = this.#segments.filter(isEven);
      this.#stride *= 2;
    }
    this.#seconds.push(seconds);
    this.#segments.push(this.#segment);
    return full ? 'thinned' : 'kept';
  }

  point(index: number, level: number): TimedLevel {
    return { seconds: this.#seconds[index], level, segment: this.#segments[index] };
  }
}

function isEven(_: unknown, index: number): boolean {
  return index % 2 === 0;
}

/** One level over the time of an axis. */
export class History {
  readonly #axis: TimeAxis;
  /** Point of the axis where it begins. */
  #from: number;
  /** null = not known then. */
  #levels: (number | null)[] = [];

  /** Begins with the axis's last point. */
  constructor(axis: TimeAxis) {
    this.#axis = axis;
    this.#from = Math.max(0, axis.length - 1);
  }

  /** To be called where the axis says so, before `add`. */
  thin(): void {
    const odd = this.#from % 2;
    this.#levels = this.#levels.filter((_, index) => (index + odd) % 2 === 0);
    this.#from = Math.ceil(this.#from / 2);
  }

  /** The level at the axis's last point. */
  add(level: number | null): void {
    while (this.#from + this.#levels.length < this.#axis.length - 1) this.#levels.push(null);
    this.#levels.push(level);
  }

  /** Levels that are known, in order of time. */
  points(): TimedLevel[] {
    return this.#levels.flatMap((level, index) =>
      level === null ? [] : [this.#axis.point(this.#from + index, level)],
    );
  }
}
