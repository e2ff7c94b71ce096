/** Random numbers from a seed (mulberry32): the same seed gives the same run everywhere. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly unit: () => number;
  readonly chance: (probability: number) => boolean;
  /** Whole number in [0, below). */
  readonly below: (below: number) => number;
  /** Exponential with this mean. */
  readonly wait: (mean: number) => number;
}

export function random(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    unit,
    chance: (probability) => unit() < probability,
    below: (below) => Math.floor(unit() * below),
    wait: (mean) => -Math.log(1 - unit()) * mean,
  };
}
