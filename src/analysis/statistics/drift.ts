/** A level at a time. */
export interface Sample {
  readonly seconds: number;
  readonly level: number;
}

/**
 * How fast the variance of a wandering level grows, per second: the mean square of its changes over a lag, divided by the lag
 * (the structure function of a random walk, Kolmogorov 1940; the variogram of Matheron 1963). Changes overlap. A level with
 * noise but no wandering gives 2 x variance / lag, more than it wanders. 0 where no stretch is as long as the lag.
 */
export function wandering(stretches: readonly (readonly Sample[])[], lagSeconds: number): number {
  let [sum, count] = [0, 0];
  for (const stretch of stretches) {
    let from = 0;
    for (const { seconds, level } of stretch) {
      // The latest sample that lies a lag back.
      while (from + 1 < stretch.length && seconds - stretch[from + 1].seconds >= lagSeconds) from++;
      const apart = seconds - stretch[from].seconds;
      if (apart < lagSeconds) continue;
      sum += (level - stretch[from].level) ** 2 / apart;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
