import type { LifeLevels, Measurement, Reading, Survivors, TargetGroup } from './measurement.ts';

/** A group of so few descriptors at its highest says nothing by itself. */
const FEW = 2;
/** So many groups of few, alike in type and place, are one whose names do not fold. */
const MANY = 6;

/**
 * Joins groups that hold a descriptor or two each and lie together: a leak of files that each have a name of their own, in
 * words that no rule of patterns blanks, would else be a thousand groups that grew by one.
 */
export function joinScattered(measurement: Measurement): Measurement {
  const { groups } = measurement;
  const highest = highestLevels(measurement);
  const scattered = groups.flatMap((_, index) => (highest[index] <= FEW ? [index] : []));
  const joined = new Map<number, TargetGroup>();
  for (const place of [folderOf, everywhere]) {
    const left = scattered.filter((index) => !joined.has(index));
    for (const members of bucketsOf(groups, left, place)) {
      const [first] = members;
      const pattern = `${place(groups[first].pattern)}*${deletedMark(groups[first].pattern)}`;
      const group = { ...groups[first], pattern };
      for (const member of members) joined.set(member, group);
    }
  }
  return joined.size === 0 ? measurement : regrouped(measurement, joined);
}

/** Indexes of groups that are alike, where there are many of them. */
function bucketsOf(
  groups: readonly TargetGroup[],
  indexes: readonly number[],
  place: (pattern: string) => string,
): number[][] {
  const buckets = new Map<string, number[]>();
  for (const index of indexes) {
    const { type, class: kind, pattern } = groups[index];
    const key = [type, kind, deletedMark(pattern), place(pattern)].join('\0');
    buckets.set(key, [...(buckets.get(key) ?? []), index]);
  }
  return [...buckets.values()].filter((members) => members.length >= MANY);
}

function folderOf(pattern: string): string {
  return pattern.slice(0, pattern.lastIndexOf('/') + 1);
}

function everywhere(): string {
  return '';
}

function deletedMark(pattern: string): string {
  return pattern.endsWith(' (deleted)') ? ' (deleted)' : '';
}

function highestLevels({ groups, idle, blocks, settle }: Measurement): number[] {
  const highest = groups.map(() => 0);
  for (const { levels } of [...idle, ...blocks.flatMap(({ readings }) => readings), ...settle]) {
    const sums = groups.map(() => 0);
    for (const { counts } of levels) for (const [group, count] of (counts ?? []).entries()) sums[group] += count;
    for (const [group, sum] of sums.entries()) highest[group] = Math.max(highest[group], sum);
  }
  return highest;
}

function regrouped(measurement: Measurement, joined: ReadonlyMap<number, TargetGroup>): Measurement {
  const made: TargetGroup[] = [];
  const place = measurement.groups.map((group, index) => {
    const wanted = joined.get(index) ?? group;
    const known = made.indexOf(wanted);
    return known >= 0 ? known : made.push(wanted) - 1;
  });
  const sum = (values: readonly number[]): number[] => {
    const sums = made.map(() => 0);
    for (const [group, value] of values.entries()) sums[place[group]] += value;
    return sums;
  };
  const level = (levels: LifeLevels): LifeLevels => ({ ...levels, counts: levels.counts && sum(levels.counts) });
  const reading = (raw: Reading): Reading => ({ ...raw, levels: raw.levels.map(level) });
  const survivors = (raw: readonly Survivors[] | null): readonly Survivors[] | null => {
    if (raw === null) return null;
    const [opened, kept] = [sum(raw.map((group) => group.opened)), sum(raw.map((group) => group.kept))];
    return made.map((_, group) => ({ opened: opened[group], kept: kept[group] }));
  };
  return {
    groups: made,
    lives: measurement.lives,
    idle: measurement.idle.map(reading),
    blocks: measurement.blocks.map((block) => ({
      requests: block.requests,
      readings: block.readings.map(reading),
      survivors: survivors(block.survivors),
    })),
    settle: measurement.settle.map(reading),
  };
}
