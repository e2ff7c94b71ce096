import type { LifeLevels, Measurement, Reading } from '../leak-rule/measurement.ts';

/** The same measurement as if it had never looked at some groups, which `keep` says by index. */
export function withoutGroups(measurement: Measurement, keep: (group: number) => boolean): Measurement {
  const kept = <T>(values: readonly T[]): T[] => values.filter((_, group) => keep(group));
  const level = (levels: LifeLevels): LifeLevels => ({ ...levels, counts: levels.counts && kept(levels.counts) });
  const reading = (raw: Reading): Reading => ({ ...raw, levels: raw.levels.map(level) });
  return {
    groups: kept(measurement.groups),
    lives: measurement.lives,
    idle: measurement.idle.map(reading),
    blocks: measurement.blocks.map((block) => ({
      requests: block.requests,
      readings: block.readings.map(reading),
      survivors: block.survivors && kept(block.survivors),
    })),
    settle: measurement.settle.map(reading),
  };
}
