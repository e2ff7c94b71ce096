import type { Measurement, Reading, TargetGroup } from './measurement.ts';
import type { JudgedGroup } from './verdict.ts';

/** How long a process of a leaking family lasts. */
export interface Exhaustion {
  /** Index in Measurement.lives. */
  readonly life: number;
  /** Requests to the whole family until this life has no free descriptor number; null if its headroom is unknown. */
  readonly requests: number | null;
}

/**
 * Requests that the family can still take until each of its living members runs out of descriptors: headroom / (rate x share),
 * the share being the member's part in the growth of the leaking groups. The family fails with its first member, so the least
 * of these counts. Members that did not grow are left out.
 */
export function exhaustionOf(
  measurement: Measurement,
  groups: readonly JudgedGroup[],
  headroom: (life: number) => number | null,
): Exhaustion[] {
  const patterns = new Set(groups.filter(({ verdict }) => verdict === 'leak').map(keyOf));
  const leaking = measurement.groups.flatMap((group, index) => (patterns.has(keyOf(group)) ? [index] : []));
  const rate = groups.reduce((sum, group) => sum + (group.verdict === 'leak' ? group.perRequest.estimate : 0), 0);
  const readings = [...measurement.idle.slice(-1), ...measurement.blocks.flatMap(({ readings }) => readings)];
  const grown = growthByLife(
    readings.filter(({ quiet }) => quiet),
    leaking,
  );
  const total = [...grown.values()].reduce((sum, growth) => sum + growth, 0);
  return [...grown].flatMap(([life, growth]) => {
    const free = headroom(life);
    return growth <= 0 ? [] : [{ life, requests: free === null ? null : Math.floor(free / (rate * (growth / total))) }];
  });
}

function keyOf({ type, class: kind, pattern, upstream }: TargetGroup): string {
  return `${type} ${kind} ${upstream === true} ${pattern}`;
}

/** What each life that is alive at the end gained in some groups since it was first read; losses count as none. */
function growthByLife(readings: readonly Reading[], groups: readonly number[]): Map<number, number> {
  const first = new Map<number, number>();
  const grown = new Map<number, number>();
  for (const [index, { levels }] of readings.entries()) {
    for (const { life, counts } of levels) {
      if (counts === null) continue;
      const level = groups.reduce((sum, group) => sum + counts[group], 0);
      if (!first.has(life)) first.set(life, level);
      if (index === readings.length - 1) grown.set(life, Math.max(0, level - (first.get(life) ?? level)));
    }
  }
  return grown;
}
